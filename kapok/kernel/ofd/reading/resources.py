"""PublicRes, DocumentRes and PageRes: fonts, colour spaces, drawing parameters, pictures, composites."""

from kapok.kernel.ofd.reading.entries import ColourSpace, Composite, FontEntry, Media, Resources
from kapok.kernel.ofd.reading.markup import Element, attribute, child, children, local, text
from kapok.kernel.ofd.reading.shapes import number
from kapok.kernel.ofd.reading.source import Source
from kapok.kernel.ofd.refusals import OfdRefused

MOST_COLOURS = 4096


def read_resources(source: Source, path: str | None) -> Resources:
    """What one resource file declares."""
    found = Resources()
    root = source.tree(path)
    if root is None or path is None:
        return found
    base = attribute(root, "BaseLoc")
    for group in children(root):
        for thing in children(group):
            key = attribute(thing, "ID")
            if not key:
                source.warnings.add("ofd.id_missing", path, local(thing))
                continue
            _take(source, found, thing, key, path, base)
    _no_cycle(found.draw_params, lambda param: [attribute(param, "Relative")], path)
    return found


def _take(source: Source, found: Resources, thing: Element, key: str, path: str, base: str) -> None:
    kind = local(thing)
    if kind == "Font":
        found.fonts[key] = _font(source, thing, key, path, base)
    elif kind == "ColorSpace":
        found.colour_spaces[key] = _colour_space(thing, key)
    elif kind == "DrawParam":
        found.draw_params[key] = thing
    elif kind == "MultiMedia":
        location = text(thing, "MediaFile")
        media = source.follow(location, path, base=base) if location else None
        found.media[key] = Media(key, attribute(thing, "Type"), attribute(thing, "Format"), media)
    elif kind == "CompositeGraphicUnit":
        width, height = number(attribute(thing, "Width")), number(attribute(thing, "Height"))
        found.composites[key] = Composite(key, width, height, child(thing, "Content"))


def _font(source: Source, thing: Element, key: str, path: str, base: str) -> FontEntry:
    location = text(thing, "FontFile")
    return FontEntry(
        key,
        attribute(thing, "FontName"),
        attribute(thing, "FamilyName"),
        source.follow(location, path, base=base) if location else None,
        *(attribute(thing, name).lower() == "true" for name in ("Bold", "Italic", "Serif", "FixedWidth")),
    )


def _colour_space(thing: Element, key: str) -> ColourSpace:
    palette = child(thing, "Palette")
    colours = tuple((entry.text or "").strip() for entry, _ in zip(children(palette, "CV"), range(MOST_COLOURS), strict=False))
    return ColourSpace(key, attribute(thing, "Type", "RGB").upper(), int(number(attribute(thing, "BitsPerComponent", "8"), 8)), colours)


def refuse_composite_cycles(resources: Resources, path: str) -> None:
    """A composite that holds itself, directly or over others, would be drawn for ever."""
    inside = {key: composite.content for key, composite in resources.composites.items() if composite.content is not None}
    _no_cycle(inside, lambda content: [attribute(unit, "ResourceID") for unit in content.iter("{*}CompositeObject")], path)


def _no_cycle(things: dict, leads_to, path: str) -> None:  # type: ignore[no-untyped-def, type-arg]  # two kinds of things, one walk
    done: set[str] = set()
    for start in things:
        trail: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                trail.remove(key)
                done.add(key)
            elif key in trail:
                raise OfdRefused("ofd.cycle", path=f"{path} {key}")
            elif key in things and key not in done:
                trail.append(key)
                waiting.append((key, True))
                waiting += [(other, False) for other in dict.fromkeys(leads_to(things[key])) if other]
