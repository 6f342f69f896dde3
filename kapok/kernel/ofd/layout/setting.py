"""Text set in a box: sizes in millimetres, lines with their baselines, shrinking to fit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kapok.kernel.ofd.errors import DoesNotFit
from kapok.kernel.ofd.fonts import missing_glyphs
from kapok.kernel.ofd.layout.breaking import Line, natural_width, set_lines
from kapok.kernel.ofd.layout.grammar import Layout, Part
from kapok.kernel.ofd.layout.vocabulary import TYPE_SETTINGS
from kapok.kernel.ofd.pages import POINT, TextLine

_EM_RISE = 0.88
"""How far above the baseline the em box of Chinese type reaches."""

_STEP = 0.5 * POINT
_UPRIGHT = dict(zip("，、。：；！？（）「」『』《》〈〉【】〔〕—…", "︐︑︒︓︔︕︖︵︶﹁﹂﹃﹄︽︾︿﹀︻︼︹︺︱︙", strict=True))
"""The forms of punctuation in vertical lines."""


@dataclass(frozen=True)
class Style:
    """How a text is set; lengths in millimetres."""

    font: str
    size: float
    colour: str
    align: str
    leading: float
    spacing: float
    indent: float
    fit: str
    min_size: float
    opacity: float

    @property
    def line_height(self) -> float:
        return self.size * self.leading

    @property
    def baseline(self) -> float:
        """From the top of a line to its baseline."""
        return (self.line_height - self.size) / 2 + _EM_RISE * self.size


def style_of(layout: Layout, *sources: Mapping[str, Any], named: str | None = None) -> Style:
    """The style a part is set in: defaults, then the named style, then what the part says itself."""
    said: dict[str, Any] = {key: rule.default for key, rule in TYPE_SETTINGS.items()}
    said |= layout.styles.get("body", {})
    for source in sources:
        said |= layout.styles.get(str(named or source.get("style", "")), {})
        said |= {key: source[key] for key in TYPE_SETTINGS if key in source}
    for key in ("size", "spacing", "min_size"):
        said[key] = float(said[key]) * POINT
    return Style(**said)


def part_style(layout: Layout, part: Part) -> Style:
    return style_of(layout, part.given)


def fitted(text: str, style: Style, width: float, height: float | None, place: str) -> tuple[Style, list[Line]]:
    """The lines of a text in its box. `shrink` makes it smaller until it stands on one line per paragraph, down to the floor, and
    then breaks it; what is still too high is refused."""
    lines = _lines(text, style, width)
    if style.fit == "shrink" and len(lines) > len(text.split("\n")):
        smaller = style
        while smaller.size > style.min_size + 1e-9 and not _fits_on_single_lines(text, smaller, width):
            smaller = _resized(smaller, max(smaller.size - _STEP, style.min_size))
        style, lines = smaller, _lines(text, smaller, width)
    while height is not None and len(lines) * style.line_height > height + 0.05:
        if style.fit != "shrink" or style.size <= style.min_size + 1e-9:
            raise DoesNotFit(place=place, text=text[:40])
        style = _resized(style, max(style.size - _STEP, style.min_size))
        lines = _lines(text, style, width)
    return style, lines


def _resized(style: Style, size: float) -> Style:
    return replace(style, size=size, spacing=style.spacing * size / style.size)


def _fits_on_single_lines(text: str, style: Style, width: float) -> bool:
    indent = style.indent * style.size
    return all(natural_width(row, style.size, style.font, style.spacing) + indent <= width + 1e-6 for row in text.split("\n"))


def _lines(text: str, style: Style, width: float) -> list[Line]:
    return set_lines(
        text, style.size, width, font=style.font, spacing=style.spacing, indent=style.indent * style.size, justify=style.align == "justify"
    )


def place_line(line: Line, style: Style, x: float, y: float, width: float, *, first: bool, tag: str = "") -> TextLine:
    """A line with its top at y, standing left, right or in the middle of the width."""
    if style.align == "center":
        x += (width - line.width) / 2
    elif style.align == "right":
        x += width - line.width
    elif first:
        x += style.indent * style.size
    return TextLine(
        round(x, 4), round(y + style.baseline, 4), line.text, style.size, style.font, style.colour, line.deltas, tag, opacity=style.opacity
    )


def place_lines(lines: list[Line], style: Style, x: float, y: float, width: float, *, tag: str = "") -> list[TextLine]:
    """All lines of a text below each other; empty ones keep their room."""
    placed, first = [], True
    for index, line in enumerate(lines):
        if line.text:
            placed.append(place_line(line, style, x, y + index * style.line_height, width, first=first, tag=tag))
        first = line.last
    return placed


def spread_line(text: str, style: Style, x: float, y: float, width: float) -> TextLine:
    """A label whose characters are spread over the width (分散对齐)."""
    natural = natural_width(text, style.size, style.font)
    steps = set_lines(text, style.size, 10_000.0, font=style.font)[0].deltas
    extra = max(width - natural, 0.0) / len(steps) if steps else 0.0
    return TextLine(
        round(x, 4), round(y + style.baseline, 4), text, style.size, style.font, style.colour, tuple(round(s + extra, 5) for s in steps)
    )


def upright(text: str, style: Style, x: float, y: float, width: float, height: float, place: str, tag: str) -> list[TextLine]:
    """Vertical lines from right to left; `width` and `height` bound them."""
    step = style.size + style.spacing
    room = max(int((height + style.spacing + 1e-6) / step), 1)
    columns: list[str] = []
    for paragraph in text.split("\n"):
        columns += [paragraph[at : at + room] for at in range(0, max(len(paragraph), 1), room)]
    if (len(columns) - 1) * style.line_height + style.size > width + 0.05:
        raise DoesNotFit(place=place, text=text[:40])
    left = (
        x + width - style.size - (width - (len(columns) - 1) * style.line_height - style.size) / 2
        if style.align == "center"
        else x + width - style.size
    )
    placed = []
    for index, column in enumerate(columns):
        if column:
            shown = "".join(_turned(character, style.font) for character in column)
            steps = (round(step, 5),) * (len(column) - 1)
            at = round(left - index * style.line_height, 4), round(y + _EM_RISE * style.size, 4)
            placed.append(TextLine(*at, shown, style.size, style.font, style.colour, steps, tag, opacity=style.opacity, down=True))
    return placed


def _turned(character: str, font: str) -> str:
    form = _UPRIGHT.get(character, character)
    return character if form != character and missing_glyphs(form, font) else form
