"""Whether an uploaded file is taken: one question, one named answer."""

from collections.abc import Callable

import orjson
from django.utils.translation import gettext as _

from kapok.kernel.common import verdicts
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.files import kinds
from kapok.kernel.files.checks.archives import check_ole, check_zip
from kapok.kernel.files.checks.base import Fault, fault
from kapok.kernel.files.checks.images import IMAGES, check_image
from kapok.kernel.files.checks.pdf import check_pdf
from kapok.kernel.files.checks.scanning import scan
from kapok.kernel.files.checks.tables import check_csv
from kapok.kernel.files.checks.xml import check_xml
from kapok.kernel.files.names import extension_of, unsafe

MEGABYTE = 1024 * 1024
_OFFICE = (kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.OFD)
_OLD_OFFICE = (kinds.DOC, kinds.XLS, kinds.PPT, kinds.OLE)


def inspect(name: str, content: bytes, *, allow: tuple[str, ...], limit: int) -> Verdict:
    """Whether a file may be taken: name, size in bytes, type by content, and what is inside; refusals are 422.

    `allow` are media types. Nothing the sender says about the type is believed.
    """
    found = _first_fault(name, content, allow, limit)
    return verdicts.allow() if found is None else verdicts.refuse(found[0], status=_status(found), **found[1])


def media_type_of(name: str, content: bytes) -> str:
    """The media type of a file that has passed `inspect`."""
    return kinds.fits(kinds.sniff(content), extension_of(name)) or kinds.UNKNOWN


def readable(media_types: tuple[str, ...]) -> str:
    """Allowed types as people name them: PDF、JPG、PNG."""
    return "、".join(dict.fromkeys(kinds.EXTENSIONS.get(t, ("?",))[0].upper() for t in media_types)) or _("无")


def _status(found: Fault) -> int:
    return 503 if found[0] == "files.scan_unavailable" else 422


def _first_fault(name: str, content: bytes, allowed: tuple[str, ...], limit: int) -> Fault | None:
    if unsafe(name):
        return fault("name_unsafe")
    if not content:
        return fault("empty")
    if len(content) > limit:
        size = f"{len(content) / MEGABYTE:.1f}"
        return fault("too_large", limit_mb=f"{limit / MEGABYTE:g}", size_mb=size)
    return scan(content) or _wrong_type(name, content, allowed) or _inside(media_type_of(name, content), content)


def _wrong_type(name: str, content: bytes, allowed: tuple[str, ...]) -> Fault | None:
    kind, extension = kinds.sniff(content), extension_of(name)
    if kind == kinds.EXECUTABLE:
        return fault("executable")
    if kind == kinds.UNKNOWN:
        return fault("unknown_type", allowed=readable(allowed))
    taken = kinds.fits(kind, extension)
    if taken is None:
        return fault("type_mismatch", extension=extension, found=kind)
    return None if taken in allowed else fault("type_not_allowed", allowed=readable(allowed), found=taken)


def _inside(kind: str, content: bytes) -> Fault | None:
    if kind in IMAGES:
        return check_image(kind, content)
    if kind in _OFFICE or kind == kinds.ZIP:
        return check_zip(content, office=kind in _OFFICE)
    if kind in _OLD_OFFICE:
        return check_ole(content)
    check = _CHECKS.get(kind)
    return check(content) if check else None


def _rtf(content: bytes) -> Fault | None:
    lower = content.lower()
    return fault("active_content", what="object") if b"\\objdata" in lower or b"\\object" in lower else None


def _json(content: bytes) -> Fault | None:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return fault("damaged", why="json")
    return None


def _svg(content: bytes) -> Fault | None:
    return check_xml(content, active=True)


def _html(_content: bytes) -> Fault | None:
    return fault("active_content", what="html")


_CHECKS: dict[str, Callable[[bytes], Fault | None]] = {
    kinds.PDF: check_pdf, kinds.CSV: check_csv, kinds.XML: check_xml, kinds.SVG: _svg, kinds.HTML: _html, kinds.RTF: _rtf,
    kinds.JSON: _json,
}  # fmt: skip
