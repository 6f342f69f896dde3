"""What may be done to many cases from the work list, and to whom it is offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import Actor
from kapok.services.intake.actions.bulk import Deed
from kapok.services.intake.rules import table


@dataclass(frozen=True)
class Offer:
    """A button below the work list: what it does, from which states, with which power; asks: a text all cases get."""

    key: str
    title: Any
    deed: Deed
    needs: tuple[str, ...]
    asks: str = ""

    @property
    def states(self) -> frozenset[str]:
        """The states it is possible from; a claim from any."""
        if self.deed.claims:
            return frozenset()
        return frozenset(state for state in table().states if table().rows_for(state, self.deed.act, self.deed.outcome))


OFFERS = {
    offer.key: offer
    for offer in (
        Offer("claim", _("签收"), Deed("claim"), ("intake.accept", "intake.examine", "intake.lead")),
        Offer("preaccept", _("预受理"), Deed("preaccept", "passed"), ("intake.accept",)),
        Offer("accept", _("受理"), Deed("accept", "accepted"), ("intake.accept",)),
        Offer("pass", _("审批通过"), Deed("examine", "pass"), ("intake.examine",), asks="opinion"),
        Offer("grant", _("准予办结"), Deed("decide", "granted"), ("intake.examine",), asks="opinion"),
    )
}


def offered(actor: Actor, states: Sequence[str] = ()) -> list[Offer]:
    """What the actor may do from a list of these states (none named: of all)."""
    return [
        offer
        for offer in OFFERS.values()
        if any(actor.may(deed) for deed in offer.needs) and (not states or not offer.states or offer.states & set(states))
    ]
