"""Keeping an item among one's favourites (收藏)."""

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.journal.public import action, record
from kapok.services.items.public import item_of
from kapok.services.portal.access import party_of
from kapok.services.portal.events import FavouriteSet
from kapok.services.portal.models import Favourite


@action("portal.keep")
def keep_favourite(impl_code: str, kept: bool, *, by: Actor) -> bool:
    """Keep an item, or take it out; whether anything changed. Doing it twice is doing it once."""
    owner = party_of(by)
    item = item_of(impl_code) if len(impl_code) <= 64 else None
    if item is None:
        raise NotHere("items.item", id=impl_code)
    if kept:
        _row, changed = Favourite.objects.get_or_create(party_id=owner, item=item, defaults={"at": clock.now()})
    else:
        changed = bool(Favourite.objects.filter(party_id=owner, item=item).delete()[0])
    if changed:
        record(by, FavouriteSet(impl_code, kept), about=item.uuid, kind="item")
    return changed
