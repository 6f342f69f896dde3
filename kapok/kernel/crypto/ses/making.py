"""Seals and their signatures written: GB/T 38540-2020 (v4) and nothing else."""

from collections.abc import Callable
from datetime import datetime

from asn1crypto import core

from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.ses import schema
from kapok.kernel.crypto.ses.data import ALGORITHMS, CERTS, DIGESTS, V4, SealExtension, SealSpec, Signing


def make_seal(spec: SealSpec, maker: Signing) -> bytes:
    """A seal (SESeal v4, DER), signed by its maker over the seal's own information."""
    info = schema.SealInfo(
        {
            "header": {"id": _ia5("ES"), "version": V4, "vid": _ia5(spec.vendor)},
            "es_id": _ia5(spec.es_id),
            "property": {
                "type": spec.kind,
                "name": schema.Text("utf8", core.UTF8String(spec.name)),
                "cert_list_type": DIGESTS if spec.by_digest else CERTS,
                "cert_list": core.Any(_listed(spec)),
                "create_date": _time(spec.created),
                "valid_start": _time(spec.valid_from),
                "valid_end": _time(spec.valid_to),
            },
            "picture": {"type": _ia5(spec.picture_kind), "data": spec.picture, "width": spec.width, "height": spec.height},
            **({"ext_datas": _extensions(spec.extensions)} if spec.extensions else {}),
        }
    )
    return bytes(
        schema.SealForm(
            {
                "info": info,
                "cert": maker.certificate,
                "algorithm": ALGORITHMS[maker.algorithm],
                "signature": maker.sign(info.dump()),
            }
        ).dump()
    )


def make_signature(
    seal_der: bytes,
    data_hash: bytes,
    property_info: str,
    signer: Signing,
    at: datetime,
    *,
    timestamp: Callable[[bytes], bytes] | None = None,
    extensions: tuple[SealExtension, ...] = (),
) -> bytes:
    """A seal's signature (SES_Signature v4, DER) over a document's hash; `timestamp` gives a token over the signature's value."""
    signed = schema.ToSign(
        {
            "version": V4,
            "seal": core.Any.load(seal_der),
            "time_info": _time(at),
            "data_hash": data_hash,
            "property_info": _ia5(property_info),
            **({"ext_datas_tagged": _extensions(extensions)} if extensions else {}),
        }
    )
    value = signer.sign(signed.dump())
    return bytes(
        schema.SignatureForm(
            {
                "to_sign": signed,
                "cert": signer.certificate,
                "algorithm": ALGORITHMS[signer.algorithm],
                "signature": value,
                **({"timestamp": timestamp(value)} if timestamp else {}),
            }
        ).dump()
    )


def _listed(spec: SealSpec) -> core.SequenceOf:
    if not spec.by_digest:
        return schema.Certificates(list(spec.certs))
    digests = [{"type": schema.Text("printable", core.PrintableString("SM3")), "value": sm3(each)} for each in spec.certs]
    return schema.CertDigests(digests)


def _extensions(extensions: tuple[SealExtension, ...]) -> schema.ExtDatas:
    return schema.ExtDatas([{"extn_id": e.oid, "critical": e.critical, "extn_value": e.value} for e in extensions])


def _ia5(text: str) -> schema.Text:
    return schema.Text("ia5", core.IA5String(text))


def _time(moment: datetime) -> schema.Time:
    return schema.Time("general", core.GeneralizedTime(moment.replace(microsecond=0)))
