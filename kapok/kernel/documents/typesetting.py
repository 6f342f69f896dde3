"""From template and data to PDF, by typst. No database."""

import json
import re
import threading
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from kapok.kernel.documents.errors import GlyphMissing, RenderFailed
from kapok.kernel.documents.ports import SealPlace
from kapok.kernel.documents.templates import Template

ROOT = Path(__file__).resolve().parents[2]
"""The product's package: templates import the layout as `/kernel/documents/layout/paper.typ`."""

_SYSTEM_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto-cjk")
_GLYPHS = re.compile(r'(?:the text|the codepoint) `"(.+?)"`')
_CODES = re.compile(r"\\u\{([0-9a-f]+)\}")
POINT = 25.4 / 72
_lock = threading.Lock()
_compilers: dict[str, typst.Compiler] = {}


def typeset(template: Template, data: dict[str, Any], *, number: str, issued_at: datetime, sealed: bool) -> bytes:
    """A tagged PDF/A of the document; equal input gives equal bytes. Data reaches the template as values, never as markup."""
    return _typeset(template, data, number, issued_at, sealed=sealed)[0]


def typeset_for_seal(template: Template, data: dict[str, Any], *, number: str, issued_at: datetime) -> tuple[bytes, SealPlace | None]:
    """The same with an empty place for the seal, and where that place is."""
    return _typeset(template, data, number, issued_at, sealed=True)


def _typeset(
    template: Template, data: dict[str, Any], number: str, issued_at: datetime, *, sealed: bool
) -> tuple[bytes, SealPlace | None]:  # fmt: skip
    paper = {
        "title": template.title, "number": number, "qr": _qr(number), "sealed": sealed, "needs_seal": template.needs_seal, **data,
    }  # fmt: skip
    text = json.dumps(paper, ensure_ascii=False, default=str)
    with _lock, warnings.catch_warnings(record=True):
        try:
            made = _compiler().compile(
                input=template.path,
                format="pdf",
                sys_inputs={"data": text},
                pdf_standards="a-2a",
                timestamp=issued_at.astimezone(UTC).replace(microsecond=0),
            )
            place = _place(_compiler().query("<seal>")) if sealed else None
        except typst.TypstError as error:
            raise _explained(template, error) from error
    if not isinstance(made, bytes):
        raise RenderFailed(key=template.key, why="several files")
    return made, place


def _place(found: str) -> SealPlace | None:
    """Where the layout left the seal's place, of what typst answers about the paper it has just set."""
    marks = json.loads(found)
    if not marks:
        return None
    at = marks[-1]["value"]
    return SealPlace(int(at["page"]), float(at["x"].removesuffix("pt")) * POINT, float(at["y"].removesuffix("pt")) * POINT)


def _explained(template: Template, error: typst.TypstError) -> RenderFailed:
    """PDF/A forbids characters no font has and those of the private area; typst names them."""
    text = f"{error.message}\n{error.diagnostic}"
    found = dict.fromkeys(_GLYPHS.findall(text))
    if found:
        return GlyphMissing(key=template.key, glyphs="".join(_CODES.sub(lambda m: chr(int(m[1], 16)), glyph) for glyph in found))
    return RenderFailed(key=template.key, why=str(error.message)[:300])


def _compiler() -> typst.Compiler:
    """One compiler with its fonts loaded, per font folder: loading 30 MB of fonts costs more than a paper."""
    folder = str(settings.KAPOK_FONTS)
    if folder not in _compilers:
        paths = [path for path in (folder, *_SYSTEM_FONTS) if Path(path).is_dir()]
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
        _compilers[folder] = typst.Compiler(root=ROOT, font_paths=fonts, ignore_system_fonts=True)
    return _compilers[folder]


def _qr(number: str) -> list[str]:
    """The number as a QR code, rows of 0 and 1, drawn by the layout as vectors."""
    code = segno.make(number, error="m", micro=False)
    return ["".join("1" if dark else "0" for dark in row) for row in code.matrix]
