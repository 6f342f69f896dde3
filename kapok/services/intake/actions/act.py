"""Every act after 申办: lock and read, decide by the table, write all in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.api.public import COLUMNS as ANSWER_COLUMNS
from kapok.kernel.api.public import Key
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes.casenumber import serial_value
from kapok.kernel.common.errors import Conflict, Refused
from kapok.kernel.common.ids import as_uuid, uuid7
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.files.public import StoredFile
from kapok.kernel.journal.public import CASTS, COLUMNS, prepare, running
from kapok.kernel.numbers.public import SERIAL4, NumbersExhausted, noticed
from kapok.services.intake import rules
from kapok.services.intake.access import Locked, capacities, is_applicant, locked_for
from kapok.services.intake.actions.granting import grant
from kapok.services.intake.actions.handled import as_handled
from kapok.services.intake.actions.holding import taken
from kapok.services.intake.actions.papers import Fold, document_of
from kapok.services.intake.data import CaseFacts, Doer, Hand, Transition
from kapok.services.intake.events import event_for
from kapok.services.intake.rules import After
from kapok.services.intake.rules.law import law


@dataclass(frozen=True)
class Done:
    """What an act came to."""

    case: UUID
    state: str
    step: str
    sequence: int
    number: str
    due_at: datetime | None
    due_statutory: datetime | None
    due_promised: datetime | None

    def as_json(self) -> dict[str, Any]:
        moments = {name: getattr(self, name) for name in ("due_at", "due_statutory", "due_promised")}
        return {
            "case": str(self.case), "state": self.state, "step": self.step, "sequence": self.sequence, "number": self.number,
            **{name: moment and moment.isoformat() for name, moment in moments.items()},
        }  # fmt: skip


def act(
    case_id: UUID, name: str, outcome: str, payload: dict[str, Any], *, by: Actor, expect: int | None = None, key: Key | None = None
) -> Done:
    """Do one of the acts of acts.toml to a case.

    Refused with `act.not_allowed` (409, the acts allowed now), `act.data` (422, every fault) or another named cause. `expect` is the
    sequence the doer saw: a case that has moved on since is a Conflict. With `key` the answer is stored in the same statement.
    """
    with running("intake." + name), transaction.atomic():
        case = _locked(case_id, by, expect)
        done = _decided(case, name, outcome, payload, by)
        answer = _write(case, done, by, key)
        grant(case, done, answer.number, by)
        return answer


def foresee(case_id: UUID, name: str, outcome: str, payload: dict[str, Any], *, by: Actor, expect: int | None = None) -> Done:
    """What `act` would come to if it were done now: refused as it would be, and nothing is written."""
    with transaction.atomic():
        case = _locked(case_id, by, expect)
        done = _decided(case, name, outcome, payload, by)
        after = _after(case, done, clock.now())
    return _answer(case, done, after, case.number or "")


def _locked(case_id: UUID, by: Actor, expect: int | None) -> Locked:
    """The case, locked, its law that of its 业务办理项."""
    case = locked_for(by, case_id)
    if expect is not None and expect != case.sequence:
        raise Conflict(sequence=case.sequence)
    return replace(case, item=as_handled(case.item, rules.choose(case.item, case.situation).code)) if case.item.handling else case


def _decided(case: Locked, name: str, outcome: str, payload: dict[str, Any], by: Actor) -> Transition:
    asked = rules.choose(case.item, case.situation)
    facts = CaseFacts(
        case.state, case.item, accepted=case.accepted_at is not None, step=case.step, extended=case.extended, paused=case.paused,
        corrections=case.corrections, hands=tuple(Hand(*hand) for hand in case.hands),
        materials=tuple(m.key for m in asked.materials), fields=tuple(f.key for f in asked.fields),
    )  # fmt: skip
    doer = Doer(capacities(by, case), str(by.account or by.kind), case.stands_for)
    done = rules.transition(facts, name, outcome, payload, doer=doer, settings=law())
    if not isinstance(done, Transition):
        done.or_raise()
        raise Conflict()
    if case.held_back and not is_applicant(by, case.applicant, case.agent):
        raise taken(case)
    faults = list(_named_faults(case, done, by))
    if faults:
        raise Refused("act.data", 422, act=name, outcome=outcome, faults=faults)
    return done


def _named_faults(case: Locked, done: Transition, by: Actor) -> Iterator[dict[str, Any]]:
    """What the data names must be so: who approved leads the deciding agency, a file was kept for this case by the doer.

    A result may also be named in words; only what is an id opens a file.
    """
    approver, file = done.data.get("approver"), as_uuid(done.data.get("file"))
    if approver is not None and not actor_of_account(as_uuid(approver)).may("intake.lead", case.deciding()):
        yield {"field": "approver", "code": "act.data.not_leader"}
    if file and not StoredFile.objects.filter(id=file, subject=case.applicant, stored_by=by.account).exists():
        yield {"field": "file", "code": "act.data.file"}


_UPDATE = """
with {number} u as (
  update intake_case set state = %s, open = %s, step = %s, outcome = %s, sequence = sequence + 1, holder_id = null,
    holder_name = '', answered = false, extended = %s, corrections = %s, marked = %s::jsonb, hands = %s::jsonb,
    clock = %s::jsonb, due_at = case when %s::bool then coalesce(%s::timestamptz, due_at) end,
    due_statutory = %s::timestamptz, due_promised = %s::timestamptz,
    provisional = %s, paused = %s, accepted_at = %s::timestamptz, closed_at = %s::timestamptz {numbered}
  where id = %s::uuid and sequence = %s::int returning id, sequence, coalesce(number, '') as number),
 a as (insert into intake_act (case_id, sequence, act, outcome, step, state_to, account, doer, org, occurred_at, data, document)
  select id, sequence, %s, %s, %s, %s, %s::uuid, %s, %s::int, %s::timestamptz, %s::jsonb, %s from u),
"""
_NUMBER = """n as (insert into numbers_counter as c (profile, key, value) values ('serial4', %s, 1)
  on conflict (profile, key) do update set value = c.value + 1 returning value),"""
_STOP = " t as (delete from jobs_timer where kind = any(%s::varchar[]) and about = %s::uuid),"
_START = """ s as (insert into jobs_timer (id, kind, about, due_at, tries, error)
  select %s::uuid, 'intake.correction', id, %s::timestamptz, 0, '' from u
  on conflict (kind, about) do update set due_at = excluded.due_at, tries = 0, retry_at = null),"""
_PAPER = " p as ({insert}),"
_NUMBERED = "jsonb_set(%s::jsonb, '{number}', to_jsonb(u.number))"
_CASTS = CASTS.replace("%s::jsonb, %s::bytea", _NUMBERED + ", %s::bytea")
_ENTRY = f" j as (insert into journal_entry ({COLUMNS}) select {_CASTS} from u)"
_ANSWER = f""", k as (insert into api_answer ({ANSWER_COLUMNS})
  select %s::uuid, %s, %s, %s::bytea, %s::smallint, {_NUMBERED}, %s::timestamptz from u)"""

STOPPED = {
    "stop_acceptance": ["intake.acceptance"],
    "start_limits": ["intake.acceptance", "intake.correction"],
    "stop_all": ["intake.acceptance", "intake.correction"],
    "resume": ["intake.correction"],
}
"""The timers an effect on the clock takes away."""


def _write(case: Locked, done: Transition, by: Actor, key: Key | None) -> Done:
    """All of the act in one statement, every part hanging on the row really updated: the case, the act, timers, the paper,
    the journal's entry, the stored answer."""
    now = clock.now()
    after = _after(case, done, now)
    number_key = case.item.impl_code + f"{clock.local(now):%Y%m%d}"
    numbered = f", number = %s || {SERIAL4.sql('(select value from n)')}" if after.accepting else ""
    paper = document_of(case, done, after, now, by)
    done = done if paper else replace(done, document="")
    statement = _UPDATE.format(number=_NUMBER if after.accepting else "", numbered=numbered)
    params: list[Any] = [number_key] if after.accepting else []
    params += _columns(case, after, number_key) + _act_row(case, done, by, now)
    for text, values in _further(case, done, after, paper):
        statement += text
        params += values
    statement += _ENTRY
    params += prepare(by, _event(case, done, after, now), about=case.id, kind="case", occurred_at=now).params
    answer = _answer(case, done, after, case.number or "")
    if key:
        account, text, endpoint, digest, status, at = key.params(200)
        statement += _ANSWER
        params += [account, text, endpoint, digest, status, dumps(answer.as_json()), at]
    with connection.cursor() as cursor:
        cursor.execute(statement + " select number from u", params)
        row = cursor.fetchone()
    if row is None:
        raise Conflict(sequence=case.sequence)
    if after.accepting:
        if not row[0]:
            raise NumbersExhausted(profile="serial4", key=number_key, value=0)
        noticed("serial4", number_key, serial_value(row[0][-4:]) or 0)
    return _answer(case, done, after, row[0])


def _after(case: Locked, done: Transition, now: datetime) -> After:
    return rules.after(case, done, current_calendar(), now, account=str(case.actor_account or ""))


def _answer(case: Locked, done: Transition, after: After, number: str) -> Done:
    return Done(case.id, done.state_to, done.step, case.sequence + 1, number, after.due_at, after.statutory, after.promised)


def _columns(case: Locked, after: After, number_key: str) -> list[Any]:
    return [
        after.state, not after.ends, after.step, after.outcome, after.extended, after.corrections, dumps(after.marked),
        dumps(after.hands), dumps(after.clock.dump()), not after.ends, after.due_at, after.statutory, after.promised, after.provisional,
        after.paused, after.accepted_at, after.closed_at, *([number_key] if after.accepting else []), case.id, case.sequence,
    ]  # fmt: skip


def _act_row(case: Locked, done: Transition, by: Actor, now: datetime) -> list[Any]:
    return [
        done.act, done.outcome, case.step or done.step, done.state_to, by.account, by.ref.label, by.org, now, dumps(done.data),
        done.document,
    ]  # fmt: skip


def _further(case: Locked, done: Transition, after: After, paper: Fold | None) -> Iterator[tuple[str, list[Any]]]:
    """Timers stopped and started, and the paper."""
    if done.clock in STOPPED:
        yield _STOP, [STOPPED[done.clock], case.id]
    if done.act == "request_correction" and after.correction:
        yield _START, [uuid7(), after.correction]
    if paper:
        insert, params = paper
        yield _PAPER.format(insert=insert), params


def _event(case: Locked, done: Transition, after: After, now: datetime) -> Any:
    return event_for(
        done.event, case=str(case.id), serial=case.serial, number=case.number or "", impl_code=case.item.impl_code,
        version=str(case.item.version_id), act=done.act, outcome=done.outcome, sequence=case.sequence + 1, state_from=case.state,
        state_to=done.state_to, occurred_at=now.isoformat(), step=done.step, scope=case.scope, region=case.item.region,
        due_statutory=after.statutory.isoformat() if after.statutory else "",
        due_promised=after.promised.isoformat() if after.promised else "", document=done.document, data=done.data,
    )  # fmt: skip
