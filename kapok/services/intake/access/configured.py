"""What administrators have set for a region, as running cases read it: resolved down the jurisdiction, cached by the newest layer."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.common import clock
from kapok.kernel.inherit.public import Layer, Origin, resolve, values
from kapok.kernel.regions.public import governors
from kapok.services.intake.models import SetupLayer
from kapok.services.intake.rules.setup import DEFAULT_RULES, ELEMENTS, tightened
from kapok.services.items.public import CompiledItem, compiled

DEPUTISED = ("clerk", "approver", "leader")
"""The roles a deputy stands in for; an administrator's he never gets."""


def layers_of(region: str) -> list[Layer]:
    """What each level down to a region sets, from the province on; levels that set nothing stand there empty."""
    places = governors(region)
    rows = SetupLayer.objects.filter(region__in=[place.code for place in places]).order_by("region", "-number").distinct("region")
    latest = {row.region: row for row in rows}
    empty = SetupLayer(number=0)
    found = [(place, latest.get(place.code, empty)) for place in places]
    return [Layer(place.code, place.name, row.number, row.elements, row.rules) for place, row in found]


def origins_of(region: str) -> dict[str, Origin]:
    """Every element's value in a region, and who gave it."""
    return resolve(layers_of(region), DEFAULT_RULES, ELEMENTS)


NEWEST_SETUP = "(select id from intake_setup_layer order by id desc limit 1)"
"""For the statement of an app above: what everything that is set for regions stands on."""


def newest() -> UUID | None:
    """What a cached set-up is valid for: no layer is ever changed, so the newest tells whether one was added."""
    return SetupLayer.objects.order_by("-id").values_list("id", flat=True).first()


def configuration(region: str, generation: UUID | None = None) -> Mapping[str, Any]:
    """What is set for a region, by element; without `generation` it is asked for."""
    generation = generation or newest()
    return _configuration(region, generation, clock.today()) if generation else {}


@lru_cache(maxsize=4096)
def _configuration(region: str, _generation: UUID, _today: date) -> Mapping[str, Any]:
    return values(origins_of(region))


@lru_cache(maxsize=2048)
def configured(version: UUID, generation: UUID, today: date) -> tuple[CompiledItem, dict[str, Mapping[str, Any]]]:
    """A version's law with the 环节 of its region laid over it, and what is said of each 环节."""
    item = compiled(version)
    return tightened(item, _configuration(item.region, generation, today).get("steps", ()))


def hours_for(item: CompiledItem) -> str:
    """The hours of the window: the item's own, else those set for its region."""
    own = next((place.hours for place in item.places if place.hours), "")
    return own or str(configuration(item.region).get("hours", ""))


def stand_ins(account: UUID | None) -> list[UUID]:
    """For whom somebody stands in just now."""
    if account is None:
        return []
    now = clock.now()
    with connection.cursor() as cursor:  # asked for every work list: a query set would cost three times the query
        cursor.execute(_STANDS_FOR, [account, now, now])
        return [row[0] for row in cursor.fetchall()]


_STANDS_FOR = """
select handler_id from intake_deputy
 where deputy_id = %s::uuid and starts <= %s::timestamptz and ends > %s::timestamptz and ended_at is null
"""


def standing_in(actor: Actor, handlers: list[UUID] | None = None) -> Actor:
    """The actor with the reach, at this moment, of those he stands in for; he stays himself in name and account."""
    handlers = stand_ins(actor.account) if handlers is None and actor.kind == "staff" else handlers or []
    if not handlers:
        return actor
    roles = dict(actor.roles)
    for handler in handlers:
        for role, reach in actor_of_account(handler).roles.items():
            if role in DEPUTISED:
                roles[role] = roles[role] | reach if role in roles else reach
    known = {each.name: getattr(actor, each.name) for each in fields(Actor)}  # a request's actor is lazy: `replace` will not have it
    return Actor(**{**known, "roles": roles})
