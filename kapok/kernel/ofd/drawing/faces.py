"""Embedded fonts: characters to glyphs, glyphs to outlines. Written for fonts from strangers: no table is believed or expanded whole.

TrueType outlines are read glyph by glyph; CFF charstrings run with a limit on steps. Names, kerning and hints are not needed:
OFD gives each character its place.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2OutlineExtractor
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from kapok.kernel.ofd.drawing.charmaps import CharMap, read_charmap

LARGEST = 40 * 1024 * 1024
MOST_STEPS = 4000
"""Lines and curves of a glyph; the most intricate Chinese character has some hundreds."""
MOST_CALLS = 2000
DEEPEST = 6

logging.getLogger("fontTools.ttLib.tables._g_l_y_f").setLevel(logging.ERROR)  # what a stranger's font has too much of is no news


class BadFont(Exception):
    """The font program cannot be read; the page is shown with a font of the machine."""


class OutlinePen(BasePen):
    """Collects an SVG path in font units, with relative steps, for they are shorter."""

    def __init__(self, glyphs: "Face") -> None:
        super().__init__(None)
        self.face, self.left, self.depth = glyphs, MOST_STEPS, 0
        self.pieces: list[str] = []
        self.at = (0, 0)

    def _step(self, letter: str, *points: tuple[float, float]) -> None:
        self.left -= 1
        if self.left < 0:
            raise BadFont("too many steps")
        x, y = self.at
        words = " ".join(f"{round(px) - x} {round(py) - y}" for px, py in points)
        self.pieces.append(letter + words.replace(" -", "-"))
        self.at = round(points[-1][0]), round(points[-1][1])

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.at = (0, 0)
        self._step("M", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._step("l", pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self._step("c", pt1, pt2, pt3)

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:
        self._step("q", pt1, pt2)

    def _closePath(self) -> None:
        self.pieces.append("z")

    def _endPath(self) -> None:
        pass

    def addComponent(self, glyphName: str, transformation: Any) -> None:
        self.left -= 20
        self.depth += 1
        if self.left < 0 or self.depth > DEEPEST:
            raise BadFont("composite glyphs without end")
        self.face.draw(int(glyphName), TransformPen(self, transformation) if transformation else self)
        self.depth -= 1


class _Steps(T2OutlineExtractor):
    """Charstrings may call one another; ten calls of ten calls … would never end."""

    calls = 0

    def execute(self, charString: Any, **options: Any) -> None:
        self.calls += 1
        if self.calls > MOST_CALLS or len(self.callingStack) > 10:
            raise BadFont("subroutines without end")
        super().execute(charString, **options)


class _Numbers:
    """Stands where fontTools asks a glyph table for names: a glyph's name is its number."""

    extended = False

    @staticmethod
    def getGlyphName(number: int) -> str:
        return str(number)


@dataclass
class Face:
    """A font program: `units` per em, how many glyphs, and how to find them."""

    units: int
    count: int
    charmap: CharMap
    _glyf: bytes = field(repr=False, default=b"")
    _loca: tuple[int, ...] = field(repr=False, default=())
    _cff: Any = field(repr=False, default=None)
    _advances: tuple[int, ...] = field(repr=False, default=())
    _bearings: tuple[int, ...] = field(repr=False, default=())
    _outlines: dict[int, str] = field(repr=False, default_factory=dict)

    def glyph(self, character: str) -> int:
        """The glyph of a character, 0 when there is none."""
        return self.charmap.get(ord(character))

    def outline(self, glyph: int) -> str:
        """The path of a glyph, y upwards; empty for a blank or a broken one."""
        if glyph not in self._outlines:
            pen = OutlinePen(self)
            try:
                offset = self._offset(glyph)
                self.draw(glyph, TransformPen(pen, (1, 0, 0, 1, offset, 0)) if offset else pen)
                self._outlines[glyph] = "".join(pen.pieces)
            except Exception:  # whatever a hostile glyph raises, the page stands
                self._outlines[glyph] = ""
        return self._outlines[glyph]

    def advance(self, glyph: int) -> float:
        """The width of a glyph in ems."""
        if not self._advances:
            return 1.0
        return self._advances[min(glyph, len(self._advances) - 1)] / self.units

    def _offset(self, glyph: int) -> int:
        """A TrueType outline stands where its left side bearing says, not where its numbers do."""
        if self._cff is not None or not 0 <= glyph < min(self.count, len(self._bearings)):
            return 0
        start, end = self._loca[glyph], self._loca[glyph + 1]
        return self._bearings[glyph] - struct.unpack_from(">h", self._glyf, start + 2)[0] if end - start >= 10 else 0

    def draw(self, glyph: int, pen: Any) -> None:
        if not 0 <= glyph < self.count:
            return
        if self._cff is not None:
            self._draw_charstring(glyph, pen)
            return
        start, end = self._loca[glyph], self._loca[glyph + 1]
        if start < end <= len(self._glyf):
            found = Glyph(self._glyf[start:end])
            found.expand(_Numbers)
            found.draw(pen, _Numbers)

    def _draw_charstring(self, glyph: int, pen: Any) -> None:
        strings = self._cff.CharStrings
        charstring = strings.charStringsIndex[glyph] if strings.charStringsAreIndexed else strings.charStrings[str(glyph)]
        private = charstring.private
        steps = _Steps(pen, getattr(private, "Subrs", []), charstring.globalSubrs, private.nominalWidthX, private.defaultWidthX, private)
        steps.execute(charstring)


def read_face(program: bytes) -> Face:
    """A TrueType, OpenType (CFF) or bare CFF font; `BadFont` for all else."""
    if len(program) > LARGEST:
        raise BadFont("too large")
    try:
        if program[:4] in (b"\0\1\0\0", b"true", b"OTTO", b"ttcf"):
            return _sfnt(program)
        if program[:2] == b"\1\0" and len(program) > 4:
            return _bare_cff(program)
    except BadFont:
        raise
    except Exception as error:  # fontTools raises almost anything on broken tables
        raise BadFont(type(error).__name__) from error
    raise BadFont("unknown format")


def _sfnt(program: bytes) -> Face:
    tables = dict(_tables(program))
    units = struct.unpack_from(">H", tables[b"head"], 18)[0] or 1000
    long_places = struct.unpack_from(">h", tables[b"head"], 50)[0]
    count = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
    charmap = read_charmap(tables.get(b"cmap", b""))
    advances, bearings = _metrics(tables, count)
    if b"CFF " in tables:
        top = _top(tables[b"CFF "])
        return Face(units, min(count, len(top.CharStrings.charStringsIndex)), charmap, _cff=top, _advances=advances)
    places = tables[b"loca"]
    if long_places:
        loca = struct.unpack(f">{len(places) // 4}I", places[: len(places) // 4 * 4])
    else:
        loca = tuple(2 * at for at in struct.unpack(f">{len(places) // 2}H", places[: len(places) // 2 * 2]))
    return Face(units, max(0, min(count, len(loca) - 1)), charmap, tables[b"glyf"], loca, _advances=advances, _bearings=bearings)


def _bare_cff(program: bytes) -> Face:
    top = _top(program)
    scale = getattr(top, "FontMatrix", [0.001])[0] or 0.001
    return Face(max(1, round(1 / abs(scale))), len(top.CharStrings.charStringsIndex), CharMap(), _cff=top)


def _top(program: bytes) -> Any:
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(program), None)
    return fonts[0]


def _tables(program: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Tables of the (first) font by tag, within the bounds of the file."""
    start = struct.unpack_from(">I", program, 12)[0] if program[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", program, start + 4)[0]
    for number in range(min(count, 100)):
        tag, _sum, offset, length = struct.unpack_from(">4sIII", program, start + 12 + 16 * number)
        yield tag, program[offset : offset + length]


def _metrics(tables: dict[bytes, bytes], count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Advance widths (the last one counts for all glyphs after it) and left side bearings."""
    head, widths = tables.get(b"hhea", b""), tables.get(b"hmtx", b"")
    if len(head) < 36:
        return (), ()
    long = min(struct.unpack_from(">H", head, 34)[0], count, len(widths) // 4)
    pairs = struct.unpack(f">{'Hh' * long}", widths[: 4 * long])
    rest = min(count - long, (len(widths) - 4 * long) // 2)
    return pairs[::2], (*pairs[1::2], *struct.unpack_from(f">{rest}h", widths, 4 * long))
