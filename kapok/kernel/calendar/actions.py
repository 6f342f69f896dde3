"""How the calendar changes: by versions that take effect on a date; open dates follow, each with its cause."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from kapok.kernel.calendar import rules
from kapok.kernel.calendar.data import FIRST_DAY, Move, SpecialDay, shipped
from kapok.kernel.calendar.events import CalendarAmended, DatesMoved
from kapok.kernel.calendar.models import CalendarDay, CalendarVersion
from kapok.kernel.calendar.queries import as_of, forget_today, latest, recompute_sources
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.crypto.public import sm3
from kapok.kernel.jobs.public import set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.public import require

SHIPPED_REASON = "国务院办公厅历年节假日安排通知"


@action("calendar.seed")
def seed(*, by: By) -> bool:
    """Write the shipped calendar down as version 1, once; later releases of its source change nothing here."""
    _one_at_a_time()
    if CalendarVersion.objects.exists():
        return False
    calendar = shipped()
    _publish(calendar.specials, SHIPPED_REASON, FIRST_DAY, calendar.published_through, number=1, by=by)
    CalendarVersion.objects.filter(number=1).update(recomputed_at=clock.now())
    return True


@action("calendar.amend")
def amend(days: Sequence[SpecialDay], reason: str, effective: date, *, by: By, base: int | None = None) -> CalendarVersion:
    """Publish a version that says `days` anew, from `effective` on; open dates follow that day (today: at once).

    `base` is the version a preview was made on: refused (calendar.moved_on) when another came between.
    """
    require(by, "calendar.amend")
    return _amend(days, reason, effective, through=None, base=base, by=by)


@action("calendar.publish_year")
def publish_year(
    year: int, days: Sequence[SpecialDay], reason: str, effective: date, *, by: By, base: int | None = None
) -> CalendarVersion:
    """Publish the next year by the State Council's notice: its dates stop being provisional."""
    require(by, "calendar.amend")
    rules.may_publish(latest(), year, days).or_raise()
    return _amend(days, reason, effective, through=year, base=base, by=by)


def _amend(days: Sequence[SpecialDay], reason: str, effective: date, *, through: int | None, base: int | None, by: By) -> CalendarVersion:
    seed(by=by)
    calendar = latest()
    if base is not None and base != calendar.version:
        refuse("calendar.moved_on", latest=calendar.version).or_raise()
    last = CalendarVersion.objects.get(number=calendar.version)
    rules.may_amend(calendar, days, reason=reason, effective=effective, last_effective=last.effective, today=clock.today()).or_raise()
    laid = rules.changed(calendar, days)
    version = _publish(laid, reason, effective, through or calendar.published_through, number=calendar.version + 1, by=by)
    if effective <= clock.today():
        apply_due(by=by)
    else:
        set_timer("calendar.apply", version.id, clock.at(effective))
    return version


@action("calendar.apply")
def apply_due(*, by: By) -> int:
    """Let open dates follow every version that has come into force; returns how many moved. Run again, it moves nothing."""
    _one_at_a_time()
    due = CalendarVersion.objects.filter(recomputed_at=None, effective__lte=clock.today()).order_by("number")
    return sum(_follow(version, by) for version in due)


def _follow(version: CalendarVersion, by: By) -> int:
    calendar = as_of(version.number)
    moved = 0
    for key, source in recompute_sources.all().items():
        moves = [move for move in source.apply(calendar, version.id) if move.was != move.becomes]
        _write_down(version, key, moves)
        moved += len(moves)
        event = DatesMoved(version.number, key, len(moves), digest_of(moves))
        record(by, event, about=version.id, kind="calendar_version")
    CalendarVersion.objects.filter(id=version.id).update(recomputed_at=clock.now())
    return moved


def digest_of(moves: Iterable[Move]) -> str:
    """SM3 over the moves in order, one line each: binds the rows of MovedDate to the journal's entry."""
    lines = sorted(f"{move.about} {move.what} {move.was} {move.becomes}\n" for move in moves)
    return sm3("".join(lines).encode()).hex()


def _write_down(version: CalendarVersion, source: str, moves: list[Move]) -> None:
    """By COPY: an amendment may move the dates of a million open cases."""
    fill = "copy calendar_moveddate (version_id, source, about, label, what, was, becomes) from stdin"
    with connection.cursor(), connection.connection.cursor() as cursor, cursor.copy(fill) as copy:
        for move in moves:
            copy.write_row((version.id, source, move.about, move.label, move.what, move.was, move.becomes))


def _publish(days: Iterable[SpecialDay], reason: str, effective: date, through: int, *, number: int, by: By) -> CalendarVersion:
    version = CalendarVersion.objects.create(
        number=number,
        effective=effective,
        published_through=through,
        reason=reason.strip(),
        published_at=clock.now(),
        published_by=by.ref.label,
    )
    said = sorted(days)
    CalendarDay.objects.bulk_create(CalendarDay(version=version, on=day.on, kind=day.kind, name=day.name) for day in said)
    forget_today()
    told = tuple(f"{day.on} {day.kind}" for day in said) if number > 1 else ()
    event = CalendarAmended(number, effective.isoformat(), through, told, version.reason)
    record(by, event, about=version.id, kind="calendar_version")
    return version


def _one_at_a_time() -> None:
    """Versions are numbered without gaps, so writers wait for one another till the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('kapok.calendar'))")
