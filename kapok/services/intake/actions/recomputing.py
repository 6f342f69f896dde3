"""Open cases follow a change of the calendar or of regions: in sets, every move named, inside the amendment's transaction.

A case that somebody acts on at the same moment is left to its act and looked at once more; `follow_up` looks again after the
commit, for acts that began before it and ended after.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.calendar.public import Move, NoSuchVersion, WorkingCalendar, as_of, current
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.jsontext import loads
from kapok.kernel.jobs.public import set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.public import RegionMove, RegionPlan
from kapok.kernel.tasks.public import move_dues
from kapok.services.intake.actions.tasks import KIND
from kapok.services.intake.events import CaseDatesMoved
from kapok.services.intake.rules.clock import ClockState
from kapok.services.intake.rules.following import ACCEPTANCE, CORRECTION, Dates, Shift, first_difference, refreshed

FOLLOW_UP = "intake.follow_up"
SOON = timedelta(minutes=1)
BATCH = 20_000
ROUNDS = 5
TIMERS = {ACCEPTANCE: "intake.acceptance", CORRECTION: "intake.correction"}
"""Which timer stands on which limit."""

_READ = """
select id, sequence, serial, clock::text, due_at, due_statutory, due_promised, provisional
  from intake_case where open and {where}
"""
_STAGE = """
create temporary table if not exists intake_moving (id uuid, sequence int, due_at timestamptz, due_statutory timestamptz,
  due_promised timestamptz, provisional bool, timer text, timer_at timestamptz) on commit drop
"""
_FILL = "copy intake_moving from stdin"
_MOVE = """
update intake_case c set due_at = m.due_at, due_statutory = m.due_statutory, due_promised = m.due_promised, provisional = m.provisional
  from intake_moving m where c.id = m.id and c.sequence = m.sequence
"""
_MISSED = "select m.id from intake_moving m join intake_case c on c.id = m.id where c.sequence <> m.sequence"
_TIMERS = """
update jobs_timer t set due_at = m.timer_at from intake_moving m join intake_case c on c.id = m.id and c.sequence = m.sequence
 where m.timer <> '' and t.about = m.id and t.kind = m.timer
"""

Where = tuple[WorkingCalendar | None, str, list[Any]]
"""The calendar before, and which cases: a condition with its parameters."""
Found = tuple[UUID, int, str, Dates, list[Shift]]


class OpenCases:
    """The source that `kernel.calendar` asks: the due dates of open cases."""

    title = "在办件的办理期限"

    def preview(self, calendar: WorkingCalendar) -> list[Move]:
        return [move for batch in _changed(calendar, *_touched(calendar)) for found in batch for move in _moves(found)]

    def apply(self, calendar: WorkingCalendar, cause: UUID) -> list[Move]:
        moved = [move for found in _follow(calendar) for move in _moves(found)]
        set_timer(FOLLOW_UP, cause, clock.now() + SOON)
        return moved


@action(FOLLOW_UP)
def follow_up(cause: UUID, *, by: By) -> int:
    """Look once more for cases that an act dated by the calendar before; each that moves has an entry of its own."""
    calendar, moved = current(), 0
    for case, _sequence, _serial, _dates, shifts in _follow(calendar):
        told = [[shift.what, shift.was.isoformat(), shift.becomes.isoformat()] for shift in shifts]
        record(by, CaseDatesMoved(str(case), calendar.version, str(cause), told), about=case, kind="case")
        moved += 1
    return moved


def _touched(calendar: WorkingCalendar) -> Where:
    """The open cases a calendar can move: those with a limit that ends on or after the first day it says anew."""
    try:
        before = as_of(calendar.version - 1)
    except NoSuchVersion:
        return None, "true", []
    days = {special.on for special in (*before.specials, *calendar.specials)}
    first = first_difference(before, calendar, days)
    if first is None:
        return before, "false", []
    return before, "(greatest(due_at, due_statutory, due_promised) >= %s or state = 'correcting')", [clock.at(first)]


def _changed(calendar: WorkingCalendar, before: WorkingCalendar | None, where: str, params: list[Any]) -> Iterator[list[Found]]:
    """Cases whose dates are others under the calendar, streamed in batches."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_READ.format(where=where), params)
        while rows := cursor.fetchmany(BATCH):
            found = []
            for case, sequence, serial, kept, *dates in rows:
                stored = Dates(*dates)
                after, shifts = refreshed(ClockState.load(loads(kept)), stored, calendar, before)
                if after != stored or shifts:
                    found.append((case, sequence, serial, after, shifts))
            yield found


def _follow(calendar: WorkingCalendar) -> Iterator[Found]:
    """Move what is touched; what an act overtook is read anew, a few times at most."""
    before, where, params = _touched(calendar)
    for _round in range(ROUNDS):
        overtaken: list[UUID] = []
        for batch in _changed(calendar, before, where, params):
            missed = _write(batch) if batch else set()
            overtaken += missed
            yield from (found for found in batch if found[0] not in missed)
        if not overtaken:
            return
        where, params = "id = any(%s::uuid[])", [overtaken]


def _write(batch: list[Found]) -> set[UUID]:
    """Write a batch; returns the cases that an act overtook."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("truncate intake_moving")
        with connection.connection.cursor() as raw, raw.copy(_FILL) as copy:
            for case, sequence, _serial, dates, shifts in batch:
                timed = next(((TIMERS[shift.what], shift.becomes) for shift in shifts if shift.what in TIMERS), ("", None))
                copy.write_row((case, sequence, *dates, *timed))
        cursor.execute("analyze intake_moving")
        cursor.execute(_MOVE)
        whole = cursor.rowcount == len(batch)
        move_dues(KIND, {case: dates.due_at for case, _sequence, _serial, dates, _shifts in batch})
        if any(shift.what in TIMERS for found in batch for shift in found[4]):
            cursor.execute(_TIMERS)
        if whole:
            return set()
        cursor.execute(_MISSED)
        return {row[0] for row in cursor.fetchall()}


def _moves(found: Found) -> Iterator[Move]:
    case, _sequence, serial, _dates, shifts = found
    for shift in shifts:
        yield Move(case, serial, shift.what, clock.local(shift.was).date(), clock.local(shift.becomes).date())


REGION = "行政区划"
_STANDING = "select id, serial, region from intake_case where open and region = any(%s)"
_REHANG = """
with f as (select * from unnest(%s::text[], %s::text[]) as f (old, new)), w as (
  select c.id, c.serial, c.region as was, f.new from intake_case c join f on f.old = c.region where c.open for update of c)
update intake_case c set region = w.new from w where c.id = w.id returning c.id, c.serial, w.was, w.new
"""


class CasesByRegion:
    """The source that `kernel.regions` asks: where an open case lies. Its scope and seats keep their integers: access follows."""

    title = "在办件的行政区划"

    def preview(self, plan: RegionPlan) -> list[RegionMove]:
        follower = plan.follower
        rows = _rows(_STANDING, [list(follower)])
        return [RegionMove(case, serial, REGION, was, follower[was]) for case, serial, was in rows]

    def apply(self, plan: RegionPlan, cause: UUID) -> list[RegionMove]:
        steps = plan.follower
        return [
            RegionMove(case, serial, REGION, was, new) for case, serial, was, new in _rows(_REHANG, [list(steps), list(steps.values())])
        ]


def _rows(statement: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
