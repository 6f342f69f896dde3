"""The statutory clock of a case: from what happened and when, the days on which its limits end.

Pure: the calendar is passed in, nothing is read, so that a date can be recomputed at any time by anyone. Days are days in the
province (UTC+8 without exception since 1992). The day something starts is day 0 (configurable); a limit ends with the last second of
its last day; a pause from day a to day b takes the days in (a, b] out of the count; 延长审批 moves the last day by its days. A pause that
begins on the very last day moves that day to the day of resumption (or the next working day): no pause makes a case overdue.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from kapok.services.intake.data import Calendar, Due, Dues, LimitLike, Settings
from kapok.services.intake.errors import ClockBackwards, ClockFault, ClockOverlap, ClockUnreadable

VERSION = 1
UNITS = {"work_day": "w", "natural_day": "n", "hour": "h"}
UNIT_OF = {letter: unit for unit, letter in UNITS.items()}
DAY = 86_400
_EAST = 8 * 3600
_EPOCH = date(1970, 1, 1).toordinal()

LETTERS = {
    "start_acceptance": "a",
    "stop_acceptance": "h",
    "start_limits": "s",
    "pause": "p",
    "resume": "r",
    "extend": "x",
    "stop_all": "z",
}
"""How an effect of the table is written in the stored state."""


class Event(NamedTuple):
    """Something that happened to the clock: letter, second since 1970, days of an extension, cause of a pause."""

    letter: str
    at: int
    days: int = 0
    why: str = ""


class Length(NamedTuple):
    """A limit as stored: a number and the letter of its unit."""

    value: int
    unit: str


class Mark(NamedTuple):
    """A pause (from, to; open: to equals from) or, with days, an extension."""

    start: int
    end: int
    days: int = 0
    why: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class ClockState:
    """All that the dates of a case follow from; the column `clock` holds it as JSON (`dump`, `load`)."""

    acceptance: Length
    statutory: Length
    promised: Length
    correction: Length | None = None
    day_zero: bool = True
    roll_natural: bool = False
    events: tuple[Event, ...] = ()

    def dump(self) -> dict[str, Any]:
        """Compact JSON: v version, l limits, z day zero, r roll, e events as [letter, second, days or cause …]."""
        limits = {"a": self.acceptance, "s": self.statutory, "p": self.promised, "c": self.correction}
        return {
            "v": VERSION,
            "l": {key: list(limit) for key, limit in limits.items() if limit is not None},
            "z": int(self.day_zero),
            "r": int(self.roll_natural),
            "e": [_event_json(event) for event in self.events],
        }

    @staticmethod
    def load(stored: dict[str, Any]) -> "ClockState":
        """The state from its JSON; ClockUnreadable when another version wrote it."""
        if stored.get("v") != VERSION:
            raise ClockUnreadable(version=stored.get("v"))
        limits = stored["l"]
        return ClockState(
            Length(*limits["a"]),
            Length(*limits["s"]),
            Length(*limits["p"]),
            Length(*limits["c"]) if "c" in limits else None,
            bool(stored["z"]),
            bool(stored["r"]),
            tuple(_event_from(entry) for entry in stored["e"]),
        )

    def at(self, letter: str) -> int | None:
        """The second of the first event with this letter."""
        return next((event.at for event in self.events if event.letter == letter), None)

    @property
    def is_paused(self) -> bool:
        """The limits stand still: a pause has begun and not ended."""
        last = next((event.letter for event in reversed(self.events) if event.letter in "prz"), "")
        return last == "p"


def begin(settings: Settings, statutory: LimitLike, promised: LimitLike) -> ClockState:
    """The clock of an application, with the limits as they stand now; nothing runs before `start_acceptance`."""
    return ClockState(
        acceptance=_length(settings.acceptance),
        statutory=_length(statutory),
        promised=_length(promised),
        correction=_length(settings.correction) if settings.correction else None,
        day_zero=settings.day_zero,
        roll_natural=settings.roll_natural,
    )


def advance(state: ClockState, effect: str, at: datetime, *, days: int = 0, why: str = "") -> ClockState:
    """The clock after an effect of the table. `why` names a pause's cause (the act, or payment, delivery …).

    ClockOverlap: paused already. ClockBackwards: earlier than what is recorded. ClockFault: does not follow.
    """
    if not effect:
        return state
    letter, second = LETTERS[effect], int(at.timestamp())
    if state.events and second < state.events[-1].at:
        raise ClockBackwards(effect=effect, last=moment(state.events[-1].at).isoformat())
    _follows(state, letter, effect, days)
    event = Event(letter, second, days if letter == "x" else 0, why if letter == "p" else "")
    return replace(state, events=(*state.events, event))


def due(state: ClockState, calendar: Calendar) -> Dues:
    """Every limit's end. Fast: no day is walked (about 10 µs a case)."""
    applied = started = stopped = asked = None
    settled = False
    marks: list[Mark] = []
    for event in state.events:
        letter = event.letter
        if letter == "a":
            applied = event.at
        elif letter == "h":
            settled, asked = True, event.at
        elif letter == "s":
            started, asked = event.at, None
        elif letter == "p":
            marks.append(Mark(event.at, event.at, 0, event.why, True))
            asked = event.at if event.why == "request_correction" else None
        elif letter == "r":
            marks[-1] = Mark(marks[-1].start, event.at, 0, marks[-1].why)
            asked = None
        elif letter == "x":
            marks.append(Mark(event.at, event.at, event.days))
        else:
            stopped, asked = event.at, None
    if stopped and marks and marks[-1].open:
        marks[-1] = Mark(marks[-1].start, stopped, 0, marks[-1].why)
    paused = bool(marks) and marks[-1].open
    open_application = applied is not None and started is None and stopped is None and not settled
    return Dues(
        _due(state, state.acceptance, applied, (), False, calendar) if open_application else None,
        _due(state, state.statutory, started, marks, paused, calendar),
        _due(state, state.promised, started, marks, paused, calendar),
        _due(state, state.correction, asked, (), False, calendar) if state.correction else None,
    )


def days_left(due_at: datetime, now: datetime, calendar: Calendar, unit: str = "work_day") -> int:
    """Whole units from now to a due date: 0 on its last day, negative when it is past."""
    if unit == "hour":
        return int((due_at - now).total_seconds() // 3600)
    today, last = day_of(int(now.timestamp())), day_of(int(due_at.timestamp()))
    if unit == "natural_day":
        return (last - today).days
    if last < today:
        return min(-1, calendar.working_days_between(today, last))
    return calendar.working_days_between(today, last)


def day_of(second: int) -> date:
    """The day in the province."""
    return date.fromordinal((second + _EAST) // DAY + _EPOCH)


def end_of(day: date) -> int:
    """The last second of a day in the province."""
    return (day.toordinal() - _EPOCH + 1) * DAY - _EAST - 1


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _due(
    state: ClockState, limit: Length, start: int | None, marks: "list[Mark] | tuple[Mark, ...]", paused: bool, calendar: Calendar
) -> Due | None:
    if start is None:
        return None
    if limit.unit == "h":
        return Due(moment(_hours(limit.value, start, marks)), False, paused)
    first = day_of(start)
    if limit.unit == "w":
        last = _working(limit.value, first, state.day_zero, marks, calendar)
        counted = True
    else:
        last = _natural(limit.value, first, state.day_zero, state.roll_natural, marks, calendar)
        counted = state.roll_natural and limit.value > 0
    provisional = counted and last > first and last >= calendar.provisional_from
    return Due(moment(end_of(last)), provisional, paused)


def _working(value: int, first: date, day_zero: bool, marks: "list[Mark] | tuple[Mark, ...]", calendar: Calendar) -> date:
    since = first if day_zero or not value else date.fromordinal(first.toordinal() - 1)
    last, floor = calendar.add_working_days(since, value), since
    for mark in marks:
        if mark.days:
            last = calendar.add_working_days(last, mark.days)
            continue
        a, b = day_of(mark.start), day_of(mark.end)
        if a > last or a == b:
            continue
        a = max(a, floor)  # days up to here were never counted: those of an earlier pause, and the last day it moved
        if a == last:
            last = floor = calendar.next_working_day(b)
        elif b > a:
            last = calendar.add_working_days(last, calendar.working_days_between(a, b))
    return last


def _natural(value: int, first: date, day_zero: bool, roll: bool, marks: "list[Mark] | tuple[Mark, ...]", calendar: Calendar) -> date:
    roll = roll and value > 0
    last = first.toordinal() + value - (0 if day_zero or not value else 1)
    for mark in marks:
        if mark.days:
            last += mark.days
            continue
        a, b = day_of(mark.start).toordinal(), day_of(mark.end).toordinal()
        limit = calendar.next_working_day(date.fromordinal(last)).toordinal() if roll else last
        if a > limit or a == b:
            continue
        last = b if a >= last else last + b - a
    end = date.fromordinal(last)
    return calendar.next_working_day(end) if roll else end


def _hours(value: int, start: int, marks: "list[Mark] | tuple[Mark, ...]") -> int:
    last = start + value * 3600
    for mark in marks:
        if mark.days:
            last += mark.days * DAY
        elif mark.start <= last:
            last += mark.end - mark.start
    return last


def _follows(state: ClockState, letter: str, effect: str, days: int) -> None:
    past = {event.letter for event in state.events}
    if letter == "p" and state.is_paused:
        raise ClockOverlap(effect=effect)
    fits = {
        "a": not past,
        "h": "a" in past and not past & {"h", "s"},
        "s": "a" in past and "s" not in past,
        "p": "s" in past,
        "r": state.is_paused,
        "x": "s" in past and not state.is_paused and days > 0,
        "z": "a" in past,
    }
    if "z" in past or not fits[letter]:
        raise ClockFault(effect=effect)


def _length(limit: LimitLike) -> Length:
    return Length(limit.value, UNITS[limit.unit])


def _event_json(event: Event) -> list[Any]:
    if event.letter == "x":
        return [event.letter, event.at, event.days]
    return [event.letter, event.at, event.why] if event.why else [event.letter, event.at]


def _event_from(entry: list[Any]) -> Event:
    letter, at, *rest = entry
    if not rest:
        return Event(letter, at)
    return Event(letter, at, rest[0]) if letter == "x" else Event(letter, at, 0, rest[0])
