"""Who may see and do what with a case; the only way to fetch one for a person. Absent and forbidden look alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.jsontext import as_value
from kapok.services.items.public import CompiledItem, compiled

DEED_OF_CAPACITY = {
    "intake.receive": ("window",),
    "intake.accept": ("clerk",),
    "intake.examine": ("approver",),
    "intake.lead": ("superior", "leader", "agency"),
}


@dataclass(frozen=True)
class Locked:
    """A case's row, locked, as far as deciding needs it."""

    id: UUID
    serial: str
    number: str | None
    item: CompiledItem
    scope: int
    state: str
    step: str
    outcome: str
    sequence: int
    holder: UUID | None
    extended: bool
    paused: bool
    corrections: int
    hands: list[list[str]]
    clock: dict[str, Any]
    accepted_at: datetime | None
    closed_at: datetime | None
    applicant: UUID
    agent: UUID | None
    marked: list[Any]
    situation: dict[str, str]
    seats: list[list[Any]]
    actor_account: UUID | None

    def places(self) -> list[tuple[int, int]]:
        """Where the case is seen: the deciding agency's scope and the further seats."""
        return [(self.scope, self.item.item_id), *((scope, self.item.item_id) for scope, _ in self.seats)]

    def deciding(self) -> "_Deciding":
        return _Deciding(self)


@dataclass(frozen=True)
class _Deciding:
    """The case as the deciding agency alone has it: a window that received it elsewhere decides nothing."""

    case: Locked

    def places(self) -> list[tuple[int, int]]:
        return [(self.case.scope, self.case.item.item_id)]


_COLUMNS = (
    "id", "serial", "number", "version", "scope", "state", "step", "outcome", "sequence", "holder", "extended", "paused", "corrections",
    "hands", "clock", "accepted_at", "closed_at", "applicant", "agent", "marked", "situation", "seats",
)  # fmt: skip
_JSON = frozenset({"hands", "clock", "marked", "situation", "seats"})
_LOCK = """
select id, serial, number, version, scope, state, step, outcome, sequence, holder_id, extended, paused, corrections, hands, clock,
  accepted_at, closed_at, applicant_id, agent_id, marked, situation,
  coalesce((select jsonb_agg(jsonb_build_array(s.scope, s.why)) from intake_seat s where s.case_id = c.id), '[]'::jsonb)
from intake_case c where id = %s::uuid for update of c
"""


def locked_for(actor: Actor, case_id: UUID) -> Locked:
    """The case, locked for an act, if the actor has any part in it; else NotHere."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [case_id])
        row = cursor.fetchone()
    if row is None:
        raise NotHere("intake.case", id=case_id)
    item = compiled(row[_COLUMNS.index("version")])
    if item is None:
        raise NotHere("intake.case", id=case_id)
    known = dict(zip(_COLUMNS, row, strict=True))
    values = {name: as_value(value) if name in _JSON else value for name, value in known.items() if name != "version"}
    case = Locked(item=item, actor_account=actor.account, **values)
    if not sees(actor, case):
        raise NotHere("intake.case", id=case_id)
    return case


def sees(actor: Actor, case: Locked) -> bool:
    """Whether the actor has a part: as applicant, or in a seat."""
    return is_applicant(actor, case.applicant, case.agent) or actor.may("intake.see", case)


def is_applicant(actor: Actor, applicant: UUID, agent: UUID | None) -> bool:
    return actor.for_party is not None and actor.for_party in (applicant, agent)


def capacities(actor: Actor, case: Locked) -> frozenset[str]:
    """What the actor is to this case, in the table's words."""
    if actor.kind == "clock":
        return frozenset({"clock"})
    found = {"applicant"} if is_applicant(actor, case.applicant, case.agent) else set()
    for deed, names in DEED_OF_CAPACITY.items():
        if actor.may(deed, case.deciding()):
            found.update(names)
    if actor.may("intake.receive", case):
        found.add("window")
    return frozenset(found)
