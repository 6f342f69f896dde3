"""The catalogue follows the regions: items, what levels set, delegations, and the lists' areas. Law that was published never changes."""

from collections.abc import Iterator
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.regions.public import RegionMove, RegionPlan, region
from kapok.services.items.models import BaseLayer, CatalogueEntry, Delegation, Item
from kapok.services.items.queries.searching import areas_of


class Follow:
    """The `RegionSource` of the catalogue. Codes stay (a 实施编码 names the agency); what is in force stays as it was published."""

    title = "事项与清单"

    def preview(self, plan: RegionPlan) -> list[RegionMove]:
        """The moves `apply` would make now."""
        return [*_item_moves(plan), *(_layer_move(row, goes, plan) for row, goes in _layers(plan)), *_delegation_moves(plan)]

    def apply(self, plan: RegionPlan, cause: UUID) -> list[RegionMove]:
        """Items and delegations go on in the follower. So does what an ended region had set, where those who come together set the same;
        where they differ nobody's is taken, and the follower sets its own."""
        moves = self.preview(plan)
        _carry_layers(plan)
        for old, new in plan.follower.items():
            Item.objects.filter(region=old).update(region=new)
            CatalogueEntry.objects.filter(region=old).update(region=new)
            there = Delegation.objects.filter(region=new, ends=None).values("element")
            going = Delegation.objects.filter(region=old, ends=None)
            going.filter(element__in=there).update(ends=clock.today())
            going.update(region=new)
        refresh_areas()
        return moves


def _item_moves(plan: RegionPlan) -> Iterator[RegionMove]:
    rows = Item.objects.filter(region__in=plan.follower).order_by("id").values_list("uuid", "name", "region_id")
    return (RegionMove(about, name, "item", was, plan.follower[was]) for about, name, was in rows)


def _layers(plan: RegionPlan) -> list[tuple[BaseLayer, bool]]:
    """The newest layer of each ended region and base item, and whether it goes on: nothing there says otherwise."""
    places = {*plan.follower, *plan.follower.values()}
    rows = BaseLayer.objects.filter(region__in=places).order_by("base", "region", "-number").distinct("base", "region")
    newest = list(rows.select_related("base"))
    said: dict[tuple[int, str], list[BaseLayer]] = {}
    for row in newest:
        said.setdefault((row.base_id, plan.follower.get(row.region, row.region)), []).append(row)
    return [(row, _agree(said[row.base_id, plan.follower[row.region]])) for row in newest if row.region in plan.follower]


def _agree(rows: list[BaseLayer]) -> bool:
    return all((row.elements, row.rules) == (rows[0].elements, rows[0].rules) for row in rows)


def _layer_move(row: BaseLayer, goes: bool, plan: RegionPlan) -> RegionMove:
    """A move to itself when it stays behind."""
    return RegionMove(row.id, row.base.name, "layer", row.region, plan.follower[row.region] if goes else row.region)


def _carry_layers(plan: RegionPlan) -> None:
    for row, goes in _layers(plan):
        new = plan.follower[row.region]
        if goes and not BaseLayer.objects.filter(base=row.base, region=new).exists():
            BaseLayer.objects.create(
                base=row.base, region=new, owner=region(new).name, number=1, elements=row.elements, rules=row.rules,
                reason=row.reason, made_at=clock.now(),
            )  # fmt: skip


def _delegation_moves(plan: RegionPlan) -> Iterator[RegionMove]:
    rows = Delegation.objects.filter(region__in=plan.follower, ends=None).order_by("id")
    return (RegionMove(row.id, row.element, "delegation", row.region, plan.follower[row.region]) for row in rows)


def refresh_areas() -> int:
    """Put each entry into the lists of the regions that govern it today; returns how many moved. A statement for each region that did."""
    moved = 0
    for code in CatalogueEntry.objects.order_by("region").values_list("region", flat=True).distinct():
        areas = areas_of(code)
        moved += CatalogueEntry.objects.filter(region=code).exclude(areas=areas).update(areas=areas)
    return moved
