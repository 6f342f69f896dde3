"""What may be said of the calendar, and when."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from kapok.kernel.calendar.data import FIRST_DAY, LAST_DAY, DayKind, SpecialDay, WorkingCalendar
from kapok.kernel.common.verdicts import Verdict, allow, refuse

STATUTORY = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""《全国年节及纪念日放假办法》: a year's notice names them all."""


def may_amend(
    calendar: WorkingCalendar, days: Sequence[SpecialDay], *, reason: str, effective: date, last_effective: date, today: date
) -> Verdict:
    """An amendment states a reason, takes effect today or later, in the order of versions, and changes something."""
    if not reason.strip():
        return refuse("calendar.reason_missing")
    if effective < today:
        return refuse("calendar.effective_in_the_past", today=today.isoformat())
    if effective < last_effective:
        return refuse("calendar.effective_before_last", last=last_effective.isoformat())
    said = _well_said(days)
    if not said:
        return said
    if not changed(calendar, days):
        return refuse("calendar.nothing_changes")
    return allow()


def may_publish(calendar: WorkingCalendar, year: int, days: Sequence[SpecialDay]) -> Verdict:
    """Years are published in order, each with all its statutory holidays."""
    if year != calendar.published_through + 1:
        return refuse("calendar.year_not_next", expected=calendar.published_through + 1)
    outside = next((special.on for special in days if special.on.year != year), None)
    if outside:
        return refuse("calendar.day_outside_year", day=outside.isoformat(), year=year)
    off = {special.name for special in days if special.kind is DayKind.HOLIDAY}
    missing = [name for name in STATUTORY if not any(name in said for said in off)]
    if missing:
        return refuse("calendar.year_incomplete", year=year, missing="、".join(missing))
    return allow()


def changed(calendar: WorkingCalendar, days: Sequence[SpecialDay]) -> list[SpecialDay]:
    """Those of `days` that differ from what the calendar says already."""
    there = {special.on: special for special in calendar.specials}
    return [special for special in days if there.get(special.on) != special and not _plain(calendar, special)]


def _plain(calendar: WorkingCalendar, special: SpecialDay) -> bool:
    seen = calendar.day(special.on)
    return (seen.kind, seen.name) == (special.kind, special.name)


def _well_said(days: Sequence[SpecialDay]) -> Verdict:
    twice = next((on for on, times in Counter(special.on for special in days).items() if times > 1), None)
    if twice:
        return refuse("calendar.day_twice", day=twice.isoformat())
    for special in days:
        if not FIRST_DAY <= special.on <= LAST_DAY:
            return refuse("calendar.out_of_range", status=422, day=special.on.isoformat(), count=0)
        if special.kind is DayKind.MAKEUP and special.on.weekday() < 5:
            return refuse("calendar.makeup_on_weekday", day=special.on.isoformat())
    return allow()
