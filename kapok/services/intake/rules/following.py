"""What becomes of a case's stored dates under another calendar, and how they stood on an earlier day. Pure."""

from datetime import date, datetime
from typing import NamedTuple

from kapok.services.intake.data import Calendar, Dues
from kapok.services.intake.rules.clock import ClockState, day_of, due, end_of

ACCEPTANCE, STATUTORY, PROMISED, CORRECTION = "受理期限", "法定办结时限", "承诺办结时限", "补正期限"
"""What a moved date is called where moves are kept and shown."""


class Dates(NamedTuple):
    """The date columns of an open case."""

    due_at: datetime | None
    statutory: datetime | None
    promised: datetime | None
    provisional: bool


class Shift(NamedTuple):
    """One date that moves: which, from when to when."""

    what: str
    was: datetime
    becomes: datetime


def dates_of(dues: Dues, kept: datetime | None) -> Dates:
    """The columns that follow from the dues of an open case; `kept` is what it is sorted by when no limit runs.

    What presses is acceptance before it, the promise after.
    """
    pressing = dues.acceptance or dues.promised or dues.statutory or dues.correction
    running = [each for each in (dues.acceptance, dues.statutory, dues.promised) if each]
    return Dates(
        pressing.due_at if pressing else kept,
        dues.statutory.due_at if dues.statutory else None,
        dues.promised.due_at if dues.promised else None,
        any(each.provisional for each in running),
    )


def refreshed(state: ClockState, stored: Dates, calendar: Calendar, before: Calendar | None = None) -> tuple[Dates, list[Shift]]:
    """The dates under a calendar, and those that move; a date that only stops being provisional is no move.

    The limit of a 补正告知 given in examination stands in no column: `before` tells what it was.
    """
    dues = due(state, calendar)
    after = dates_of(dues, stored.due_at)
    pressing = ACCEPTANCE if dues.acceptance else "" if dues.promised or dues.statutory else CORRECTION
    pairs: list[tuple[str, datetime | None, datetime | None]] = [
        (pressing, stored.due_at, after.due_at),
        (STATUTORY, stored.statutory, after.statutory),
        (PROMISED, stored.promised, after.promised),
    ]
    if dues.correction and before and not pressing:
        earlier = due(state, before).correction
        pairs.append((CORRECTION, earlier.due_at if earlier else None, dues.correction.due_at))
    return after, [Shift(what, was, becomes) for what, was, becomes in pairs if what and was and becomes and was != becomes]


def first_difference(old: Calendar, new: Calendar, days: set[date]) -> date | None:
    """The first of the special days on which two calendars differ, or from which only one of them is provisional."""
    differing = [day for day in days if old.is_working(day) != new.is_working(day)]
    if old.provisional_from != new.provisional_from:
        differing.append(min(old.provisional_from, new.provisional_from))
    return min(differing, default=None)


def as_it_stood(state: ClockState, on: date) -> ClockState | None:
    """The clock with what had happened by the end of a day; None before there was a case."""
    events = tuple(event for event in state.events if event.at <= end_of(on))
    if not events or day_of(events[0].at) > on:
        return None
    return ClockState(state.acceptance, state.statutory, state.promised, state.correction, state.day_zero, state.roll_natural, events)
