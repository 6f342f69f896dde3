"""A layout and its data become pages: parts in the flow one after another, parts with a place where they belong."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kapok.kernel.ofd.errors import DoesNotFit, GlyphMissing, TemplateFaulty
from kapok.kernel.ofd.fonts import missing_glyphs
from kapok.kernel.ofd.layout.blocks import Block, Context, anchor_at, blocks_of, space
from kapok.kernel.ofd.layout.grammar import Layout, Part, read_layout
from kapok.kernel.ofd.layout.pictures import Vector
from kapok.kernel.ofd.layout.shapes import frame, rectangle, underprint
from kapok.kernel.ofd.layout.values import Values
from kapok.kernel.ofd.pages import Anchor, Drawing, Item, Page, Path, TemplatePage

FRAME = "frame"
_MOST_PAGES = 200
"""No paper of a case is longer; a layout that makes more is mistaken."""


def compose(template: Mapping[str, Any], data: Mapping[str, Any], pictures: Mapping[str, bytes | Vector] | None = None) -> Drawing:
    """The drawing of a layout with its data; the layout is read once per process.

    `TemplateFaulty` names the first fault, `GlyphMissing` every character nobody can write, `DoesNotFit` what is too large.
    """
    layout = _layout(json.dumps(template, sort_keys=True, default=str, ensure_ascii=False))
    return _Composing(layout, data, pictures or {}).compose()


@lru_cache(maxsize=128)
def _layout(text: str) -> Layout:
    layout, faults = read_layout(json.loads(text))
    if faults:
        raise TemplateFaulty(place=faults[0].place, why=str(faults[0].says))
    return layout


class _Composing:
    """One composition: fills page after page."""

    def __init__(self, layout: Layout, data: Mapping[str, Any], pictures: Mapping[str, bytes | Vector]) -> None:
        self.layout, self.data = layout, data
        self.width, self.height = layout.page_size
        self.top, self.right, self.bottom, self.left = layout.margins
        self.context = Context(layout, _Noting(data), pictures, self.height - self.top - self.bottom)
        self.pages: list[list[Item]] = [[]]
        self.anchors: dict[str, Anchor] = {}
        self.y = self.top
        self.fresh = True

    def compose(self) -> Drawing:
        try:
            self.flow()
            for number in range(1, len(self.pages) + 1):
                self.placed(number)
        except GlyphMissing as error:
            seen = "".join(self.context.values.seen) if isinstance(self.context.values, _Noting) else ""
            raise GlyphMissing(glyphs=missing_glyphs(seen) or error.data["glyphs"]) from error
        sheets = _frame(self.layout)
        key = FRAME if sheets else ""
        return Drawing(tuple(Page(self.width, self.height, tuple(items), key) for items in self.pages), sheets, self.anchors)

    def flow(self) -> None:
        """Everything without a place, from top to bottom."""
        across = self.width - self.left - self.right
        for part in self.layout.parts:
            if part.placed or not self.context.holds(part):
                continue
            if part.kind == "break":
                self.turn(part.place, "")
                continue
            blocks = blocks_of(part, self.context, across)
            if blocks:
                self.put([space(float(part.get("above") or 0)), *blocks, space(float(part.get("below") or 0))])

    def put(self, blocks: list[Block]) -> None:
        floor = self.height - self.bottom
        for index, block in enumerate(blocks):
            if block.glue:
                self.y += 0.0 if self.fresh and (len(self.pages) > 1 or not block.kept) else block.height
                continue
            needed = block.height
            if block.with_next and index + 1 < len(blocks) and not blocks[index + 1].glue:
                needed += blocks[index + 1].height
            if self.y + needed > floor + 0.05 and not self.fresh:
                self.turn(block.place, block.says)
                if block.head:
                    self.draw(block.head)
            if self.y + block.height > floor + 0.05:
                raise DoesNotFit(place=block.place, text=block.says)
            self.draw(block)

    def draw(self, block: Block) -> None:
        self.pages[-1] += block.draw(self.left, self.y)
        for name in block.anchors:
            self.anchors[name] = anchor_at(block, name, len(self.pages), self.left, self.y)
        self.y += block.height
        self.fresh = False

    def turn(self, place: str, says: str) -> None:
        """Begin a new page, unless the layout refuses a second one."""
        if self.layout.paper["overflow"] == "refuse" or len(self.pages) >= _MOST_PAGES:
            raise DoesNotFit(place=place, text=says)
        self.pages.append([])
        self.y, self.fresh = self.top, True

    def placed(self, number: int) -> None:
        """The parts with a place that stand on this page; they know its number."""
        count = len(self.pages)
        values = _Noting({**self.data, "page": number, "pages": count})
        context = Context(self.layout, values, self.context.pictures, self.context.body_height)
        wanted = {"every", *(["first"] if number == 1 else ["later"]), *(["last"] if number == count else [])}
        for part in self.layout.parts:
            if part.placed and part.get("pages") in wanted and context.holds(part):
                self.at_its_place(part, context, number)

    def at_its_place(self, part: Part, context: Context, number: int) -> None:
        x, y = part.get("at")
        width = float(part.get("width") or 0) or (self.width - self.left - self.right if x == "center" else self.width - self.right - x)
        x = (self.width - width) / 2 if x == "center" else float(x)
        height = float(part.get("height")) if part.get("height") else None
        at = float(y)
        for block in blocks_of(part, context, width, height):
            if height is not None and at + block.height > y + height + 0.05:
                raise DoesNotFit(place=block.place or part.place, text=block.says)
            self.pages[number - 1] += block.draw(x, at)
            for name in block.anchors:
                self.anchors.setdefault(name, anchor_at(block, name, number, x, at))
            at += block.height


def _frame(layout: Layout) -> tuple[TemplatePage, ...]:
    """The frames as a template page: kept once in the file, drawn behind every page."""
    width, height = layout.page_size
    items: list[Item] = []
    for one in layout.frames:
        inset, band, colour = float(one["inset"]), float(one["band"]), one["colour"]
        place = (inset, inset, width - 2 * inset, height - 2 * inset)
        if one["kind"] == "tint":
            items.append(Path(rectangle(*place), fill=colour))
        elif one["kind"] == "waves":
            items += underprint(*place, colour)
        else:
            items += frame(one["kind"], *place, band, colour)
    return (TemplatePage(FRAME, width, height, tuple(items)),) if items else ()


class _Noting(Values):
    """Values that remember every text they made, so that all missing glyphs can be named at once."""

    def __init__(self, data: Mapping[str, Any], row: Mapping[str, Any] | None = None, seen: list[str] | None = None) -> None:
        super().__init__(data, row)
        self.seen = seen if seen is not None else []

    def within(self, row: Mapping[str, Any], number: int) -> "_Noting":
        return _Noting(self.data, {**row, "#": number}, self.seen)

    def fill(self, text: str) -> str:
        made = super().fill(text)
        self.seen.append(made)
        return made
