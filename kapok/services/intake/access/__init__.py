"""Who may see and do what with a case; the only way to fetch one for a person. Absent and forbidden look alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kapok.kernel.access.public import Actor, Grant
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.jsontext import as_value
from kapok.kernel.crypto.public import KEY_OF
from kapok.kernel.documents.public import Document
from kapok.kernel.reads.public import note_read
from kapok.kernel.regions.public import find_region, governors
from kapok.kernel.regions.public import region as place_of
from kapok.services.intake.access.configured import configured, standing_in
from kapok.services.intake.models import Case, Seat
from kapok.services.intake.rules.setup import works_at
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
    channel: str
    applied_at: datetime
    due_at: datetime | None
    applicant_sealed: bytes
    applicant_key: bytes | None
    actor_account: UUID | None
    actor: Actor
    stands_for: tuple[str, ...] = ()
    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def places(self) -> list[tuple[int, int]]:
        """Where the case is seen: the deciding agency's scope and the further seats."""
        return [(self.scope, self.item.item_id), *((scope, self.item.item_id) for scope, _ in self.seats)]

    @property
    def selves(self) -> tuple[str, ...]:
        """The actor's account, and those he stands in for just now."""
        return (str(self.actor_account), *self.stands_for)

    @property
    def held_back(self) -> bool:
        """Whether a colleague holds the case, so that the actor, who is no leader of it, has to leave it alone."""
        return self.holder is not None and str(self.holder) not in self.selves and not self.lets("intake.lead")

    def lets(self, deed: str) -> bool:
        """Whether the actor may do this as the deciding agency, himself or standing in."""
        return self.actor.may(deed, self.deciding())

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
    "channel", "applied_at", "due_at", "applicant_sealed", "applicant_key", "stands_for", "generation",
)  # fmt: skip
_JSON = frozenset({"hands", "clock", "marked", "situation", "seats", "stands_for"})
_ASIDE = frozenset({"version", "stands_for", "generation"})
_LOCK = f"""
select c.id, serial, number, version, scope, state, step, outcome, sequence, holder_id, extended, paused, corrections, hands, clock,
  accepted_at, closed_at, applicant_id, agent_id, marked, situation,
  coalesce((select jsonb_agg(jsonb_build_array(s.scope, s.why)) from intake_seat s where s.case_id = c.id), '[]'::jsonb),
  channel, applied_at, due_at, p.sealed, {KEY_OF.format(subject="c.applicant_id")},
  (select jsonb_agg(d.handler_id) from intake_deputy d
    where d.deputy_id = %s::uuid and d.starts <= %s::timestamptz and d.ends > %s::timestamptz and d.ended_at is null),
  (select l.id from intake_setup_layer l order by l.id desc limit 1)
from intake_case c join parties_party p on p.id = c.applicant_id where c.id = %s::uuid for update of c
"""


def locked_for(actor: Actor, case_id: UUID) -> Locked:
    """The case, locked for an act, if the actor has any part in it; else NotHere."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [actor.account, now, now, case_id])
        row = cursor.fetchone()
    if row is None:
        raise NotHere("intake.case", id=case_id)
    known = dict(zip(_COLUMNS, row, strict=True))
    values = {name: as_value(value) if name in _JSON else value for name, value in known.items()}
    item, steps = _law(known["version"], known["generation"])
    handlers = [str(handler) for handler in values["stands_for"] or ()]
    case = Locked(
        item=item, steps=steps, actor_account=actor.account, actor=standing_in(actor, [UUID(handler) for handler in handlers]),
        stands_for=tuple(handlers), **{name: value for name, value in values.items() if name not in _ASIDE},
    )  # fmt: skip
    if not sees(actor, case):
        raise NotHere("intake.case", id=case_id)
    return case


def _law(version: UUID, generation: UUID | None) -> tuple[CompiledItem, dict[str, Mapping[str, Any]]]:
    """The case's law, with what its region has set for the 环节."""
    return configured(version, generation, clock.today()) if generation else (compiled(version), {})


def sees(actor: Actor, case: Locked) -> bool:
    """Whether the actor has a part: as applicant, or in a seat, himself or standing in for a colleague."""
    return is_applicant(actor, case.applicant, case.agent) or case.actor.may("intake.see", case)


def is_applicant(actor: Actor, applicant: UUID, agent: UUID | None) -> bool:
    return actor.for_party is not None and actor.for_party in (applicant, agent)


def capacities(actor: Actor, case: Locked) -> frozenset[str]:
    """What the actor is to this case, in the table's words."""
    if actor.kind == "clock":
        return frozenset({"clock"})
    found = {"applicant"} if is_applicant(actor, case.applicant, case.agent) else set()
    for deed, names in DEED_OF_CAPACITY.items():
        if case.lets(deed):
            found.update(names)
    if case.actor.may("intake.receive", case):
        found.add("window")
    if not works_at(case.steps.get(case.step), selves=case.selves, leads=case.lets("intake.lead")):
        found.discard("approver")
    return frozenset(found)


@dataclass(frozen=True)
class _Seen:
    """Where a case is seen, for asking a deed."""

    scopes: tuple[int, ...]
    item: int

    def places(self) -> list[tuple[int, int]]:
        return [(scope, self.item) for scope in self.scopes]


def reads_paper(actor: Actor, document: Document) -> bool:
    """Whether somebody may open a paper of a case: the applicant and the agent, and whoever sees the case, whose reading is noted."""
    case = Case.objects.filter(id=document.about).only("applicant_id", "agent_id", "scope", "item_id", "item_name").first()
    if case is None:
        return False
    if is_applicant(actor, case.applicant_id, case.agent_id):
        return True
    scopes = (case.scope, *Seat.objects.filter(case_id=case.id).values_list("scope", flat=True))
    if not standing_in(actor).may("intake.see", _Seen(scopes, case.item_id)):
        return False
    note_read(actor, case.applicant_id, f"查看“{case.item_name}”的文书", case.id, what="case")
    return True


def admin_level(actor: Actor, region: str) -> int | None:
    """The level of the administrator that an actor is for a region: that of the highest region he administers above it or there."""
    if actor.kind in ("system", "clock"):
        return 1
    if actor.account is None:
        return None
    now, places = clock.now(), {place.code: place.level for place in governors(region)}
    held = Grant.objects.filter(account=actor.account, role="admin", region__in=list(places), revoked_at=None, starts__lte=now)
    return min((places[code] for code in held.filter(Q(ends=None) | Q(ends__gt=now)).values_list("region", flat=True)), default=None)


def require_admin(actor: Actor, region: str) -> None:
    """Only who administers a region, or one that governs it, sets it up; a region that is not his is not there."""
    if find_region(region) is None or admin_level(actor, region) is None:
        raise NotHere("regions.region", id=region)


def administered(actor: Actor) -> list[str]:
    """The regions an actor is administrator of by a grant of his own, the highest first."""
    now = clock.now()
    held = Grant.objects.filter(account=actor.account, role="admin", revoked_at=None, starts__lte=now).exclude(region="")
    codes = set(held.filter(Q(ends=None) | Q(ends__gt=now)).values_list("region", flat=True))
    return sorted(codes, key=lambda code: (place_of(code).level, code))
