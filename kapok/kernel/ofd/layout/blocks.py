"""The parts of a layout as blocks: what each needs in height, and how it is drawn once its place is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from kapok.kernel.ofd.layout.breaking import Line, natural_width
from kapok.kernel.ofd.layout.grammar import Layout, Part
from kapok.kernel.ofd.layout.pictures import Vector, drawn, picture_size
from kapok.kernel.ofd.layout.setting import Style, fitted, part_style, place_line, place_lines, spread_line, style_of, upright
from kapok.kernel.ofd.layout.shapes import emblem, line, qr, rectangle
from kapok.kernel.ofd.layout.values import Values, only_slot
from kapok.kernel.ofd.pages import INK, Anchor, Item, Path

Draw = Callable[[float, float], list[Item]]


@dataclass(frozen=True)
class Block:
    """Something that is not cut: its height, how it is drawn at (x, y), places it leaves free (relative to its corner).

    `glue` is white room that vanishes at the top of a page (of the first too, unless `kept`); `head` is drawn again when the block
    begins a new page; `with_next` keeps it on the page of the block after it.
    """

    height: float
    draw: Draw
    place: str = ""
    says: str = ""
    anchors: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    glue: bool = False
    kept: bool = False
    head: "Block | None" = None
    with_next: bool = False


@dataclass(frozen=True)
class Context:
    """What blocks are made from."""

    layout: Layout
    values: Values
    pictures: Mapping[str, bytes | Vector]
    body_height: float = 0.0

    def text(self, template: str) -> str:
        return self.values.fill(template)

    def holds(self, part: Part) -> bool:
        conditions = part.given.get("when", ())
        return all(map(self.values.holds, [conditions] if isinstance(conditions, str) else conditions))


def blocks_of(part: Part, context: Context, width: float, height: float | None = None) -> list[Block]:
    """The blocks of a part in a width; `height` bounds a part that has its own place."""
    return _MAKERS[part.kind](part, context, width, height)


def space(height: float, *, kept: bool = False) -> Block:
    return Block(height, lambda x, y: [], glue=True, kept=kept)


def _text(part: Part, context: Context, width: float, height: float | None) -> list[Block]:
    text, tag = context.text(part.get("text")), part.get("tag") or only_slot(part.get("text"))
    style = part_style(context.layout, part)
    if not text:
        return []
    if part.get("vertical"):
        high = height or min(len(text) * (style.size + style.spacing), context.body_height)
        return [Block(high, lambda x, y: [*upright(text, style, x, y, width, high, part.place, tag)], part.place, text[:40])]
    columns = int(part.get("columns"))
    if columns > 1:
        return _columned(part, text, tag, style, width, height or context.body_height, columns)
    style, lines = fitted(text, style, width, height, part.place)
    if part.get("angle"):
        return [Block(len(lines) * style.line_height, _turned(lines, style, part, width, tag), part.place, text[:40])]
    starts = [True, *(before.last for before in lines[:-1])]
    last = len(lines) - 1
    return [
        Block(style.line_height, _line(one, style, width, first, tag), part.place, text[:40], with_next=index == 0 < last - 1)
        for index, (one, first) in enumerate(zip(lines, starts, strict=True))
    ]


def _line(one: Line, style: Style, width: float, first: bool, tag: str) -> Draw:
    return lambda x, y: [place_line(one, style, x, y, width, first=first, tag=tag)] if one.text else []


def _turned(lines: list[Line], style: Style, part: Part, width: float, tag: str) -> Draw:
    return lambda x, y: [replace(one, angle=float(part.get("angle"))) for one in place_lines(lines, style, x, y, width, tag=tag)]


def _columned(part: Part, text: str, tag: str, style: Style, width: float, room: float, columns: int) -> list[Block]:
    """Text in columns, as many lines in each as fit on a page and no more than needed."""
    gap = float(part.get("gap"))
    wide = (width - gap * (columns - 1)) / columns
    style, lines = fitted(text, style, wide, None, part.place)
    full = max(int(room / style.line_height), 1)
    blocks = []
    for at in range(0, len(lines), full * columns):
        chunk = lines[at : at + full * columns]
        deep = min(ceil(len(chunk) / columns), full)
        stacks = [chunk[n * deep : (n + 1) * deep] for n in range(columns)]

        def draw(x: float, y: float, stacks: list[list[Line]] = stacks) -> list[Item]:
            placed: list[Item] = []
            for n, stack in enumerate(stacks):
                placed += place_lines(stack, style, x + n * (wide + gap), y, wide, tag=tag)
            return placed

        blocks.append(Block(deep * style.line_height, draw, part.place, text[:40]))
    return blocks


@dataclass(frozen=True)
class _Cell:
    """A label with its value, set: how high it is and how it is drawn."""

    height: float
    draw: Callable[[float, float, float], list[Item]]


def _fields(part: Part, context: Context, width: float, _: float | None) -> list[Block]:
    """Rows of label and value; in several columns a `wide` row takes them all."""
    count, gap = int(part.get("columns")), float(part.get("column_gap"))
    boxed = part.get("rules") == "box"
    gap = 0.0 if boxed else gap
    wide = (width - gap * (count - 1)) / count
    rows: list[list[tuple[Part, float]]] = []
    for row in part.rows:
        if not context.holds(row):
            continue
        if row.get("wide") or not rows or len(rows[-1]) == count or rows[-1][0][1] > wide + 1e-6:
            rows.append([])
        rows[-1].append((row, width if row.get("wide") else wide))
    blocks = []
    for number, row_parts in enumerate(rows):
        cells = [(_cell(part, row, context, across), across) for row, across in row_parts]
        high = max(cell.height for cell, _ in cells) + (0.0 if part.get("rules") != "none" else float(part.get("gap")))
        says = row_parts[0][0].get("label")
        blocks.append(Block(high, _row(cells, high, gap, part, width, number == 0), f"{part.place}.rows", says))
    return blocks


def _row(cells: list[tuple[_Cell, float]], high: float, gap: float, part: Part, width: float, first: bool) -> Draw:
    def draw(x: float, y: float) -> list[Item]:
        placed: list[Item] = []
        at = x
        for cell, across in cells:
            placed += cell.draw(at, y, high)
            at += across + gap
        if part.get("rules") == "lines":
            colour = part.get("rule_colour")
            placed += [Path(line((x, y), (x + width, y)), stroke=colour, width=0.18)] if first else []
            placed.append(Path(line((x, y + high), (x + width, y + high)), stroke=colour, width=0.18))
        return placed

    return draw


def _cell(part: Part, row: Part, context: Context, width: float) -> _Cell:
    rules, padding = part.get("rules"), float(part.get("padding"))
    pad = padding if rules != "none" else 0.0
    side = padding if rules == "box" else 0.0
    beside = float(part.get("label_width"))
    label = style_of(context.layout, part.given, {"style": part.given.get("label_style", "")})
    value = style_of(context.layout, part.given, row.given)
    label_text, text = context.text(row.get("label")), context.text(row.get("value"))
    gap = 0.0 if rules == "box" else 2.0
    label_style, labels = fitted(label_text, replace(label, fit="shrink"), beside - 2 * side - gap, None, row.place)
    value_width = width - beside - 2 * side - gap
    value_style, lines = fitted(text, value, value_width, None, row.place)
    line_high = max(label_style.line_height, value_style.line_height)
    high = max(len(labels) * label_style.line_height, line_high + (len(lines) - 1) * value_style.line_height) + 2 * pad
    tag = row.get("tag") or only_slot(row.get("value"))

    def draw(x: float, y: float, full: float) -> list[Item]:
        shift = (full - high) / 2 if rules == "box" else 0.0
        down = label_style.baseline - value_style.baseline + (line_high - label_style.line_height) / 2
        top = y + pad + shift + (line_high - label_style.line_height) / 2
        spread = part.get("spread") and len(labels) == 1 and len(label_text) > 1
        placed: list[Item] = (
            [spread_line(label_text, label_style, x + side, top, beside - 2 * side - gap)]
            if spread
            else [*place_lines(labels, label_style, x + side, top, beside - 2 * side)]
        )
        placed += place_lines(lines, value_style, x + beside + gap + side, y + pad + shift + down, value_width, tag=tag)
        if rules == "box":
            colour = part.get("rule_colour")
            placed.append(Path(rectangle(x, y, beside, full), stroke=colour, width=0.2))
            placed.append(Path(rectangle(x + beside, y, width - beside, full), stroke=colour, width=0.2))
        return placed

    return _Cell(high, draw)


def _table(part: Part, context: Context, width: float, _: float | None) -> list[Block]:
    """A head and a row per entry of a list; the head comes again on every page."""
    given = context.values.get(part.get("rows"))
    entries = [entry for entry in given if isinstance(entry, Mapping)] if isinstance(given, (list, tuple)) else []
    shares = [float(column.get("width")) for column in part.rows]
    widths = [share / sum(shares) * width for share in shares]
    style = part_style(context.layout, part)
    head_style = style_of(context.layout, part.given, {"font": "bold"}, {"style": part.given.get("head_style", "")})
    head = _table_row(
        part, [context.text(column.get("title")) for column in part.rows], widths, head_style, ["center"] * len(widths), [""] * len(widths)
    )
    aligns = [column.get("align") for column in part.rows]
    blocks = [replace(head, with_next=True)]
    for number, entry in enumerate(entries, 1):
        values = context.values.within(entry, number)
        tags = [only_slot(column.get("value")) and f"{part.get('rows')}.{number}.{only_slot(column.get('value'))}" for column in part.rows]
        row = _table_row(part, [values.fill(column.get("value")) for column in part.rows], widths, style, aligns, tags)
        blocks.append(replace(row, head=head))
    if not entries:
        blank = [context.text(part.get("empty")), *[""] * (len(widths) - 1)]
        blocks.append(_table_row(part, blank, widths, style, aligns, [""] * len(widths)))
    return blocks


def _table_row(part: Part, texts: list[str], widths: list[float], style: Style, aligns: list[str], tags: list[str]) -> Block:
    pad = float(part.get("padding"))
    cells = []
    for text, wide, align, tag in zip(texts, widths, aligns, tags, strict=True):
        cell_style, lines = fitted(text, replace(style, align=align, indent=0.0), wide - 2 * pad, None, part.place)
        cells.append((cell_style, lines, wide, tag))
    high = max(len(lines) * cell_style.line_height for cell_style, lines, _, _ in cells) + 2 * pad

    def draw(x: float, y: float) -> list[Item]:
        placed: list[Item] = []
        colour, at = part.get("rule_colour"), x
        for cell_style, lines, wide, tag in cells:
            top = y + (high - len(lines) * cell_style.line_height) / 2
            placed += place_lines(lines, cell_style, at + pad, top, wide - 2 * pad, tag=tag)
            if part.get("rules") == "box":
                placed.append(Path(rectangle(at, y, wide, high), stroke=colour, width=0.2))
            at += wide
        if part.get("rules") == "lines":
            placed.append(Path(line((x, y + high), (at, y + high)), stroke=colour, width=0.2))
        return placed

    return Block(high, draw, part.place, texts[0][:40])


def _picture(part: Part, context: Context, width: float, height: float | None) -> list[Block]:
    content = context.pictures.get(part.get("picture"))
    across = float(part.get("width") or width)
    border, empty = part.get("border"), context.text(part.get("empty"))
    if content is None and not empty:
        return []
    if content is not None:
        natural = picture_size(content)
        high = float(part.get("height") or across * natural[1] / natural[0])
    else:
        high = float(part.get("height") or across)
    alt, tag = context.text(part.get("alt")), part.get("picture")

    def draw(x: float, y: float) -> list[Item]:
        left = x + _indent(part, width, across)
        placed: list[Item] = []
        if content is not None:
            placed += drawn(content, left, y, across, high, stretch=part.get("fit") == "stretch", alt=alt, tag=tag)
        else:
            style = replace(style_of(context.layout, {"size": 9, "colour": "#6b6660"}), align="center")
            _, lines = fitted(empty, style, across, None, part.place)
            placed += place_lines(lines, style, left, y + (high - len(lines) * style.line_height) / 2, across)
        if border or content is None:
            dash = () if content is not None else (1.0, 1.0)
            placed.append(Path(rectangle(left, y, across, high), stroke=border or "#9c968d", width=0.2, dash=dash))
        return placed

    return [Block(high, draw, part.place, part.get("picture"))]


def _indent(part: Part, width: float, across: float) -> float:
    return {"center": (width - across) / 2, "right": width - across}.get(part.get("align") or "left", 0.0)


def _emblem(part: Part, _: Context, width: float, height: float | None) -> list[Block]:
    size = float(part.get("width") or height or 20.0)
    return [Block(size, lambda x, y: [*emblem(part.get("name"), x + _indent(part, width, size), y, size, part.get("colour"))], part.place)]


def _qr(part: Part, context: Context, width: float, height: float | None) -> list[Block]:
    text, size = context.text(part.get("value")), float(part.get("width") or height or 22.0)
    return [Block(size, lambda x, y: [qr(text, x + _indent(part, width, size), y, size, part.get("colour"))], part.place)] if text else []


def _rule(part: Part, _: Context, width: float, __: float | None) -> list[Block]:
    across, thick, colour = float(part.get("width") or width), float(part.get("thickness")), part.get("colour")
    twice = bool(part.get("double"))

    def draw(x: float, y: float) -> list[Item]:
        placed: list[Item] = [Path(line((x, y + thick / 2), (x + across, y + thick / 2)), stroke=colour, width=thick)]
        if twice:
            low = y + thick + 0.9
            placed.append(Path(line((x, low), (x + across, low)), stroke=colour, width=round(thick / 3, 3)))
        return placed

    return [Block(thick + (1.0 + thick / 3 if twice else 0.0), draw, part.place)]


def _box(part: Part, _: Context, width: float, height: float | None) -> list[Block]:
    across, high = float(part.get("width") or width), float(part.get("height") or height or 10.0)
    stroke, fill = part.get("colour") or "", part.get("fill") or ""
    dash = (1.2, 1.0) if part.get("dash") else ()
    shape = (stroke or ("" if fill else INK), float(part.get("thickness")), fill, dash)
    return [Block(high, lambda x, y: [Path(rectangle(x, y, across, high, float(part.get("radius"))), *shape)], part.place)]


def _anchor(part: Part, context: Context, width: float, height: float | None) -> list[Block]:
    across, high = float(part.get("width") or width), float(part.get("height") or height or 42.0)
    return [Block(high, lambda x, y: [], part.place, anchors={context.text(part.get("name")): (0.0, 0.0, across, high)})]


def _signoff(part: Part, context: Context, width: float, _: float | None) -> list[Block]:
    """Agency and date at the foot (落款), with the seal's place over them; never parted."""
    style = replace(part_style(context.layout, part), align="left")
    texts = [text for text in map(context.text, part.get("lines")) if text]
    seal, right = float(part.get("seal_width")), float(part.get("right"))
    widest = max((natural_width(text, style.size, style.font, style.spacing) for text in texts), default=0.0)
    box = min(max(widest, seal), width - right)
    rows = [fitted(text, replace(style, align="center"), box, None, part.place) for text in texts]
    tall = sum(len(lines) * one.line_height for one, lines in rows)
    high = max(tall, seal)
    tags = [only_slot(text) for text in part.get("lines") if context.text(text)]

    def draw(x: float, y: float) -> list[Item]:
        placed: list[Item] = []
        left, top = x + width - right - box, y + (high - tall) / 2
        for (one, lines), tag in zip(rows, tags, strict=True):
            placed += place_lines(lines, one, left, top, box, tag=tag)
            top += len(lines) * one.line_height
        return placed

    middle = width - right - box / 2
    anchors = {part.get("anchor"): (middle - seal / 2, (high - seal) / 2, seal, seal)} if part.get("anchor") else {}
    return [Block(high, draw, part.place, (texts or [""])[0][:40], anchors)]


def _space(part: Part, *_: Any) -> list[Block]:
    return [space(float(part.get("height")), kept=True)]


_MAKERS: dict[str, Callable[[Part, Context, float, float | None], list[Block]]] = {
    "text": _text, "fields": _fields, "table": _table, "picture": _picture, "emblem": _emblem, "qr": _qr, "rule": _rule, "box": _box,
    "anchor": _anchor, "signoff": _signoff, "space": _space,
}  # fmt: skip


def anchor_at(block: Block, name: str, page: int, x: float, y: float) -> Anchor:
    """Where a block's free place lies on the page."""
    dx, dy, width, height = block.anchors[name]
    return Anchor(page, round(x + dx, 3), round(y + dy, 3), width, height)
