"""Where seals go: the same place on many pages, the edge shared by many pages (骑缝章), beside a keyword."""

from collections.abc import Iterable, Sequence
from math import ceil

from kapok.kernel.ofd.public import Package, read_ofd
from kapok.support.seals.data import StampPlace

SHARED_BY = 20
"""Pages one seal is cut over at most: slices narrower than two millimetres show nothing. A longer paper gets one seal per group."""


def pages_of(content: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in millimetres; refuses what `read_ofd` refuses."""
    package = read_ofd(content)
    return [(box.width, box.height) for box in (package.page(number).box for number in range(1, len(package.pages) + 1))]


def repeated(pages: Iterable[int], x: float, y: float, width: float, height: float) -> list[StampPlace]:
    """The same place on each of the pages."""
    return [StampPlace(page, x, y, width, height) for page in pages]


def straddling(
    sizes: Sequence[tuple[float, float]], *, pages: Sequence[int], y: float, width: float, height: float, left: bool = False
) -> list[StampPlace]:
    """One seal cut over the right (or left) edges of the pages, a slice on each; more than `SHARED_BY` pages share several seals.

    The pages fanned out show the whole seal. A single page cannot straddle: it gets the whole seal inside its edge.
    """
    groups = ceil(len(pages) / SHARED_BY)
    places: list[StampPlace] = []
    for group in range(groups):
        shared = pages[group * len(pages) // groups : (group + 1) * len(pages) // groups]
        slice_width = width / len(shared)
        for order, page in enumerate(shared):
            page_width, page_height = sizes[page - 1]
            start = order * slice_width
            edge = -start if left else page_width - slice_width - start
            top = min(max(y, 0.0), max(page_height - height, 0.0))
            places.append(StampPlace(page, edge, top, width, height, clip=(start, 0.0, slice_width, height)))
    return places


def keyword_places(content: bytes | Package, keyword: str, *, width: float = 42.0, height: float = 42.0) -> list[StampPlace]:
    """A place centred on every occurrence of the keyword, in reading order, moved into the page where it would leave it."""
    from kapok.kernel.ofd.public import search

    package = content if isinstance(content, Package) else read_ofd(content)
    places = []
    for hit in search(package, keyword):
        page = package.page(hit.page)
        x = hit.box.x + hit.box.width / 2 - width / 2
        y = hit.box.y + hit.box.height / 2 - height / 2
        x = min(max(x, 0.0), max(page.box.width - width, 0.0))
        y = min(max(y, 0.0), max(page.box.height - height, 0.0))
        places.append(StampPlace(hit.page, x, y, width, height))
    return places
