"""权责清单 ↔ 基本目录 ↔ 实施清单 ↔ 办理项: one tree with counts by region, and what is missing on either side."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import children, normalise, region
from kapok.services.items.models import PROVINCE, BaseItem, CatalogueEntry, Item, NotExercised, Power
from kapok.services.items.queries.reading import compiled
from kapok.services.items.rules.table import word


@dataclass(frozen=True)
class Branch:
    """A base item under its power. Counts are of the region asked about: implemented, of these in force, not exercised with reason."""

    base: BaseItem
    power: Power | None
    implemented: int
    in_force: int
    not_exercised: int


@dataclass(frozen=True)
class Gap:
    """A base item of an agency's level that nobody in a region implements, though it is listed for that level."""

    base: BaseItem
    level: str
    level_name: str
    region: str
    region_name: str


_COUNTS = """
select i.base_id, count(*), count(e.item_id)
  from items_item i join regions_region r on r.code = i.region left join items_entry e on e.item_id = i.id
 where (%(all)s::boolean or r.path = %(path)s or r.path like %(path)s || '/%%' or %(code)s = any(e.areas))
   and i.base_id = any(%(bases)s::int[])
 group by i.base_id
"""


def branches(code: str = PROVINCE, *, after: int = 0, limit: int = 50, type_code: str = "") -> list[Branch]:
    """Base items in order, with counts for a region and everything below it: three statements however many there are."""
    rows = BaseItem.objects.filter(id__gt=after, ended_on=None).select_related("power").order_by("id")
    if type_code:
        rows = rows.filter(type_code=type_code)
    bases = list(rows[:limit])
    place = region(normalise(code))
    params: dict[str, Any] = {
        "all": code.startswith(PROVINCE[:2]) and code.endswith("0000000000"), "path": "/".join(place.path), "code": place.code,
        "bases": [b.id for b in bases],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, params)
        counts = {base: (made, live) for base, made, live in cursor.fetchall()}
    declined = dict(NotExercised.objects.filter(base__in=bases).values_list("base").annotate(n=Count("id")))
    return [Branch(b, b.power, *counts.get(b.id, (0, 0)), declined.get(b.id, 0)) for b in bases]


def powers_without_item() -> list[Power]:
    """Powers no base item serves."""
    served = BaseItem.objects.filter(power=OuterRef("pk"), ended_on=None)
    return list(Power.objects.filter(~Exists(served), ended_on=None).order_by("code"))


def items_without_power() -> list[BaseItem]:
    """Base items of a power (A.1 00–19) that stem from none of the list; public services need none."""
    return list(BaseItem.objects.filter(power=None, ended_on=None).exclude(type_code__gte="20").order_by("base_code"))


def gaps_of(code: str) -> list[Gap]:
    """For a region and each directly below: base items listed for its level that no agency there implements or declines."""
    here = region(normalise(code))
    places = [here, *children(here.code)]
    bases = list(BaseItem.objects.filter(ended_on=None).order_by("base_code"))
    codes = [p.code for p in places]
    done = set(Item.objects.filter(region__in=codes).values_list("base_id", "region_id", "level"))
    said = NotExercised.objects.filter(org__region__in=codes).values_list("base_id", "org__region_id", "org__level")
    declined = {(base, where, str(level)) for base, where, level in said}
    staffed = set(Org.objects.filter(region__in=codes, dissolved_on=None).values_list("region_id", "level"))
    found = []
    for place in places:
        level = str(place.level + 1)
        if (place.code, place.level + 1) not in staffed:
            continue
        found += [
            Gap(base, level, word("level", level), place.code, place.name)
            for base in bases
            if level in base.levels and (base.id, place.code, level) not in done | declined
        ]
    return found


@dataclass(frozen=True)
class Leaf:
    """An implementer with its 业务办理项."""

    item: Item
    version_number: int | None
    handling: tuple[tuple[str, str], ...]


def leaves(base: BaseItem, *, after: int = 0, limit: int = 50) -> list[Leaf]:
    """Implementers of a base item with the handling items in force."""
    items = list(Item.objects.filter(base=base, id__gt=after).select_related("org", "region").order_by("id")[:limit])
    entries = {e.item_id: e.version_id for e in CatalogueEntry.objects.filter(item__in=items).only("item_id", "version_id")}
    found = []
    for item in items:
        law = compiled(entries[item.id]) if item.id in entries else None
        found.append(Leaf(item, law.number if law else None, tuple((h.code, h.name) for h in law.handling) if law else ()))
    return found
