"""申办: an application becomes a case. One statement writes all of it, or nothing."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.access.public import Actor, lane, scope_of
from kapok.kernel.api.public import COLUMNS as ANSWER_COLUMNS
from kapok.kernel.api.public import Key
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes import serial as serials
from kapok.kernel.common.errors import Conflict, FieldFault, Forbidden, Invalid, NotHere
from kapok.kernel.common.ids import uuid7, uuid7_floor
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.crypto.public import KEY_OF, seal
from kapok.kernel.journal.public import CASTS, COLUMNS, prepare, running
from kapok.kernel.orgs.public import org as org_by_id
from kapok.services.intake import rules
from kapok.services.intake.actions.licensed import as_given, check_held, named_keys, use_held
from kapok.services.intake.actions.papers import Named, receipt
from kapok.services.intake.data import CaseFacts, Chosen, Doer, Transition
from kapok.services.intake.errors import DuplicateApplication
from kapok.services.intake.events import CaseApplied
from kapok.services.intake.rules.law import law
from kapok.services.intake.rules.papers import Standing
from kapok.services.items.public import IN_FORCE, CompiledItem, compiled

WINDOW = "1"
"""申报来源, GB/T 39046 A.5."""
SAME_AGAIN = timedelta(minutes=10)
OFFERED = 12
"""Draws offered for one 申办流水号: with half a region's day used up, all are taken once in four thousand."""


@dataclass(frozen=True)
class Given:
    """A material handed in: `files` are ids of stored files with media type and size; `licence` is one held and used instead."""

    key: str
    method: str = "upload"
    files: tuple[tuple[str, str, int], ...] = ()
    originals: int = 0
    copies: int = 0
    licence: UUID | None = None


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
    pinned: bool = False  # a draft for which an older version still counts


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
    serial, people = _serial_and_people(application, item, clock.local(now).date())
    chosen, values = _checked(application, item)
    done = _transition(item, chosen, application, by)
    state = rules.advance(rules.begin(law(), item.statutory, item.promised), done.clock, now)
    due = rules.due(state, current_calendar()).acceptance
    applied = Applied(uuid7(), serial, due.due_at if due else None)
    row = _Row(application, item, chosen, values, people, now, state.dump(), applied, done, due.provisional if due else False)
    with running("intake.apply"):
        if any(one.licence for one in application.materials):
            _write_with_licences(row, by, key)
        else:
            _write(row, by, key)
    return applied


@dataclass(frozen=True)
class _People:
    """The applicant, masked for lists and sealed for the paper, and who applies in the applicant's name."""

    masked: str
    applicant: Named
    agent: Named | None


@dataclass(frozen=True)
class _Row:
    application: Application
    item: CompiledItem
    chosen: Chosen
    values: dict[str, Any]
    people: _People
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


_ASK = f"""
select p.name_masked, exists (select 1 from intake_case c where c.applicant_id = p.id and c.item_id = %s::int and c.id > %s::uuid),
  {IN_FORCE.format(version="%s::uuid", day="%s::date")},
  p.sealed, {KEY_OF.format(subject="p.id")}, g.sealed, {KEY_OF.format(subject="g.id")},
  (select n from unnest(%s::int[]) n where not exists (
    select 1 from intake_case c where c.serial between %s || lpad(n::text, 6, '0') || '0' and %s || lpad(n::text, 6, '0') || '9') limit 1)
from parties_party p left join parties_party g on g.id = %s::uuid where p.id = %s::uuid
"""


def _serial_and_people(application: Application, item: CompiledItem, today: date) -> tuple[str, _People]:
    """A 申办流水号 nobody has, and who applies, after the check for a second application.

    Six random digits a region and day collide as soon as a thousand apply: of some offered, the statement takes one that is free.
    """
    since = uuid7_floor(clock.wall() - SAME_AGAIN)
    offered, head = [secrets.randbelow(1_000_000) for _ in range(OFFERED)], f"{item.region[:6]}{today:%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [item.item_id, since, item.version_id, today, offered, head, head, application.agent, application.applicant])
        row = cursor.fetchone()
    if row is None:
        raise NotHere("parties.party", id=application.applicant)
    masked, again, in_force, sealed, wrapped, agent_sealed, agent_wrapped, drawn = row
    if not in_force and not application.pinned:
        raise NotHere("items.version", id=item.version_id)
    if again and not application.again:
        raise DuplicateApplication()
    if drawn is None:
        raise Conflict()
    agent = Named(application.agent, agent_sealed, agent_wrapped) if application.agent and agent_sealed is not None else None
    return serials.make(item.region, today, drawn), _People(str(masked), Named(application.applicant, sealed, wrapped), agent)


def _checked(application: Application, item: CompiledItem) -> tuple[Chosen, dict[str, Any]]:
    chosen = rules.choose(item, application.situation)
    answers = rules.check_answers(chosen.fields, application.answers, today=clock.today())
    named = frozenset() if application.channel == WINDOW else named_keys(chosen.materials)
    given = rules.check_materials(chosen.materials, as_given(application.materials), named=named)
    held = check_held(chosen.materials, application.materials, application.applicant)
    faults: list[FieldFault] = [*chosen.faults, *answers.faults, *given, *held]
    if faults:
        raise Invalid(faults)
    return chosen, answers.values


def _transition(item: CompiledItem, chosen: Chosen, application: Application, by: Actor) -> Transition:
    capacities = {"applicant"} if by.for_party in (application.applicant, application.agent) else set()
    if by.may("intake.receive"):
        capacities.add("window")
    elif application.channel == WINDOW:
        raise Forbidden(deed="intake.receive")
    facts = CaseFacts("", item, materials=tuple(m.key for m in chosen.materials), fields=tuple(f.key for f in chosen.fields))
    doer = Doer(frozenset(capacities), str(by.account or ""))
    done = rules.transition(facts, "apply", "filed", {"channel": application.channel}, doer=doer)
    if not isinstance(done, Transition):
        done.or_raise()
        raise Forbidden(deed="intake.apply")
    return done


_INSERT = """
with c as (
  insert into intake_case (id, serial, item_id, version, handling, item_name, impl_code, kind, channel, applicant_id, agent_id,
    applicant_name, org_id, region, scope, lane, state, open, step, outcome, sequence, holder_name, answered, extended,
    corrections, marked, hands, situation, clock, due_at, provisional, paused, applied_at)
  values (%s::uuid, %s, %s::int, %s::uuid, %s, %s, %s, %s, %s, %s::uuid, %s::uuid, %s, %s::int, %s, %s::int, %s::bigint, %s, true,
    '', '', 1, '', false, false, 0, '[]', '[]', %s::jsonb, %s::jsonb, %s::timestamptz, %s::bool, false, %s::timestamptz) returning id),
 d as (insert into intake_dossier (case_id, subject, sealed) values (%s::uuid, %s::uuid, %s::bytea)),
 a as (insert into intake_act (case_id, sequence, act, outcome, step, state_to, account, doer, org, occurred_at, data, document)
  values (%s::uuid, 1, 'apply', %s, '', %s, %s::uuid, %s, %s::int, %s::timestamptz, %s::jsonb, %s)),
 t as (insert into jobs_timer (id, kind, about, due_at, tries, error)
  select %s::uuid, 'intake.acceptance', %s::uuid, %s::timestamptz, 0, '' where %s::timestamptz is not null),
"""
_HANDED = """ h as (insert into intake_handed (id, case_id, key, name, method, originals, copies, files, licence, at)
  select m.id, c.id, m.key, m.name, m.method, m.originals, m.copies, m.files::jsonb, m.licence, %s::timestamptz
  from c, unnest(%s::uuid[], %s::varchar[], %s::varchar[], %s::varchar[], %s::smallint[], %s::smallint[], %s::text[], %s::uuid[])
    as m(id, key, name, method, originals, copies, files, licence)),"""
_SEAT = " s as (insert into intake_seat (case_id, scope, lane, why) select id, %s::int, %s::bigint, '代收' from c),"
_PAPER = " p as ({insert}),"
_ENTRY = f" j as (insert into journal_entry ({COLUMNS}) values ({CASTS}))"
_ANSWER = f""", k as (insert into api_answer ({ANSWER_COLUMNS})
  values (%s::uuid, %s, %s, %s::bytea, %s::smallint, %s::jsonb, %s::timestamptz))"""


def _write_with_licences(row: _Row, by: Actor, key: Key | None) -> None:
    """The same with held licences among the materials, each use of one logged in the same transaction."""
    with transaction.atomic():
        _write(row, by, key)
        names = {material.key: material.name for material in row.chosen.materials}
        use_held(row.application.materials, names, item=row.item, case_number=row.applied.serial, by=by)


def _write(row: _Row, by: Actor, key: Key | None) -> None:
    """One statement: case, dossier, act, timer, materials, the receiving window's seat, receipt, entry, answer."""
    statement, params = _INSERT, _rows(row, by)
    for text, values in _further(row, by):
        statement += text
        params += values
    entry = prepare(by, _event(row), about=row.applied.case, kind="case", occurred_at=row.now)
    statement += _ENTRY
    params += entry.params
    if key:
        account, text, endpoint, digest, status, at = key.params(201)
        statement += _ANSWER
        params += [account, text, endpoint, digest, status, dumps(row.applied.as_json()), at]
    with connection.cursor() as cursor:
        cursor.execute(statement + " select 1", params)


def _rows(row: _Row, by: Actor) -> list[Any]:
    item, application, applied, done = row.item, row.application, row.applied, row.done
    scope = scope_of(item.org_id, item.region)
    body = dumps({"answers": row.values, "contact": application.answers.get("contact", "")}).encode()
    return [
        applied.case, applied.serial, item.item_id, item.version_id, row.chosen.code, item.name, item.impl_code, item.kind,
        application.channel, application.applicant, application.agent, row.people.masked, item.org_id, item.region, scope,
        lane(scope, item.item_id), done.state_to, dumps(dict(row.chosen.answers)), dumps(row.clock), applied.due_at, row.provisional,
        row.now,
        applied.case, application.applicant, seal(application.applicant, body, about="intake.dossier"),
        applied.case, done.outcome, done.state_to, by.account, by.ref.label, by.org, row.now, dumps(done.data), done.document,
        uuid7(), applied.case, applied.due_at, applied.due_at,
    ]  # fmt: skip


def _event(row: _Row) -> CaseApplied:
    item, done = row.item, row.done
    return CaseApplied(
        case=str(row.applied.case), serial=row.applied.serial, number="", impl_code=item.impl_code, version=str(item.version_id),
        act="apply", outcome=done.outcome, sequence=1, state_from="", state_to=done.state_to, occurred_at=row.now.isoformat(),
        scope=scope_of(item.org_id, item.region), region=item.region, document=done.document, data=done.data,
    )  # fmt: skip


def _further(row: _Row, by: Actor) -> Iterator[tuple[str, list[Any]]]:
    """What not every application has: materials, a window of another agency. And the receipt."""
    names = {material.key: material.name for material in row.chosen.materials}
    given, elsewhere = row.application.materials, row.application.received_by
    if given:
        files = [dumps([file[0] for file in one.files]) for one in given]
        yield _HANDED, [
            row.now, [uuid7() for _ in given], [one.key for one in given], [names[one.key] for one in given],
            [one.method for one in given], [one.originals for one in given], [one.copies for one in given], files,
            [one.licence for one in given],
        ]  # fmt: skip
    if elsewhere and elsewhere != row.item.org_id:
        scope = scope_of(elsewhere, org_by_id(elsewhere).region_id)
        yield _SEAT, [scope, lane(scope, row.item.item_id)]
    standing = Standing(
        item=row.item, serial=row.applied.serial, number="", recipient=row.people.applicant.name(), channel=row.application.channel,
        applied_at=row.now, agent=row.people.agent.name() if row.people.agent else "",
        received_by=by.ref.label if row.application.channel == WINDOW else "",
        materials=[(names[one.key], one.method, one.originals, one.copies) for one in given],
    )  # fmt: skip
    insert, params = receipt(row.applied.case, row.application.applicant, standing, row.done, row.now, row.applied.due_at, by)
    yield _PAPER.format(insert=insert), params
