"""The menu registry: every app's card pushes its lines here, shells draw those a person may use."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, reverse

from kapok.kernel.common.errors import KapokError
from kapok.kernel.ui.data import AUDIENCES, Entry, Link


class UnknownAudience(KapokError):
    """A menu line for an audience that has no shell."""

    code, status, fields = "ui.unknown_audience", 500, ("audience",)


class Menu:
    """All lines of all menus, in order; adding the same line twice keeps one."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], Entry] = {}

    def add(self, *entries: Entry) -> None:
        for entry in entries:
            if entry.audience not in AUDIENCES:
                raise UnknownAudience(audience=entry.audience)
            self._entries[entry.audience, entry.place, entry.url_name] = entry

    def entries(self, audience: str, place: str = "nav") -> list[Entry]:
        """The lines of one menu in drawing order: those of no group first, then each group together, in the order of its first line."""
        found = [e for e in self._entries.values() if e.audience == audience and e.place == place]
        found.sort(key=lambda e: e.order)
        groups = list(dict.fromkeys(str(e.group) for e in found))
        return sorted(found, key=lambda e: (bool(e.group), groups.index(str(e.group))))

    def links(self, audience: str, place: str, request: Any) -> list[Link]:
        """The lines this person may use and this process serves; the one that fits the address best is current."""
        pairs = [(entry, href) for entry in self.entries(audience, place) if _may(entry, request) and (href := _address(entry))]
        best = max((href for _, href in pairs if _leads_to(href, request.path)), key=len, default="")
        return [
            Link(entry.title, href, entry.icon, href == best, entry.badge(request) if entry.badge else None, entry.group)
            for entry, href in pairs
        ]

    def usable(self, audience: str, request: Any) -> bool:
        """Whether this person has any line there; asks for no counts."""
        return any(_may(entry, request) and _address(entry) for entry in self.entries(audience))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())


menu = Menu()


def _may(entry: Entry, request: Any) -> bool:
    if entry.deed is None:
        return True
    actor = getattr(request, "actor", None)
    return bool(actor is not None and actor.may(entry.deed))


def _address(entry: Entry) -> str:
    """The line's address; empty when this process does not serve that face."""
    return _reversed(entry.url_name, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=1024)
def _reversed(name: str, _urlconf: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _leads_to(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
