"""Pictures in a layout: how large they are, and how they are set into their box."""

import struct
from dataclasses import dataclass

from kapok.kernel.ofd.errors import NotWritable
from kapok.kernel.ofd.pages import Command, Item, Path, Picture

_JPEG_FRAMES = frozenset((0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF))


@dataclass(frozen=True)
class Vector:
    """A drawn picture of a natural size in millimetres: paths from its own upper left corner."""

    width: float
    height: float
    paths: tuple[Path, ...]


def picture_size(content: bytes | Vector) -> tuple[float, float]:
    """Width and height in the picture's own units; `NotWritable` unless it is PNG, JPEG or drawn."""
    if isinstance(content, Vector):
        return content.width, content.height
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack_from(">LL", content, 16)
    else:
        width, height = _jpeg_size(content)
    if not width or not height:
        raise NotWritable(why="picture has no size")
    return float(width), float(height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    if not content.startswith(b"\xff\xd8\xff"):
        raise NotWritable(why="picture is neither PNG nor JPEG")
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            at += 1
            continue
        marker = content[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    raise NotWritable(why="JPEG has no frame")


def drawn(
    content: bytes | Vector, x: float, y: float, width: float, height: float, *, stretch: bool, alt: str = "", tag: str = ""
) -> list[Item]:
    """The picture in its box: whole and in the middle, or stretched over it."""
    natural_width, natural_height = picture_size(content)
    across, along = width / natural_width, height / natural_height
    if not stretch:
        across = along = min(across, along)
    w, h = natural_width * across, natural_height * along
    left, top = x + (width - w) / 2, y + (height - h) / 2
    if isinstance(content, Vector):
        return [_scaled(path, left, top, across, along, tag) for path in content.paths]
    return [Picture(round(left, 4), round(top, 4), round(w, 4), round(h, 4), content, alt, tag=tag)]


def _scaled(path: Path, left: float, top: float, across: float, along: float, tag: str) -> Path:
    commands: list[Command] = []
    for step, *places in path.commands:
        moved = tuple(top + float(v) * along if n % 2 else left + float(v) * across for n, v in enumerate(places))
        commands.append((step, *moved))  # type: ignore[arg-type] # as many places as the step had
    scale = (across * along) ** 0.5
    return Path(
        tuple(commands), path.stroke, path.width * scale, path.fill, tuple(d * scale for d in path.dash), path.even_odd, path.opacity, tag
    )
