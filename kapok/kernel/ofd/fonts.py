"""The fonts of papers: which glyph a character has, how wide it is, and the small font a file carries.

Two faces, `regular` and `bold` (Noto Serif SC from KAPOK_FONTS); a character they lack falls to the system's Noto CJK, and one
that is nowhere stops the paper with `GlyphMissing`, which names it. Fonts are read once per process.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from kapok.kernel.ofd.errors import FontsMissing, GlyphMissing

_SYSTEM = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/noto-cjk"))
_FILES = {
    "regular": ("NotoSerifSC_400Regular.ttf", "NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc"),
    "bold": ("NotoSerifSC_700Bold.ttf", "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Bold.ttc"),
}
_SIMPLIFIED = 2
"""Which font of a Noto CJK collection is the one for simplified Chinese."""

FONTS = tuple(_FILES)
"""The names a text may ask for."""


reading = threading.RLock()
"""Held by whoever reads a font file: a parsed file serves one reader at a time."""


@dataclass(frozen=True)
class _Facts:
    """What is read of a font once: the parsed file, its measures, its characters."""

    font: TTFont
    family: str
    em: int
    ascent: float
    descent: float
    glyph_names: Mapping[int, str]
    widths: Mapping[str, tuple[int, int]]


class Face:
    """One font file: widths and outlines in parts of the em."""

    def __init__(self, path: Path, weight: str) -> None:
        self.path = path
        self.weight = weight
        self.key = f"{path.stem}-{weight}"
        self.number = _SIMPLIFIED if path.suffix == ".ttc" else -1

    @cached_property
    def _facts(self) -> _Facts:
        with reading:
            font = TTFont(self.path, lazy=True, fontNumber=self.number)
            em = int(font["head"].unitsPerEm)
            return _Facts(
                font, str(font["name"].getBestFamilyName()), em, float(font["hhea"].ascent) / em, -float(font["hhea"].descent) / em,
                dict(font.getBestCmap()), dict(font["hmtx"].metrics),
            )  # fmt: skip

    @property
    def font(self) -> TTFont:
        """The parsed file, kept for the life of the process; hold `reading` while asking it for more."""
        return self._facts.font

    @property
    def family(self) -> str:
        """The family's name as other programs know it."""
        return self._facts.family

    @property
    def glyph_names(self) -> Mapping[int, str]:
        """Code point to glyph."""
        return self._facts.glyph_names

    @property
    def em(self) -> int:
        return self._facts.em

    @property
    def ascent(self) -> float:
        """How far above the baseline glyphs reach, in ems."""
        return self._facts.ascent

    @property
    def descent(self) -> float:
        """How far below the baseline glyphs reach, in ems (positive)."""
        return self._facts.descent

    @cached_property
    def _advances(self) -> dict[str, float]:
        return {}

    def has(self, character: str) -> bool:
        return ord(character) in self.glyph_names

    def advance(self, character: str) -> float:
        """The width of a character this face has, in ems."""
        known = self._advances.get(character)
        if known is None:
            known = self._advances[character] = self._facts.widths[self.glyph_names[ord(character)]][0] / self.em
        return known

    @lru_cache(maxsize=20_000)  # noqa: B019 - faces live as long as the process
    def outline(self, character: str) -> str:
        """The glyph as an SVG path in font units, y upwards."""
        with reading:
            pen = SVGPathPen(self._glyph_set)
            self._glyph_set[self.glyph_names[ord(character)]].draw(pen)
            return str(pen.getCommands())

    @cached_property
    def _glyph_set(self) -> Any:
        return self.font.getGlyphSet()

    def __repr__(self) -> str:
        return f"<Face {self.key}>"


def faces(font: str) -> tuple[Face, ...]:
    """The faces a font name is written with, in the order they are asked."""
    return _known(str(settings.KAPOK_FONTS), font)[0].choice


def _choice(folder: str, font: str) -> tuple[Face, ...]:
    places = [Path(folder), *_SYSTEM]
    paths = [next((where / name for where in places if (where / name).is_file()), None) for name in _FILES[font]]
    if not any(paths):
        raise FontsMissing
    return tuple(Face(path, font) for path in paths if path)


class _FaceOf(dict[str, Face | None]):
    """Which face of a font has a character; asked once for each."""

    def __init__(self, choice: tuple[Face, ...]) -> None:
        super().__init__()
        self.choice = choice

    def __missing__(self, character: str) -> Face | None:
        found = self[character] = next((face for face in self.choice if face.has(character)), None)
        return found


class _AdvanceOf(dict[str, float]):
    """How wide a character is in a font, in ems; `GlyphMissing` if no face has it."""

    def __init__(self, faces_of: _FaceOf) -> None:
        super().__init__()
        self.faces_of = faces_of

    def __missing__(self, character: str) -> float:
        face = self.faces_of[character]
        if face is None:
            raise GlyphMissing(glyphs=character)
        found = self[character] = face.advance(character)
        return found


_ready: dict[tuple[str, str], tuple[_FaceOf, _AdvanceOf]] = {}


def _known(folder: str, font: str) -> tuple[_FaceOf, _AdvanceOf]:
    """The faces and widths of a font, the same objects for every thread."""
    found = _ready.get((folder, font))
    if found is None:
        with reading:
            if (folder, font) not in _ready:
                faces_of = _FaceOf(_choice(folder, font))
                _ready[folder, font] = (faces_of, _AdvanceOf(faces_of))
            found = _ready[folder, font]
    return found


def face_of(character: str, font: str = "regular") -> Face:
    """The face that has the character; `GlyphMissing` if none has."""
    face = _known(str(settings.KAPOK_FONTS), font)[0][character]
    if face is None:
        raise GlyphMissing(glyphs=character)
    return face


def advances(font: str = "regular") -> Mapping[str, float]:
    """The widths of characters in ems, by character; `GlyphMissing` for one that nobody has."""
    return _known(str(settings.KAPOK_FONTS), font)[1]


def width(text: str, size: float, font: str = "regular") -> float:
    """How wide a text is when set on one line in this size, in the unit of `size`."""
    return sum(map(advances(font).__getitem__, text)) * size


def missing_glyphs(texts: str | Iterable[str], font: str = "regular") -> str:
    """The characters no font here can write, each once, in order; empty when the texts can be printed."""
    faces_of = _known(str(settings.KAPOK_FONTS), font)[0]
    joined = texts if isinstance(texts, str) else "".join(texts)
    return "".join(c for c in dict.fromkeys(joined) if c not in "\n\r\t" and faces_of[c] is None)


def runs(text: str, font: str = "regular") -> list[tuple[Face, int, int]]:
    """The text cut where the face changes: face, first character, end. `GlyphMissing` names every character nobody has."""
    faces_of = _known(str(settings.KAPOK_FONTS), font)[0]
    found: list[tuple[Face, int, int]] = []
    for index, character in enumerate(text):
        face = faces_of[character]
        if face is None:
            raise GlyphMissing(glyphs=missing_glyphs(text, font) or repr(character)[1:-1])
        if found and found[-1][0] is face:
            found[-1] = (face, found[-1][1], index + 1)
        else:
            found.append((face, index, index + 1))
    return found
