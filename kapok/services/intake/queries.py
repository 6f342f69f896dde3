"""Reading cases: queues, a case with its acts, an applicant's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor, Reach
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.parties.public import Identity, identity_of, party, party_by_number
from kapok.kernel.reads.public import note_read
from kapok.services.intake.models import Act, Case, Dossier, Draft

FEW = 2000
"""Below this many rows a queue is fetched by its scopes and sorted; above, walked by due date and filtered."""

_COLUMNS = (
    "id, serial, number, item_name, applicant_name, state, step, due_at, due_statutory, paused, provisional, holder_name,"
    " applied_at, kind, org_id, answered, sequence"
)
_FIELDS = [name.strip() for name in _COLUMNS.split(",")]


@dataclass(frozen=True)
class Page:
    """Rows by due date, and the cursor of the next page (due date, id) or None."""

    rows: list[dict[str, Any]]
    next: tuple[datetime | None, UUID] | None


def queue(
    actor: Actor, deed: str = "intake.see", *, states: Sequence[str] = (), after: tuple[datetime, UUID] | None = None, limit: int = 100
) -> Page:
    """Open cases within the actor's reach of a deed, the most urgent first; no count, no offset."""
    reach = actor.reach(deed)
    if not reach:
        return Page([], None)
    where, params = _reach_where(reach)
    if states:
        where += " and state = any(%(states)s::text[])"
        params["states"] = list(states)
    if after:
        where += " and (due_at, id) > (%(due)s::timestamptz, %(id)s::uuid)"
        params |= {"due": after[0], "id": after[1]}
    params["limit"] = limit + 1
    inner = f"select {_COLUMNS} from intake_case where open and {where}"
    if not reach.everywhere and _share_is_small(reach):
        statement = f"with few as materialized ({inner}) select * from few order by due_at, id limit %(limit)s::int"
    else:
        statement = f"{inner} order by due_at, id limit %(limit)s::int"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (more["due_at"], more["id"]) if more else None)


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
    return f"({' or '.join(parts)})", params


def _share_is_small(reach: Reach) -> bool:
    """Whether the reach holds fewer than FEW open cases: asked of the index, and never further than FEW."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select 1 from intake_case where open and (scope = any(%s::int[]) or lane = any(%s::bigint[]))"
            " limit %s::int) few",
            [list(reach.scopes), list(reach.lanes), FEW],
        )
        return int(cursor.fetchone()[0]) < FEW


def own_cases(actor: Actor, limit: int = 50) -> list[Case]:
    """The cases of the party the actor acts for, the newest first."""
    if actor.for_party is None:
        return []
    return list(Case.objects.filter(applicant_id=actor.for_party).order_by("-id")[:limit])


def acts_of(case_id: UUID) -> list[Act]:
    """A case's acts in order."""
    return list(Act.objects.filter(case_id=case_id).order_by("sequence"))


def case_row(case_id: UUID) -> Case | None:
    return Case.objects.select_related("org").filter(id=case_id).first()


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
WHOSE = {MINE: " and holder_id = %(me)s::uuid", FREE: " and holder_id is null"}
Cursor = tuple[datetime | None, UUID]


def work_list(actor: Actor, *, states: Sequence[str] = (), whose: str = "", after: Cursor | None = None, limit: int = 50) -> Page:
    """Open cases within reach, the most urgent first, those without a running limit last; own ones, or those nobody holds."""
    reach = actor.reach("intake.see")
    if not reach:
        return Page([], None)
    where, params = _reach_where(reach)
    where += WHOSE.get(whose, "")
    params |= {"me": actor.account, "limit": limit + 1}
    if states:
        where += " and state = any(%(states)s::text[])"
        params["states"] = list(states)
    if after:
        where += _BEYOND if after[0] else " and due_at is null and id > %(id)s::uuid"
        params |= {"due": after[0], "id": after[1]}
    inner = f"select {_COLUMNS} from intake_case where open and {where}"
    if not reach.everywhere and _share_is_small(reach):
        inner = f"with few as materialized ({inner}) select * from few"
    rows = _rows(f"{inner} order by due_at, id limit %(limit)s::int", params)
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (more["due_at"], more["id"]) if more else None)


_BEYOND = " and (due_at > %(due)s::timestamptz or (due_at = %(due)s::timestamptz and id > %(id)s::uuid) or due_at is null)"


def cases_by_number(actor: Actor, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Cases within reach, closed ones too, by 办件编号, 申办流水号, or the applicant's ID number or credit code; the newest first."""
    reach, wanted = actor.reach("intake.see"), text.strip().upper()
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
        cursor.execute(statement, params)
        return [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Opened:
    """The applicant and what was said in the form, in the open."""

    identity: Identity | None
    agent: Identity | None
    answers: dict[str, Any]


def open_dossier(actor: Actor, case: Case) -> Opened:
    """Open a case's dossier for somebody who may act on it, and note the reading for the applicant to see.

    The caller has asked `access.capacities`: seeing a case is not enough.
    """
    owner, agent = party(case.applicant_id), party(case.agent_id) if case.agent_id else None
    dossier = Dossier.objects.get(case_id=case.id)
    body = unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")
    note_read(actor, case.applicant_id, f"办理“{case.item_name}”", case.id, what="case")
    return Opened(identity_of(owner) if owner else None, identity_of(agent) if agent else None, dict(body["answers"]))


def colleagues(actor: Actor) -> list[Account]:
    """Staff of the actor's own agency, without the actor: to hand a case to, or to name as who approved."""
    if actor.org is None:
        return []
    return list(
        Account.objects.filter(kind=Account.STAFF, org_id=actor.org, is_active=True).exclude(id=actor.account).order_by("name")[:200]
    )
