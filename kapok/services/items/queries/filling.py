"""Who fills which element of which item: the element table, delegation and entrusting applied to an actor."""

from kapok.kernel.access.public import Actor
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.inherit.public import Origin
from kapok.services.items.access import level_of
from kapok.services.items.models import Item
from kapok.services.items.queries.resolving import delegated_to
from kapok.services.items.rules import rights
from kapok.services.items.rules.table import Element


def may_fill(actor: Actor, item: Item, element: Element, above: Origin | None, delegated: frozenset[str]) -> Verdict:
    """Whether this actor may set this element of this item."""
    entrusted = item.entrusted_by_id is not None and actor.org == item.org_id
    return rights.may_fill(
        element, level_of(actor, item), entrusted=entrusted, delegated=delegated, given_above=above is not None and above.how != "absent"
    )  # fmt: skip


def delegated_elements(actor: Actor, item: Item) -> frozenset[str]:
    """What was delegated to the actor's level in the item's region."""
    return delegated_to(item.region_id, level_of(actor, item))
