"""Reads: the calendar in force, a version of it, what moved and why."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet

from kapok.kernel.calendar.data import DayKind, Preview, RecomputeSource, SpecialDay, WorkingCalendar, shipped
from kapok.kernel.calendar.errors import NoSuchVersion
from kapok.kernel.calendar.models import CalendarDay, CalendarVersion, MovedDate
from kapok.kernel.calendar.rules import changed
from kapok.kernel.common import clock
from kapok.kernel.common.registry import Registry
from kapok.kernel.regions.public import PerRequest

recompute_sources: Registry[RecomputeSource] = Registry("calendar recompute sources")
"""Filled by higher apps: whose open dates follow the calendar."""


def current() -> WorkingCalendar:
    """The calendar in force today by legal time: one short query a request, the days are cached per version."""
    return _today.get()


def in_force_on(day: date) -> WorkingCalendar:
    """The calendar that governed (or will govern) on a legal date, as published up to now."""
    with connection.cursor() as cursor:  # asked by nearly every request: the query set would cost three times the query
        cursor.execute("select number, id from calendar_calendarversion where effective <= %s::date order by number desc limit 1", [day])
        found = cursor.fetchone()
    return shipped() if found is None else _compiled(*found)


_today = PerRequest(lambda: in_force_on(clock.today()))


def forget_today() -> None:
    """Ask anew within this request: it has published a version itself."""
    _today.forget()


def latest() -> WorkingCalendar:
    """The last published version, in force or still to come."""
    return _newest(CalendarVersion.objects.all())


def as_of(version: int) -> WorkingCalendar:
    """One version, the same for ever."""
    found = _newest(CalendarVersion.objects.filter(number=version))
    if found.version != version:
        raise NoSuchVersion(version=version)
    return found


def working_days_between(after: date, until: date) -> int:
    """Working days in (after, until] by the calendar in force today."""
    return current().working_days_between(after, until)


def _newest(rows: QuerySet[CalendarVersion]) -> WorkingCalendar:
    """An empty table (a node before its set-up) has the shipped calendar, which set-up then writes down as version 1."""
    found = rows.order_by("-number").values_list("number", "id").first()
    return shipped() if found is None else _compiled(*found)


@lru_cache(maxsize=32)
def _compiled(number: int, _identity: UUID) -> WorkingCalendar:
    """Versions never change, so a compiled one never goes stale; the id tells apart versions of a rolled-back attempt."""
    calendar = WorkingCalendar(0, 0)
    for row in CalendarVersion.objects.filter(number__lte=number).order_by("number").prefetch_related("days"):
        calendar = calendar.amended(_specials(row.days.all()), version=row.number, published_through=row.published_through)
    return calendar


def _specials(days: Iterable[CalendarDay]) -> list[SpecialDay]:
    return [SpecialDay(day.on, DayKind(day.kind), day.name) for day in days]


def preview(days: Sequence[SpecialDay], *, published_through: int | None = None) -> Preview:
    """What laying `days` over the last version would move, asked of every registered source."""
    base = latest()
    new = base.amended(days, version=base.version + 1, published_through=published_through)
    moves = {key: [move for move in source.preview(new) if move.was != move.becomes] for key, source in recompute_sources.all().items()}
    return Preview(new, tuple(changed(base, days)), moves)


def versions(limit: int = 50) -> list[CalendarVersion]:
    """Versions after the shipped one, newest first, with their days."""
    days = Prefetch("days", CalendarDay.objects.order_by("on"))
    return list(CalendarVersion.objects.prefetch_related(days).order_by("-number")[:limit])


def why_moved(about: UUID) -> list[MovedDate]:
    """Every move of one thing's dates, in order of versions."""
    return list(MovedDate.objects.filter(about=about).select_related("version").order_by("version__number", "what"))


def moves_of(version: int, after: int = 0, limit: int = 100) -> list[MovedDate]:
    """Dates a version moved, by row, after the row `after`."""
    return list(MovedDate.objects.filter(version__number=version, id__gt=after).order_by("id")[:limit])
