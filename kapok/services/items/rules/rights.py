"""Who fills which element (分级管理). The element table says the lowest level; a city may delegate more; an entrusted agency fills
only where it does the work: place, hours, phone, contact."""

from collections.abc import Collection

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.services.items.rules.table import Element, word

CONTACT = 6
"""Elements whose lowest level is the village are the contact elements."""
LOWEST_AUTHOR = 4
"""Down to the county an agency may fill what nobody above has given; towns and villages only what is theirs."""


def may_fill(
    element: Element, level: int, *, entrusted: bool = False, delegated: Collection[str] = (), given_above: bool = True
) -> Verdict:
    """Whether staff of a level (A.2) may set an element; refused with the level that keeps it."""
    if element.key in delegated or element.fill >= CONTACT:
        return allow()
    if not entrusted and (level <= element.fill or (not given_above and level <= LOWEST_AUTHOR)):
        return allow()
    owner = "委托单位" if entrusted else word("level", str(element.fill))
    return refuse("items.element_not_yours", status=403, title=element.title, owner=owner)
