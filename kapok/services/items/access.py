"""Who may do what in the catalogue; the only way to fetch a version or item for a person at work."""

from uuid import UUID

from django.db.models import Q, QuerySet

from kapok.kernel.access.public import Actor, Grant
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.flows.public import run_of
from kapok.kernel.orgs.public import org
from kapok.services.items.models import Item, ItemVersion

DEEDS: dict[str, tuple[str, ...]] = {
    "items.read": ("editor", "reviewer", "admin", "leader", "auditor"),
    "items.edit": ("editor", "admin"),
    "items.review": ("reviewer", "admin"),
    "items.publish": ("reviewer", "admin"),
    "items.base": ("admin",),
    "items.delegate": ("admin",),
    "items.import": ("admin",),
}


def item_for(actor: Actor, code: str, deed: str = "items.read") -> Item:
    """The item with a code, if the actor may do this to it; absent and forbidden look alike."""
    item = Item.objects.select_related("base", "org", "region").filter(impl_code=code).first()
    if item is None or not actor.may(deed, item):
        raise NotHere("items.item", code=code)
    return item


def version_for(actor: Actor, version_id: UUID, deed: str = "items.read", *, lock: bool = False) -> ItemVersion:
    """A version, if the actor may do this to its item. `lock` holds its row for a change."""
    rows = ItemVersion.objects.select_related("item__base", "item__org", "item__region").filter(id=version_id)
    version = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if version is None or not actor.may(deed, version.item):
        raise NotHere("items.version", id=version_id)
    return version


def visible_items(actor: Actor, deed: str = "items.read") -> QuerySet[Item]:
    """The items within an actor's reach for a deed."""
    rows = Item.objects.select_related("base", "org")
    if actor.kind in ("system", "clock"):
        return rows
    reach = actor.reach(deed)
    if reach.everywhere:
        return rows
    scopes = list(reach.scopes)
    mine = Q(scope__in=scopes) | Q(entrust_scope__in=scopes)
    for lane in reach.lanes:
        scope, item = lane >> 32, lane & 0xFFFFFFFF
        mine |= Q(id=item) & (Q(scope=scope) | Q(entrust_scope=scope))
    return rows.filter(mine)


def require_at_home(actor: Actor, deed: str, region: str) -> None:
    """For deeds on the 基本目录 and on a whole jurisdiction: the actor holds the deed's role over exactly this region, by a grant."""
    if actor.kind in ("system", "clock"):
        return
    now = clock.now()
    held = Grant.objects.filter(account=actor.account, role__in=DEEDS[deed], region=region, revoked_at=None, starts__lte=now)
    if actor.account is None or not held.filter(Q(ends=None) | Q(ends__gt=now), items=None).exists():
        raise Forbidden(deed=deed)


def level_of(actor: Actor, item: Item) -> int:
    """The level (A.2) an actor fills elements from: its office's; Kapok itself stands above all."""
    if actor.kind in ("system", "clock"):
        return 1
    return org(actor.org).level if actor.org else int(item.level)


def version_to_review(actor: Actor, version_id: UUID, *, lock: bool = False) -> ItemVersion:
    """A version this actor may read as its reviewer at any seat of its run, or within its own reach."""
    rows = ItemVersion.objects.select_related("item__base", "item__org", "item__region").filter(id=version_id)
    version = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if version is None:
        raise NotHere("items.version", id=version_id)
    run = run_of(version.run) if version.run else None
    seats = run.seat_list() if run else []
    if not (actor.may("items.read", version.item) or any(actor.may("items.review", seat) for seat in seats)):
        raise NotHere("items.version", id=version_id)
    return version
