"""Hours to book and bookings made."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from kapok.kernel.access.public import Actor
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.services.items.public import CompiledItem
from kapok.services.portal.models import Appointment, Slot
from kapok.services.portal.rules import Hour, terms


def hour_of(slot: Slot) -> Hour:
    """A slot as the rules look at it."""
    return Hour(slot.starts, slot.ends, slot.capacity - slot.booked, slot.closed)


def last_bookable(calendar: WorkingCalendar) -> date:
    """The last day that can be booked today."""
    return calendar.add_working_days(clock.today(), terms("booking")["horizon"])


def serving(item: CompiledItem) -> Q:
    """Which hours serve an item: its own, and those for everything at its agency or where it is received too (异地代收)."""
    return Q(item_id=item.item_id) | Q(item=None, org_id__in=[item.org_id, *item.collect_orgs])


def open_hours(item: CompiledItem, limit: int = 500) -> dict[date, list[Slot]]:
    """The hours of an item from now to the horizon by day, full ones too; days off are left out."""
    calendar, now = current_calendar(), clock.now()
    rows = Slot.objects.select_related("org").filter(
        serving(item), starts__gt=now, starts__lte=clock.end_of(last_bookable(calendar)), closed=False
    )
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in rows.order_by("starts", "id")[:limit]:
        day = clock.local(slot.starts).date()
        if calendar.is_working(day):
            days[day].append(slot)
    return dict(days)


def own_appointments(actor: Actor) -> QuerySet[Appointment]:
    """The bookings of the party the actor acts for, as rows for paging."""
    rows = Appointment.objects.select_related("slot__org")
    return rows.filter(party_id=actor.for_party) if actor.for_party else rows.none()


def open_booking(actor: Actor, item: int) -> Appointment | None:
    """The booking the party has for an item, if any."""
    return own_appointments(actor).filter(item_id=item, state=Appointment.BOOKED).first() if actor.for_party else None


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First and last moment of a day in the province."""
    return clock.at(day), clock.end_of(day)


def bookings_of(slots: Sequence[Slot]) -> dict[Any, list[Appointment]]:
    """The bookings of some hours, by hour."""
    found: dict[Any, list[Appointment]] = defaultdict(list)
    for each in Appointment.objects.filter(slot__in=slots).order_by("booked_at", "id"):
        found[each.slot_id].append(each)
    return found
