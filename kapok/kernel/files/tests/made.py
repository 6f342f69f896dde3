"""Files made for tests, good ones: each is what a real program would write, without any program."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>申请书</w:t></w:r></w:p></w:body></w:document>"
)
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()


def docx(extra: Mapping[str, str | bytes] | None = None, document: str | bytes = DOCUMENT, types: str = TYPES) -> bytes:
    return zipped({"[Content_Types].xml": types, "word/document.xml": document, **(extra or {})})


def xlsx(extra: Mapping[str, str | bytes] | None = None) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>", **(extra or {})})


def ofd(extra: Mapping[str, str | bytes] | None = None, root: str = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>') -> bytes:
    return zipped({"OFD.xml": root, "Doc_0/Document.xml": "<Document/>", **(extra or {})})


def pdf(catalog: bytes = b"", extra: bytes = b"", pages: int = 1) -> bytes:
    """A PDF with blank pages; `catalog` goes into its root, `extra` are further objects from number 10 on."""
    kids = b" ".join(b"%d 0 R" % (100 + n) for n in range(pages))
    parts = [
        (1, b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>"),
        (2, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids)),
        *((100 + n, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>") for n in range(pages)),
    ]
    out, places = b"%PDF-1.7\n", {}
    for number, body in parts:
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    out += extra
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return out + b"trailer << /Size 200 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 2, height: int = 2, data: bytes | None = None) -> bytes:
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height)) if data is None else data
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int = 8, height: int = 8) -> bytes:
    def part(mark: int, body: bytes) -> bytes:
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body

    return (
        b"\xff\xd8" + part(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + part(0xDB, bytes(65))
        + part(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0") + part(0xC4, bytes(20))
        + part(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x7f\x00\x12" + b"\xff\xd9"
    )  # fmt: skip


def gif(width: int = 2, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0" + b"\x2c" + bytes(9) + b"\x02\x02\x44\x01\0" + b"\x3b"


def bmp(width: int = 2, height: int = 2) -> bytes:
    body = bytes(16)
    return b"BM" + struct.pack("<IIIIiiHH", 54 + len(body), 0, 54, 40, width, height, 1, 24) + bytes(24) + body


def tiff(width: int = 2, height: int = 2) -> bytes:
    entries = struct.pack("<HHIHHHHIHH", 256, 3, 1, width, 0, 257, 3, 1, height, 0)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + bytes(4)


def webp(width: int = 2, height: int = 2) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def ole(*streams: str) -> bytes:
    names = b"".join((s + "\0").encode("utf-16-le").ljust(128, b"\0") for s in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names.ljust(2048, b"\0")


def zipped_info(info: zipfile.ZipInfo, body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(info, body)
    return out.getvalue()
