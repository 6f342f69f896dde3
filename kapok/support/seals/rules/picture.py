"""From vectors to the PNG a seal carries: 300 dpi, transparent, equal bytes for equal vectors."""

import io
import threading
from functools import lru_cache

import typst
from PIL import Image

from kapok.support.seals.data import SealKind

DPI = 300
OPAQUE = 255
_SOURCE = """#set page(width: {width}mm, height: {height}mm, margin: 0pt, fill: none)
#image(bytes(sys.inputs.drawing), format: "svg", width: {width}mm)
"""
_lock = threading.Lock()


def png_of(kind: SealKind, drawing: str) -> bytes:
    """The picture as PNG."""
    source = _SOURCE.format(width=f"{kind.width:g}", height=f"{kind.height:g}").encode()
    with _lock:
        made = _compiler().compile(input=source, format="png", ppi=float(DPI), sys_inputs={"drawing": drawing})
    assert isinstance(made, bytes)
    return one_ink(made)


def one_ink(png: bytes) -> bytes:
    """The same picture as shades of one ink: a seal is drawn in one colour, and every file it is put on carries it twice."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    alpha = picture.getchannel("A")
    inks = [colour for _, colour in picture.getcolors(1 << 20) or () if isinstance(colour, tuple) and colour[3] == OPAQUE]
    ink = inks[0][:3] if inks else (0, 0, 0)
    alpha.putpalette(bytes(ink) * (OPAQUE + 1))
    out = io.BytesIO()
    alpha.save(out, "PNG", transparency=bytes(range(OPAQUE + 1)), optimize=True)
    return out.getvalue()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(ignore_system_fonts=True)
