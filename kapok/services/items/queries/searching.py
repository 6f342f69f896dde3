"""Finding items: words, code, agency, region and facets over the versions in force. Two statements: a page, and its facets."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kapok.kernel.regions.public import areas_run_by, governors, normalise
from kapok.kernel.search.public import ranked, terms
from kapok.services.items.models import CatalogueEntry
from kapok.services.items.rules.table import word

WITHIN, ABOVE, HERE = "within", "above", "here"
COUNTED = 10_000
"""Facets and totals are counted over so many matches at most; a total of this size means "or more"."""
MOST = 100

KEYS: dict[str, Any] = {
    "type": _("事项类型"), "level": _("行使层级"), "kind": _("办件类型"), "channel": _("办理形式"), "audience": _("服务对象"),
    "theme": _("服务主题"), "online": _("是否网办"), "fee": _("是否收费"), "visits": _("到现场次数"), "org": _("实施主体"),
}  # fmt: skip
_SETS = {"type": "type_code", "level": "level", "kind": "kind", "channel": "channels", "audience": "audience"}
_YES = {"yes": _("是"), "no": _("否")}


@dataclass(frozen=True)
class Asked:
    """A search. `region` with `where`: within (the region and below), above (the region and those it stands under), here.

    `facets` are pairs such as ("type", "01"); several of one key mean all of them. Of each group in
    `any_of`, such as ("theme", ("住房", "养老")), one is enough. `bases` are codes of the 基本目录, of which an item implements one.
    """

    text: str = ""
    region: str = ""
    where: str = WITHIN
    facets: tuple[tuple[str, str], ...] = ()
    org_id: int | None = None
    any_of: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """An item in force, as lists show it."""

    item_id: int
    version_id: Any
    impl_code: str
    name: str
    org_id: int
    org_name: str
    region: str
    type_code: str
    level: str
    kind: str
    online: bool
    charges: bool
    visits: int
    promised: int
    unit: str


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    key: str
    title: Any
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class Found:
    """A page: `after` goes on from here, None at the end; `total` counts to COUNTED."""

    lines: tuple[Line, ...]
    after: str | None
    total: int
    facets: tuple[Facet, ...] = field(default=())


def search_items(asked: Asked, *, after: str | None = None, size: int = 20, facets: bool = True) -> Found:
    """A page of items in force today that answer, best names first, then by pinyin."""
    size = max(1, min(size, MOST))
    rows = matching_entries(asked)
    page = _page(rows, asked.text.strip(), after, size)
    cursor = _cursor(page[size - 1]) if len(page) > size else None
    lines = tuple(_line(row) for row in page[:size])
    if not facets:
        return Found(lines, cursor, len(lines))
    total, counted = _facets(rows, asked)
    return Found(lines, cursor, total, counted)


def matching_entries(asked: Asked) -> QuerySet[CatalogueEntry]:
    """Everything that answers, unordered."""
    rows = CatalogueEntry.objects.all()
    if wanted := [f"{key}:{value}" for key, value in asked.facets]:
        rows = rows.filter(facets__contains=wanted)
    for key, values in asked.any_of:
        rows = rows.filter(facets__overlap=[f"{key}:{value}"[:60] for value in values])
    if asked.bases:
        rows = rows.filter(item__base__base_code__in=asked.bases)
    if asked.org_id is not None:
        rows = rows.filter(org_id=asked.org_id)
    if asked.region:
        rows = rows.filter(_place(normalise(asked.region), asked.where))
    if asked.text.strip():
        looked_for = terms(asked.text)
        rows = rows.filter(terms__contains=looked_for) if looked_for else rows.none()
    return rows


def _place(code: str, where: str) -> Q:
    if where == HERE:
        return Q(region=code)
    if where == ABOVE:
        return Q(region__in=[place.code for place in governors(code)])
    if code.endswith("0000000000"):
        return Q()  # the whole province: every row there is
    return Q(areas__contains=[code])


def areas_of(region: str) -> list[str]:
    """The regions in whose lists an item of this region stands: those that govern it, and itself."""
    return [place.code for place in governors(region)]


def runs_elsewhere(region: str) -> list[str]:
    """Areas in other cities that this region runs (功能区)."""
    return [place.code for place in areas_run_by(region)]


def _page(rows: QuerySet[CatalogueEntry], text: str, after: str | None, size: int) -> list[Any]:
    place = _read_cursor(after)
    if text:
        return _best(rows, text, place, size)
    if place:
        _rank, sort_key, item = place
        rows = rows.filter(sort_key__gte=sort_key).filter(Q(sort_key__gt=sort_key) | Q(sort_key=sort_key, item_id__gt=item))
    return list(rows.defer("terms", "areas", "facets").order_by("sort_key", "item_id")[: size + 1])


_BEST = """
with m as materialized ({matching}),
     n as materialized (select items_entry.name, {rank} as rank from (select distinct name from m) items_entry),
     best as (select m.item_id, m.sort_key, n.rank from m join n on n.name = m.name {later}
               order by n.rank desc, m.sort_key, m.item_id limit %s)
select e.item_id, e.version_id, e.impl_code, e.name, e.sort_key, e.org_id, e.org_name, e.region, e.type_code, e.level, e.kind,
       e.online, e.charges, e.visits, e.promised, e.unit, best.rank
  from best join items_entry e on e.item_id = best.item_id order by best.rank desc, best.sort_key, best.item_id
"""
"""A province has each name many times, agency by agency: how well it answers is judged once a name, not once a row."""
_LATER = "where n.rank < %s or (n.rank = %s and (m.sort_key > %s or (m.sort_key = %s and m.item_id > %s)))"


def _best(rows: QuerySet[CatalogueEntry], text: str, place: tuple[int, str, int] | None, size: int) -> list[Any]:
    """The best names first, then by pinyin, in one statement."""
    try:
        matching, params = rows.values("item_id", "sort_key", "name").order_by().query.sql_with_params()
    except EmptyResultSet:
        return []
    query = CatalogueEntry.objects.all().query
    by_name: Any = ranked(text)
    rank, values = query.get_compiler(connection=connection).compile(by_name.resolve_expression(query))
    rank_, sort_key, item = place or (0, "", 0)
    later = [rank_, rank_, sort_key, sort_key, item] if place else []
    statement = _BEST.format(matching=matching, rank=rank, later=_LATER if place else "")
    return list(CatalogueEntry.objects.raw(statement, [*params, *values, *later, size + 1]))


def _cursor(row: Any) -> str:
    place = [getattr(row, "rank", 0), row.sort_key, row.item_id]
    return urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode().rstrip("=")


def _read_cursor(after: str | None) -> tuple[int, str, int] | None:
    """A cursor that is not ours starts from the beginning."""
    if not after:
        return None
    try:
        rank, sort_key, item = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        return int(rank), str(sort_key), int(item)
    except (ValueError, TypeError):
        return None


_FACETS = """
with m as materialized ({matching}), g as materialized (select facets, count(*) as many from m group by facets)
select '', coalesce(sum(many), 0)::int from g union all select f, sum(many)::int from g, unnest(g.facets) f group by f
"""


def _facets(rows: QuerySet[CatalogueEntry], asked: Asked) -> tuple[int, tuple[Facet, ...]]:
    """Counts of every facet value over the first COUNTED matches, in one statement."""
    try:
        inner, params = rows.values("facets").order_by()[:COUNTED].query.sql_with_params()
    except EmptyResultSet:
        return 0, ()
    with connection.cursor() as cursor:
        cursor.execute(_FACETS.format(matching=inner), params)
        counts = dict(cursor.fetchall())
    total = counts.pop("", 0)
    chosen = set(asked.facets)
    grouped: dict[str, list[FacetValue]] = {key: [] for key in KEYS}
    for name, count in counts.items():
        key, _, value = name.partition(":")
        if key in grouped:
            grouped[key].append(FacetValue(value, facet_label(key, value), count, (key, value) in chosen))
    return total, tuple(Facet(key, KEYS[key], _ordered(key, values)) for key, values in grouped.items() if values)


def _ordered(key: str, values: list[FacetValue]) -> tuple[FacetValue, ...]:
    if key in ("theme", "org"):
        return tuple(sorted(values, key=lambda v: (not v.chosen, -v.count, v.value))[:30])
    return tuple(sorted(values, key=lambda v: v.value))


def facet_label(key: str, value: str) -> Any:
    """The word of a facet value; agencies are carried as `id=name`."""
    if key in _SETS:
        return word(_SETS[key], value)
    if key in ("online", "fee"):
        return _YES.get(value, value)
    if key == "org":
        return value.partition("=")[2] or value
    return value


def _line(row: CatalogueEntry) -> Line:
    return Line(
        row.item_id, row.version_id, row.impl_code, row.name, row.org_id, row.org_name, row.region, row.type_code, row.level,
        row.kind, row.online, row.charges, row.visits, row.promised, row.unit,
    )  # fmt: skip
