"""Text into lines: where Chinese and Western text may break, and how the rest of a line is filled.

Rules of Chinese setting (GB/T 15834, CLREQ): no closing mark begins a line, no opening mark ends one, —— and …… stay whole, words
and numbers are not cut unless they are longer than the line. A closing mark may stand half outside, because its right half is white.
"""

from dataclasses import dataclass
from unicodedata import east_asian_width

from kapok.kernel.ofd.fonts import advances

_NOT_FIRST = frozenset("，。、；：？！）》」』】〉〕〗〙’”〞·…—～%‰℃°,.;:?!)]}»›々〻ー")
_NOT_LAST = frozenset("（《「『【〈〔〖〘‘“〝([{«‹$¥￥£€#№")
_HALF_WHITE = frozenset("，。、；：？！）》」』】〉〕〗’”")
_WHOLE = ("——", "……")
_BREAK_AFTER = frozenset("-/\\_&=@")
_TYPED_SPACE = frozenset(" \t\u3000")


@dataclass(frozen=True, slots=True)
class Line:
    """One set line: its text, the step from each character to the next, and its width, all in units of the type size given."""

    text: str
    deltas: tuple[float, ...]
    width: float
    last: bool


def set_lines(
    text: str, size: float, limit: float, *, font: str = "regular", spacing: float = 0.0, indent: float = 0.0, justify: bool = False
) -> list[Line]:
    """The text in lines no wider than `limit`; every line break in the text begins a paragraph.

    `spacing` is added between characters, `indent` is free room before a paragraph's first line (left to the caller to place).
    """
    lines: list[Line] = []
    for paragraph in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        rows = _filled(paragraph.replace("\t", " "), size, limit, font, spacing, indent)
        for index, row in enumerate(rows):
            last = index == len(rows) - 1
            room = limit - (indent if index == 0 else 0.0)
            lines.append(_set(row, size, room, font, spacing, justify and not last, last))
    return lines


def natural_width(text: str, size: float, font: str = "regular", spacing: float = 0.0) -> float:
    """How wide the text is on one line."""
    return sum(map(advances(font).__getitem__, text)) * size + spacing * max(len(text) - 1, 0)


def units(text: str) -> list[str]:
    """The smallest parts a line may be broken between; spaces stay with what stands before them."""
    found: list[str] = []
    for character in text:
        if found and _clings(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _clings(before: str, character: str) -> bool:
    """Whether a character must stay on the line of what stands before it."""
    if character in _TYPED_SPACE or character in _NOT_FIRST:
        return True
    last = before[-1]
    if (before.rstrip() or last)[-1] in _NOT_LAST or last + character in _WHOLE:
        return True
    if last in _TYPED_SPACE or (last in _BREAK_AFTER and len(before) > 1):
        return False
    return _is_western(last) and _is_western(character)


def _is_western(character: str) -> bool:
    return east_asian_width(character) not in "WF" and not character.isspace()


def _filled(text: str, size: float, limit: float, font: str, spacing: float, indent: float) -> list[str]:
    rows: list[str] = []
    row, used, room = "", 0.0, limit - indent
    for unit in units(text):
        wide = natural_width(unit, size, font, spacing) + (spacing if row else 0.0)
        if row and used + wide - _overhang(unit, size, font) > room + 1e-6:
            rows.append(row.rstrip(" "))
            row, used, room = "", 0.0, limit
            wide = natural_width(unit, size, font, spacing)
        if not row and wide - _overhang(unit, size, font) > room + 1e-6:
            *whole, unit = _cut(unit, size, room, limit, font, spacing)
            rows += whole
            wide, room = natural_width(unit, size, font, spacing), limit if whole else room
        row, used = row + unit, used + wide
    return [*rows, row.rstrip(" ")]


def _overhang(unit: str, size: float, font: str) -> float:
    """What of a unit may stand outside: trailing spaces, and the white half of a closing mark."""
    bare = unit.rstrip(" ")
    spaces = sum(map(advances(font).__getitem__, unit[len(bare) :])) * size
    return spaces + (size / 2 if bare and bare[-1] in _HALF_WHITE else 0.0)


def _cut(unit: str, size: float, room: float, limit: float, font: str, spacing: float) -> list[str]:
    """A word longer than the line, cut where the line is full."""
    pieces, piece, used, widths = [], "", 0.0, advances(font)
    for character in unit:
        wide = widths[character] * size + (spacing if piece else 0.0)
        if piece and used + wide > room + 1e-6 and character not in _NOT_FIRST:
            pieces.append(piece)
            piece, used, room = "", 0.0, limit
            wide = widths[character] * size
        piece, used = piece + character, used + wide
    return [*pieces, piece]


def _set(row: str, size: float, room: float, font: str, spacing: float, justify: bool, last: bool) -> Line:
    widths = [advance * size for advance in map(advances(font).__getitem__, row)]
    deltas = [wide + spacing for wide in widths[:-1]]
    total = sum(deltas) + (widths[-1] if widths else 0.0)
    end = room + (size / 2 if row and row[-1] in _HALF_WHITE and total > room else 0.0)
    gaps = _gaps(row)
    if justify and gaps and 0 < end - total < room / 3:
        share = (end - total) / len(gaps)
        for index in gaps:
            deltas[index] += share
        total = end
    return Line(row, tuple(round(delta, 5) for delta in deltas), total, last)


def _gaps(row: str) -> list[int]:
    """After which characters room may be added: not inside words and numbers, unless there is nothing else."""
    if len(row) < 2:
        return []
    return [i for i in range(len(row) - 1) if not (_is_western(row[i]) and _is_western(row[i + 1])) and row[i : i + 2] not in _WHOLE]
