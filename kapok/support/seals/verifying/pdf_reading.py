"""What signatures a PDF holds, what bytes each covers, and what was changed after it. pyHanko reads and compares the revisions."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from kapok.kernel.crypto.public import asn1
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.pdf_shape import drawn_unsigned, is_drawn, raw, refuse_endless

ALLOWED = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
)
"""After a signature only further signatures, time stamps and evidence may come: no filled-in fields, no notes.

The description (title, dates) may follow, since other software renews it whenever it signs; no page shows it.
"""

MOST_SIGNATURES, MOST_PAGES = 50, 5000
MOST_WORK = 1 << 30
"""Bytes of the file times signatures, each of which covers nearly all of it."""

logging.getLogger("pyhanko").setLevel(logging.ERROR)  # what it finds suspicious is an answer here, not an event
UNREADABLE = (
    misc.PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError, RecursionError, NotImplementedError,
    OverflowError, OSError,
)  # fmt: skip
"""What pyHanko and asn1crypto raise on bytes that are not what they seem."""


@dataclass(frozen=True)
class FoundSignature:
    """One signature field's value. `message` is None where it cannot be read at all (`fault` says why)."""

    name: str
    order: int
    is_stamp: bool
    message: bytes | None = field(repr=False, default=None)
    ranges: tuple[int, int, int] = (0, 0, 0)
    """Where the first covered part ends, where the second begins, where it ends."""

    covers: str = ""
    """`file`, `revision` (more was appended), or what is wrong: `gap`, `part`."""

    changed: str = ""
    """What was done after it that may not be; empty where nothing was."""

    said_at: datetime | None = None
    reason: str = ""
    subfilter: str = ""
    page: int | None = None
    padded: bool = False
    """Something other than zeros fills the room that was kept for the message."""

    trailing: bool = False
    """Bytes follow that belong to no revision."""

    revision: int = 0
    """Which revision it closes, counted from the oldest."""

    fault: str = ""


@dataclass(frozen=True)
class PdfFacts:
    """A PDF as far as its signatures are concerned; `certificates`, `crls`, `ocsps` are the evidence it keeps inside."""

    content: bytes = field(repr=False)
    pages: int
    info: dict[str, str]
    signatures: tuple[FoundSignature, ...]
    certificates: tuple[bytes, ...] = field(repr=False, default=())
    crls: tuple[bytes, ...] = field(repr=False, default=())
    ocsps: tuple[bytes, ...] = field(repr=False, default=())

    def covered(self, found: FoundSignature) -> bytes:
        """The bytes a signature was made over; cut out anew each time, since a file may hold many."""
        first, second, end = found.ranges
        return self.content[:first] + self.content[second:end]


def read_pdf(content: bytes) -> PdfFacts:
    """`NotVerifiable` when it is no PDF that can be read, or is encrypted."""
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            raise NotVerifiable("seals.verify_locked")
        refuse_endless(reader)
        pages = int(reader.root["/Pages"]["/Count"])
        fields = list(islice(enumerate_sig_fields(reader, filled_status=True), MOST_SIGNATURES + 1))
        if len(fields) > MOST_SIGNATURES or len(fields) * len(content) > MOST_WORK:
            raise NotVerifiable("seals.verify_pdf", why="too many signatures")
        numbers = _page_numbers(reader) if fields else {}
        signatures = [_found(reader, content, name or "", reference, numbers) for name, _, reference in fields]
        info = _info(reader, [each.revision for each in signatures if not each.is_stamp and each.message is not None])
    except UNREADABLE as error:
        raise NotVerifiable("seals.verify_pdf", why=type(error).__name__) from None
    return PdfFacts(content, pages, info, tuple(sorted(signatures, key=lambda each: each.order)), *_evidence(reader))


def _found(reader: PdfFileReader, content: bytes, name: str, reference: Any, numbers: dict[int, int]) -> FoundSignature:
    try:
        return _read(EmbeddedPdfSignature(reader, reference.get_object(), name), content, name, numbers)
    except UNREADABLE as error:
        return FoundSignature(name, len(content), is_stamp=False, fault=type(error).__name__)


def _read(embedded: EmbeddedPdfSignature, content: bytes, name: str, numbers: dict[int, int]) -> FoundSignature:
    start, first, second, rest = (int(number) for number in embedded.byte_range)
    if start != 0 or not 0 < first < second <= second + rest <= len(content):
        raise ValueError("byte range")
    message, padding = _trimmed(embedded.pkcs7_content)
    coverage = embedded.evaluate_signature_coverage()
    embedded.coverage = coverage  # type: ignore[assignment]  # declared without its type there
    sound = (
        coverage >= SignatureCoverageLevel.ENTIRE_REVISION and content[first : first + 1] == b"<" and content[second - 1 : second] == b">"
    )
    signature = embedded.sig_object
    return FoundSignature(
        name=name,
        order=second + rest,
        is_stamp=embedded.sig_object_type == "/DocTimeStamp",
        message=message,
        ranges=(first, second, second + rest),
        covers={True: "file" if coverage == SignatureCoverageLevel.ENTIRE_FILE else "revision", False: "gap"}[sound],
        changed=_changes(embedded) if sound else "",
        said_at=_moment(embedded),
        reason=str(signature.get("/Reason", ""))[:500],
        subfilter=str(signature.get("/SubFilter", ""))[:60],
        page=_page(embedded.sig_field, numbers),
        trailing=coverage == SignatureCoverageLevel.ENTIRE_REVISION and _is_last(embedded),
        padded=bool(padding.strip(b"\0")),
        revision=embedded.signed_revision,
    )


def _is_last(embedded: EmbeddedPdfSignature) -> bool:
    return bool(embedded.signed_revision == embedded.reader.xrefs.total_revisions - 1)


def _trimmed(contents: bytes) -> tuple[bytes, bytes]:
    """The message alone, and what fills the room kept for it, which no signature covers."""
    message = asn1.cms.ContentInfo.load(contents).dump()
    return message, contents[len(message) :]


def _changes(embedded: EmbeddedPdfSignature) -> str:
    """What came after the signature and may not; empty where it is signatures and evidence only."""
    if drawn := drawn_unsigned(embedded):
        return f"drawn by nobody: {drawn}"
    result = embedded.evaluate_modifications(ALLOWED)
    if isinstance(result, SuspiciousModification):
        return str(result)[:200] or "changed"
    return "" if result.modification_level <= ModificationLevel.FORM_FILLING else result.modification_level.name


def _moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    told = embedded.self_reported_timestamp
    return told if told is not None and told.tzinfo is not None else None


def _page(field: generic.DictionaryObject, numbers: dict[int, int]) -> int | None:
    """The page a signature is shown on; None where it is not to be seen."""
    return numbers.get(getattr(raw(field, "/P"), "idnum", -1)) if is_drawn(field) else None


def _page_numbers(reader: PdfFileReader) -> dict[int, int]:
    """Numbers of pages by the id of their object."""
    found: dict[int, int] = {}
    waiting = [reader.root.raw_get("/Pages")]
    while waiting and len(found) < MOST_PAGES:
        reference = waiting.pop()
        node = reference.get_object()
        if "/Kids" in node:
            waiting += reversed([node["/Kids"].raw_get(place) for place in range(len(node["/Kids"]))])
        else:
            found[getattr(reference, "idnum", -1)] = len(found) + 1
    return found


def _info(reader: PdfFileReader, signed: list[int]) -> dict[str, str]:
    """The texts of the document information dictionary, as the first signature found them: what follows it may change them unseen."""
    then = reader.get_historical_resolver(min(signed) if signed else reader.xrefs.total_revisions - 1)
    told = raw(then.trailer_view, "/Info")
    told = then.get_object(told.reference) if isinstance(told, generic.IndirectObject) else told
    if not isinstance(told, generic.DictionaryObject):
        return {}
    pairs = ((str(name).lstrip("/"), told[name]) for name in list(told)[:100])
    return {name: str(value)[:2000] for name, value in pairs if isinstance(value, generic.TextStringObject)}


def _evidence(reader: PdfFileReader) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    try:
        store = DocumentSecurityStore.read_dss(reader)
        kinds = (
            (DecodePurpose.CERTIFICATE, store.certs.values()),
            (DecodePurpose.CRL, store.crls),
            (DecodePurpose.OCSP_RESPONSE, store.ocsps),
        )
        lists = [tuple(bytes(one.get_object().read_data(purpose)) for one in kept) for purpose, kept in kinds]
    except (NoDSSFoundError, *UNREADABLE):
        return (), (), ()
    return lists[0], lists[1], lists[2]
