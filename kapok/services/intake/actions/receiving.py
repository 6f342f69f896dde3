"""收件: a window takes an application in for whoever stands before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kapok.kernel.access.public import Actor, scope_of
from kapok.kernel.journal.public import action
from kapok.kernel.parties.public import Party, register_company, register_person
from kapok.services.intake.actions.apply import WINDOW, Application, Applied, Given, apply
from kapok.services.intake.errors import WindowNotServing
from kapok.services.intake.queries import require_open
from kapok.services.items.public import CompiledItem


@dataclass(frozen=True)
class Presented:
    """Who stands at the window, by the document shown; kind is that of `Party`."""

    kind: str
    number: str
    name: str
    phone: str = ""


def serves(actor: Actor, item: CompiledItem) -> bool:
    """Whether the actor's window receives for an item: its agency is within reach, or lets this window receive for it (异地代收)."""
    reach = actor.reach("intake.receive")
    if not reach:
        return False
    return reach.covers(scope_of(item.org_id, item.region), item.item_id) or (actor.org is not None and actor.org in item.collect_orgs)


@action("intake.receive")
def receive(
    item: CompiledItem,
    applicant: Presented,
    answers: Mapping[str, Any],
    situation: Mapping[str, str],
    materials: tuple[Given, ...],
    *,
    agent: Presented | None = None,
    again: bool = False,
    by: Actor,
) -> Applied:
    """Register the applicant (and the agent) and hand the application in for them; a fault anywhere leaves nothing behind.

    Raises WindowNotServing, PartyMismatch, and what `apply` raises.
    """
    if not serves(by, item):
        raise WindowNotServing(item=item.name)
    require_open(item, WINDOW)
    owner = _register(applicant, by)
    acting = _register(agent, by) if agent else None
    application = Application(
        item.version_id, owner.id, dict(answers), dict(situation), materials, WINDOW, acting.id if acting else None, by.org, again
    )
    return apply(application, by=by)


def _register(who: Presented, by: Actor) -> Party:
    if who.kind == Party.LEGAL:
        return register_company(who.name, who.number, phone=who.phone, by=by)
    return register_person(who.name, who.number, who.phone, by=by)
