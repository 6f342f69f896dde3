"""A second, deliberately naive reckoning of due dates: one day after the other, on the State Council's days as `chinese_calendar` has them.

It shares no code with the clock. `python -m kapok.services.intake.tests.oracle` writes golden/*.toml from it; by_hand.toml is not
written by it: those dates were counted on paper from the published holiday notices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import chinese_calendar

GOLDEN = Path(__file__).parent / "golden"
CHINA = timezone(timedelta(hours=8))
PUBLISHED_THROUGH = 2026
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Vector:
    """A clock to reckon: marks are ("pause", from, to) or ("extend", at, days), in the order they happened."""

    name: str
    limit: int
    unit: str
    start: datetime
    marks: tuple[tuple, ...] = ()
    day_zero: bool = True
    roll: bool = False


def worked(day: date) -> bool:
    return chinese_calendar.is_workday(day) if day.year <= PUBLISHED_THROUGH else day.weekday() < 5


def reckon(vector: Vector) -> tuple[datetime, bool]:
    """The last second of the limit, and whether it is provisional."""
    if vector.unit == "hour":
        return _hours(vector), False
    counts = worked if vector.unit == "work_day" else lambda day: True
    roll = vector.roll and vector.unit == "natural_day" and vector.limit > 0
    last = _days(vector, counts, roll)
    if roll:
        last = _worked_from(last)
    known = vector.unit == "natural_day" and not roll
    provisional = not known and last.year > PUBLISHED_THROUGH and last > vector.start.date()
    return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=CHINA), provisional


def _days(vector: Vector, counts: Callable[[date], bool], roll: bool) -> date:
    origin = vector.start.date()
    if not vector.day_zero and vector.limit:
        origin -= ONE
    total = vector.limit
    out: set[date] = set()
    for kind, at, what in vector.marks:
        last = _walk(origin, total, counts, out)
        if kind == "extend":
            total += what
            continue
        a, b = at.date(), what.date()
        if a > (_worked_from(last) if roll else last) or a == b:
            continue
        if a >= last or not total:
            origin, total = (_worked_from(b) if vector.unit == "work_day" else b), 0
        else:
            out |= {a + n * ONE for n in range(1, (b - a).days + 1)}
    return _walk(origin, total, counts, out)


def _walk(origin: date, total: int, counts: Callable[[date], bool], out: set[date]) -> date:
    day = origin
    while total:
        day += ONE
        if counts(day) and day not in out:
            total -= 1
    return day


def _worked_from(day: date) -> date:
    while not worked(day):
        day += ONE
    return day


def _hours(vector: Vector) -> datetime:
    last = vector.start + timedelta(hours=vector.limit)
    for kind, at, what in vector.marks:
        if kind == "extend":
            last += timedelta(days=what)
        elif at <= last:
            last += what - at
    return last


def t(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{text}T10:30:00").replace(tzinfo=CHINA)


def _p(a: str, b: str) -> tuple:
    return "pause", t(a), t(b)


def _x(at: str, days: int) -> tuple:
    return "extend", t(at), days


def vectors() -> dict[str, list[Vector]]:
    """The vectors of every file."""
    return {
        "plain": _plain(),
        "makeup": _makeup(),
        "festival": _festival(),
        "pauses": _pauses(),
        "extension": _extension(),
        "natural": _natural(),
        "hours": _hour_vectors(),
        "uncovered": _uncovered(),
        "counting": _counting(),
    }


def _work(label: str, starts: str, limits: tuple[int, ...], marks: tuple[tuple, ...] = (), **options: bool) -> list[Vector]:
    return [
        Vector(f"{label} {start} + {limit}", limit, "work_day", t(start), marks, **options) for start in starts.split() for limit in limits
    ]


def _plain() -> list[Vector]:
    starts = "2019-03-04 2021-07-15 2022-11-11 2023-03-17 2025-07-01 2026-03-02 2026-07-18 2026-11-23"
    return _work("plain weeks", starts, (0, 1, 5, 20))


def _makeup() -> list[Vector]:
    """Starts before, on and inside 调休 working weekends."""
    earlier = "2020-06-27 2021-09-17 2021-09-18 2022-04-23 2023-06-24 2024-04-26 2024-09-13"
    later = "2025-01-24 2025-09-27 2026-01-02 2026-05-08 2026-10-09"
    return _work("worked weekend", f"{earlier} {later}", (1, 2, 5))


def _festival() -> list[Vector]:
    """春节 of 2020 (prolonged by 国办), 2023 to 2026; 国庆 with 中秋; 春节 to the day before."""
    earlier = "2020-01-23 2023-01-20 2024-02-08 2024-02-09 2025-01-27 2025-09-30"
    later = "2026-02-13 2026-02-14 2026-02-20 2026-09-24 2026-09-30 2026-04-03"
    return _work("festival", f"{earlier} {later}", (1, 5, 10))


def _pauses() -> list[Vector]:
    one = [
        ("pause over a weekend", (_p("2026-03-04", "2026-03-10"),)),
        ("pause within a day", (_p("2026-03-04T09:00:00", "2026-03-04T17:00:00"),)),
        ("pause from day 0", (_p("2026-03-02T15:00:00", "2026-03-05"),)),
        ("pause over the Spring Festival of another year's case", (_p("2026-03-03", "2026-04-08"),)),
        ("pause ends on a Saturday", (_p("2026-03-04", "2026-03-07"),)),
        ("pause begins on a Sunday", (_p("2026-03-08", "2026-03-12"),)),
        ("pause of one day", (_p("2026-03-05", "2026-03-06"),)),
        ("two pauses", (_p("2026-03-03", "2026-03-05"), _p("2026-03-09", "2026-03-13"))),
        ("two pauses meeting in a day", (_p("2026-03-03", "2026-03-05T09:00:00"), _p("2026-03-05T16:00:00", "2026-03-11"))),
        ("three pauses", (_p("2026-03-03", "2026-03-04"), _p("2026-03-05", "2026-03-06"), _p("2026-03-07", "2026-03-09"))),
    ]
    made = [v for label, marks in one for v in _work(label, "2026-03-02", (3, 10, 20), marks)]
    last_day = [
        ("on the last day, back on a Tuesday", (_p("2026-03-06", "2026-03-10"),)),
        ("on the last day, back on a Saturday", (_p("2026-03-06", "2026-03-07"),)),
        ("on the last day, back the same day", (_p("2026-03-06T09:00:00", "2026-03-06T16:00:00"),)),
        ("after the last day", (_p("2026-03-09", "2026-03-13"),)),
        ("on the last day, twice", (_p("2026-03-06", "2026-03-10T09:00:00"), _p("2026-03-10T10:00:00", "2026-03-14"))),
    ]
    made += [v for label, marks in last_day for v in _work(label, "2026-03-02", (4,), marks)]
    across = (_p("2026-02-12", "2026-02-26"),)
    return made + _work("pause across 春节", "2026-02-10", (2, 5, 20), across)


def _extension() -> list[Vector]:
    cases = [
        ("extended", (_x("2026-03-05", 10),)),
        ("extended on the last day", (_x("2026-03-06", 3),)),
        ("extended after the last day", (_x("2026-03-12", 3),)),
        ("paused, then extended", (_p("2026-03-03", "2026-03-05"), _x("2026-03-06", 5))),
        ("extended, then paused", (_x("2026-03-04", 5), _p("2026-03-06", "2026-03-11"))),
        ("paused on the last day, then extended", (_p("2026-03-06", "2026-03-10"), _x("2026-03-10T15:00:00", 2))),
        ("paused on the last day till Saturday, then extended", (_p("2026-03-06", "2026-03-07"), _x("2026-03-09", 2))),
    ]
    return [v for label, marks in cases for v in _work(label, "2026-03-02", (4, 10), marks)]


def _natural() -> list[Vector]:
    marks: list[tuple[str, tuple[tuple, ...]]] = [
        ("plain", ()),
        ("paused", (_p("2026-02-14", "2026-02-17"),)),
        ("paused on the last day", (_p("2026-02-20", "2026-02-22"),)),
        ("paused in the roll", (_p("2026-02-21", "2026-02-22"),)),
        ("extended", (_x("2026-02-16", 5),)),
    ]
    made = [
        Vector(f"natural days, {label}, roll {roll}, {limit}", limit, "natural_day", t("2026-02-13"), given, True, roll)
        for label, given in marks
        for roll in (False, True)
        for limit in (0, 7, 30)
    ]
    return [*made, Vector("natural days over the year's end", 30, "natural_day", t("2026-12-20"))]


def _hour_vectors() -> list[Vector]:
    start = t("2026-02-13T15:00:00")
    marks: list[tuple[str, tuple[tuple, ...]]] = [
        ("plain", ()),
        ("paused", (_p("2026-02-13T18:00:00", "2026-02-14T09:15:30"),)),
        ("paused too late", (_p("2026-03-13T18:00:00", "2026-03-14T09:00:00"),)),
        ("extended by a day", (_x("2026-02-13T18:00:00", 1),)),
    ]
    return [Vector(f"hours, {label}, {limit}", limit, "hour", start, given) for label, given in marks for limit in (0, 2, 48)]


def _uncovered() -> list[Vector]:
    made = _work("into the unpublished year", "2026-12-24 2026-12-30 2026-12-31", (1, 3, 5, 10))
    made += _work("within the unpublished year", "2027-02-05 2027-10-01", (1, 5, 20))
    made += _work("pause into the unpublished year", "2026-12-21", (5, 10), (_p("2026-12-25", "2027-01-06"),))
    return [*made, Vector("natural days rolled there", 12, "natural_day", t("2026-12-21"), (), True, True)]


def _counting() -> list[Vector]:
    """The starting day counts."""
    made = _work("first day counts", "2026-03-02 2026-02-13 2026-03-07 2026-10-01", (0, 1, 5, 20), day_zero=False)
    made += _work("first day counts, paused", "2026-03-02", (3, 10), (_p("2026-03-02T15:00:00", "2026-03-04"),), day_zero=False)
    return [*made, Vector("first day counts, natural", 7, "natural_day", t("2026-02-13"), (), False)]


def write() -> None:
    for name, made in vectors().items():
        lines = [f"# Written by tests/oracle.py: {len(made)} vectors.", ""]
        for vector in made:
            end, provisional = reckon(vector)
            marks = ", ".join(
                f'["{kind}", "{at.isoformat()}", {what if kind == "extend" else chr(34) + what.isoformat() + chr(34)}]'
                for kind, at, what in vector.marks
            )
            lines += [
                "[[vector]]",
                f'name = "{vector.name}"',
                f'limit = {vector.limit}\nunit = "{vector.unit}"\nstart = "{vector.start.isoformat()}"',
                f"day_zero = {str(vector.day_zero).lower()}\nroll = {str(vector.roll).lower()}\nmarks = [{marks}]",
                f'due = "{end.isoformat()}"\nprovisional = {str(provisional).lower()}',
                "",
            ]
        (GOLDEN / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write()
