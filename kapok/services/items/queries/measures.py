"""What the catalogue measures of a city's duties (09.dA, dB, dD, dE). A city is the one that governs a place, so zones need no case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from kapok.kernel.access.public import Grant
from kapok.kernel.annex.public import EvidenceRow, Reading, cities
from kapok.kernel.common import clock
from kapok.kernel.orgs.public import Org
from kapok.services.items.models import PROVINCE, CatalogueEntry, Item, ReviewTerm
from kapok.services.items.queries.searching import areas_of
from kapok.services.items.rules.quality import pack_on
from kapok.support.licences.public import type_for

GOOD = 90
"""The score from which an item counts as accurate, where no error stands."""


@dataclass(frozen=True)
class Counted:
    """One thing that was counted: `done` says on which side, `days` how long it has not been."""

    key: str
    label: str
    city: str
    done: bool
    note: str = ""
    days: int = 0


def city_of(region: str) -> str:
    """The city that governs a place; the empty word for the province's own."""
    return next((code for code in areas_of(region) if code in cities()), "")


def readings(rows: Iterable[Counted]) -> Mapping[str, Reading]:
    """Done of all, for each city."""
    found: dict[str, list[Counted]] = {}
    for row in rows:
        found.setdefault(row.city, []).append(row)
    found.pop("", None)
    return {city: Reading(sum(row.done for row in counted), len(counted), facts=_facts(counted)) for city, counted in found.items()}


def _facts(counted: list[Counted]) -> tuple[tuple[str, str], ...]:
    late = sorted(row.days for row in counted if row.days)
    return (("最长天数", str(late[-1])), ("中位天数", str(late[len(late) // 2]))) if late else ()


def evidence(rows: Iterable[Counted], city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """A page of one city's rows, in order of key."""
    mine = sorted((row for row in rows if row.city == city and row.key > after), key=lambda row: row.key)
    return [EvidenceRow(row.key, row.label, row.done, note=row.note) for row in mine[:limit]]


def staffed() -> list[Counted]:
    """09.dA: agencies that implement items; done where an editor and a reviewer hold a grant below the province over them today."""
    now = clock.now()
    held = Grant.objects.filter(
        Q(ends=None) | Q(ends__gt=now), revoked_at=None, starts__lte=now, role__in=("editor", "reviewer"), account__is_active=True
    )
    places: dict[tuple[str, Any], bool] = {(role, org or region): True for role, org, region in held.values_list("role", "org", "region")}
    parents = dict(Org.objects.exclude(parent=None).values_list("id", "parent"))
    rows = []
    for org in Org.objects.filter(id__in=Item.objects.values("org"), dissolved_on=None).order_by("id"):
        over: set[int | str] = {*_upward(org.id, parents), *(code for code in areas_of(org.region_id) if code != PROVINCE)}
        missing = [word for role, word in (("editor", "编辑"), ("reviewer", "审核")) if not any((role, place) in places for place in over)]
        note = "缺少" + "、".join(missing) if missing else ""
        rows.append(Counted(f"{org.id:08d}", org.name, city_of(org.region_id), not missing, note))
    return rows


def _upward(org: int, parents: Mapping[int, int | None]) -> list[int]:
    """An agency and those above it: a grant in an agency reaches what is below."""
    chain = [org]
    while (above := parents.get(chain[-1])) is not None:
        chain.append(above)
    return chain


_OWED = """
with places as (
  select distinct o.region_id as region, o.level::text as level from orgs_org o where o.dissolved_on is null and o.level >= 3)
select p.region, r.name, b.base_code, b.name,
       exists (select 1 from items_item i join items_entry e on e.item_id = i.id
                where i.base_id = b.id and i.region = p.region and i.level = p.level),
       exists (select 1 from items_not_exercised n join orgs_org o on o.id = n.org_id
                where n.base_id = b.id and o.region_id = p.region and o.level::text = p.level)
  from places p join items_base b on b.ended_on is null and p.level = any(b.levels) join regions_region r on r.code = p.region
 order by b.base_code, p.region
"""  # what each place with an agency of a level owes of the 基本目录, published or declined


def implemented() -> list[Counted]:
    """09.dB: entries of the 基本目录 a place owes by its level; done where a 实施清单 is in force or 不行使 stands with its reason."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED)
        found = cursor.fetchall()
    where = {region: city_of(region) for region in {row[0] for row in found}}
    return [
        Counted(f"{code}-{region}", f"{name}（{place}）", where[region], live or declined, "不行使" if declined else "" if live else "没有")
        for region, place, code, name, live, declined in found
    ]


_SCORES = """
select e.impl_code, e.name, e.region, s.score from items_entry e left join items_score s on s.version_id = e.version_id and s.pack = %s
 order by e.impl_code
"""  # what is in force, with its score under today's pack


def accurate() -> list[Counted]:
    """09.dD: items in force; done where today's rule pack gives them at least GOOD. Not judged by it yet is not accurate."""
    pack = pack_on(clock.today()).version
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, [pack])
        found = cursor.fetchall()
    return [
        Counted(code, name, city_of(region), score is not None and score >= GOOD, f"{pack}：{'未评' if score is None else score}")
        for code, name, region, score in found
    ]


_LICENSED = """
select e.impl_code, e.name, e.region, b.base_code from items_entry e join items_version v on v.id = e.version_id
  join items_item i on i.id = e.item_id join items_base b on b.id = i.base_id where v.compiled ->> 'result_type' = '证照'
 order by e.impl_code
"""  # what is in force and ends in a licence


def licensed() -> list[Counted]:
    """15.dB: items in force whose result is a licence; done where a published licence type is bound to them."""
    with connection.cursor() as cursor:
        cursor.execute(_LICENSED)
        found = cursor.fetchall()
    kinds = [(code, name, region, type_for(base, code)) for code, name, region, base in found]
    return [
        Counted(code, name, city_of(region), kind is not None, f"证照类型 {kind.code}" if kind else "没有已发布的证照类型")
        for code, name, region, kind in kinds
    ]


_DIVERGING = """
select e.item_id, min(l.made_at) from items_entry e
  join items_item i on i.id = e.item_id join items_version v on v.id = e.version_id
  join items_base_layer l on l.base_id = i.base_id and (l.region = any(e.areas) or l.region = '000000000000')
 where not exists (select 1 from jsonb_array_elements(v.above) a where a ->> 0 = l.region and (a ->> 1)::int >= l.number)
 group by e.item_id
"""  # items in force compiled on older numbers of the layers above them, and since when


def timely() -> list[Counted]:
    """09.dE: items in force; done where neither their review is overdue nor a newer layer above waits to be taken over."""
    with connection.cursor() as cursor:
        cursor.execute(_DIVERGING)
        since = {item: clock.local(at).date() for item, at in cursor.fetchall()}
    today, terms = clock.today(), dict(ReviewTerm.objects.filter(ends=None).values_list("region", "months"))
    rows = CatalogueEntry.objects.select_related("item").order_by("impl_code").defer("terms", "facets")
    laws = {v: (begun, on) for v, begun, on in _begun()}
    found = []
    for row in rows:
        begun, on = laws[row.version_id]
        due = review_due(begun, on, row.areas, terms)
        late = [("复核逾期", due)] if due is not None and due < today else []
        late += [("与上级新版不一致", since[row.item_id])] if row.item_id in since else []
        days = max(((today - day).days for _word, day in late), default=0)
        note = "、".join(f"{word}（{day}起）" for word, day in late)
        found.append(Counted(row.impl_code, row.name, city_of(row.region), not late, note, days))
    return found


def _begun() -> list[tuple[Any, date, str | None]]:
    """Every version in force: since when, and the review date it names itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select v.id, v.effective_on, v.compiled #>> '{more,review_on}' from items_entry e join items_version v on v.id = e.version_id"
        )
        return cursor.fetchall()


def review_due(begun: date, named: str | None, areas: Sequence[str], terms: Mapping[str, int]) -> date | None:
    """When an item is to be looked through again: the day it names, or by the term of the nearest level; None where nobody set one."""
    if named:
        return date.fromisoformat(named)
    months = next((terms[code] for code in reversed(areas) if code in terms), None)
    return None if months is None else _later(begun, months)


def _later(day: date, months: int) -> date:
    """So many months on; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
