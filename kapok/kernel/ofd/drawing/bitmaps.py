"""JBIG2 (ITU-T T.88) as far as papers use it: one page of generic regions coded arithmetically, such as the QR code of an invoice.

Symbol dictionaries, halftones, refinement and MMR are not read: the picture is then named as not supported.
"""

import struct
import zlib
from dataclasses import dataclass, field

MAGIC = b"\x97JB2\r\n\x1a\n"
MOST_PIXELS = 160_000
"""Decoded here pixel by pixel: a hundred thousand take some tenths of a second."""
PAGE, END_OF_PAGE, END_OF_FILE, END_OF_STRIPE = 48, 49, 51, 50
GENERIC = (36, 38, 39)

# Table E.1: Qe, next state after MPS, after LPS, whether the LPS switches.
_STATES = (
    (0x5601, 1, 1, 1), (0x3401, 2, 6, 0), (0x1801, 3, 9, 0), (0x0AC1, 4, 12, 0), (0x0521, 5, 29, 0), (0x0221, 38, 33, 0),
    (0x5601, 7, 6, 1), (0x5401, 8, 14, 0), (0x4801, 9, 14, 0), (0x3801, 10, 14, 0), (0x3001, 11, 17, 0), (0x2401, 12, 18, 0),
    (0x1C01, 13, 20, 0), (0x1601, 29, 21, 0), (0x5601, 15, 14, 1), (0x5401, 16, 14, 0), (0x5101, 17, 15, 0), (0x4801, 18, 16, 0),
    (0x3801, 19, 17, 0), (0x3401, 20, 18, 0), (0x3001, 21, 19, 0), (0x2801, 22, 19, 0), (0x2401, 23, 20, 0), (0x2201, 24, 21, 0),
    (0x1C01, 25, 22, 0), (0x1801, 26, 23, 0), (0x1601, 27, 24, 0), (0x1401, 28, 25, 0), (0x1201, 29, 26, 0), (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0), (0x09C1, 32, 29, 0), (0x08A1, 33, 30, 0), (0x0521, 34, 31, 0), (0x0441, 35, 32, 0), (0x02A1, 36, 33, 0),
    (0x0221, 37, 34, 0), (0x0141, 38, 35, 0), (0x0111, 39, 36, 0), (0x0085, 40, 37, 0), (0x0049, 41, 38, 0), (0x0025, 42, 39, 0),
    (0x0015, 43, 40, 0), (0x0009, 44, 41, 0), (0x0005, 45, 42, 0), (0x0001, 45, 43, 0), (0x5601, 46, 46, 0),
)  # fmt: skip

_TEMPLATES = (
    # pixels of the context, most significant first, as (dx, dy); "A1"… are the adaptive ones
    ("A4", (-1, -2), (0, -2), (1, -2), "A3", "A2", (-2, -1), (-1, -1), (0, -1), (1, -1), (2, -1), "A1", (-4, 0), (-3, 0), (-2, 0), (-1, 0)),
    ((-1, -2), (0, -2), (1, -2), (2, -2), (-2, -1), (-1, -1), (0, -1), (1, -1), (2, -1), "A1", (-3, 0), (-2, 0), (-1, 0)),
    ((-1, -2), (0, -2), (1, -2), (-2, -1), (-1, -1), (0, -1), (1, -1), "A1", (-2, 0), (-1, 0)),
    ((-3, -1), (-2, -1), (-1, -1), (0, -1), (1, -1), "A1", (-4, 0), (-3, 0), (-2, 0), (-1, 0)),
)
_TYPICAL = (0x9B25, 0x0795, 0x00E5, 0x0195)


class NotRead(Exception):
    """The picture uses what is not read here."""


@dataclass
class _Arithmetic:
    """The decoder of Annex E."""

    data: bytes
    at: int = 0
    states: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.c = self._byte(0) << 16
        self.ct = 0
        self._more()
        self.c <<= 7
        self.ct -= 7
        self.a = 0x8000

    def _byte(self, ahead: int) -> int:
        return self.data[self.at + ahead] if self.at + ahead < len(self.data) else 0xFF

    def _more(self) -> None:
        if self._byte(0) == 0xFF:
            if self._byte(1) > 0x8F:
                self.c += 0xFF00
                self.ct = 8
            else:
                self.at += 1
                self.c += self._byte(0) << 9
                self.ct = 7
        else:
            self.at += 1
            self.c += self._byte(0) << 8
            self.ct = 8

    def bit(self, context: int) -> int:
        state = self.states.setdefault(context, [0, 0])
        qe, after_mps, after_lps, switches = _STATES[state[0]]
        self.a -= qe
        if self.c >> 16 < qe:
            mps = self.a < qe
            self.a = qe
        else:
            self.c -= qe << 16
            if self.a & 0x8000:
                return state[1]
            mps = self.a >= qe
        bit = state[1] if mps else 1 - state[1]
        if not mps and switches:
            state[1] = 1 - state[1]
        state[0] = after_mps if mps else after_lps
        while not self.a & 0x8000:
            if self.ct == 0:
                self._more()
            self.a <<= 1
            self.c = (self.c << 1) & 0xFFFFFFFF
            self.ct -= 1
        return bit


def read_bitmap(content: bytes) -> list[bytearray]:
    """Rows of pixels (1 black) of a JBIG2 file with one page."""
    if not content.startswith(MAGIC) or not content[8] & 1:
        raise NotRead("not a sequential file")
    at = 9 if content[8] & 2 else 13
    page: list[bytearray] = []
    while at + 11 <= len(content):
        kind, length, at = _header(content, at)
        data, at = content[at : at + length], at + length
        if kind == PAGE:
            page = _page(data)
        elif kind in GENERIC and page:
            _put(page, data)
        elif kind in (END_OF_PAGE, END_OF_FILE):
            break
        elif kind != END_OF_STRIPE:
            raise NotRead(f"segment type {kind}")
    if not page:
        raise NotRead("no page")
    return page


def as_png(content: bytes) -> bytes:
    """The picture as a PNG of two colours."""
    try:
        rows = read_bitmap(content)
    except (struct.error, IndexError, ValueError) as error:
        raise NotRead("broken") from error
    width = len(rows[0])
    packed = b"".join(b"\0" + _packed(row) for row in rows)
    header = struct.pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(packed, 6)) + _chunk(b"IEND", b"")


def _packed(row: bytearray) -> bytes:
    """Eight pixels a byte; black is 0 in a PNG of one channel."""
    size = -(-len(row) // 8)
    return int("".join("0" if bit else "1" for bit in row).ljust(8 * size, "0"), 2).to_bytes(size, "big")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _header(content: bytes, at: int) -> tuple[int, int, int]:
    """Kind, length of the data and where the data begins (7.2)."""
    number, flags, referred = struct.unpack_from(">IBB", content, at)
    count = referred >> 5
    if count > 4:
        raise NotRead("many references")
    size = 1 if number <= 256 else 2 if number <= 65536 else 4
    at += 6 + count * size + (4 if flags & 0x40 else 1)
    length = struct.unpack_from(">I", content, at)[0]
    if length == 0xFFFFFFFF:
        raise NotRead("unknown length")
    return flags & 0x3F, length, at + 4


def _page(data: bytes) -> list[bytearray]:
    width, height = struct.unpack_from(">II", data)
    if not 0 < width * height <= MOST_PIXELS:
        raise NotRead("size")
    return [bytearray([data[16] >> 2 & 1]) * width for _ in range(height)]


def _put(page: list[bytearray], data: bytes) -> None:
    """A generic region joined to the page by its operator (7.4.6)."""
    width, height, left, top, joins, flags = struct.unpack_from(">IIIIBB", data)
    if flags & 1 or not 0 < width * height <= MOST_PIXELS:
        raise NotRead("MMR")
    template = flags >> 1 & 3
    adaptive = 4 if template == 0 else 1
    pixels = [struct.unpack_from(">bb", data, 18 + 2 * number) for number in range(adaptive)]
    rows = _generic(data[18 + 2 * adaptive :], width, height, template, pixels, bool(flags & 8))
    for y, row in enumerate(rows[: max(0, len(page) - top)]):
        target = page[top + y]
        for x, bit in enumerate(row[: max(0, len(target) - left)]):
            old = target[left + x]
            target[left + x] = (old | bit, old & bit, old ^ bit, 1 - (old ^ bit), bit)[min(joins & 7, 4)]


def _generic(data: bytes, width: int, height: int, template: int, adaptive: list[tuple[int, ...]], typical: bool) -> list[bytearray]:
    """The region's rows (6.2): each pixel is decoded in the context of those before it."""
    places = [adaptive[int(place[1]) - 1] if isinstance(place, str) else place for place in _TEMPLATES[template]]
    coder = _Arithmetic(data)
    rows: list[bytearray] = []
    same = 0
    for y in range(height):
        if typical:
            same ^= coder.bit(_TYPICAL[template])
            if same:
                rows.append(bytearray(rows[-1]) if rows else bytearray(width))
                continue
        row = bytearray(width)
        rows.append(row)
        above = [(dx, rows[y + dy] if y + dy >= 0 else None) for dx, dy in places]
        for x in range(width):
            context = 0
            for dx, line in above:
                spot = x + dx
                context = context << 1 | (line[spot] if line is not None and 0 <= spot < width else 0)
            row[x] = coder.bit(context)
    return rows
