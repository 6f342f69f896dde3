"""Why a case is due when it is: the same dates as `clock.due`, found by walking day by day, with every step named.

Written apart from the fast path on purpose: `verify` and the tests hold the one against the other.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from kapok.services.intake.data import Calendar, Due, Dues
from kapok.services.intake.rules.clock import UNIT_OF, ClockState, Length, Mark, day_of, due, end_of, moment

ONE = timedelta(days=1)
WEEKEND = "周末"
"""How the calendar names a day off that has no other name."""


@dataclass(frozen=True)
class ClockStep:
    """One step of the reckoning.

    kind: start, calendar, holiday (days off on a weekday or named), makeup (a weekend day worked), weekend (how many), pause,
    late_pause (after the limit had ended), last_day (a pause on the last day), extend, roll, provisional, due.
    """

    kind: str
    since: str = ""
    until: str = ""
    count: int = 0
    why: str = ""
    note: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """The dues of a case and, for every limit, the steps that lead to it."""

    dues: Dues
    steps: dict[str, tuple[ClockStep, ...]]
    calendar_version: int
    state: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; `verify` takes it back."""
        return {
            "calendar_version": self.calendar_version,
            "state": self.state,
            "dues": {limit: _due_json(getattr(self.dues, limit)) for limit in self.steps},
            "steps": {limit: [_step_json(step) for step in steps] for limit, steps in self.steps.items()},
        }


def explain(state: ClockState, calendar: Calendar) -> Explanation:
    """Every date of the clock with its steps. The dates are those of the walk; they equal `clock.due` (a property test holds it)."""
    fast = due(state, calendar)
    found: dict[str, Due] = {}
    steps: dict[str, tuple[ClockStep, ...]] = {}
    for limit, length in _limits(state):
        ran = getattr(fast, limit)
        start = _start(state, limit)
        if ran is None or start is None:
            continue
        walk = _Walk(state, length, start, calendar)
        walk.follow(_marks(state) if limit in ("statutory", "promised") else [])
        found[limit] = Due(moment(walk.end), walk.provisional, ran.paused)
        steps[limit] = tuple(walk.steps)
    return Explanation(Dues(**found), steps, calendar.version, state.dump())


def verify(stored: dict[str, Any], state: ClockState, calendar: Calendar) -> bool:
    """Whether an explanation given earlier comes out the same today, and agrees with the fast path."""
    again = explain(state, calendar)
    return again.as_json() == stored and again.dues == due(state, calendar)


def _limits(state: ClockState) -> list[tuple[str, Length]]:
    limits = [("acceptance", state.acceptance), ("statutory", state.statutory), ("promised", state.promised)]
    return [*limits, ("correction", state.correction)] if state.correction else limits


def _start(state: ClockState, limit: str) -> int | None:
    if limit == "acceptance":
        return state.at("a")
    if limit == "correction":
        return next((event.at for event in reversed(state.events) if event.letter in "hp"), None)
    return state.at("s")


def _marks(state: ClockState) -> list[Mark]:
    """Pauses and extensions in the order they happened; a pause still open, or ended by the case's end, says so."""
    marks: list[Mark] = []
    for number, event in enumerate(state.events):
        if event.letter == "x":
            marks.append(Mark(event.at, event.at, event.days))
        elif event.letter == "p":
            end = next((later.at for later in state.events[number + 1 :] if later.letter in "rz"), None)
            marks.append(Mark(event.at, event.at if end is None else end, 0, event.why, end is None))
    return marks


class _Walk:
    """One limit, walked; days are taken one at a time and named as they pass."""

    def __init__(self, state: ClockState, length: Length, start: int, calendar: Calendar) -> None:
        self.calendar, self.length = calendar, length
        self.roll = state.roll_natural and length.unit == "n" and length.value > 0
        self.left = length.value
        self.first = self.day = day_of(start)
        self.seconds = start + length.value * 3600
        self.weekends = 0
        self.steps = [
            ClockStep("start", _iso(start), note={"limit": length.value, "unit": UNIT_OF[length.unit], "day_zero": state.day_zero}),
            ClockStep("calendar", calendar.provisional_from.isoformat(), note={"version": calendar.version}),
        ]
        if not state.day_zero and self.left:
            self.day -= ONE

    def follow(self, marks: list[Mark]) -> None:
        take: Callable[[Mark], None] = self._take_hours if self.length.unit == "h" else self._take_days
        for mark in marks:
            take(mark)
        if self.length.unit != "h":
            self._count(None)
            self._roll()
            if self.weekends:
                self.steps.append(ClockStep("weekend", count=self.weekends))
        if self.provisional:
            self.steps.append(ClockStep("provisional", self.calendar.provisional_from.isoformat()))
        self.steps.append(ClockStep("due", _iso(self.end)))

    @property
    def end(self) -> int:
        return self.seconds if self.length.unit == "h" else end_of(self.day)

    @property
    def provisional(self) -> bool:
        by_calendar = self.length.unit == "w" or self.roll
        return by_calendar and self.first < self.day and not self.day < self.calendar.provisional_from

    def _counts(self, day: date) -> bool:
        return self.length.unit == "n" or self.calendar.is_working(day)

    def _count(self, until: date | None) -> None:
        """Count days until none is left, or to a day (included)."""
        while self.left and (until is None or self.day < until):
            self.day += ONE
            self._name(self.day)
            if self._counts(self.day):
                self.left -= 1

    def _name(self, day: date) -> None:
        if self.length.unit == "n":
            return
        working, reason = self.calendar.kind_of(day)
        if working:
            if day.weekday() >= 5:
                self.steps.append(ClockStep("makeup", day.isoformat(), day.isoformat(), 1, reason))
            return
        if reason.startswith(WEEKEND):
            self.weekends += 1
            return
        last = self.steps[-1]
        if last.kind == "holiday" and last.why == reason and date.fromisoformat(last.until) == day - ONE:
            self.steps[-1] = ClockStep("holiday", last.since, day.isoformat(), last.count + 1, reason)
        else:
            self.steps.append(ClockStep("holiday", day.isoformat(), day.isoformat(), 1, reason))

    def _take_days(self, mark: Mark) -> None:
        if mark.days:
            self._count(day_of(mark.start))
            self.left += mark.days
            self.steps.append(ClockStep("extend", _iso(mark.start), count=mark.days))
            return
        a, b = day_of(mark.start), day_of(mark.end)
        self._count(a)
        until = "" if mark.open else _iso(mark.end)
        if self.left:
            self.day = max(self.day, b)
            taken = sum(self._counts(date.fromordinal(n)) for n in range(a.toordinal() + 1, b.toordinal() + 1))
            self.steps.append(ClockStep("pause", _iso(mark.start), until, taken, mark.why))
        elif a <= self._last_day() and b > a:
            self.day = b if self.length.unit == "n" else self._worked_from(b)
            self.steps.append(ClockStep("last_day", _iso(mark.start), until, why=mark.why))
        else:
            kind = "late_pause" if a > self._last_day() else "pause"
            self.steps.append(ClockStep(kind, _iso(mark.start), until, 0, mark.why))

    def _take_hours(self, mark: Mark) -> None:
        if mark.days:
            self.seconds += mark.days * 86_400
            self.steps.append(ClockStep("extend", _iso(mark.start), count=mark.days))
            return
        late = mark.start > self.seconds
        until = "" if mark.open else _iso(mark.end)
        if not late:
            self.seconds += mark.end - mark.start
        self.steps.append(ClockStep("late_pause" if late else "pause", _iso(mark.start), until, why=mark.why))

    def _last_day(self) -> date:
        return self._worked_from(self.day) if self.roll else self.day

    def _worked_from(self, day: date) -> date:
        while not self.calendar.is_working(day):
            day += ONE
        return day

    def _roll(self) -> None:
        last = self._last_day()
        if last != self.day:
            self.steps.append(ClockStep("roll", self.day.isoformat(), last.isoformat(), why=self.calendar.kind_of(self.day)[1]))
            self.day = last


def _iso(second: int) -> str:
    return moment(second).isoformat()


def _due_json(value: Due | None) -> dict[str, Any] | None:
    return None if value is None else {**asdict(value), "due_at": value.due_at.isoformat()}


def _step_json(step: ClockStep) -> dict[str, Any]:
    return {key: value for key, value in asdict(step).items() if value}
