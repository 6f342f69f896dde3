"""Seals and their signatures read from DER: three generations told apart by how many elements they have and by the header's version."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import core, parser

from kapok.kernel.crypto.errors import SesUnreadable
from kapok.kernel.crypto.ses import schema
from kapok.kernel.crypto.ses.data import (
    CERTS,
    DIGESTS,
    INFO,
    INFO_CERT_ALGORITHM,
    V1,
    V4,
    V5,
    CertificateDigest,
    Seal,
    SealExtension,
    SealPicture,
    SealSignature,
)
from kapok.kernel.crypto.sm2.curve import sequence

LARGEST = 20 * 1024 * 1024
"""Bytes of a seal or a signature: pictures are tens of kilobytes."""

MOST_PARTS = 8


def read_seal(der: bytes) -> Seal:
    """The seal in these bytes (v1, v4, v5). `SesUnreadable` says what is wrong; oddities that do no harm stand in `warnings`."""
    return _guarded("seal", _seal_of, der)


def read_signature(der: bytes) -> SealSignature:
    """The seal's signature in these bytes (v1, v4, v5), with the seal inside it. `SesUnreadable` says what is wrong."""
    return _guarded("signature", _signature_of, der)


def is_signature(der: bytes) -> bool:
    """Whether these bytes have the outer form of a seal's signature; a CMS message starts with an OID instead."""
    try:
        parts = _elements(der)
    except (ValueError, TypeError):
        return False
    return len(parts) in (2, 4, 5) and parts[0][:1] == b"\x30"


def _guarded(what: str, read: Any, der: bytes) -> Any:
    if len(der) > LARGEST:
        raise SesUnreadable(what=what, why="too large")
    try:
        return read(der)
    except SesUnreadable:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError, UnicodeError) as error:
        raise SesUnreadable(what=what, why=str(error).partition("\n")[0][:200]) from error


def _elements(der: bytes) -> list[bytes]:
    """The parts of a SEQUENCE as they are written."""
    _, _, tag, _, content, _ = parser.parse(der)
    if der[:1] != b"\x30" or tag != core.Sequence.tag:
        raise ValueError("not a SEQUENCE")
    parts = []
    while content:
        size = parser.peek(content)
        parts.append(content[:size])
        content = content[size:]
        if len(parts) > MOST_PARTS:
            raise ValueError("too many elements")
    return parts


@lru_cache(maxsize=64)
def _seal_of(der: bytes) -> Seal:
    """Remembered: a seal is read for every paper it stands on."""
    parts = _elements(der)
    trailing = _trailing(der)
    if len(parts) == 2:
        return _seal_v1(der, parts, trailing)
    if len(parts) in (4, 5):
        return _seal_v4(der, parts, trailing)
    raise SesUnreadable(what="seal", why=f"{len(parts)} elements; 2, 4 or 5 are known")


def _seal_v1(der: bytes, parts: list[bytes], trailing: tuple[str, ...]) -> Seal:
    form = schema.SealFormV1.load(der)
    info, signed = form["info"], form["sign_info"]
    prop = info["property"]
    certificate, algorithm = signed["cert"], signed["algorithm"]
    whole = sequence(parts[0], certificate.dump(), algorithm.dump())
    return Seal(
        version=V1,
        **_facts(info),
        certs=tuple(each.native for each in prop["cert_list"]),
        digests=(),
        maker_cert=certificate.native,
        algorithm=algorithm.dotted,
        signature=signed["signature"].native,
        signed_over=((INFO_CERT_ALGORITHM, whole), (INFO, parts[0])),
        der=der,
        warnings=trailing,
    )


def _seal_v4(der: bytes, parts: list[bytes], trailing: tuple[str, ...]) -> Seal:
    form = schema.SealForm.load(sequence(*parts[:4]))
    info, certificate, algorithm = form["info"], form["cert"], form["algorithm"]
    certs, digests = _cert_list(info["property"])
    facts = _facts(info)
    stamp = _token(parts[4]) if len(parts) == 5 else None
    whole = sequence(parts[0], certificate.dump(), algorithm.dump())
    return Seal(
        version=V5 if len(parts) == 5 or facts["header_version"] >= V5 else V4,
        **facts,
        certs=certs,
        digests=digests,
        maker_cert=certificate.native,
        algorithm=algorithm.dotted,
        signature=form["signature"].native,
        signed_over=((INFO, parts[0]), (INFO_CERT_ALGORITHM, whole)),
        der=der,
        timestamp=stamp,
        warnings=trailing,
    )


def _facts(info: Any) -> dict[str, Any]:
    """What all generations say of themselves."""
    header, prop, picture = info["header"], info["property"], info["picture"]
    return {
        "header_id": header["id"].native,
        "header_version": header["version"].native,
        "vendor": header["vid"].native,
        "es_id": info["es_id"].native,
        "kind": prop["type"].native,
        "name": prop["name"].native,
        "created": _utc(prop["create_date"].native),
        "valid_from": _utc(prop["valid_start"].native),
        "valid_to": _utc(prop["valid_end"].native),
        "picture": SealPicture(picture["type"].native, picture["data"].native, picture["width"].native, picture["height"].native),
        "extensions": _extensions(info["ext_datas"]) + _extensions(info["ext_datas_tagged"]),
    }


def _cert_list(prop: Any) -> tuple[tuple[bytes, ...], tuple[CertificateDigest, ...]]:
    kind, listed = prop["cert_list_type"].native, prop["cert_list"].dump()
    if kind == CERTS:
        return tuple(each.native for each in schema.Certificates.load(listed)), ()
    if kind == DIGESTS:
        found = schema.CertDigests.load(listed)
        return (), tuple(CertificateDigest(each["type"].native, each["value"].native) for each in found)
    raise SesUnreadable(what="seal", why=f"certListType {kind}; 1 and 2 are known")


def _signature_of(der: bytes) -> SealSignature:
    parts = _elements(der)
    trailing = _trailing(der)
    if len(parts) == 2:
        return _signature_v1(der, parts, trailing)
    if len(parts) in (4, 5):
        return _signature_v4(der, parts, trailing)
    raise SesUnreadable(what="signature", why=f"{len(parts)} elements; 2, 4 or 5 are known")


def _signature_v1(der: bytes, parts: list[bytes], trailing: tuple[str, ...]) -> SealSignature:
    form = schema.SignatureFormV1.load(der)
    signed = form["to_sign"]
    at, token = _time_v1(signed["time_info"].native)
    return SealSignature(
        version=V1,
        seal=read_seal(signed["seal"].dump()),
        signed_at=at,
        data_hash=signed["data_hash"].native,
        property_info=signed["property_info"].native,
        extensions=(),
        cert=signed["cert"].native,
        algorithm=signed["algorithm"].dotted,
        signature=form["signature"].native,
        to_sign=parts[0],
        timestamp=token,
        token_inside=token is not None,
        warnings=trailing,
    )


def _signature_v4(der: bytes, parts: list[bytes], trailing: tuple[str, ...]) -> SealSignature:
    form = schema.SignatureForm.load(der)
    signed = form["to_sign"]
    seal = read_seal(signed["seal"].dump())
    stamp = form["timestamp"]
    return SealSignature(
        version=V5 if signed["version"].native >= V5 or seal.version == V5 else V4,
        seal=seal,
        signed_at=_utc(signed["time_info"].native),
        data_hash=signed["data_hash"].native,
        property_info=signed["property_info"].native,
        extensions=_extensions(signed["ext_datas_tagged"]),
        cert=form["cert"].native,
        algorithm=form["algorithm"].dotted,
        signature=form["signature"].native,
        to_sign=parts[0],
        timestamp=None if isinstance(stamp, core.Void) else stamp.native,
        warnings=trailing + seal.warnings,
    )


def _time_v1(content: bytes) -> tuple[datetime | None, bytes | None]:
    """v1 keeps its time in a BIT STRING: plain text, a time of ASN.1, or a whole token."""
    if content[:1] == b"\x30":
        return None, content
    if content[:1] in (b"\x17", b"\x18"):
        return _utc(schema.Time.load(content).native), None
    text = content.decode("ascii", "replace").strip().rstrip("Z")
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) == 12:
        digits = f"20{digits}"
    return (datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC), None) if len(digits) >= 14 else (None, None)


def _extensions(found: Any) -> tuple[SealExtension, ...]:
    if isinstance(found, core.Void):
        return ()
    return tuple(SealExtension(each["extn_id"].dotted, each["critical"].native, each["extn_value"].native) for each in found)


def _token(der: bytes) -> bytes:
    """v5's time stamp: the token itself, or a BIT STRING (tagged or not) around it."""
    if der[:1] == b"\xa0":
        der = parser.parse(der)[4]
    return bytes(core.OctetBitString.load(der).native) if der[:1] == b"\x03" else der


def _utc(moment: datetime) -> datetime:
    """Aware, in UTC: a time without a zone is taken as UTC, as the standard's Z says."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _trailing(der: bytes) -> tuple[str, ...]:
    """Bytes after the end belong to nothing and are covered by no signature."""
    return ("ses.trailing_bytes",) if parser.peek(der) != len(der) else ()
