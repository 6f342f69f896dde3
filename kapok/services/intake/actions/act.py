"""Every act after 申办: lock and read, decide by the table, write all in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.access.public import Actor
from kapok.kernel.api.public import COLUMNS as ANSWER_COLUMNS
from kapok.kernel.api.public import Key
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes.casenumber import serial_value
from kapok.kernel.common.errors import Conflict
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.journal.public import CASTS, COLUMNS, prepare, running
from kapok.kernel.numbers.public import SERIAL4, NumbersExhausted, noticed
from kapok.services.intake import rules
from kapok.services.intake.access import Locked, capacities, locked_for
from kapok.services.intake.data import CaseFacts, Doer, Dues, Hand, Transition
from kapok.services.intake.events import event_for
from kapok.services.intake.rules import ClockState


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
        case = locked_for(by, case_id)
        if expect is not None and expect != case.sequence:
            raise Conflict(sequence=case.sequence)
        done = _decided(case, name, outcome, payload, by)
        return _write(case, done, by, key)


def _decided(case: Locked, name: str, outcome: str, payload: dict[str, Any], by: Actor) -> Transition:
    asked = rules.choose(case.item, case.situation)
    facts = CaseFacts(
        case.state, case.item, accepted=case.accepted_at is not None, step=case.step, extended=case.extended, paused=case.paused,
        corrections=case.corrections, hands=tuple(Hand(*hand) for hand in case.hands),
        materials=tuple(m.key for m in asked.materials), fields=tuple(f.key for f in asked.fields),
    )  # fmt: skip
    done = rules.transition(facts, name, outcome, payload, doer=Doer(capacities(by, case), str(by.account or by.kind)))
    if isinstance(done, Transition):
        return done
    done.or_raise()
    raise Conflict()


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
_TIMER = " t as (delete from jobs_timer where kind = 'intake.acceptance' and about = %s::uuid),"
_NUMBERED = "jsonb_set(%s::jsonb, '{number}', to_jsonb(u.number))"
_CASTS = CASTS.replace("%s::jsonb, %s::bytea", _NUMBERED + ", %s::bytea")
_ENTRY = f" j as (insert into journal_entry ({COLUMNS}) select {_CASTS} from u)"
_ANSWER = f""", k as (insert into api_answer ({ANSWER_COLUMNS})
  select %s::uuid, %s, %s, %s::bytea, %s::smallint, {_NUMBERED}, %s::timestamptz from u)"""


def _write(case: Locked, done: Transition, by: Actor, key: Key | None) -> Done:
    now = clock.now()
    after = _after(case, done, now)
    statement = _UPDATE.format(number=_NUMBER if after.numbered else "", numbered=after.sql_number())
    params: list[Any] = [after.number_key] if after.numbered else []
    params += after.params(case, done, by, now)
    if done.clock in ("stop_acceptance", "start_limits", "stop_all"):
        statement += _TIMER
        params.append(case.id)
    statement += _ENTRY
    params += prepare(by, _event(case, done, after, now), about=case.id, kind="case", occurred_at=now).params
    answer = Done(case.id, done.state_to, done.step, case.sequence + 1, case.number or "", after.due_at, after.statutory, after.promised)
    if key:
        account, text, endpoint, digest, status, at = key.params(200)
        statement += _ANSWER
        params += [account, text, endpoint, digest, status, dumps(answer.as_json()), at]
    with connection.cursor() as cursor:
        cursor.execute(statement + " select number from u", params)
        row = cursor.fetchone()
    if row is None:
        raise Conflict(sequence=case.sequence)
    if after.numbered:
        if not row[0]:
            raise NumbersExhausted(profile="serial4", key=after.number_key, value=0)
        noticed("serial4", after.number_key, serial_value(row[0][-4:]) or 0)
    return Done(case.id, done.state_to, done.step, case.sequence + 1, row[0], after.due_at, after.statutory, after.promised)


@dataclass(frozen=True)
class _After:
    """The case's columns after the act."""

    clock: ClockState
    dues: Dues
    numbered: bool
    number_key: str
    accepted_at: datetime | None
    closed_at: datetime | None
    corrections: int
    marked: list[Any]
    hands: list[list[str]]
    ends: bool

    @property
    def statutory(self) -> datetime | None:
        return self.dues.statutory.due_at if self.dues.statutory else None

    @property
    def promised(self) -> datetime | None:
        return self.dues.promised.due_at if self.dues.promised else None

    @property
    def due_at(self) -> datetime | None:
        """The limit that presses: of acceptance before it, of the promise after, of nobody at the end."""
        if self.ends:
            return None
        first = self.dues.acceptance or self.dues.promised or self.dues.statutory or self.dues.correction
        return first.due_at if first else None

    def sql_number(self) -> str:
        return f", number = %s || {SERIAL4.sql('(select value from n)')}" if self.numbered else ""

    def params(self, case: Locked, done: Transition, by: Actor, now: datetime) -> list[Any]:
        running_dues = [due for due in (self.dues.acceptance, self.dues.statutory, self.dues.promised) if due]
        return [
            done.state_to, not self.ends, done.step, done.outcome if self.ends else case.outcome,
            case.extended or done.clock == "extend", self.corrections, dumps(self.marked), dumps(self.hands),
            dumps(self.clock.dump()), not self.ends, self.due_at, self.statutory, self.promised,
            any(due.provisional for due in running_dues), any(due.paused for due in running_dues) or done.state_to == "correcting",
            self.accepted_at, self.closed_at,
            *([self.number_key] if self.numbered else []), case.id, case.sequence,
            done.act, done.outcome, case.step or done.step, done.state_to, by.account, by.ref.label, by.org, now, dumps(done.data),
            done.document,
        ]  # fmt: skip


def _after(case: Locked, done: Transition, now: datetime) -> _After:
    state = rules.advance(ClockState.load(case.clock), done.clock, now, days=done.days, why=done.act)
    accepting = case.accepted_at is None and done.event == "intake.accepted"
    correcting = done.act == "request_correction"
    hand = [str(case.actor_account), done.act, case.step]
    return _After(
        clock=state,
        dues=rules.due(state, current_calendar()),
        numbered=accepting,
        number_key=case.item.impl_code + f"{clock.local(now):%Y%m%d}",
        accepted_at=now if accepting else case.accepted_at,
        closed_at=now if done.ends and case.closed_at is None else case.closed_at,
        corrections=case.corrections + correcting,
        marked=done.data.get("faults", []) if correcting else [],
        hands=[*case.hands, hand] if case.actor_account else list(case.hands),
        ends=done.ends or case.closed_at is not None,
    )


def _event(case: Locked, done: Transition, after: _After, now: datetime) -> Any:
    return event_for(
        done.event, case=str(case.id), serial=case.serial, number=case.number or "", impl_code=case.item.impl_code,
        version=str(case.item.version_id), act=done.act, outcome=done.outcome, sequence=case.sequence + 1, state_from=case.state,
        state_to=done.state_to, occurred_at=now.isoformat(), step=done.step, scope=case.scope, region=case.item.region,
        due_statutory=after.statutory.isoformat() if after.statutory else "",
        due_promised=after.promised.isoformat() if after.promised else "", document=done.document, data=done.data,
    )  # fmt: skip
