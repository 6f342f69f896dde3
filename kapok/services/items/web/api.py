"""The public read API: the law of a day, versions by number and digest, search. What is published is public."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from kapok.kernel.api.public import new_api
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere
from kapok.kernel.common.guards import PUBLIC
from kapok.kernel.common.jsontext import dumps
from kapok.services.items.data import CompiledItem
from kapok.services.items.errors import fault
from kapok.services.items.queries.reading import history_of, item_by_digest, item_by_number, item_in_force, item_of
from kapok.services.items.queries.searching import search_items
from kapok.services.items.rules.compiling import to_json
from kapok.services.items.web.pages import asked_of, day_of

api = new_api("items", "事项目录")
WHY = "what is published is public law"


def _open(view: Any) -> Any:
    view.guard = (PUBLIC, WHY)
    return view


def _law(request: HttpRequest, item: CompiledItem | None, code: str) -> HttpResponse:
    """A version with its digest as ETag; 304 for who has it."""
    if item is None:
        raise NotHere("items.item", code=code)
    tag = f'"{item.digest}{"-" + item.cancelled_on.isoformat() if item.cancelled_on else ""}"'
    known = tag in request.headers.get("If-None-Match", "")
    answer = HttpResponse(b"" if known else dumps(to_json(item)), content_type="application/json", status=304 if known else 200)
    answer["ETag"] = tag
    patch_cache_control(answer, public=True, max_age=60)
    return answer


@api.get("/items/{code}")
@_open
def item_at(request: HttpRequest, code: str, at: str = "") -> HttpResponse:
    """The version in force today, or `at` a day (2026-03-01)."""
    day = day_of(at) if at else clock.today()
    if day is None:
        faults: list[FieldFault] = [fault("at", "items.bad_date", title="at", found=at[:40])]
        raise Invalid(faults)
    return _law(request, item_in_force(code, day), code)


@api.get("/items/{code}/versions")
@_open
def versions(request: HttpRequest, code: str) -> Any:
    """All published versions, newest first."""
    item = item_of(code)
    lines = history_of(item, published_only=True) if item else []
    if not lines:
        raise NotHere("items.item", code=code)
    hidden = ("published_by",)
    return {"code": code, "versions": [{k: v for k, v in asdict(line).items() if k not in hidden} for line in lines]}


@api.get("/items/{code}/versions/{number}")
@_open
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A published version by its number."""
    return _law(request, item_by_number(code, number) if 0 < number < 2**31 else None, code)


@api.get("/versions/{digest}")
@_open
def by_digest(request: HttpRequest, digest: str) -> HttpResponse:
    """A published version by its SM3 digest."""
    return _law(request, item_by_digest(digest) if len(digest) == 64 else None, digest)


@api.get("/search")
@_open
def search(request: HttpRequest, size: int = 20, after: str = "") -> Any:
    """Items in force: `q`, `region`, `where` (within, above, here), `f` (facet key:value, several), `after`, `size` to 100."""
    found = search_items(asked_of(request), after=after or None, size=size)
    return {
        "items": [asdict(line) for line in found.lines],
        "after": found.after,
        "total": found.total,
        "facets": {f.key: [{"value": v.value, "label": str(v.label), "count": v.count} for v in f.values] for f in found.facets},
    }
