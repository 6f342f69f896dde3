"""What every page's frame knows: who looks, in which language and view, which menus, and what the site calls itself."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.registry import Registry
from kapok.kernel.ui.data import AUDIENCES, Link
from kapok.kernel.ui.menu import menu
from kapok.kernel.ui.preferences import View, switch_address, view_of

ShellPart = Callable[[Any], Any]

shell_parts: Registry[ShellPart] = Registry("ui.shell_parts")
"""Filled by higher apps: "region" -> {name, url}; "account" -> {name, url, login_url, logout_url, identity, switch_url};
"search" -> {url, hot}; "notice" -> {title, text, tone, url}; "unread" -> int. A part gets the request and may return None."""

SITE_DEFAULTS: dict[str, Any] = {
    "name": _("木棉政务服务"),
    "help_number": "12345",
    "host": "",
    "organiser": "",
    "support": "",
    "site_code": "",
    "icp": "",
    "police": "",
}
LANGUAGES = (("zh-hans", "简体"), ("zh-hant", "繁體"), ("en", "English"))
HTML_LANGUAGE = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


class Shell:
    """The frame of one answer; nothing is asked before a template draws it."""

    def __init__(self, request: Any) -> None:
        self.request = request

    @cached_property
    def view(self) -> View:
        return view_of(self.request)

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def html_language(self) -> str:
        return HTML_LANGUAGE.get(self.language, "zh-Hans")

    @cached_property
    def site(self) -> dict[str, Any]:
        return SITE_DEFAULTS | getattr(settings, "KAPOK_SITE", {})

    @property
    def path(self) -> str:
        return str(self.request.path)

    def languages(self) -> list[Link]:
        return [Link(name, self.switch(lang=code), current=code == self.language) for code, name in LANGUAGES]

    def switch(self, **changes: str) -> str:
        """The address that changes a preference and comes back here."""
        return switch_address(self.request, **changes)

    def menu(self, audience: str, place: str = "nav") -> list[Link]:
        return menu.links(audience, place, self.request)

    def faces(self) -> list[str]:
        """The audiences that have a menu here for this person (for the jump between workbench and operations)."""
        return [audience for audience in AUDIENCES if menu.usable(audience, self.request)]

    def part(self, name: str) -> Any:
        """What a higher app contributes to the frame; None when nobody does."""
        source = shell_parts.find(name)
        return source(self.request) if source else None
