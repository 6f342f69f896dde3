"""The viewer at work for those who run a node: a long paper of our own making."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kapok.kernel.access.public import guard
from kapok.kernel.ofd.errors import FontsMissing
from kapok.kernel.ofd.public import page_answer, read_ofd, reading_view
from kapok.kernel.ofd.specimen import specimen as specimen_file
from kapok.kernel.ui.public import fragment, render

LONG, SHORT = 50, 3


@guard("ui.gallery")
def specimen(request: HttpRequest) -> HttpResponse:
    """A paper of fifty pages: the first is drawn with the page, the others when one comes near."""
    package = read_ofd(specimen_file(LONG))
    view = reading_view(package, href=lambda number: reverse("ofd:specimen_page", kwargs={"number": number}))
    return render(request, "ofd/specimen.jinja", {"view": view, "pages": LONG})


@guard("ui.gallery")
def specimen_page(request: HttpRequest, number: int) -> HttpResponse:
    """One of its pages."""
    return page_answer(read_ofd(specimen_file(LONG)), number)


def in_gallery(request: HttpRequest) -> Markup:
    """The viewer among the components: a short paper, all of it there at once."""
    try:
        view = reading_view(read_ofd(specimen_file(SHORT)), title=_("样张"), key="sample")
    except FontsMissing:
        return Markup()
    return Markup(fragment(request, "ofd/gallery.jinja", {"view": view}))
