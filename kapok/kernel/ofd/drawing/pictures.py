"""Pictures: what browsers draw goes through as it is, BMP, TIFF and plain JBIG2 become PNG, the rest is named."""

import base64
import struct
import warnings as python_warnings
from functools import lru_cache
from io import BytesIO

from kapok.kernel.ofd.drawing import bitmaps

LARGEST = 24 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""Of a picture a browser decodes."""
MOST_CONVERTED = 12_000_000
"""Of a picture decoded here."""
KEPT = 512 * 1024
"""Small pictures stay in memory once they are decoded: a code stands on every page."""

PASSED = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
CONVERTED = ((b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (bitmaps.MAGIC, "JBIG2"))
NAMED = ((b"\0\0\0\x0cjP", "JPEG 2000"), (b"RIFF", "WebP"), (b"<?xml", "SVG"), (b"<svg", "SVG"), (b"\xd7\xcd\xc6\x9a", "WMF"))


class NotShown(Exception):
    """The picture is not drawn; `code` and `what` go into the page's list."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code)
        self.code, self.what = code, what


def data_uri(content: bytes, said: str = "") -> str:
    """The picture as a data address; `said` is the format the file claims, used only to name what is not known."""
    if len(content) > LARGEST:
        raise NotShown("ofd.picture_too_large", said)
    for magic, kind in PASSED:
        if content.startswith(magic):
            _refuse_pixels(content, kind)
            return _address(kind, content)
    kind = to_convert(content)
    if kind:
        made = _kept_png(content, kind) if len(content) <= KEPT else as_png(content, kind)
        return _address("image/png", made)
    known = next((name for magic, name in NAMED if content.startswith(magic)), "")
    raise NotShown("ofd.picture_format", known or said or "?")


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _refuse_pixels(content: bytes, kind: str) -> None:
    """A PNG of a few kilobytes may say it is a thousand megapixels: the reader's browser would believe it."""
    if kind == "image/png" and len(content) >= 24:
        width, height = struct.unpack_from(">II", content, 16)
        if width * height > MOST_PIXELS:
            raise NotShown("ofd.picture_too_large", f"{width}×{height}")


def to_convert(content: bytes) -> str:
    """The format of a picture that no browser draws and that is decoded here; empty for all others."""
    return next((kind for magic, kind in CONVERTED if content.startswith(magic)), "")


@lru_cache(maxsize=8)
def _kept_png(content: bytes, kind: str) -> bytes:
    return as_png(content, kind)


def as_png(content: bytes, kind: str) -> bytes:
    """A BMP, TIFF or JBIG2 as PNG."""
    if kind == "JBIG2":
        try:
            return bitmaps.as_png(content)
        except bitmaps.NotRead as error:
            raise NotShown("ofd.picture_format", f"JBIG2 ({error})") from error
    from PIL import Image

    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > MOST_CONVERTED:
                    raise NotShown("ofd.picture_too_large", f"{image.width}×{image.height}")
                made = BytesIO()
                image.convert("RGBA" if "A" in image.mode else "RGB").save(made, "PNG")
    except NotShown:
        raise
    except Exception as error:  # Pillow raises many kinds on broken pictures
        raise NotShown("ofd.picture_format", kind) from error
    return made.getvalue()
