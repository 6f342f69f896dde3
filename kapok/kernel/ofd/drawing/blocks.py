"""Layers, page blocks and the units in them: text, paths, pictures, composites, each placed, clipped and drawn in order."""

from functools import partial
from typing import Any

from kapok.kernel.ofd.drawing.colours import BLACK, NONE, Brush, brush_of, opacity, paint_of, strokes
from kapok.kernel.ofd.drawing.lettering import draw_text
from kapok.kernel.ofd.drawing.marks import mark, short, transform
from kapok.kernel.ofd.drawing.paths import path_of
from kapok.kernel.ofd.drawing.pictures import NotShown, data_uri, to_convert
from kapok.kernel.ofd.drawing.sheet import Sheet
from kapok.kernel.ofd.reading.entries import Media
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, local, text
from kapok.kernel.ofd.reading.shapes import IDENTITY, Box, matrix, moved, number, numbers, times

MOST_CONVERSIONS = 8
"""Pictures of a page that are decoded here, each of which may take a second."""
SILENT = frozenset({"Actions", "Clips", "FillColor", "StrokeColor", "Border"})


def draw_block(sheet: Sheet, block: Element | None, brush: Brush, depth: int = 0) -> str:
    """What a Layer, PageBlock or Content holds, in order."""
    if depth > sheet.limits.depth:
        sheet.note("ofd.too_deep")
        return ""
    drawn = []
    for unit in children(block):
        name = local(unit)
        if name in SILENT:
            continue
        sheet.spend()
        if name in ("PageBlock", "Layer"):
            drawn.append(draw_block(sheet, unit, brush_of(sheet, unit, brush), depth + 1))
        elif attribute(unit, "Visible").lower() != "false":
            drawn.append(_unit(sheet, unit, name, brush, depth))
    return "".join(drawn)


def _unit(sheet: Sheet, unit: Element, name: str, inherited: Brush, depth: int) -> str:
    box = Box.read(attribute(unit, "Boundary"))
    brush = brush_of(sheet, unit, inherited)
    if name == "TextObject":
        inner = draw_text(sheet, unit, brush)
    elif name == "PathObject":
        inner = _path(sheet, unit, brush, box)
    elif name == "ImageObject":
        inner = _image(sheet, unit, box)
        if inner.startswith('<g class="ofd-missing"'):
            return inner
    elif name == "CompositeObject":
        inner = _composite(sheet, unit, brush, box, depth)
    else:
        return sheet.missing("ofd.object", name, box, attribute(unit, "ID"))
    if not inner:
        return ""
    words = attribute(unit, "CTM")
    by = matrix(words) if words and name != "ImageObject" else IDENTITY
    made = _clipped(sheet, unit, inner, by)
    if box is not None and name in ("ImageObject", "CompositeObject") and not box.is_empty:
        made = _within(sheet, made, Box(0, 0, box.width, box.height))
    place = moved(box.x, box.y) if box is not None else IDENTITY
    alpha = number(attribute(unit, "Alpha", "255"), 255) / 255
    attributes = {"transform": transform(place), "opacity": opacity(alpha)}
    made = mark("g", made, **attributes) if any(attributes.values()) else made
    sheet.spend(200)
    return made


def _clipped(sheet: Sheet, unit: Element, inner: str, by: tuple[float, ...]) -> str:
    """The unit under its CTM and its clips: areas of one Clip add up, several Clips cut one another."""
    clips = child(unit, "Clips")
    changed = transform(by) if by != IDENTITY else ""  # type: ignore[arg-type]  # a matrix of six
    made = mark("g", inner, transform=changed) if changed else inner
    if clips is None:
        return made
    outside = attribute(clips, "TransFlag").lower() == "false"
    for clip in list(children(clips, "Clip"))[:16]:
        pieces = "".join(_area(sheet, area, "" if outside else changed) for area in children(clip, "Area"))
        if pieces:
            name = sheet.fresh("clip", partial(_clip_path, pieces))
            made = mark("g", made, clip_path=f"url(#{name})")
    return made


def _clip_path(pieces: str, key: str) -> str:
    return mark("clipPath", pieces, id=key)


def _area(sheet: Sheet, area: Element, before: str) -> str:
    found = []
    for shape in children(area):
        if local(shape) == "Text":
            sheet.note("ofd.clip_text")
        if local(shape) != "Path":
            continue
        d, _ = path_of(text(shape, "AbbreviatedData"))
        box = Box.read(attribute(shape, "Boundary"))
        by = matrix(attribute(shape, "CTM"))
        if box is not None:
            by = times(by, moved(box.x, box.y))
        by = times(by, matrix(attribute(area, "CTM")))
        rule = "evenodd" if attribute(shape, "Rule") == "Even-Odd" else ""
        if d:
            found.append(mark("path", d=d, transform=f"{before}{transform(by)}", clip_rule=rule))
            sheet.spend(len(found[-1]))
    return "".join(found)


def _within(sheet: Sheet, inner: str, box: Box) -> str:
    name = sheet.define(
        f"box-{short(box.x)}-{short(box.y)}-{short(box.width)}-{short(box.height)}",
        lambda key: mark("clipPath", mark("rect", x=box.x, y=box.y, width=box.width, height=box.height), id=key),
    )
    return mark("g", inner, clip_path=f"url(#{name})")


def _path(sheet: Sheet, unit: Element, brush: Brush, box: Box | None) -> str:
    d, extent = path_of(text(unit, "AbbreviatedData"))
    if not d or extent is None:
        return ""
    filled = attribute(unit, "Fill").lower() == "true"
    stroked = attribute(unit, "Stroke", "true").lower() != "false"
    fill = paint_of(sheet, brush.fill, NONE, lambda pattern: _pattern(sheet, pattern, brush)) if filled else NONE
    stroke = paint_of(sheet, brush.stroke, BLACK) if stroked else NONE
    if fill[0] == "none" and stroke[0] == "none":
        return ""
    rule = "evenodd" if attribute(unit, "Rule") == "Even-Odd" else ""
    paint: dict[str, Any] = {"fill": fill[0], "fill_opacity": opacity(fill[1]), "fill_rule": rule, **strokes(brush, stroke)}
    made = mark("path", d=d, **paint)
    sheet.spend(len(made))
    if box is not None and not attribute(unit, "CTM") and _exceeds(extent, box, brush.width):
        return _within(sheet, made, Box(-brush.width, -brush.width, box.width + 2 * brush.width, box.height + 2 * brush.width))
    return made


def _exceeds(extent: Box, box: Box, margin: float) -> bool:
    return (
        extent.x < -margin
        or extent.y < -margin
        or extent.x + extent.width > box.width + margin
        or extent.y + extent.height > box.height + margin
    )


def _pattern(sheet: Sheet, pattern: Element, brush: Brush) -> str:
    """A tile repeated over the shape; reflected tiles are drawn unreflected."""
    width, height = number(attribute(pattern, "Width")), number(attribute(pattern, "Height"))
    across, down = (number(attribute(pattern, name)) or size for name, size in (("XStep", width), ("YStep", height)))
    if width <= 0 or height <= 0 or across <= 0 or down <= 0:
        return "none"
    if attribute(pattern, "ReflectMethod", "Normal") != "Normal":
        sheet.note("ofd.shading", attribute(pattern, "ReflectMethod"))
    sheet.patterns += 1
    inner = draw_block(sheet, child(pattern, "CellContent"), brush, sheet.limits.depth - 4) if sheet.patterns < 50 else ""
    name = sheet.fresh(
        "pattern",
        lambda key: mark(
            "pattern", inner, id=key, patternUnits="userSpaceOnUse", width=across, height=down,
            patternTransform=transform(matrix(attribute(pattern, "CTM"))),
        ),
    )  # fmt: skip
    return f"url(#{name})"


def _image(sheet: Sheet, unit: Element, box: Box | None) -> str:
    """The picture fills the unit square, which the CTM carries to its place; without a CTM it fills the boundary."""
    key = attribute(unit, "ResourceID")
    name, why = "", NotShown("ofd.picture_missing", key)
    for resource in (key, attribute(unit, "Substitution")):
        media = sheet.resources.media.get(resource) if resource else None
        if media is not None and media.path is not None and not name:
            try:
                name = _defined(sheet, media)
            except NotShown as other:
                why = other
    if not name:
        return sheet.missing(why.code, why.what, box, attribute(unit, "ID"))
    if attribute(unit, "ImageMask"):
        sheet.note("ofd.picture_mask", key, attribute(unit, "ID"))
    words = attribute(unit, "CTM")
    if len(numbers(words, 8)) == 6:
        by = matrix(words)
    else:
        by = (box.width, 0.0, 0.0, box.height, 0.0, 0.0) if box is not None else IDENTITY
    return mark("use", href=f"#{name}", transform=transform(by))


def _defined(sheet: Sheet, media: Media) -> str:
    """A picture is written once on a page, however often it is used."""
    content = sheet.source.parts[media.path or ""]
    if to_convert(content):
        sheet.conversions += 1
        if sheet.conversions > MOST_CONVERSIONS:
            raise NotShown("ofd.picture_too_large", media.format)
    address = data_uri(content, media.format)
    return sheet.define(f"m{media.id}", lambda key: mark("image", id=key, href=address, width=1, height=1, preserveAspectRatio="none"))


def _composite(sheet: Sheet, unit: Element, brush: Brush, box: Box | None, depth: int) -> str:
    key = attribute(unit, "ResourceID")
    composite = sheet.resources.composites.get(key)
    if composite is None or composite.content is None:
        return sheet.missing("ofd.composite_missing", key, Box(0, 0, box.width, box.height) if box is not None else None)
    return draw_block(sheet, composite.content, brush, depth + 1)
