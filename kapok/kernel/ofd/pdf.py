"""The same pages as a tagged PDF/A, set by typst: every line where the drawing put it, so that both renditions look alike."""

import json
import re
import threading
import warnings
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC
from functools import lru_cache
from pathlib import Path as File
from typing import Any

import typst
from django.conf import settings

from kapok.kernel.ofd.errors import GlyphMissing, NotWritable, PdfFailed
from kapok.kernel.ofd.fonts import Face, runs
from kapok.kernel.ofd.layout.preview import path_svg
from kapok.kernel.ofd.pages import Item, OfdDocument, Page, Path, Picture, TextLine
from kapok.kernel.ofd.writing.objects import steps_of
from kapok.kernel.ofd.writing.xml import number

_ROOT = File(__file__).resolve().parent
_PROGRAM = _ROOT / "writing" / "pages.typ"
_SYSTEM_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto-cjk")
_GLYPHS = re.compile(r'(?:the text|the codepoint) `"(.+?)"`')
_CODES = re.compile(r"\\u\{([0-9a-f]+)\}")
_OPENING = frozenset("“‘（《〈「『【〔〖〘〚")
"""Typst pulls these half an em to the left at the beginning of a line; they are put back."""
_SQUEEZED = frozenset("“‘（《〈「『【〔〖〘〚”’，。．、：；！？）》〉」』】〕〗〙〛·—…")
"""Typst takes room away round these; what follows one is placed anew."""
_lock = threading.Lock()


def write_pdf(document: OfdDocument) -> bytes:
    """The PDF/A-2a of the document's pages; equal input gives equal bytes. `GlyphMissing` and `NotWritable` as for the OFD.

    Attachments and custom data stay with the OFD: PDF/A-2 carries none.
    """
    if not document.pages:
        raise NotWritable(why="no pages")
    shared: dict[str, str] = {}
    info = document.info
    data = {
        "title": info.title, "author": info.author, "keywords": list(info.keywords),
        "pages": [_page(page, document, shared) for page in document.pages],
    }  # fmt: skip
    inputs = {"data": json.dumps(data, ensure_ascii=False), **shared}
    with _lock, warnings.catch_warnings(record=True):
        try:
            made = _compiler(str(settings.KAPOK_FONTS)).compile(
                input=_PROGRAM,
                format="pdf",
                sys_inputs=inputs,
                pdf_standards="a-2a",
                timestamp=info.created_at.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            raise _explained(error) from error
    if not isinstance(made, bytes):
        raise PdfFailed(why="several files")
    return made


@lru_cache(maxsize=2)
def _compiler(folder: str) -> typst.Compiler:
    """One compiler with its fonts loaded: loading 30 MB of fonts costs more than a paper."""
    paths = [path for path in (folder, *_SYSTEM_FONTS) if File(path).is_dir()]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    return typst.Compiler(root=_ROOT, font_paths=fonts, ignore_system_fonts=True)


def _explained(error: typst.TypstError) -> GlyphMissing | PdfFailed:
    found = dict.fromkeys(_GLYPHS.findall(f"{error.message}\n{error.diagnostic}"))
    if found:
        return GlyphMissing(glyphs="".join(_CODES.sub(lambda m: chr(int(m[1], 16)), glyph) for glyph in found))
    return PdfFailed(why=str(error.message)[:300])


def _page(page: Page, document: OfdDocument, shared: dict[str, str]) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    sheets = [sheet for sheet in document.templates if sheet.key == page.template]
    for sheet in sheets:
        if not sheet.foreground:
            items += _shared(sheet.items, page, shared)
    items += _items(page.items, page)
    for sheet in sheets:
        if sheet.foreground:
            items += _shared(sheet.items, page, shared)
    return {"width": page.width, "height": page.height, "items": items}


def _shared(items: tuple[Item, ...], page: Page, shared: dict[str, str]) -> list[dict[str, Any]]:
    """A template page's drawings go in once, whatever number of pages shows them."""
    made = _items(items, page)
    for one in made:
        if one["kind"] == "drawn":
            key = next((key for key, svg in shared.items() if svg is one["svg"] or svg == one["svg"]), f"shared{len(shared)}")
            shared[key] = one["svg"]
            one |= {"kind": "shared", "svg": key}
    return made


def _items(items: Iterable[Item], page: Page) -> list[dict[str, Any]]:
    """Lines one by one; drawings that follow each other as one picture."""
    made: list[dict[str, Any]] = []
    drawn: list[str] = []

    def close() -> None:
        if drawn:
            made.append(
                {
                    "kind": "drawn",
                    "svg": _svg(page.width, page.height, "".join(drawn)),
                    "x": 0,
                    "y": 0,
                    "width": page.width,
                    "height": page.height,
                    "alt": "",
                }
            )
            drawn.clear()

    for item in items:
        if isinstance(item, Path):
            drawn.append(path_svg(item))
        elif isinstance(item, TextLine):
            close()
            made += _lines(item)
        else:
            close()
            made.append(_picture(item))
    close()
    return made


def _svg(width: float, height: float, body: str) -> str:
    w, h = number(width), number(height)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">{body}</svg>'


def _picture(picture: Picture) -> dict[str, Any]:
    kind = "png" if picture.content.startswith(b"\x89PNG") else "jpeg"
    w, h = number(picture.width), number(picture.height)
    source = f"data:image/{kind};base64,{b64encode(picture.content).decode()}"
    opacity = "" if picture.opacity >= 1 else f' opacity="{number(picture.opacity)}"'
    svg = _svg(picture.width, picture.height, f'<image width="{w}" height="{h}" preserveAspectRatio="none" href="{source}"{opacity}/>')
    return {
        "kind": "drawn",
        "svg": svg,
        "x": picture.x,
        "y": picture.y,
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
    }


def _lines(line: TextLine) -> list[dict[str, Any]]:
    """A line as typst is given it: one entry per face, in it stretches of one tracking."""
    if not line.text:
        return []
    moves = steps_of(line)
    starts = [0.0]
    for move in moves:
        starts.append(starts[-1] + move)
    alpha = "" if line.opacity >= 1 else f"{round(max(line.opacity, 0) * 255):02x}"
    facts = {"kind": "text", "x": line.x, "y": line.y, "angle": line.angle, "size": line.size, "colour": line.colour + alpha}
    return [
        {
            **facts,
            "family": face.family,
            "weight": 700 if face.weight == "bold" else 400,
            "parts": _parts(line, face, first, end, starts, moves),
        }
        for face, first, end in runs(line.text, line.font)
    ]


def _parts(line: TextLine, face: Face, first: int, end: int, starts: list[float], moves: tuple[float, ...]) -> list[list[Any]]:
    """Cut where the room between characters changes, or where typst would change it."""
    if line.down:
        return [[0, round(starts[n], 4), 0, line.text[n]] for n in range(first, end)]
    extra = [round(moves[n] - face.advance(line.text[n]) * line.size, 3) if n < len(moves) else 0.0 for n in range(first, end)]
    parts: list[list[Any]] = []
    for n, character in enumerate(line.text[first:end], first):
        if parts and line.text[n - 1] not in _SQUEEZED and character not in _OPENING and parts[-1][2] == extra[n - 1 - first]:
            parts[-1][3] += character
        else:
            back = line.size / 2 if character in _OPENING and face.advance(character) == 1.0 else 0.0
            parts.append([round(starts[n] + back, 4), 0, extra[n - first], character])
    return parts
