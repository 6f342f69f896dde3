"""Reading cases: queues, a case with its acts, an applicant's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from psycopg.pq import Format

from kapok.kernel.access.public import Actor, Reach, Rows, urgent
from kapok.kernel.accounts.public import Account
from kapok.kernel.calendar.public import in_force_on
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.registry import Registry
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.parties.public import Identity, identity_of, party, party_by_number
from kapok.kernel.reads.public import note_read
from kapok.services.intake.access.configured import stand_ins, standing_in
from kapok.services.intake.data import Dues, StateRule
from kapok.services.intake.models import Act, Case, Dossier, Draft, Handed
from kapok.services.intake.rules import ClockState, due
from kapok.services.intake.rules.following import as_it_stood
from kapok.services.items.public import CompiledItem

_COLUMNS = (
    "id, serial, number, item_name, applicant_name, state, step, due_at, due_statutory, paused, provisional, holder_name,"
    " applied_at, kind, org_id, answered, sequence, version, region"
)
_FIELDS = [name.strip() for name in _COLUMNS.split(",")]


@dataclass(frozen=True)
class Page:
    """Rows by due date, and the cursor of the next page (due date, id) or None."""

    rows: list[dict[str, Any]]
    next: tuple[datetime | None, UUID] | None


def queue(actor: Actor, deed: str = "intake.see", *, states: Sequence[str] = (), after: "Cursor | None" = None, limit: int = 100) -> Page:
    """Open cases within the actor's reach of a deed, the most urgent first, those without a due date last; no count, no offset."""
    reach = standing_in(actor).reach(deed)
    if not reach:
        return Page([], None)
    return _page(reach, "state = any(%(states)s::text[])" if states else "", {"states": list(states)} if states else {}, after, limit)


_TABLES = (Rows("intake_case"), Rows("intake_seat", "case_id", "exists (select from intake_case where intake_case.id = r.case_id and {})"))


def _page(reach: Reach, where: str, params: dict[str, Any], after: "Cursor | None", limit: int) -> Page:
    """A page of what is open within a reach: the ids in order with bounded work, then their rows one by one."""
    first, more_params = urgent(_TABLES, reach, after=after, limit=limit + 1, where=where)
    rows = _rows(_BY_ID.format(first=first), params | more_params)
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (more["due_at"], more["id"]) if more else None)


_BY_ID = (
    f"select {', '.join(f'c.{name}' for name in _FIELDS)} from ({{first}}) f"
    " cross join lateral (select * from intake_case c where c.id = f.id limit 1) c order by c.due_at, c.id"
)
"""The limit of one keeps the planner from reading the whole table for a page it takes to be large."""


def _reach_where(reach: Reach) -> tuple[str, dict[str, Any]]:
    if reach.everywhere:
        return "true", {}
    parts, params = [], {}
    for column, values in (("scope", reach.scopes), ("lane", reach.lanes)):
        if values:
            parts.append(f"{column} = any(%({column})s::{'int' if column == 'scope' else 'bigint'}[])")
            params[column] = list(values)
    if reach.scopes:
        parts.append("id in (select s.case_id from intake_seat s where s.scope = any(%(scope)s::int[]))")
    if reach.lanes:
        parts.append("id in (select s.case_id from intake_seat s where s.lane = any(%(lane)s::bigint[]))")
    return f"({' or '.join(parts)})", params


def own_cases(actor: Actor, limit: int = 50) -> list[Case]:
    """The cases of the party the actor acts for, the newest first."""
    if actor.for_party is None:
        return []
    return list(Case.objects.filter(applicant_id=actor.for_party).order_by("-id")[:limit])


def acts_of(case_id: UUID) -> list[Act]:
    """A case's acts in order."""
    return list(Act.objects.filter(case_id=case_id).order_by("sequence"))


def handed_of(case_ids: Sequence[UUID]) -> list[Handed]:
    """What was handed in for some cases, the newest first; unguarded, for those who have the cases by asking."""
    return list(Handed.objects.filter(case_id__in=list(case_ids)).order_by("-at", "-id"))


def case_row(case_id: UUID) -> Case | None:
    return Case.objects.select_related("org").filter(id=case_id).first()


state_rules: Registry[Callable[[UUID, int, str, str], StateRule]] = Registry("intake.state rules")
"""(version, item, state, outcome) → what holds there; the portal fills it with what an item's agency has set."""


def state_rule(version: UUID, item: int, state: str, outcome: str = "") -> StateRule:
    """What holds for an item's cases in a state, an ended one with its outcome: the first entry's word, without one the usual."""
    for rule in state_rules:
        return rule(version, item, state, outcome)
    return StateRule()


doors: Registry[Callable[[CompiledItem, str], None]] = Registry("intake.doors")
"""(item, channel) → raises while no new application is taken there; the portal fills it with 暂停办理."""


def require_open(item: CompiledItem, channel: str) -> None:
    """Raises while an item takes no new applications by a channel (A.5), whichever door it is asked at."""
    for door in doors:
        door(item, channel)


def state_of(case_id: UUID) -> str:
    return Case.objects.filter(id=case_id).values_list("state", flat=True).first() or ""


def case_of_applicant(actor: Actor, case_id: UUID) -> Case:
    """A case of the party the actor acts for; NotHere for any other."""
    case = Case.objects.select_related("org").filter(id=case_id, applicant_id=actor.for_party).first() if actor.for_party else None
    if case is None:
        raise NotHere("intake.case", id=case_id)
    return case


def own_drafts(actor: Actor) -> list[Draft]:
    """Applications begun and not handed in, by the party the actor acts for."""
    if actor.for_party is None:
        return []
    return list(Draft.objects.filter(party_id=actor.for_party, expires_at__gt=clock.now()).order_by("-updated_at")[:20])


MINE, FREE = "mine", "free"
OVERDUE, SOON = "overdue", "soon"
Cursor = tuple[datetime | None, UUID]


@dataclass(frozen=True)
class Narrow:
    """How a work list is narrowed; what is empty narrows nothing.

    whose: mine, or free (nobody holds it). region: with all that lies in it. due: overdue, or soon (`by`: the last moment that is soon).
    """

    states: tuple[str, ...] = ()
    whose: str = ""
    org: int | None = None
    region: str = ""
    step: str = ""
    due: str = ""
    by: datetime | None = None

    def where(self, me: Sequence[UUID | None]) -> tuple[str, dict[str, Any]]:
        """The condition, to be added to that of the reach; `me` with those I stand in for."""
        now = clock.now()
        parts: list[tuple[bool, str, dict[str, Any]]] = [
            (bool(self.states), "state = any(%(states)s::text[])", {"states": list(self.states)}),
            (self.whose == MINE, "holder_id = any(%(me)s::uuid[])", {"me": list(me)}),
            (self.whose == FREE, "holder_id is null", {}),
            (self.org is not None, "org_id = %(org)s::int", {"org": self.org}),
            (bool(self.region), "region between %(first)s and %(last)s", _span(self.region)),
            (bool(self.step), "step = %(step)s", {"step": self.step}),
            (self.due == OVERDUE, "due_at < %(now)s::timestamptz and not paused", {"now": now}),
            (self.due == SOON, "due_at between %(now)s::timestamptz and %(by)s::timestamptz and not paused", {"now": now, "by": self.by}),
        ]
        held = [(text, params) for holds, text, params in parts if holds]
        return "".join(f" and {text}" for text, _ in held), {key: value for _, params in held for key, value in params.items()}


def _span(region: str) -> dict[str, str]:
    """The codes of a division and of all in it: two digits for a province, then 4, 6, 9 and 12."""
    length = next((n for n in (2, 4, 6, 9) if not region[n:].strip("0")), 12)
    return {"first": region, "last": region[:length].ljust(12, "9")}


def work_list(actor: Actor, narrow: Narrow | None = None, *, after: Cursor | None = None, limit: int = 50) -> Page:
    """Open cases within reach, the most urgent first, those without a running limit last; no count, no offset."""
    absent = stand_ins(actor.account)
    reach = standing_in(actor, absent).reach("intake.see")
    if not reach:
        return Page([], None)
    narrow = narrow or Narrow()
    where, params = narrow.where([actor.account, *absent])
    if narrow.whose == MINE:
        return _held(reach, where, params, after, limit)
    return _page(reach, where.removeprefix(" and "), params, after, limit)


def _held(reach: Reach, where: str, params: dict[str, Any], after: Cursor | None, limit: int) -> Page:
    """What one person holds is little: fetched by the holder, then sorted."""
    within, more_params = _reach_where(reach)
    params = params | more_params | {"limit": limit + 1}
    if after:
        where += _BEYOND if after[0] else " and due_at is null and id > %(id)s::uuid"
        params |= {"due": after[0], "id": after[1]}
    few = f"with few as materialized (select {_COLUMNS} from intake_case where open {where} and {within})"
    rows = _rows(f"{few} select * from few order by due_at, id limit %(limit)s::int", params)
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (more["due_at"], more["id"]) if more else None)


@dataclass(frozen=True)
class Places:
    """What a work list may be narrowed to: units, divisions and 环节 that open cases within reach have."""

    orgs: tuple[tuple[int, str], ...]
    regions: tuple[str, ...]
    steps: tuple[tuple[str, UUID], ...]


LOOKED_AT = 500
"""Cases looked at to say what a list may be narrowed to: enough for a desk, and no more work for a province."""


def places_of(actor: Actor) -> Places:
    """One statement, over LOOKED_AT cases at most: for whoever reaches more, not every unit may be named."""
    reach = standing_in(actor).reach("intake.see")
    if not reach:
        return Places((), (), ())
    first, params = urgent(_TABLES, reach, after=None, limit=LOOKED_AT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"with near as materialized ({_BY_ID.format(first=first)})"
            " select distinct s.org_id, o.short_name, o.name, s.region, s.step, s.version from near s join orgs_org o on o.id = s.org_id",
            params,
        )
        rows = cursor.fetchall()
    return Places(
        tuple(sorted({(row[0], row[1] or row[2]) for row in rows}, key=lambda org: org[1])),
        tuple(sorted({row[3] for row in rows})),
        tuple(sorted({(row[4], row[5]) for row in rows if row[4]})),
    )


_BEYOND = " and (due_at > %(due)s::timestamptz or (due_at = %(due)s::timestamptz and id > %(id)s::uuid) or due_at is null)"


def cases_by_number(actor: Actor, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Cases within reach, closed ones too, by 办件编号, 申办流水号, or the applicant's ID number or credit code; the newest first."""
    reach, wanted = standing_in(actor).reach("intake.see"), text.strip().upper()
    if not reach or not wanted:
        return []
    where, params = _reach_where(reach)
    owner = party_by_number(wanted) if len(wanted) == 18 else None
    if owner is not None:
        where += " and (applicant_id = %(party)s::uuid or agent_id = %(party)s::uuid)"
        params["party"] = owner.id
    else:
        where += " and (number = %(text)s or serial = %(text)s)"
        params["text"] = wanted
    return _rows(f"select {_COLUMNS} from intake_case where {where} order by id desc limit %(limit)s::int", params | {"limit": limit})


def _rows(statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY  # a hundred rows hold three hundred moments: as text each is read by Python
        cursor.execute(statement, params)
        return [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Opened:
    """The applicant and what was said in the form, in the open."""

    identity: Identity | None
    agent: Identity | None
    answers: dict[str, Any]


def open_dossier(actor: Actor, case: Case, *, plain: bool = False) -> Opened:
    """Open a case's dossier for somebody who may act on it, and note the reading for the applicant to see.

    `plain`: numbers are shown in full, which the note says. The caller has asked `access.capacities`: seeing a case is not enough.
    """
    owner, agent = party(case.applicant_id), party(case.agent_id) if case.agent_id else None
    dossier = Dossier.objects.get(case_id=case.id)
    body = unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")
    purpose = f"办理“{case.item_name}”时查看完整号码" if plain else f"办理“{case.item_name}”"
    note_read(actor, case.applicant_id, purpose, case.id, what="case")
    return Opened(identity_of(owner) if owner else None, identity_of(agent) if agent else None, dict(body["answers"]))


def colleagues(actor: Actor) -> list[Account]:
    """Staff of the actor's own agency, without the actor: to hand a case to, or to name as who approved."""
    if actor.org is None:
        return []
    return list(
        Account.objects.filter(kind=Account.STAFF, org_id=actor.org, is_active=True).exclude(id=actor.account).order_by("name")[:200]
    )


def leaders(actor: Actor) -> list[Account]:
    """Those of the actor's colleagues who may approve what a leader has to."""
    now = clock.now()
    holding = Q(grants__role="leader", grants__revoked_at=None, grants__starts__lte=now) & (Q(grants__ends=None) | Q(grants__ends__gt=now))
    return [] if actor.org is None else list(
        Account.objects.filter(holding, kind=Account.STAFF, org_id=actor.org, is_active=True)
        .exclude(id=actor.account).order_by("name").distinct()[:200]
    )  # fmt: skip


def dues_on(case: Case, on: date) -> Dues | None:
    """The limits of a case as they stood on a day: by what had happened and by the calendar in force then; None before it was."""
    state = as_it_stood(ClockState.load(case.clock), on)
    return due(state, in_force_on(on)) if state else None
