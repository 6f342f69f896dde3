"""Drawn things: rectangles, circles, stars, the wave lines of frames, QR codes, our emblems. All vectors, all our own drawing."""

from collections.abc import Iterable
from functools import lru_cache
from math import cos, hypot, pi, radians, sin

import segno

from kapok.kernel.ofd.pages import Command, Path

Point = tuple[float, float]
_ROUND = 0.5522847498
"""Where a quarter circle's control points stand, in radii."""
_QUARTER = ((0.32613, 0.51229), (0.63814, 1.0), (1.0, 1.0))
"""A quarter of a sine wave as one cubic: x in quarters, y in amplitudes."""


def rectangle(x: float, y: float, width: float, height: float, radius: float = 0.0) -> tuple[Command, ...]:
    right, bottom = x + width, y + height
    if not radius:
        return (("M", x, y), ("L", right, y), ("L", right, bottom), ("L", x, bottom), ("Z",))
    r = min(radius, width / 2, height / 2)
    k = r * (1 - _ROUND)
    return (
        ("M", x + r, y), ("L", right - r, y), ("C", right - k, y, right, y + k, right, y + r),
        ("L", right, bottom - r), ("C", right, bottom - k, right - k, bottom, right - r, bottom),
        ("L", x + r, bottom), ("C", x + k, bottom, x, bottom - k, x, bottom - r),
        ("L", x, y + r), ("C", x, y + k, x + k, y, x + r, y), ("Z",),
    )  # fmt: skip


def circle(x: float, y: float, radius: float) -> tuple[Command, ...]:
    return rectangle(x - radius, y - radius, 2 * radius, 2 * radius, radius)


def line(*points: Point) -> tuple[Command, ...]:
    return tuple((("L" if index else "M"), x, y) for index, (x, y) in enumerate(points))


def star(x: float, y: float, radius: float, points: int = 5, inner: float = 0.382) -> tuple[Command, ...]:
    corners = [
        (x + r * sin(pi * n / points), y - r * cos(pi * n / points)) for n in range(2 * points) for r in (radius * (inner if n % 2 else 1),)
    ]
    return (*line(*corners), ("Z",))


def closed_curve(points: list[Point]) -> tuple[Command, ...]:
    """A smooth closed line through the points."""
    count = len(points)
    steps: list[Command] = [("M", *points[0])]
    for index in range(count):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[(index + offset) % count] for offset in (-1, 0, 1, 2))
        steps.append(("C", bx + (cx - ax) / 6, by + (cy - ay) / 6, cx - (dx - bx) / 6, cy - (dy - by) / 6, cx, cy))
    return (*steps, ("Z",))


def rosette(x: float, y: float, radius: float, lobes: int = 12, depth: float = 0.35, turns: int = 5) -> tuple[Command, ...]:
    """The engraved flower of certificates: one line that winds through itself."""
    count = lobes * 12
    points = []
    for n in range(count):
        angle = 2 * pi * turns * n / count
        reach = radius * (1 - depth / 2 + depth / 2 * cos(angle * lobes / turns))
        points.append((x + reach * cos(angle), y + reach * sin(angle)))
    return closed_curve(points)


def wave(start: Point, end: Point, amplitude: float, quarters: int, phase: int) -> tuple[Command, ...]:
    """A sine line from start to end in quarter waves; `phase` counts quarters."""
    (x0, y0), (x1, y1) = start, end
    length = hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    step = length / quarters

    def place(along: float, across: float) -> Point:
        return x0 + ux * along - uy * across, y0 + uy * along + ux * across

    heights = (0.0, amplitude, 0.0, -amplitude)
    steps: list[Command] = [("M", *place(0, heights[phase % 4]))]
    for n in range(quarters):
        a, b = heights[(phase + n) % 4], heights[(phase + n + 1) % 4]
        rising = a == 0.0
        shape = _QUARTER if rising else tuple((1 - u, v) for u, v in (_QUARTER[1], _QUARTER[0], (0.0, 0.0)))
        peak = b if rising else a
        places = [place((n + u) * step, v * peak) for u, v in shape]
        steps.append(("C", *places[0], *places[1], *places[2]))
    return tuple(steps)


@lru_cache(maxsize=64)
def frame(kind: str, x: float, y: float, width: float, height: float, band: float, colour: str) -> tuple[Path, ...]:
    """A border round a page: `line`, `double`, `corners` or `guilloche` (interlaced wave lines with rosettes)."""
    outer = Path(rectangle(x, y, width, height), stroke=colour, width=0.6)
    if kind == "line":
        return (outer,)
    inner = Path(rectangle(x + band, y + band, width - 2 * band, height - 2 * band), stroke=colour, width=0.3)
    if kind == "double":
        return outer, inner
    if kind == "corners":
        return (*_cornered(x, y, width, height, band, colour),)
    return (outer, *_guilloche(x, y, width, height, band, colour), inner)


def _cornered(x: float, y: float, width: float, height: float, band: float, colour: str) -> Iterable[Path]:
    """Two lines that step back at the corners, with a small star in each."""
    for inset, thickness in ((0.0, 0.7), (1.4, 0.25)):
        left, top, right, bottom, cut = x + inset, y + inset, x + width - inset, y + height - inset, band
        corners = (
            (left + cut, top), (right - cut, top), (right - cut, top + cut), (right, top + cut), (right, bottom - cut),
            (right - cut, bottom - cut), (right - cut, bottom), (left + cut, bottom), (left + cut, bottom - cut),
            (left, bottom - cut), (left, top + cut), (left + cut, top + cut),
        )  # fmt: skip
        yield Path((*line(*corners), ("Z",)), stroke=colour, width=thickness)
    for cx in (x + band / 2, x + width - band / 2):
        for cy in (y + band / 2, y + height - band / 2):
            yield Path(star(cx, cy, band * 0.32), fill=colour)


def _guilloche(x: float, y: float, width: float, height: float, band: float, colour: str) -> Iterable[Path]:
    half, corner = band / 2, band * 1.15
    left, top, right, bottom = x + half, y + half, x + width - half, y + height - half
    sides = (
        ((left + corner, top), (right - corner, top)), ((right, top + corner), (right, bottom - corner)),
        ((right - corner, bottom), (left + corner, bottom)), ((left, bottom - corner), (left, top + corner)),
    )  # fmt: skip
    for start, end in sides:
        quarters = 4 * max(round(hypot(end[0] - start[0], end[1] - start[1]) / (band * 1.6)), 1)
        steps: list[Command] = []
        for phase in range(4):
            for share in (0.86, 0.52):
                steps += wave(start, end, half * share, quarters, phase)
        yield Path(tuple(steps), stroke=colour, width=0.13)
    for cx in (left, right):
        for cy in (top, bottom):
            reach = band * 0.98
            shift = (half * 0.45 if cx == left else -half * 0.45, half * 0.45 if cy == top else -half * 0.45)
            yield Path(rosette(cx + shift[0], cy + shift[1], reach, 14, 0.62, 5), stroke=colour, width=0.13)
            yield Path(circle(cx + shift[0], cy + shift[1], reach * 0.3), stroke=colour, width=0.25)
            yield Path(star(cx + shift[0], cy + shift[1], reach * 0.2), fill=colour)


@lru_cache(maxsize=64)
def underprint(x: float, y: float, width: float, height: float, colour: str) -> tuple[Path, ...]:
    """The faint wavy ground of certificates, hard to copy and light enough to read on."""
    steps: list[Command] = []
    rows = int(height // 4.2)
    for row in range(rows + 1):
        level = y + row * height / rows
        steps += wave((x, level), (x + width, level), 1.7, 4 * max(round(width / 26), 1), row % 4)
    return (Path(tuple(steps), stroke=colour, width=0.12, opacity=0.35),)


@lru_cache(maxsize=256)
def emblem(kind: str, x: float, y: float, size: float, colour: str) -> tuple[Path, ...]:
    """A sign at the head of a paper, drawn for Kapok: `kapok` (the flower) or `star` (a star in a wreath); stands in a square."""
    middle, r = (x + size / 2, y + size / 2), size / 2
    return _flower(*middle, r, colour) if kind == "kapok" else _starred(*middle, r, colour)


def _flower(x: float, y: float, r: float, colour: str) -> tuple[Path, ...]:
    """Five heavy petals round a crown of stamens."""
    petal: list[Command] = []
    for n in range(5):
        turn = radians(72 * n)
        shape = ((0, -0.16), (-0.42, -0.34), (-0.4, -0.86), (-0.06, -0.98), (0.02, -0.93), (0.3, -0.98), (0.5, -0.5), (0, -0.16))
        p = [(x + r * (u * cos(turn) - v * sin(turn)), y + r * (u * sin(turn) + v * cos(turn))) for u, v in shape]
        petal += [("M", *p[0]), ("C", *p[1], *p[2], *p[3]), ("L", *p[4]), ("C", *p[5], *p[6], *p[7]), ("Z",)]
    stamens: list[Command] = []
    for n in range(15):
        turn = radians(24 * n + 12)
        stamens += [("M", x + r * 0.15 * sin(turn), y - r * 0.15 * cos(turn)), ("L", x + r * 0.36 * sin(turn), y - r * 0.36 * cos(turn))]
    dots: list[Command] = []
    for n in range(15):
        turn = radians(24 * n + 12)
        dots += circle(x + r * 0.38 * sin(turn), y - r * 0.38 * cos(turn), r * 0.028)
    return (
        Path(tuple(petal), fill=colour),
        Path(tuple(stamens), stroke="#ffffff", width=r * 0.022),
        Path((*dots, *circle(x, y, r * 0.13)), fill="#f3c64b"),
    )


def _starred(x: float, y: float, r: float, colour: str) -> tuple[Path, ...]:
    """A star over hills in a wreath of grains; deliberately nobody's coat of arms."""
    wreath: list[Command] = []
    for side in (-1, 1):
        for n in range(11):
            turn = radians(side * (28 + n * 13))
            cx, cy = x - r * 0.86 * sin(turn), y + r * 0.86 * cos(turn)
            ux, uy = side * cos(turn), side * sin(turn)
            long, wide = r * 0.15, r * 0.055
            tip, tail = (cx - ux * long, cy - uy * long), (cx + ux * long, cy + uy * long)
            nx, ny = -uy * wide * 2, ux * wide * 2
            wreath += [("M", *tail), ("Q", cx + nx, cy + ny, *tip), ("Q", cx - nx, cy - ny, *tail), ("Z",)]
    hills: tuple[Command, ...] = (
        ("M", x - r * 0.56, y + r * 0.42), ("C", x - r * 0.3, y + r * 0.02, x - r * 0.16, y + r * 0.02, x, y + r * 0.3),
        ("C", x + r * 0.16, y - r * 0.02, x + r * 0.34, y, x + r * 0.56, y + r * 0.42), ("Z",),
    )  # fmt: skip
    return (
        Path((*wreath, *star(x, y - r * 0.3, r * 0.36), *hills), fill=colour),
        Path(line((x - r * 0.42, y + r * 0.55), (x + r * 0.42, y + r * 0.55)), stroke=colour, width=r * 0.07),
    )


@lru_cache(maxsize=512)
def qr(text: str, x: float, y: float, size: float, colour: str) -> Path:
    """A QR code (level M) as one path: a thick line for each run of dark modules, which is half the size of rectangles.

    Any of the eight masks may be used; searching for the prettiest costs more than all the rest.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, mask=2).matrix]
    cell = size / len(rows)
    steps: list[Command] = []
    for number, row in enumerate(rows):
        column, level = 0, y + (number + 0.5) * cell
        while column < len(row):
            end = column
            while end < len(row) and row[end]:
                end += 1
            if end > column:
                steps += (("M", x + column * cell, level), ("L", x + end * cell, level))
            column = end + 1
    return Path(tuple(steps), stroke=colour, width=round(cell + 0.02, 4))
