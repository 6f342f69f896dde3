"""A seal put on a PDF (PAdES, ETSI EN 319 142-1) as an incremental update: what was signed before stays as it was.

pyHanko writes the PDF; the signature is our own CMS by whoever holds the key. The picture is drawn as vectors. Levels: B-B; with a
time stamp B-T; with the evidence kept inside (certificates, CRLs, OCSP answers) B-LT; with a time stamp over all of it B-LTA.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from kapok.kernel.crypto.public import (
    SIGNING_CERTIFICATE,
    Signer,
    asn1,
    crls_for,
    sign_digest_cms,
    signing_certificate,
    sm3,
    timestamp,
    timestamp_digest,
)
from kapok.support.seals.data import StampPlace
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.stamping.appearance import Appearance

DIGESTS = {"sm2": "sm3", "ecdsa": "sha256", "rsa": "sha256"}
ROOM_FOR_SIGNATURE, ROOM_FOR_STAMP = 2048, 3072
"""Bytes of a CMS signature and of a time stamp token besides their certificates."""

ESIC = generic.DictionaryObject({pdf_name("/BaseVersion"): pdf_name("/1.7"), pdf_name("/ExtensionLevel"): generic.NumberObject(1)})


@dataclass(frozen=True)
class Evidence:
    """What proves a signature when nobody can be asked any more, as DER: certificates, revocation lists, OCSP answers."""

    certificates: tuple[bytes, ...] = field(repr=False, default=())
    crls: tuple[bytes, ...] = field(repr=False, default=())
    ocsps: tuple[bytes, ...] = field(repr=False, default=())


def node_evidence(*signers: Signer) -> Evidence:
    """What this node's own authorities can prove today of whoever signs and stamps: their chains, and the lists of the revoked."""
    certificates = tuple(dict.fromkeys(der for each in signers for der in (each.certificate, *each.chain)))
    return Evidence(certificates, crls_for(certificates))


def stamp_pdf(
    content: bytes,
    picture_png: bytes,
    picture_svg: str,
    signer: Signer,
    *,
    places: Sequence[StampPlace],
    at: datetime,
    timestamper: Signer | None = None,
    reason: str = "",
    name: str = "",
    sm2_signer: Signer | None = None,
    evidence: Evidence | None = None,
    archive: bool = False,
) -> bytes:
    """The PDF with one more seal by an ECDSA or RSA key, drawn at the places; the first one is the signature's own.

    `sm2_signer` adds a second, invisible signature for those who ask for SM2. `archive` closes with a time stamp over everything.
    `SealRefused` where the file cannot be sealed. Equal calls give equal bytes but for the signatures themselves.
    """
    out = BytesIO(content)
    stamps = None if timestamper is None else lambda value: timestamp(value, timestamper, at)
    try:
        writer = _writer(out)
        appearance = Appearance(writer, picture_svg or picture_png) if places else None
        said = SignatureObject(
            at, SigSeedSubFilter.PADES, name=name or None, reason=reason or None, bytes_reserved=_room(signer, timestamper)
        )
        _sign(writer, said, signer, stamps, places, appearance)
        if sm2_signer is not None:
            also = SignatureObject(at, SigSeedSubFilter.PADES, name=name or None, bytes_reserved=_room(sm2_signer, timestamper))
            _sign(_writer(out), also, sm2_signer, stamps, (), None)
        if evidence is not None:
            _keep(out, evidence)
        if archive and timestamper is not None:
            _close(out, timestamper, at)
    except (misc.PdfError, SigningError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError) as error:
        raise SealRefused("seals.unreadable", 422, why=f"PDF {type(error).__name__}") from error
    return out.getvalue()


class _Writer(IncrementalPdfFileWriter):
    """Takes its ids from the content and leaves dates and metadata alone: a seal says when, and equal input gives equal bytes."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        content = sm3(prev.stream.getvalue())
        kept = prev.trailer["/ID"][0].original_bytes if "/ID" in prev.trailer else content[16:]
        return generic.ArrayObject([generic.ByteStringObject(kept), generic.ByteStringObject(content[:16])])

    def _update_meta(self) -> None:
        return


def _writer(out: BytesIO) -> _Writer:
    """Of the file as it stands; an encrypted one is refused."""
    writer = _Writer(out, strict=False)
    if writer.prev.encrypted:
        raise SealRefused("seals.unreadable", 422, why="PDF encrypted")
    return writer


def _sign(
    writer: IncrementalPdfFileWriter,
    said: PdfSignedData,
    signer: Signer,
    stamps: Callable[[bytes], bytes] | None,
    places: Sequence[StampPlace],
    appearance: Appearance | None,
) -> None:
    """One signature, appended to the file the writer was made from."""
    if len(places) > 1 and any(True for _ in enumerate_sig_fields(writer, filled_status=True)):
        raise SealRefused("seals.unreadable", 422, why="PDF signed before: one place only")
    boxes = [appearance.box(place) for place in places] if appearance else []
    _tell_pades(writer)
    spec = SigFieldSpec(_free_name(writer), on_page=places[0].page - 1 if places else 0, box=boxes[0] if boxes else None)  # type: ignore[arg-type]  # written as reals
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(spec.sig_field_name, writer)
    annotation = next(steps).get_object()
    if appearance:
        annotation["/AP"] = generic.DictionaryObject({pdf_name("/N"): appearance.drawn(places[0])})
        for place, box in zip(places[1:], boxes[1:], strict=True):
            appearance.add(place, box)
    steps.send(SigObjSetup(sig_placeholder=said))
    prepared, _ = steps.send(SigIOSetup(md_algorithm=DIGESTS[signer.algorithm], in_place=True))
    bound = {SIGNING_CERTIFICATE: signing_certificate(signer)}
    steps.send(sign_digest_cms(prepared.document_digest, signer, attributes=bound, timestamp=stamps))


def _keep(out: BytesIO, evidence: Evidence) -> None:
    """Put the evidence into the document security store, in an update of its own."""
    writer = _writer(out)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1.x509.Certificate.load(der) for der in evidence.certificates],
        crls=[asn1.crl.CertificateList.load(der) for der in evidence.crls],
        ocsps=[asn1.ocsp.OCSPResponse.load(der) for der in evidence.ocsps],
    )
    writer.write_in_place()


def _close(out: BytesIO, timestamper: Signer, at: datetime) -> None:
    """A document time stamp over all there is."""
    writer = _writer(out)
    spec = SigFieldSpec(_free_name(writer, "TimeStamp"))
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(spec.sig_field_name, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=_room(None, timestamper))))
    digest_name = DIGESTS[timestamper.algorithm]
    prepared, _ = steps.send(SigIOSetup(md_algorithm=digest_name, in_place=True))
    steps.send(timestamp_digest(prepared.document_digest, digest_name, timestamper, at))


def _tell_pades(writer: IncrementalPdfFileWriter) -> None:
    """The extension that names PAdES signatures, as ETSI asks for files below PDF 2.0."""
    if writer.output_version < (2, 0):
        extensions = writer.root.get("/Extensions") or generic.DictionaryObject()
        if "/ESIC" not in extensions:
            extensions[pdf_name("/ESIC")] = ESIC
            writer.root["/Extensions"] = extensions
            writer.update_root()


def _free_name(writer: IncrementalPdfFileWriter, stem: str = "Seal") -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)


def _room(signer: Signer | None, timestamper: Signer | None) -> int:
    """Hexadecimal digits to keep free."""
    size = 0
    if signer is not None:
        size += ROOM_FOR_SIGNATURE + sum(map(len, (signer.certificate, *signer.chain)))
    if timestamper is not None:
        size += ROOM_FOR_STAMP + sum(map(len, (timestamper.certificate, *timestamper.chain)))
    return 2 * size
