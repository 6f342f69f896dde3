"""A file in the viewer: an OFD as it is, a PDF as sheets of its pages' size (browsers show PDF themselves, by the download)."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kapok.kernel.ofd.public import ReadingView, ShownPage, page_answer, read_ofd, reading_view
from kapok.support.seals.actions.placing import sizes_of

SHEETS = 60


def shown_file(content: bytes, media: str, address: str, *, title: str = "") -> ReadingView:
    """What the viewer shows; an OFD's later pages are fetched from `<address>pages/<n>/`."""
    if media == "ofd":
        return reading_view(read_ofd(content), title=title, href=lambda number: f"{address}pages/{number}/")
    sizes = sizes_of(content, media)[:SHEETS]
    pages = tuple(ShownPage(number, width, height, _sheet(number, width, height), "") for number, (width, height) in enumerate(sizes, 1))
    return ReadingView("ofd", title, pages, (), (), ())


def page_shown(content: bytes, number: int) -> HttpResponse:
    """One page of an OFD, as the viewer fetches it."""
    return page_answer(read_ofd(content), number)


def _sheet(number: int, width: float, height: float) -> Markup:
    words = _("PDF 第 %(number)s 页") % {"number": number}
    return Markup(
        '<svg class="ofd-sheet" viewBox="0 0 {w} {h}" role="img" aria-label="{words}"><rect width="100%" height="100%" fill="#fff"/>'
        '<text x="50%" y="12%" text-anchor="middle" font-size="{size}" fill="#565d65">{words}</text></svg>'
    ).format(w=f"{width:g}", h=f"{height:g}", size=f"{width / 32:g}", words=words)
