"""Which regions an actor orders (分级管理): those over which he holds an admin's grant of his own."""

from kapok.kernel.access.public import Actor, Grant
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.regions.public import Place, find_region
from kapok.services.items.access import DEEDS, require_at_home


def homes_of(actor: Actor) -> list[Place]:
    """The regions themselves, highest first."""
    now = clock.now()
    held = Grant.objects.filter(account=actor.account, role__in=DEEDS["items.delegate"], revoked_at=None, starts__lte=now)
    places = [find_region(code) for code in held.exclude(ends__lte=now).exclude(region="").values_list("region", flat=True).distinct()]
    return sorted((place for place in places if place is not None), key=lambda place: (place.level, place.code))


def may_order(actor: Actor, region: str) -> bool:
    """Whether the actor orders just this region."""
    try:
        require_at_home(actor, "items.delegate", region)
    except Forbidden:
        return False
    return True
