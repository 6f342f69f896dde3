"""Where a seal goes on a document: a place on some pages, beside a keyword, or over the edges of all of them (骑缝章)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from kapok.kernel.ofd.public import OfdRefused
from kapok.support.seals.data import StampPlace
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.stamping.places import keyword_places, pages_of, repeated, straddling

MODES = ("position", "keyword", "straddle")
POINT = 25.4 / 72
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


@dataclass(frozen=True)
class Wish:
    """What somebody asked for: how, on which pages ("1-3,5"; empty: all), where in millimetres from the upper left."""

    mode: str
    pages: str = "1"
    x: float | None = None
    y: float | None = None
    keyword: str = ""


def sizes_of(content: bytes, media: str) -> list[tuple[float, float]]:
    """Width and height of every page, in millimetres; SealRefused says why a file cannot be read."""
    try:
        return pages_of(content) if media == "ofd" else _pdf_sizes(content)
    except OfdRefused as wrong:
        raise SealRefused("seals.unreadable", 422, why=wrong.message()) from wrong
    except pikepdf.PdfError as wrong:
        raise SealRefused("seals.unreadable", 422, why="PDF") from wrong


def places_for(content: bytes, media: str, wish: Wish, *, width: float, height: float) -> tuple[StampPlace, ...]:
    """The places of a wish; SealRefused where it cannot be met."""
    sizes = sizes_of(content, media)
    if wish.mode == "keyword":
        return _by_keyword(content, media, wish, width, height)
    pages = _pages(wish.pages, len(sizes))
    if wish.mode == "straddle":
        pages = pages if len(pages) > 1 else list(range(1, len(sizes) + 1))
        return tuple(
            straddling(sizes, pages=pages, y=sizes[0][1] / 2 - height / 2 if wish.y is None else wish.y, width=width, height=height)
        )
    if wish.x is None or wish.y is None:
        raise SealRefused("seals.no_place", 422)
    for page in pages:
        check_place(sizes[page - 1], StampPlace(page, wish.x, wish.y, width, height))
    return tuple(repeated(pages, wish.x, wish.y, width, height))


def check_places(content: bytes, media: str, places: Sequence[StampPlace]) -> None:
    """SealRefused where a place does not lie on a page of the document."""
    sizes = sizes_of(content, media)
    for place in places:
        if not 1 <= place.page <= len(sizes):
            raise SealRefused("seals.place", 422, page=place.page)
        if place.clip is None:
            check_place(sizes[place.page - 1], place)


def check_place(size: tuple[float, float], place: StampPlace) -> None:
    """SealRefused where the middle of a seal lies outside its page."""
    x, y = place.x + place.width / 2, place.y + place.height / 2
    if not (0 <= x <= size[0] and 0 <= y <= size[1]) or place.width <= 0 or place.height <= 0:
        raise SealRefused("seals.place", 422, page=place.page)


def _by_keyword(content: bytes, media: str, wish: Wish, width: float, height: float) -> tuple[StampPlace, ...]:
    keyword = wish.keyword.strip()[:60]
    if media != "ofd":
        raise SealRefused("seals.keyword_pdf", 422)
    found = keyword_places(content, keyword, width=width, height=height) if keyword else []
    if not found:
        raise SealRefused("seals.keyword_missing", 422, keyword=keyword)
    return tuple(found[-1:] if wish.pages == "last" else found)


def _pages(text: str, count: int) -> list[int]:
    """The pages of "1-3,5"; empty or "all": every one."""
    text = text.strip().replace("，", ",").replace(" ", "")
    if not text or text == "all":
        return list(range(1, count + 1))
    wanted: set[int] = set()
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise SealRefused("seals.pages", 422)
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= count:
            raise SealRefused("seals.pages", 422)
        wanted.update(range(first, last + 1))
    return sorted(wanted)


def _pdf_sizes(content: bytes) -> list[tuple[float, float]]:
    with pikepdf.open(BytesIO(content)) as document:
        sizes = []
        for page in document.pages:
            left, low, right, high = (float(value) for value in page.mediabox)
            turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
            width, height = abs(right - left) * POINT, abs(high - low) * POINT
            sizes.append((height, width) if turned else (width, height))
        return sizes
