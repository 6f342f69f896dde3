"""Colours and brushes: palettes, colour spaces, gradients and drawing parameters become SVG paint."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kapok.kernel.ofd.drawing.marks import mark, short
from kapok.kernel.ofd.drawing.sheet import Sheet
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, local
from kapok.kernel.ofd.reading.shapes import number, numbers

BLACK = ("#000", 1.0)
NONE = ("none", 1.0)
Paint = tuple[str, float]
"""What `fill` or `stroke` says, and its opacity."""


@dataclass(frozen=True)
class Brush:
    """The graphic state of an object after its layer's and its own drawing parameters."""

    fill: Element | None = None
    stroke: Element | None = None
    width: float = 0.353
    cap: str = ""
    join: str = ""
    miter: float = 3.528
    dash_offset: float = 0.0
    dash: tuple[float, ...] = ()


def brush_of(sheet: Sheet, unit: Element, inherited: Brush) -> Brush:
    """The state for a unit: inherited, then its DrawParam with those it stands on, then what it says itself."""
    brush = _with_param(sheet, attribute(unit, "DrawParam"), inherited)
    return _with_own(unit, brush)


def _with_param(sheet: Sheet, key: str, brush: Brush) -> Brush:
    chain: list[Element] = []
    while key and len(chain) < 20:
        param = sheet.resources.draw_params.get(key)
        if param is None or param in chain:
            break
        chain.append(param)
        key = attribute(param, "Relative")
    for param in reversed(chain):
        brush = _with_own(param, brush)
    return brush


def _with_own(holder: Element, brush: Brush) -> Brush:
    said: dict[str, object] = {}
    for name, key in (("LineWidth", "width"), ("MiterLimit", "miter"), ("DashOffset", "dash_offset")):
        if words := attribute(holder, name):
            said[key] = number(words)
    for name, key in (("Cap", "cap"), ("Join", "join")):
        if words := attribute(holder, name):
            said[key] = words.lower()
    if words := attribute(holder, "DashPattern"):
        said["dash"] = tuple(abs(value) for value in numbers(words, 32))
    for name, key in (("FillColor", "fill"), ("StrokeColor", "stroke")):
        colour = child(holder, name)
        if colour is not None:
            said[key] = colour
    return replace(brush, **said) if said else brush  # type: ignore[arg-type]  # keys and values are paired above


def strokes(brush: Brush, paint: Paint, scale: float = 1.0) -> dict[str, object]:
    """The SVG attributes of a stroke; `scale` divides lengths for a stroke drawn in other units."""
    if paint[0] == "none":
        return {}
    dash = brush.dash if any(brush.dash) else ()
    return {
        "stroke": paint[0],
        "stroke_opacity": opacity(paint[1]),
        "stroke_width": brush.width / scale,
        "stroke_linecap": {"round": "round", "square": "square"}.get(brush.cap, ""),
        "stroke_linejoin": {"round": "round", "bevel": "bevel"}.get(brush.join, ""),
        "stroke_miterlimit": max(1.0, brush.miter) if brush.join in ("", "miter") else "",
        "stroke_dasharray": " ".join(short(value / scale) for value in dash),
        "stroke_dashoffset": brush.dash_offset / scale if dash and brush.dash_offset else "",
    }


def opacity(value: float) -> str:
    return "" if value >= 1 else short(max(0.0, value))


def paint_of(sheet: Sheet, colour: Element | None, default: Paint, fill_pattern: Callable[[Element], str] | None = None) -> Paint:
    """The paint of a colour element: a plain colour, a gradient or a pattern defined on the sheet."""
    if colour is None:
        return default
    alpha = number(attribute(colour, "Alpha", "255"), 255) / 255
    for kind in children(colour):
        name = local(kind)
        if name in ("AxialShd", "RadialShd"):
            return _gradient(sheet, kind, name), alpha
        if name == "Pattern" and fill_pattern is not None:
            return fill_pattern(kind), alpha
        if name in ("Pattern", "GouraudShd", "LaGouraudShd"):
            sheet.note("ofd.shading", name, attribute(colour, "ID"))
            first = next(kind.iter("{*}Color"), None)
            return (plain(sheet, first) or "#999") if first is not None else "#999", alpha
    return plain(sheet, colour) or default[0], alpha


def plain(sheet: Sheet, colour: Element) -> str:
    """`#rrggbb` of Value or Index, by the colour space; empty when neither says anything."""
    space = sheet.resources.colour_spaces.get(attribute(colour, "ColorSpace"))
    words = attribute(colour, "Value")
    index = attribute(colour, "Index")
    if not words and index and space is not None:
        at = int(number(index, -1))
        words = space.palette[at] if 0 <= at < len(space.palette) else ""
    values = [int(word[1:], 16) if _is_hex(word) else number(word) for word in words.replace(",", " ").split(None, 8)[:8]]
    if not values:
        return ""
    most = (1 << min(max(space.bits, 1), 16)) - 1 if space is not None else 255
    channels = [min(1.0, max(0.0, value / most)) for value in values]
    kind = {1: "GRAY", 3: "RGB", 4: "CMYK"}.get(len(channels), "RGB")
    return _rgb(kind, channels)


def _is_hex(word: str) -> bool:
    return word.startswith("#") and 2 <= len(word) <= 5 and all(letter in "0123456789abcdefABCDEF" for letter in word[1:])


def _rgb(kind: str, channels: list[float]) -> str:
    if kind == "GRAY":
        channels = channels[:1] * 3
    elif kind == "CMYK":
        black = channels[3]
        channels = [(1 - value) * (1 - black) for value in channels[:3]]
    red, green, blue = (round(255 * value) for value in [*channels, 0.0, 0.0, 0.0][:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _gradient(sheet: Sheet, shading: Element, kind: str) -> str:
    stops = _stops(sheet, shading)
    spread = {"Repeat": "repeat", "Reflect": "reflect"}.get(attribute(shading, "MapType"), "")
    start, end = _point(shading, "StartPoint"), _point(shading, "EndPoint")
    if kind == "AxialShd":
        name = sheet.fresh(
            "axial",
            lambda made: mark(
                "linearGradient", stops, id=made, gradientUnits="userSpaceOnUse", spreadMethod=spread,
                x1=short(start[0]), y1=short(start[1]), x2=short(end[0]), y2=short(end[1]),
            ),
        )  # fmt: skip
        return f"url(#{name})"
    if number(attribute(shading, "Eccentricity")):
        sheet.note("ofd.shading", "Eccentricity")
    first, last = number(attribute(shading, "StartRadius")), number(attribute(shading, "EndRadius"))
    name = sheet.fresh(
        "radial",
        lambda made: mark(
            "radialGradient", stops, id=made, gradientUnits="userSpaceOnUse", spreadMethod=spread, fx=short(start[0]), fy=short(start[1]),
            fr=short(max(0.0, first)), cx=short(end[0]), cy=short(end[1]), r=short(max(0.0, last)),
        ),
    )  # fmt: skip
    return f"url(#{name})"


def _stops(sheet: Sheet, shading: Element) -> str:
    """The stops; where the shading is not extended, what lies beyond its ends is left clear."""
    segments = list(children(shading, "Segment"))[:64]
    found: list[tuple[float, str, float]] = []
    for at, segment in enumerate(segments):
        colour = child(segment, "Color")
        place = number(attribute(segment, "Position"), -1)
        if place < 0:
            place = at / max(1, len(segments) - 1)
        css, alpha = paint_of(sheet, colour, BLACK)
        found.append((min(1.0, place), css if css.startswith("#") else "#000", alpha))
    found.sort(key=lambda stop: stop[0])
    extend = int(number(attribute(shading, "Extend")))
    if found and attribute(shading, "MapType", "Direct") == "Direct":
        if not extend & 1:
            found.insert(0, (0.0, found[0][1], 0.0))
        if not extend & 2:
            found.append((1.0, found[-1][1], 0.0))
    return "".join(mark("stop", offset=short(place), stop_color=css, stop_opacity=opacity(alpha)) for place, css, alpha in found)


def _point(shading: Element, name: str) -> tuple[float, float]:
    values = [*numbers(attribute(shading, name), 4), 0.0, 0.0]
    return values[0], values[1]
