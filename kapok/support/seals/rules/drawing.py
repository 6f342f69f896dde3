"""The picture of a seal as vectors: ring, star, the name on an arc (each character a group of its own, turned), the number on the
lower arc, the line across. Glyphs are outlines, so that equal words give equal bytes wherever they are drawn. Pure but for fonts.
"""

from collections.abc import Iterator
from math import cos, pi, radians, sin

from django.utils.translation import gettext as _

from kapok.kernel.ofd.public import GlyphMissing, face_of
from kapok.support.seals.data import SealKind
from kapok.support.seals.errors import PictureFails

RED = "#d9000f"
STAR_INNER = 0.382
"""The five-pointed star's inner radius to its outer one."""
LEAST = 1.3
"""A character on the arc is at least so wide, in millimetres."""


def draw(kind: SealKind, *, owner: str, line: str = "", number: str = "") -> str:
    """The picture as SVG in millimetres. `owner` stands on the arc (or fills a square seal), `line` across, `number` below.

    PictureFails names a character no font has, or says that the name is too long.
    """
    try:
        parts = list(_square(kind, owner) if kind.shape == "square" else _round(kind, owner, line, number))
    except GlyphMissing as missing:
        raise PictureFails(why=_("没有“%s”的字形。") % missing.data.get("glyphs", "")) from missing
    size = f'width="{kind.width:g}mm" height="{kind.height:g}mm" viewBox="0 0 {kind.width:g} {kind.height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g fill="{RED}">{"".join(parts)}</g></svg>'


def _round(kind: SealKind, owner: str, line: str, number: str) -> Iterator[str]:
    middle, border = kind.width / 2, kind.width * 0.0286
    outer = middle - border / 2 - 0.1
    yield f'<circle cx="{_n(middle)}" cy="{_n(middle)}" r="{_n(outer)}" fill="none" stroke="{RED}" stroke-width="{_n(border)}"/>'
    yield from _arc(owner, middle, outer - border, 214.0 if line else 262.0 if number else 300.0)
    if kind.star:
        yield _star(middle, middle, kind.width / 6) if not line else _star(middle, middle * 0.94, kind.width / 7)
    if line:
        yield from _across(line, middle, middle + kind.width * 0.262, kind.width * 0.62)
    if number:
        yield from _lower(number, middle, outer - border)


def _arc(owner: str, middle: float, radius: float, most: float) -> Iterator[str]:
    """The name from left to right over the top, feet towards the middle."""
    count = len(owner)
    height = middle * 0.30
    foot = radius - height - middle * 0.045
    span = min(most, 16.0 * count + 40.0)
    step = span / max(1, count - 1) if count > 1 else 0.0
    room = radians(step) * (foot + height * 0.45) * 0.94 if step else height
    width = min(height, room)
    if width < LEAST:
        raise PictureFails(why=_("名称太长，印模上排不下。"))
    for place, character in enumerate(owner):
        angle = -span / 2 + step * place if count > 1 else 0.0
        at = f"rotate({_n(angle)} {_n(middle)} {_n(middle)}) translate({_n(middle - width / 2)} {_n(middle - foot)})"
        yield _glyph(character, at, width, height)


def _lower(number: str, middle: float, radius: float) -> Iterator[str]:
    """The number along the bottom, from left to right, heads towards the middle."""
    height = middle * 0.088
    head = radius - height - middle * 0.03
    step = 3.6 if len(number) <= 16 else 56.0 / len(number)
    for place, character in enumerate(number):
        angle = (len(number) - 1) / 2 * step - step * place
        width = min(height * 0.7, radians(step) * head * 0.9)
        at = f"rotate({_n(angle)} {_n(middle)} {_n(middle)}) translate({_n(middle - width / 2)} {_n(middle + head + height)})"
        yield _glyph(character, at, width, height, tight=True)


def _across(line: str, middle: float, base: float, room: float) -> Iterator[str]:
    """One line across, shrunk to the room it has."""
    height = middle * 0.235
    width = min(height * 0.92, room / len(line))
    height = min(height, width * 1.5)
    left = middle - width * len(line) / 2
    for place, character in enumerate(line):
        yield _glyph(character, f"translate({_n(left + width * place)} {_n(base + height / 2)})", width, height)


def _square(kind: SealKind, owner: str) -> Iterator[str]:
    """A person's name in two columns from right to left, filled up with 之印 or 印, in a frame."""
    name = owner + {2: "之印", 3: "印"}.get(len(owner), "")
    rows = (len(name) + 1) // 2
    if rows > 6:
        raise PictureFails(why=_("姓名太长，印模上排不下。"))
    border = kind.width * 0.055
    yield (
        f'<rect x="{_n(border / 2)}" y="{_n(border / 2)}" width="{_n(kind.width - border)}" height="{_n(kind.height - border)}"'
        f' fill="none" stroke="{RED}" stroke-width="{_n(border)}"/>'
    )
    inside, gap = kind.width - 2 * border, kind.width * 0.035
    width, height = (inside - 3 * gap) / 2, (inside - (rows + 1) * gap) / rows
    for place, character in enumerate(name):
        column, row = divmod(place, rows)
        x = border + gap + (1 - column) * (width + gap)
        y = border + gap + row * (height + gap) + height
        yield _glyph(character, f"translate({_n(x)} {_n(y)})", width, height, tight=True)


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * STAR_INNER
        turn = -pi / 2 + corner * pi / 5
        points.append(f"{_n(x + reach * cos(turn))},{_n(y + reach * sin(turn))}")
    return f'<polygon points="{" ".join(points)}"/>'


def _glyph(character: str, at: str, width: float, height: float, *, tight: bool = False) -> str:
    """One character whose cell is `width` by `height`, its foot at the place named; `tight` lets the letter itself fill the cell."""
    face = face_of(character, "bold")
    outline, wide = face.outline(character), face.advance(character)
    if not outline:
        return ""
    narrow = wide < 0.9  # a figure or letter
    across, up = width / wide, height / (0.74 if narrow and tight else 0.94 if tight else 0.96)
    drop = 0.0 if narrow and tight else 0.10
    if narrow and not tight:  # beside Chinese characters it keeps their size and stands in the middle of its cell
        across = width
    aside = (width - wide * across) / 2
    scale = f"scale({_n(across / face.em, 7)} {_n(-up / face.em, 7)})"
    return f'<g transform="{at} translate({_n(aside)} {_n(-drop * up)}) {scale}"><path d="{outline}"/></g>'


def _n(value: float, places: int = 3) -> str:
    """A number as short as it can be, the same on every machine."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
