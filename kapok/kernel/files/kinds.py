"""What a file really is: by its bytes, never by what the sender says."""

import io
import re
import zipfile

PDF, JPEG, PNG, GIF, BMP, TIFF, WEBP, HEIC = (
    "application/pdf", "image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic",
)  # fmt: skip
ZIP, OFD, DOCX, XLSX, PPTX = (
    "application/zip",
    "application/ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
DOC, XLS, PPT, OLE = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/x-ole-storage"
TEXT, CSV, JSON, XML, SVG, HTML, RTF = (
    "text/plain", "text/csv", "application/json", "application/xml", "image/svg+xml", "text/html", "application/rtf",
)  # fmt: skip
EXECUTABLE, ARCHIVE, UNKNOWN = "application/x-executable", "application/x-archive", "application/octet-stream"

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",), JPEG: ("jpg", "jpeg", "jpe", "jfif"), PNG: ("png",), GIF: ("gif",), BMP: ("bmp",), TIFF: ("tif", "tiff"),
    WEBP: ("webp",), HEIC: ("heic", "heif"), ZIP: ("zip",), OFD: ("ofd",), DOCX: ("docx",), XLSX: ("xlsx",), PPTX: ("pptx",),
    DOC: ("doc", "wps"), XLS: ("xls", "et"), PPT: ("ppt", "dps"), TEXT: ("txt", "md", "log"), CSV: ("csv",), JSON: ("json",),
    XML: ("xml",), SVG: ("svg",), HTML: ("html", "htm"), RTF: ("rtf",),
}  # fmt: skip
"""Extensions a kind may carry, the usual one first."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF87a", GIF), (b"GIF89a", GIF), (b"BM", BMP),
    (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"{\\rtf", RTF), (b"MZ", EXECUTABLE), (b"\x7fELF", EXECUTABLE),
    (b"\xca\xfe\xba\xbe", EXECUTABLE), (b"\xcf\xfa\xed\xfe", EXECUTABLE), (b"\xfe\xed\xfa\xce", EXECUTABLE), (b"dex\n", EXECUTABLE),
    (b"#!", EXECUTABLE), (b"L\0\0\0\x01\x14\x02\0", EXECUTABLE), (b"\0asm", EXECUTABLE), (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE), (b"\x1f\x8b", ARCHIVE), (b"BZh", ARCHIVE), (b"\xfd7zXZ\0", ARCHIVE), (b"MSCF", ARCHIVE),
    (b"(\xb5/\xfd", ARCHIVE),
)  # fmt: skip
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"\s*(?:<\?xml|<!--|<!doctype|<html|<svg|<script|<[a-z][\w:.-]*[\s/>])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def sniff(content: bytes) -> str:
    """The media type by content; `application/octet-stream` when nothing is recognised."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp":
        return HEIC if content[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else UNKNOWN
    if content[257:262] == b"ustar":
        return ARCHIVE
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _package(content)
    if content.startswith(_OLE_MAGIC):
        return _compound(content)
    return _text(content)


def _package(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = {name.lower() for name in package.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if "[content_types].xml" in names:
        for folder, kind in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(folder) for name in names):
                return kind
    return OFD if "ofd.xml" in names else ZIP


def _compound(content: bytes) -> str:
    for stream, kind in (("WordDocument", DOC), ("Workbook", XLS), ("PowerPoint Document", PPT)):
        if stream.encode("utf-16-le") in content:
            return kind
    return OLE


def _text(content: bytes) -> str:
    text = decoded(content)
    if text is None:
        return UNKNOWN
    head = text.lstrip("\ufeff").lstrip()[:2000]
    if not _MARKUP.match(head.encode()):
        return JSON if head.startswith(("{", "[")) else TEXT
    lower = head.lower()
    if "<svg" in lower:
        return SVG
    if any(tag in lower for tag in ("<!doctype html", "<html", "<script", "<body", "<iframe")):
        return HTML
    return XML


def decoded(content: bytes) -> str | None:
    """Text in UTF-8, UTF-16 with mark, or GB 18030; None if it is none of them or holds control characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else text
    return None


def fits(kind: str, extension: str) -> str | None:
    """The media type a file of this kind and extension is taken as; None where they contradict each other."""
    if not extension or extension in EXTENSIONS.get(kind, ()):
        return kind
    if kind in (TEXT, JSON) and extension in ("csv", "txt", "json", "md", "log"):
        return {"csv": CSV, "json": JSON}.get(extension, TEXT)
    return None
