"""The character map of a font, looked up where it lies: a hostile one claims ranges of millions, so nothing is expanded."""

import struct
from bisect import bisect_left
from dataclasses import dataclass, field

PREFERENCE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0), (3, 0), (1, 0))
"""Platform and encoding of the subtables, best first; (3, 0) is the symbol map, whose characters stand at U+F000."""


@dataclass
class CharMap:
    """Groups (start, end, glyph of start) sorted by end; format 4 keeps its indirection in `far`."""

    ends: list[int] = field(default_factory=list)
    groups: list[tuple[int, int, int]] = field(default_factory=list)
    far: dict[int, tuple[int, int]] = field(default_factory=dict)
    table: bytes = b""
    symbol: bool = False

    def get(self, code: int) -> int:
        found = self._find(code)
        if not found and self.symbol and code < 0x100:
            found = self._find(0xF000 + code)
        return found

    def _find(self, code: int) -> int:
        at = bisect_left(self.ends, code)
        if at >= len(self.groups):
            return 0
        start, end, first = self.groups[at]
        if not start <= code <= end:
            return 0
        if at not in self.far:
            return (first + code - start) & 0xFFFF
        place, delta = self.far[at]
        spot = place + 2 * (code - start)
        if spot + 2 > len(self.table):
            return 0
        glyph: int = struct.unpack_from(">H", self.table, spot)[0]
        return (glyph + delta) & 0xFFFF if glyph else 0


def read_charmap(table: bytes) -> CharMap:
    """The best subtable that can be read; an empty map when there is none (glyphs are then given by number)."""
    if len(table) < 4:
        return CharMap()
    count = min(struct.unpack_from(">H", table, 2)[0], 64)
    subtables: dict[tuple[int, int], int] = {}
    for number in range(count):
        if len(table) >= 12 + 8 * number:
            platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
            subtables.setdefault((platform, encoding), offset)
    for key in PREFERENCE:
        if key in subtables:
            try:
                found = _subtable(table[subtables[key] :])
            except struct.error:
                continue
            if found is not None:
                found.symbol = key == (3, 0)
                return found
    return CharMap()


def _subtable(data: bytes) -> CharMap | None:
    kind = struct.unpack_from(">H", data)[0]
    if kind == 4:
        return _segments(data)
    if kind == 12:
        return _groups(data)
    if kind == 0:
        glyphs = data[6:262]
        return _sorted([(code, code, glyph) for code, glyph in enumerate(glyphs) if glyph], b"")
    if kind == 6:
        first, count = struct.unpack_from(">HH", data, 6)
        return CharMap([first + count - 1], [(first, first + count - 1, 0)], {0: (10, 0)}, data) if count else CharMap()
    return None


def _groups(data: bytes) -> CharMap:
    count = min(struct.unpack_from(">I", data, 12)[0], (len(data) - 16) // 12)
    return _sorted([struct.unpack_from(">III", data, 16 + 12 * number) for number in range(count)], data)


def _segments(data: bytes) -> CharMap:
    count = min(struct.unpack_from(">H", data, 6)[0] // 2, (len(data) - 16) // 8)
    ends = struct.unpack_from(f">{count}H", data, 14)
    starts = struct.unpack_from(f">{count}H", data, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", data, 16 + 4 * count)
    places = 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", data, places)
    found = CharMap(table=data)
    order = sorted(range(count), key=lambda number: ends[number])
    for at, number in enumerate(order):
        found.ends.append(ends[number])
        found.groups.append((starts[number], ends[number], (starts[number] + deltas[number]) & 0xFFFF))
        if offsets[number]:
            found.far[at] = places + 2 * number + offsets[number], deltas[number]
    return found


def _sorted(groups: list[tuple[int, int, int]], data: bytes) -> CharMap:
    ordered = sorted(groups, key=lambda group: group[1])
    return CharMap([end for _, end, _ in ordered], ordered, {}, data)
