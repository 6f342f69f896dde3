"""The review chain of the catalogue: 单位 → 同级政务服务部门 → 省（锁定要素）."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import scope_of
from kapok.kernel.flows.public import Chain, Seat, Step, chains
from kapok.kernel.inherit.public import LOCKED, Layer, resolve
from kapok.kernel.orgs.public import reviewer_of
from kapok.kernel.regions.public import governors
from kapok.services.items.models import PROVINCE, Item, ItemVersion, State
from kapok.services.items.queries.resolving import defaults
from kapok.services.items.rules.table import table

CHAIN = chains.put(
    "items.review",
    Chain(
        "items.review",
        _("事项版本审核"),
        (
            Step("unit", _("单位审核"), "items.review"),
            Step("peer", _("政务服务部门审核"), "items.review"),
            Step("province", _("省级审核锁定要素"), "items.review"),
        ),
    ),
)


def seats_of(version: ItemVersion, above: Sequence[Layer]) -> list[Seat]:
    """Where each step is done. The peer step is left out where the unit is itself that department; province only for locked elements."""
    item = version.item
    seats = [Seat("unit", item.scope, item.id)]
    peer = _peer_scope(item)
    if peer is not None and peer != item.scope:
        seats.append(Seat("peer", peer, item.id))
    top = reviewer_of(PROVINCE, 2)
    if top is not None and locked_changes(version, above):
        scope = scope_of(top.id, PROVINCE)
        if scope not in {seat.scope for seat in seats}:
            seats.append(Seat("province", scope, item.id))
    return seats


def _peer_scope(item: Item) -> int | None:
    """The 政务服务部门 of the same level, or the nearest above: villages and many towns have none."""
    for place in reversed(governors(item.region_id)):
        found = reviewer_of(place.code, place.level + 1)
        if found is not None:
            return scope_of(found.id, found.region_id)
    return None


def locked_changes(version: ItemVersion, above: Sequence[Layer]) -> list[str]:
    """Locked elements whose own value here differs from the version published before: only the province may let them pass."""
    rules = resolve(above, defaults(), table().elements)
    before = (
        ItemVersion.objects.filter(item=version.item, state=State.PUBLISHED).order_by("-number").values_list("elements", flat=True).first()
    )
    old: dict[str, Any] = before or {}
    return [key for key, value in version.elements.items() if rules[key].rule == LOCKED and old.get(key) != value]
