"""Language, colour theme and elder view: one cookie each person sets by a plain link, read on the server (no flash, no script)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

THEMES = ("auto", "light", "dark")
SIZES = ("normal", "elder")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class View:
    """How a person wants pages drawn."""

    theme: str = "auto"
    size: str = "normal"

    @property
    def elder(self) -> bool:
        return self.size == "elder"


def cookie_name() -> str:
    return str(getattr(settings, "KAPOK_VIEW_COOKIE", "kapok_view"))


def view_of(request: Any) -> View:
    """The view in the cookie; anything unknown in it counts as not chosen."""
    theme, _, size = request.COOKIES.get(cookie_name(), "").partition(".")
    return View(theme if theme in THEMES else "auto", size if size in SIZES else "normal")


def view_key(request: Any) -> str:
    """What of the view changes a public page's bytes: part of the key of every page cache."""
    view = view_of(request)
    return f"{get_language()}.{view.theme}.{view.size}"


def switch_address(request: Any, **changes: str) -> str:
    """A link that sets preferences (lang, theme, size) and returns to this page."""
    return reverse("ui:preferences") + "?" + urlencode({**changes, "next": request.get_full_path()})


def set_preferences(request: HttpRequest) -> HttpResponse:
    """Keep what the link asks for and go back; foreign addresses lead home."""
    wanted = request.GET
    target = wanted.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    answer = HttpResponseRedirect(target)
    view = view_of(request)
    theme = wanted["theme"] if wanted.get("theme") in THEMES else view.theme
    size = wanted["size"] if wanted.get("size") in SIZES else view.size
    _keep(answer, cookie_name(), f"{theme}.{size}")
    if wanted.get("lang") in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, wanted["lang"])
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True)
