"""申办: an application becomes a case. One statement writes all of it, or nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor, lane, scope_of
from kapok.kernel.api.public import COLUMNS as ANSWER_COLUMNS
from kapok.kernel.api.public import Key
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes import serial as serials
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, NotHere
from kapok.kernel.common.ids import uuid7, uuid7_floor
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.crypto.public import seal
from kapok.kernel.journal.public import CASTS, COLUMNS, prepare, running
from kapok.kernel.orgs.public import org as org_by_id
from kapok.services.intake import rules
from kapok.services.intake.data import CaseFacts, Chosen, Doer, GivenMaterial, Settings, Transition
from kapok.services.intake.errors import DuplicateApplication
from kapok.services.intake.events import CaseApplied
from kapok.services.items.public import CompiledItem, compiled

SAME_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Given:
    """A material handed in: `files` are ids of stored files with media type and size."""

    key: str
    method: str = "upload"
    files: tuple[tuple[str, str, int], ...] = ()
    originals: int = 0
    copies: int = 0


@dataclass(frozen=True)
class Application:
    """What is handed in. `answers` are the form's, `situation` those of the 情形 tree; channel is A.5 (1 window, 2 PC, 3 mobile)."""

    version: UUID
    applicant: UUID
    answers: dict[str, Any]
    situation: dict[str, str] = field(default_factory=dict)
    materials: tuple[Given, ...] = ()
    channel: str = "2"
    agent: UUID | None = None
    received_by: int | None = None  # the org of the window that takes it in for another agency (异地代收)
    again: bool = False  # the applicant confirmed a second application in a short time


@dataclass(frozen=True)
class Applied:
    """The receipt's facts."""

    case: UUID
    serial: str
    due_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {"case": str(self.case), "serial": self.serial, "state": "applied", "due_at": self.due_at and self.due_at.isoformat()}


def apply(application: Application, *, by: Actor, key: Key | None = None) -> Applied:
    """Hand in an application (申办).

    Raises Invalid with every fault of form, 情形 and materials at once; DuplicateApplication for the same item by the same
    applicant within ten minutes unless confirmed; NotHere where the version is not in force. With `key`, the answer is stored
    in the same statement and a used key ends in a unique violation.
    """
    item = _in_force(application.version)
    now = clock.now()
    name = _applicant(application, item, now)
    chosen, values = _checked(application, item)
    case_id, today = uuid7(), clock.local(now).date()
    done = _transition(item, chosen, application, by)
    state = rules.advance(rules.begin(Settings(), item.statutory, item.promised), done.clock, now)
    due = rules.due(state, current_calendar()).acceptance
    applied = Applied(case_id, serials.make(item.region[:6], today), due.due_at if due else None)
    with running("intake.apply"):
        _write(_Row(application, item, chosen, values, name, now, state.dump(), applied, done, due.provisional if due else False), by, key)
    return applied


@dataclass(frozen=True)
class _Row:
    application: Application
    item: CompiledItem
    chosen: Chosen
    values: dict[str, Any]
    name: str
    now: datetime
    clock: dict[str, Any]
    applied: Applied
    done: Transition
    provisional: bool


def _in_force(version: UUID) -> CompiledItem:
    item = compiled(version)
    today = clock.today()
    if item is None or item.effective_on > today or (item.cancelled_on is not None and item.cancelled_on <= today):
        raise NotHere("items.version", id=version)
    return item


def _applicant(application: Application, item: CompiledItem, now: datetime) -> str:
    """The applicant's masked name, after the check for a second application."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select name_masked, exists (select 1 from intake_case c where c.applicant_id = p.id and c.item_id = %s::int"
            " and c.id > %s::uuid) from parties_party p where p.id = %s::uuid",
            [item.item_id, uuid7_floor(clock.wall() - SAME_AGAIN), application.applicant],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotHere("parties.party", id=application.applicant)
    if row[1] and not application.again:
        raise DuplicateApplication()
    return str(row[0])


def _checked(application: Application, item: CompiledItem) -> tuple[Chosen, dict[str, Any]]:
    chosen = rules.choose(item, application.situation)
    answers = rules.check_answers(chosen.fields, application.answers, today=clock.today())
    given = [GivenMaterial(g.key, g.method, tuple((m, s) for _, m, s in g.files), g.originals, g.copies) for g in application.materials]
    faults: list[FieldFault] = [*chosen.faults, *answers.faults, *rules.check_materials(chosen.materials, given)]
    if faults:
        raise Invalid(faults)
    return chosen, answers.values


def _transition(item: CompiledItem, chosen: Chosen, application: Application, by: Actor) -> Transition:
    capacities = {"applicant"} if by.for_party in (application.applicant, application.agent) else set()
    if by.may("intake.receive"):
        capacities.add("window")
    facts = CaseFacts("", item, materials=tuple(m.key for m in chosen.materials), fields=tuple(f.key for f in chosen.fields))
    doer = Doer(frozenset(capacities), str(by.account or ""))
    done = rules.transition(facts, "apply", "filed", {"channel": application.channel}, doer=doer)
    if not isinstance(done, Transition):
        done.or_raise()
        raise Forbidden(deed="intake.apply")
    return done


_INSERT = f"""
with c as (
  insert into intake_case (id, serial, item_id, version, handling, item_name, impl_code, kind, channel, applicant_id, agent_id,
    applicant_name, org_id, region, scope, lane, state, open, step, outcome, sequence, holder_name, answered, extended,
    corrections, marked, hands, situation, clock, due_at, provisional, paused, applied_at)
  values (%s::uuid, %s, %s::int, %s::uuid, %s, %s, %s, %s, %s, %s::uuid, %s::uuid, %s, %s::int, %s, %s::int, %s::bigint, %s, true,
    '', '', 1, '', false, false, 0, '[]', '[]', %s::jsonb, %s::jsonb, %s::timestamptz, %s::bool, false, %s::timestamptz)),
 d as (insert into intake_dossier (case_id, subject, sealed) values (%s::uuid, %s::uuid, %s::bytea)),
 a as (insert into intake_act (case_id, sequence, act, outcome, step, state_to, account, doer, org, occurred_at, data, document)
  values (%s::uuid, 1, 'apply', %s, '', %s, %s::uuid, %s, %s::int, %s::timestamptz, %s::jsonb, %s)),
 t as (insert into jobs_timer (id, kind, about, due_at, tries, error)
  select %s::uuid, 'intake.acceptance', %s::uuid, %s::timestamptz, 0, '' where %s::timestamptz is not null),
 j as (insert into journal_entry ({COLUMNS}) values ({CASTS}))
"""
_ANSWER = (
    f", k as (insert into api_answer ({ANSWER_COLUMNS}) values (%s::uuid, %s, %s, %s::bytea, %s::smallint, %s::jsonb, %s::timestamptz))"
)


def _write(row: _Row, by: Actor, key: Key | None) -> None:
    """One statement: case, dossier, act, timer, entry, answer; the rows that not every case has follow in the transaction."""
    item, application, applied, done = row.item, row.application, row.applied, row.done
    scope = scope_of(item.org_id, item.region)
    body = dumps({"answers": row.values, "contact": application.answers.get("contact", "")}).encode()
    event = CaseApplied(
        case=str(applied.case), serial=applied.serial, number="", impl_code=item.impl_code, version=str(item.version_id), act="apply",
        outcome=done.outcome, sequence=1, state_from="", state_to=done.state_to, occurred_at=row.now.isoformat(), scope=scope,
        region=item.region, document=done.document, data=done.data,
    )  # fmt: skip
    entry = prepare(by, event, about=applied.case, kind="case", occurred_at=row.now)
    params = [
        applied.case, applied.serial, item.item_id, item.version_id, row.chosen.code, item.name, item.impl_code, item.kind,
        application.channel, application.applicant, application.agent, row.name, item.org_id, item.region, scope,
        lane(scope, item.item_id), done.state_to, dumps(dict(row.chosen.answers)), dumps(row.clock), applied.due_at, row.provisional,
        row.now,
        applied.case, application.applicant, seal(application.applicant, body, about="intake.dossier"),
        applied.case, done.outcome, done.state_to, by.account, by.ref.label, by.org, row.now, dumps(done.data), done.document,
        uuid7(), applied.case, applied.due_at, applied.due_at,
        *entry.params,
    ]  # fmt: skip
    statement = _INSERT
    if key:
        account, text, endpoint, digest, status, at = key.params(201)
        statement += _ANSWER
        params += [account, text, endpoint, digest, status, dumps(applied.as_json()), at]
    with connection.cursor() as cursor:
        cursor.execute(statement + " select 1", params)
        _write_rest(cursor, row)


def _write_rest(cursor: Any, row: _Row) -> None:
    names = {material.key: material.name for material in row.chosen.materials}
    for given in row.application.materials:
        cursor.execute(
            "insert into intake_handed (id, case_id, key, name, method, originals, copies, files, at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)",
            [uuid7(), row.applied.case, given.key, names[given.key], given.method, given.originals, given.copies,
             dumps([f[0] for f in given.files]), row.now],
        )  # fmt: skip
    if row.application.received_by and row.application.received_by != row.item.org_id:
        add_seat(row.applied.case, row.application.received_by, row.item, "代收")


def add_seat(case: UUID, org: int, item: CompiledItem, why: str) -> None:
    """Give an agency a part in a case, so that it sees it."""
    scope = scope_of(org, org_by_id(org).region_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into intake_seat (case_id, scope, lane, why) values (%s, %s, %s, %s) on conflict do nothing",
            [case, scope, lane(scope, item.item_id), why],
        )
