"""What the viewer component is given: pages drawn or to be fetched, the text to search in, and what could not be shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kapok.kernel.ofd.package import Package
from kapok.kernel.ofd.svg import SEAL_HREF, draw_page
from kapok.kernel.ofd.words import text_of

INLINE = 12_000_000
"""Characters of SVG one page of the house carries when pages cannot be fetched one by one."""
SECONDS = 10.0
"""And how long drawing them may take."""
SEARCHED = 1_000_000
"""Characters of text a viewer searches in."""


@dataclass(frozen=True)
class ShownPage:
    """A page in the viewer: drawn (`svg`), or fetched from `href` when it comes near; neither when the paper is too large."""

    number: int
    width: float
    height: float
    svg: Markup
    href: str


@dataclass(frozen=True)
class ReadingView:
    """A paper as the viewer shows it. `key` begins every id, so that two viewers may stand on one page."""

    key: str
    title: str
    pages: tuple[ShownPage, ...]
    texts: tuple[tuple[int, str], ...]
    not_drawn: tuple[str, ...]
    departures: tuple[str, ...]


def reading_view(
    package: Package,
    *,
    title: str = "",
    href: Callable[[int], str] | None = None,
    ready: int = 1,
    key: str = "ofd",
    seal_href: str = SEAL_HREF,
) -> ReadingView:
    """A view of the whole paper.

    With `href` (page number → address answered by `page_answer`) only the first `ready` pages are drawn now, the rest as the reader
    comes to them; without it all are drawn now, as a page that keeps nothing must.
    """
    pages: list[ShownPage] = []
    not_drawn: dict[str, None] = {}
    size, began = 0, time.monotonic()
    for entry in package.pages:
        number, address = entry.number, href(entry.number) if href else ""
        box = package.page(number).box
        svg = Markup()
        if number <= ready or (not href and size < INLINE and time.monotonic() - began < SECONDS):
            drawn = draw_page(package, number, prefix=key, seal_href=seal_href)
            svg = Markup(drawn.svg)
            size += len(svg)
            not_drawn.update(dict.fromkeys(missing.says for missing in drawn.not_drawn))
        pages.append(ShownPage(number, box.width, box.height, svg, address))
    texts = _texts(package)
    if len(texts) < len(pages):
        not_drawn[_("文件过长，只能查找前 %(number)d 页") % {"number": len(texts)}] = None
    departures = tuple(dict.fromkeys(str(departure.says) for departure in package.warnings))
    return ReadingView(key, title or package.info.title, tuple(pages), texts, tuple(not_drawn), departures)


def page_answer(package: Package, number: int, *, key: str = "ofd", seal_href: str = SEAL_HREF) -> HttpResponse:
    """One page as the viewer fetches it; `key` as given to `reading_view`. Kept by the reader's browser for some minutes only."""
    answer = HttpResponse(draw_page(package, number, prefix=key, seal_href=seal_href).svg, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _texts(package: Package) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    size = 0
    for entry in package.pages:
        text = text_of(package, entry.number)
        size += len(text)
        if size > SEARCHED:
            break
        found.append((entry.number, text))
    return tuple(found)
