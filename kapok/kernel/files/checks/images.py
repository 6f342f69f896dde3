"""Images: whole, of a sane size, and hiding nothing behind their end."""

import struct
import zlib
from collections.abc import Callable

from kapok.kernel.files import kinds
from kapok.kernel.files.checks.base import Fault, fault

LONGEST_SIDE = 20_000
MOST_PIXELS = 120_000_000
_FOREIGN = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a", b"7z\xbc\xaf", b"\x7fELF", b"<script", b"<?php", b"<html", b"%PDF-")


class _Broken(Exception):
    pass


def check_image(kind: str, content: bytes) -> Fault | None:
    """Reads the structure only; no pixel is decoded."""
    try:
        width, height, end = _READERS[kind](content)
    except (_Broken, struct.error, IndexError):
        return fault("damaged", why="image")
    if width <= 0 or height <= 0:
        return fault("damaged", why="size")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        return fault("image_too_large", width=width, height=height)
    tail = content[end:]
    return fault("active_content", what="tail") if any(mark in tail for mark in _FOREIGN) else None


def _png(content: bytes) -> tuple[int, int, int]:
    place, size, data = 8, (0, 0), False
    while True:
        length, name = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + length]
        (crc,) = struct.unpack(">I", content[place + 8 + length : place + 12 + length])
        if len(body) != length or zlib.crc32(name + body) != crc:
            raise _Broken
        if name == b"IHDR":
            size = struct.unpack(">II", body[:8])
        data = data or name == b"IDAT"
        place += 12 + length
        if name == b"IEND":
            if not data:
                raise _Broken
            return size[0], size[1], place


def _jpeg(content: bytes) -> tuple[int, int, int]:
    place, size = 2, (0, 0)
    while True:
        if content[place] != 0xFF:
            raise _Broken
        mark = content[place + 1]
        if mark == 0xFF:
            place += 1
            continue
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            size = (width, height)
        place += 2 + length
        if mark == 0xDA:
            end = content.find(b"\xff\xd9", place)
            if end < 0:
                raise _Broken
            return size[0], size[1], content.rfind(b"\xff\xd9") + 2 if not _foreign_after(content, end) else end + 2


def _foreign_after(content: bytes, end: int) -> bool:
    return any(content.find(mark, end) >= 0 for mark in _FOREIGN)


def _gif(content: bytes) -> tuple[int, int, int]:
    width, height = struct.unpack("<HH", content[6:10])
    end = content.rfind(b"\x3b")
    if end < 13:
        raise _Broken
    zipped = min((p for mark in _FOREIGN if (p := content.find(mark, 13)) >= 0), default=len(content))
    return width, height, min(end + 1, zipped)


def _bmp(content: bytes) -> tuple[int, int, int]:
    size, _, start = struct.unpack("<III", content[2:14])
    width, height = struct.unpack("<ii", content[18:26])
    if size > len(content) or start >= len(content):
        raise _Broken
    return width, abs(height), size or len(content)


def _tiff(content: bytes) -> tuple[int, int, int]:
    order = "<" if content[:2] == b"II" else ">"
    (place,) = struct.unpack(order + "I", content[4:8])
    (count,) = struct.unpack(order + "H", content[place : place + 2])
    size = {}
    for number in range(count):
        at = place + 2 + 12 * number
        tag, form = struct.unpack(order + "HH", content[at : at + 4])
        if tag in (256, 257):
            size[tag] = struct.unpack(order + ("H" if form == 3 else "I"), content[at + 8 : at + (10 if form == 3 else 12)])[0]
    return size.get(256, 0), size.get(257, 0), len(content)


def _webp(content: bytes) -> tuple[int, int, int]:
    (length,) = struct.unpack("<I", content[4:8])
    end = 8 + length
    if end > len(content):
        raise _Broken
    form = content[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(content[p : p + 3], "little") + 1 for p in (24, 27))
    elif form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 ":
        width, height = (v & 0x3FFF for v in struct.unpack("<HH", content[26:30]))
    else:
        raise _Broken
    return width, height, end


_READERS: dict[str, Callable[[bytes], tuple[int, int, int]]] = {
    kinds.PNG: _png, kinds.JPEG: _jpeg, kinds.GIF: _gif, kinds.BMP: _bmp, kinds.TIFF: _tiff, kinds.WEBP: _webp,
}  # fmt: skip
IMAGES = tuple(_READERS)
