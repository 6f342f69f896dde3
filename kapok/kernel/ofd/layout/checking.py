"""Everything wrong with a layout, each fault with its place, so that its owner can mend it without asking."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from kapok.kernel.ofd.errors import FontsMissing
from kapok.kernel.ofd.fonts import missing_glyphs
from kapok.kernel.ofd.layout.grammar import SAYS, Fault, Part, read_layout
from kapok.kernel.ofd.layout.values import Slot, parsed_condition, slots_of

_TEXTS = ("text", "value", "label", "title", "empty", "alt", "name")
_OF_A_PAGE = frozenset({"page", "pages"})
"""What parts with a place may say: the page's number, and how many there are."""

_LINE = re.compile(r"line (\d+)")
_HEADER = re.compile(r"\s*\[\[?\s*([\w.\-\"]+)\s*\]\]?\s*(?:#.*)?")

Schema = Mapping[str, Any]
"""Field to its kind: a word (`text`, `date`, `list` …), or a mapping with the `fields` of a repeating field, or nothing."""


def check_template(template: Mapping[str, Any], schema: Schema | None = None) -> list[Fault]:
    """Every fault of a layout. With a schema, fields that do not exist and repeats over fields that are no lists are faults too."""
    layout, faults = read_layout(template)
    if schema is not None:
        for part in layout.parts:
            faults += _unknown_fields(part, schema)
    faults += _unwritable(layout.parts)
    faults += _twice(layout.parts)
    return list(dict.fromkeys(faults))


def check_layout(text: str, schema: Schema | None = None) -> list[Fault]:
    """The same for the text an owner wrote; every fault names its line."""
    try:
        template = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        return [Fault("", "bad_toml", str(SAYS["bad_toml"]).format(line=line), line)]
    return [Fault(fault.place, fault.code, fault.says, line_of(text, fault.place)) for fault in check_template(template, schema)]


def line_of(text: str, place: str) -> int:
    """The line a place such as `part[3].rows[0].value` stands on, or that of the section around it; 0 if it is nowhere."""
    wanted = [(found[1], int(found[2] or 0)) for found in re.finditer(r"([\w\-]+)(?:\[(\d+)\])?", place)]
    if not wanted:
        return 0
    counts: dict[str, int] = {}
    here, best, best_depth = "", 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            here = _numbered(header[1], counts)
        key = line.partition("=")[0].strip() if not header and "=" in line else ""
        path = [*_path(here), *([(key, 0)] if key else [])]
        depth = next((n for n, (a, b) in enumerate(zip(path, wanted, strict=False)) if a != b), min(len(path), len(wanted)))
        if depth == len(path) and depth > best_depth:
            best, best_depth = number, depth
    return best


def _numbered(header: str, counts: dict[str, int]) -> str:
    """`part.rows` as `part[3].rows[1]`: which one of its kind this header begins."""
    names = header.replace('"', "").split(".")
    whole = ""
    for index, name in enumerate(names):
        key = f"{whole}.{name}" if whole else name
        if index == len(names) - 1:
            counts[key] = counts.get(key, -1) + 1
        whole = f"{key}[{counts.get(key, 0)}]"
    return whole


def _path(numbered: str) -> list[tuple[str, int]]:
    return [(found[1], int(found[2])) for found in re.finditer(r"([\w\-]+)\[(\d+)\]", numbered)]


def _unknown_fields(part: Part, schema: Schema) -> Iterator[Fault]:
    """Slots and conditions that name a field the schema does not have."""
    known = dict(schema) | (dict.fromkeys(_OF_A_PAGE) if part.placed else {})
    if part.kind == "table":
        yield from _repeat(part, schema)
        known |= {"#": None} | _inner(schema.get(str(part.get("rows"))))
    for place, name in _named(part, part.place):
        if not _known(name, known):
            yield _fault(place, "unknown_field", name)
    for row in part.rows:
        for place, name in _named(row, row.place):
            if not _known(name, known):
                yield _fault(place, "unknown_field", name)


def _repeat(part: Part, schema: Schema) -> Iterator[Fault]:
    name = str(part.get("rows"))
    if name not in schema:
        yield _fault(f"{part.place}.rows", "unknown_field", name)
    elif not _is_list(schema[name]):
        yield _fault(f"{part.place}.rows", "not_a_list", name)


def _is_list(kind: Any) -> bool:
    word = kind.get("type", "") if isinstance(kind, Mapping) else kind
    return word in ("list", "rows", "table", "array", "group", None, "")


def _inner(kind: Any) -> dict[str, Any]:
    fields = kind.get("fields") or kind.get("items") or {} if isinstance(kind, Mapping) else {}
    if isinstance(fields, Mapping):
        return dict(fields)
    return {str(one.get("name") or one.get("key")): one for one in fields if isinstance(one, Mapping)}


def _known(name: str, schema: Mapping[str, Any]) -> bool:
    first = name.partition(".")[0]
    return name in schema or first in schema


def _named(part: Part, place: str) -> Iterator[tuple[str, str]]:
    """Every field a part names, with the place it is named at."""
    for key in (*_TEXTS, "lines"):
        given = part.given.get(key, ())
        for text in given if isinstance(given, list) else [given]:
            yield from ((f"{place}.{key}", slot.name) for slot in _slots(text))
    conditions = part.given.get("when", [])
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        try:
            yield f"{place}.when", parsed_condition(str(condition))[1]
        except ValueError:
            continue


def _slots(text: Any) -> list[Slot]:
    try:
        return [piece for piece in slots_of(text) if isinstance(piece, Slot)] if isinstance(text, str) else []
    except ValueError:
        return []


def _unwritable(parts: tuple[Part, ...]) -> Iterator[Fault]:
    """Characters of the layout itself that no font can write."""
    for part in parts:
        for one in (part, *part.rows):
            for key in (*_TEXTS, "lines"):
                given = one.given.get(key, ())
                joined = "".join(text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str))
                try:
                    missing = missing_glyphs(joined)
                except FontsMissing:
                    return
                if missing:
                    yield _fault(f"{one.place}.{key}", "glyph", missing)


def _twice(parts: tuple[Part, ...]) -> Iterator[Fault]:
    """Two anchors of one name, neither of which says when it holds: only one could be meant."""
    seen: set[str] = set()
    for part in parts:
        name = part.get("name") if part.kind == "anchor" else part.get("anchor") if part.kind == "signoff" else ""
        if name and "when" not in part.given:
            if name in seen:
                yield _fault(part.place, "twice", name)
            seen.add(str(name))


def _fault(place: str, code: str, what: str) -> Fault:
    return Fault(place, code, str(SAYS[code]).format(what=what))
