"""Every address, found by looking at the apps (design: addresses by audience, then by system).

An app's `web/urls.py` gives lists by tree (`citizen`, `clerk`, `ops`, `verify`, `account`); its `web/api.py` gives `api`.
"""

from collections.abc import Iterator
from types import ModuleType

from django.urls import URLPattern, URLResolver, include, path

from kapok.site import discovery, health, metrics

MOUNTS = {"citizen": "{label}/", "clerk": "work/{label}/", "ops": "ops/{label}/", "verify": "verify/{label}/", "account": "account/"}


def _trees(label: str, module: ModuleType) -> Iterator[URLResolver]:
    prefixes: dict[str, str] = getattr(module, "prefixes", {})
    for tree, mount in MOUNTS.items():
        patterns = getattr(module, tree, None)
        if patterns:
            yield path(prefixes.get(tree, mount.format(label=label)), include(patterns))


def _pages() -> Iterator[URLResolver]:
    """Citizen pages mounted at the root come last, so that they cannot hide another app's tree."""
    found = []
    for name in discovery.having("web/urls.py"):
        module, label = discovery.part_of(name, "web.urls"), discovery.label_of(name)
        if module is not None:
            at_root = "" in getattr(module, "prefixes", {}).values()
            found.append((at_root, path("", include((list(_trees(label, module)), label), namespace=label))))
    yield from (resolver for _, resolver in sorted(found, key=lambda pair: pair[0]))


def _apis() -> Iterator[URLPattern | URLResolver]:
    for name in discovery.having("web/api.py"):
        module, label = discovery.part_of(name, "web.api"), discovery.label_of(name)
        if module is not None:
            yield path(f"api/{label}/v1/", module.api.urls)


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.page, name="metrics"),
    *_apis(),
    *_pages(),
]

handler400 = "kapok.site.answers.bad_request"
handler403 = "kapok.site.answers.forbidden"
handler404 = "kapok.site.answers.not_found"
handler500 = "kapok.site.answers.broken"
