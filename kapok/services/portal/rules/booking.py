"""What can be booked, cancelled and checked in, and which hours a run of days gives. Pure: the clock and the calendar are passed in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kapok.kernel.common import clock
from kapok.kernel.common.verdicts import Verdict, allow, refuse


@dataclass(frozen=True)
class Hour:
    """An hour as a decision about it may look at it."""

    starts: datetime
    ends: datetime
    left: int
    closed: bool = False


def may_book(hour: Hour, *, now: datetime, last_day: date, is_working: Callable[[date], bool]) -> Verdict:
    """Whether an hour can be booked now; that there is room is decided again by the row itself."""
    day = clock.local(hour.starts).date()
    if hour.starts <= now:
        return refuse("portal.hour_past")
    if hour.closed:
        return refuse("portal.hour_closed")
    if day > last_day:
        return refuse("portal.too_far_ahead", day=f"{last_day:%Y-%m-%d}")
    if not is_working(day):
        return refuse("portal.day_off", day=f"{day:%Y-%m-%d}")
    if hour.left <= 0:
        return refuse("portal.hour_full")
    return allow()


def may_cancel(state: str, hour: Hour, *, now: datetime) -> Verdict:
    """A booking is given back until its hour begins."""
    if state != "booked":
        return refuse("portal.booking_over")
    return allow() if now < hour.starts else refuse("portal.too_late_to_cancel")


def may_check_in(state: str, hour: Hour, *, now: datetime) -> Verdict:
    """签到 on the day itself; who comes late on the day is still there."""
    if state not in ("booked", "missed"):
        return refuse("portal.booking_over")
    return allow() if clock.local(now).date() == clock.local(hour.starts).date() else refuse("portal.not_the_day")


def slot_hours(
    first: date, last: date, spans: Sequence[tuple[time, time]], minutes: int, *, is_working: Callable[[date], bool]
) -> Iterator[tuple[datetime, datetime]]:
    """The hours of every working day from first to last: each span cut into pieces of so many minutes; a rest too short is left."""
    day = first
    while day <= last:
        if is_working(day):
            for begins, ends in spans:
                start, end = clock.at(day, begins.hour, begins.minute), clock.at(day, ends.hour, ends.minute)
                while start + timedelta(minutes=minutes) <= end:
                    yield start, start + timedelta(minutes=minutes)
                    start += timedelta(minutes=minutes)
        day += timedelta(days=1)
