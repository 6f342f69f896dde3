"""Pages of the design system itself: the preference link and the gallery of components."""

from django.http import HttpRequest, HttpResponse

from kapok.kernel.common.errors import NotHere
from kapok.kernel.ui import preferences
from kapok.kernel.ui.data import CITIZEN, CLERK, OPS
from kapok.kernel.ui.public import render
from kapok.kernel.ui.public import specimens as of_apps
from kapok.kernel.ui.web import specimens


def set_preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme, elder view."""
    return preferences.set_preferences(request)


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component: empty, normal and overfull."""
    more = [section(request) for section in of_apps]
    return render(request, "ui/gallery.jinja", {**specimens.context(request), "more": more})


def gallery_shell(request: HttpRequest, audience: str) -> HttpResponse:
    """A typical page inside one of the three shells."""
    if audience not in (CITIZEN, CLERK, OPS):
        raise NotHere("ui.shell", id=audience)
    return render(request, f"ui/gallery_{audience}.jinja", specimens.context(request))
