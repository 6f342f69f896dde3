"""The working calendar: frozen, without a database, so that a clock can be computed and recomputed anywhere.

Day counting follows 行政许可法 第82条: limits run in working days, statutory holidays do not count.
Intervals are half open, (a, b]: the day something happens is day 0.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from kapok.kernel.calendar.errors import OutOfRange

FIRST_DAY = date(2004, 1, 1)
LAST_DAY = date(2103, 12, 31)


class DayKind(StrEnum):
    """Why a day counts or does not."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    BRIDGE = "bridge"
    MAKEUP = "makeup"


KIND_NAMES = {
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "法定节假日",
    DayKind.BRIDGE: "调休放假",
    DayKind.MAKEUP: "调休上班",
}


@dataclass(frozen=True, order=True)
class SpecialDay:
    """A day that the plain week does not tell: `kind` HOLIDAY or BRIDGE (off), MAKEUP or WORKDAY (worked), WEEKEND (off again).

    `name` is the holiday it belongs to (春节), or the occasion of an amendment.
    """

    on: date
    kind: DayKind
    name: str = ""

    @property
    def working(self) -> bool:
        return self.kind in (DayKind.MAKEUP, DayKind.WORKDAY)


@dataclass(frozen=True)
class Day:
    """One day as the calendar sees it."""

    on: date
    working: bool
    kind: DayKind
    name: str
    provisional: bool

    @property
    def reason(self) -> str:
        """In the law's words: 春节, 周末, 调休上班（春节）, 工作日; 暂定 where the year is not published."""
        label = KIND_NAMES[self.kind]
        if self.name:
            label = self.name if self.kind is DayKind.HOLIDAY else f"{label}（{self.name}）"
        return f"{label}（暂定）" if self.provisional else label


@dataclass(frozen=True, slots=True)
class Move:
    """One date that a change of the calendar moves: whose, which date, from when to when."""

    about: UUID
    label: str
    what: str
    was: date
    becomes: date


class RecomputeSource(Protocol):
    """What a higher app with open dates registers: how they follow the calendar.

    A date that stays but is no longer provisional is refreshed by `apply` too, and is no Move; one that is handed in all the same
    (an hour that moves within its day) is left out.
    """

    title: str

    def preview(self, calendar: "WorkingCalendar") -> list[Move]:
        """The moves `apply` would make now; changes nothing."""
        ...

    def apply(self, calendar: "WorkingCalendar", cause: UUID) -> list[Move]:
        """Move the open dates (set-based, inside the caller's transaction); `cause` is the version's id."""
        ...


@dataclass(frozen=True)
class Preview:
    """What an amendment would do: the calendar it makes, the days it changes, the dates it moves by source."""

    calendar: "WorkingCalendar"
    days: tuple[SpecialDay, ...]
    moves: dict[str, list[Move]]

    @property
    def moved(self) -> int:
        return sum(len(moves) for moves in self.moves.values())


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days from 2004 to 2103 under one version.

    Years up to `published_through` follow the State Council's yearly notice; later ones know only weekends
    (and amendments made singly), and every date in them is provisional.
    """

    version: int
    published_through: int
    specials: tuple[SpecialDay, ...] = ()
    _by_day: dict[date, SpecialDay] = field(init=False, repr=False, compare=False)
    _working: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_day = {special.on: special for special in self.specials}
        object.__setattr__(self, "specials", tuple(sorted(by_day.values())))
        object.__setattr__(self, "_by_day", by_day)
        ordinals = range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
        working = {ordinal for ordinal in ordinals if (ordinal - 1) % 7 < 5}
        for special in by_day.values():
            (working.add if special.working else working.discard)(special.on.toordinal())
        object.__setattr__(self, "_working", sorted(working))

    @property
    def provisional_from(self) -> date:
        """The first day of the first year that is not published."""
        return date(self.published_through + 1, 1, 1)

    def is_provisional(self, day: date) -> bool:
        """A limit that ends on such a day may still move."""
        return day >= self.provisional_from

    def is_working(self, day: date) -> bool:
        ordinal = _ordinal(day)
        at = bisect_left(self._working, ordinal)
        return at < len(self._working) and self._working[at] == ordinal

    def day(self, day: date) -> Day:
        """Everything known of a day."""
        _ordinal(day)
        special = self._by_day.get(day)
        provisional = self.is_provisional(day)
        if special is not None:
            return Day(day, special.working, special.kind, special.name, provisional)
        working = day.weekday() < 5
        return Day(day, working, DayKind.WORKDAY if working else DayKind.WEEKEND, "", provisional)

    def kind_of(self, day: date) -> tuple[bool, str]:
        """Whether it is worked, and why in a word: "" (a plain working day), 周末, the holiday's name, 调休."""
        seen = self.day(day)
        if seen.kind is DayKind.MAKEUP:
            return True, "调休"
        return seen.working, seen.name or ("周末" if seen.kind is DayKind.WEEKEND else "")

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, when negative); 0 gives `day` itself, worked or not."""
        if count == 0:
            return day
        ordinal = _ordinal(day)
        if count > 0:
            index = bisect_right(self._working, ordinal) + count - 1
        else:
            index = bisect_left(self._working, ordinal) + count
        if not 0 <= index < len(self._working):
            raise OutOfRange(day=day.isoformat(), count=count)
        return date.fromordinal(self._working[index])

    def working_days_between(self, after: date, until: date) -> int:
        """Working days in (after, until]; negative when `until` lies before `after`."""
        return bisect_right(self._working, _ordinal(until)) - bisect_right(self._working, _ordinal(after))

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is worked, or else the first worked day after it."""
        index = bisect_left(self._working, _ordinal(day))
        if index == len(self._working):
            raise OutOfRange(day=day.isoformat(), count=1)
        return date.fromordinal(self._working[index])

    def add_natural_days(self, day: date, count: int, *, roll: bool = False) -> date:
        """`count` days later; with `roll`, a last day that is not worked gives way to the next worked one (民法典 第203条)."""
        last = day + timedelta(days=count)
        return self.next_working_day(last) if roll else last

    def days(self, after: date, until: date) -> Iterator[Day]:
        """Each day of (after, until], for explaining a count."""
        for ordinal in range(_ordinal(after) + 1, _ordinal(until) + 1):
            yield self.day(date.fromordinal(ordinal))

    def amended(self, days: Iterable[SpecialDay], *, version: int, published_through: int | None = None) -> "WorkingCalendar":
        """The calendar with `days` laid over it; a later statement about a day replaces the earlier one."""
        through = self.published_through if published_through is None else published_through
        laid = {**self._by_day, **{special.on: special for special in days}}
        return WorkingCalendar(version, through, tuple(laid.values()))


def _ordinal(day: date) -> int:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfRange(day=day.isoformat(), count=0)
    return day.toordinal()


HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@lru_cache(maxsize=1)
def shipped() -> WorkingCalendar:
    """Version 1: the State Council's notices for 2004 onward, as the package `chinesecalendar` states them."""
    from chinese_calendar import constants

    off = [
        SpecialDay(on, DayKind.BRIDGE if on in constants.in_lieu_days else DayKind.HOLIDAY, HOLIDAY_NAMES[name])
        for on, name in constants.holidays.items()
    ]
    worked = [SpecialDay(on, DayKind.MAKEUP, HOLIDAY_NAMES[name]) for on, name in constants.workdays.items()]
    last = max(day.on.year for day in off)
    return WorkingCalendar(1, last, tuple(off + worked))
