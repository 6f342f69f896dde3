"""PDF: whole, readable, without scripts, attachments and password."""

import io
import logging
import re
import zlib

from pypdf import PdfReader

from kapok.kernel.files.checks.base import Fault, fault

MOST_PAGES = 2_000
_INFLATED = 64 * 1024 * 1024
_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|XFA|GoToE|ImportData|SubmitForm)(?![A-Za-z])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)


def check_pdf(content: bytes) -> Fault | None:
    """Looks at names everywhere, escaped ones and those inside object streams included."""
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content[-4096:]:
        return fault("damaged", why="cut")
    return _active(content) or _object_streams(content) or _pages(content)


def _active(content: bytes) -> Fault | None:
    plain = _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), content) if b"#" in content else content
    found = _ACTIVE.search(content) or _ACTIVE.search(plain)
    return fault("active_content", what=found[1].decode()) if found else None


def _object_streams(content: bytes) -> Fault | None:
    budget = _INFLATED
    for head in _OBJECT_STREAM.finditer(content):
        if b"/FlateDecode" not in content[max(0, head.start() - 400) : head.end()]:
            inner = content[head.end() : content.find(b"endstream", head.end())]
        else:
            try:
                inner = zlib.decompressobj().decompress(content[head.end() :], budget)
            except zlib.error:
                return fault("damaged", why="stream")
        budget -= len(inner)
        if budget <= 0:
            return fault("zip_bomb")
        found = _active(inner)
        if found:
            return found
    return None


def _pages(content: bytes) -> Fault | None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            return fault("encrypted")
        pages = len(reader.pages)
    except Exception:  # whatever a broken file does to the reader, it is not a readable PDF
        return fault("damaged", why="structure")
    if pages == 0:
        return fault("damaged", why="no page")
    return fault("too_many_pages", pages=pages, limit=MOST_PAGES) if pages > MOST_PAGES else None
