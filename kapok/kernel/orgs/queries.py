"""Reads of organisations."""

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from kapok.kernel.orgs.errors import NoSuchOrg
from kapok.kernel.orgs.models import Duty, FormerName, Org
from kapok.kernel.regions.public import normalise, within
from kapok.kernel.search.public import search


def org(org_id: int) -> Org:
    """An organisation, dissolved ones too; raises NoSuchOrg."""
    return _one(Org.objects.filter(id=org_id), org_id)


def org_by_uscc(code: str) -> Org:
    """The standing organisation with this credit code, or the last that had it."""
    return _one(Org.objects.filter(uscc=code.strip().upper()).order_by("-dissolved_on"), code)


def org_by_key(key: str) -> Org:
    """The organisation that this node's files call `key`."""
    return _one(Org.objects.filter(key=key), key)


def _one(rows: QuerySet[Org], asked: int | str) -> Org:
    found = rows.select_related("region").first()
    if found is None:
        raise NoSuchOrg(asked)
    return found


def children(org_id: int) -> list[Org]:
    """Standing organisations directly below, in pinyin order."""
    return list(Org.objects.filter(parent=org_id, dissolved_on=None).order_by("sort_key", "id"))


_SUBTREE = """
with recursive below as (
  select id from orgs_org where id = %s::int
  union all
  select o.id from orgs_org o join below b on o.parent_id = b.id where o.dissolved_on is null
)
select id from below order by id
"""


def subtree(org_id: int) -> list[int]:
    """Ids of an organisation and of every standing one below it: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREE, [org_id])
        return [found for (found,) in cursor.fetchall()]


def orgs_of_region(code: str, *, below: bool = False, kinds: tuple[str, ...] = ()) -> QuerySet[Org]:
    """Standing organisations of a region, or of everything in it, higher ones first, then by pinyin."""
    place = within(code, column="region__path") if below else Q(region=normalise(code))
    rows = Org.objects.filter(place, dissolved_on=None).select_related("region")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return rows.order_by("level", "sort_key", "id")


def reviewer_of(code: str, level: int) -> Org | None:
    """The 政务服务部门 that reviews items of a level in a region."""
    return Org.objects.filter(region=normalise(code), level=level, reviews=True, dissolved_on=None).first()


def search_orgs(text: str, *, limit: int = 20) -> list[Org]:
    """Standing organisations by words of their names, best first."""
    return list(search(Org.objects.filter(dissolved_on=None).select_related("region"), text, order="level")[:limit])


def name_on(org_id: int, day: date) -> str:
    """What an organisation was called on a day."""
    former = FormerName.objects.filter(org=org_id, until__gt=day).order_by("until").values_list("name", flat=True).first()
    return former or org(org_id).name


def successor_of(org_id: int) -> int:
    """The standing organisation that answers for this one: itself, or its successor, step by step."""
    steps = dict(Org.objects.exclude(successor=None).values_list("id", "successor_id"))
    current = org_id
    while current in steps:
        current = steps[current]
    return current


def duties_of(system: int) -> list[Duty]:
    """Who is in charge of one of the 28 systems, who operates it, who uses it."""
    return list(Duty.objects.filter(system=system).select_related("org").order_by("duty", "org__sort_key"))
