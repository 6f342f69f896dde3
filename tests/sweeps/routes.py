"""Every route the product serves, found by walking the resolver, with an address to call it by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja import NinjaAPI
from ninja.operation import PathView

ABSENT = {
    "uuid": "01900000-0000-7000-8000-000000000000",
    "int": "987654321",
    "slug": "absent",
    "path": "absent/absent",
    "str": "absent",
}
"""What stands in an address where a thing's key belongs: nothing has these keys."""

HOSTILE = "?q=%27%22%3Cscript%3E&search=%25&expand=party,applicant,case&filter=1%3D1&export=csv&format=csv&after=zzz&page=-1&size=99999"
"""Every parameter that has ever widened an answer, asked at once."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """A route, its view, who it says may call it, and whether its address names a thing."""

    name: str
    pattern: str
    view: Any
    address: str
    operations: tuple[Any, ...] = ()

    @property
    def guards(self) -> tuple[tuple[str, str] | None, ...]:
        """What each view behind the route says; an API route has one view for each method."""
        return tuple(guard_of(view) for view in self.operations or (self.view,))

    @property
    def names_a_thing(self) -> bool:
        return "<" in self.pattern


def all_routes() -> list[Route]:
    """Every route of every tree, in the order they are tried."""
    return list(_walk(get_resolver().url_patterns, "/", ()))


def guard_of(view: Any) -> tuple[str, str] | None:
    """The mark of `guard(...)`, looked for through decorators."""
    while view is not None:
        if hasattr(view, "guard"):
            return view.guard
        view = getattr(view, "__wrapped__", None)
    return None


def _walk(patterns: list[Any], before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace and pattern.namespace not in spaces else spaces
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name or pattern.lookup_str))
            yield Route(name, route, pattern.callback, _address(before, pattern, route), _operations(pattern.callback))


def _address(before: str, pattern: URLPattern, route: str) -> str:
    address = route.replace("^", "").replace("$", "").replace("\\Z", "")
    for part in _parameters(route):
        kind = part[1:-1].split(":")[0] if ":" in part else "str"
        address = address.replace(part, ABSENT.get(kind, ABSENT["str"]))
    return address


def _parameters(route: str) -> list[str]:
    return [f"<{piece.split('>')[0]}>" for piece in route.split("<")[1:]]


def _operations(view: Any) -> tuple[Any, ...]:
    """The functions behind a route of an API; empty for a page."""
    closure = getattr(view, "__closure__", None) or ()
    held = [cell.cell_contents for cell in closure if isinstance(cell.cell_contents, (PathView, NinjaAPI))]
    bound = getattr(view, "__self__", None)
    path_views = [thing for thing in (*held, bound) if isinstance(thing, PathView)]
    return tuple(operation.view_func for path_view in path_views for operation in path_view.operations)
