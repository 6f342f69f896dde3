"""Booking an hour, giving it back, checking in, and opening hours to book."""

import secrets
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kapok.kernel.access.public import Actor, clock_actor, scope_of
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused, sentences
from kapok.kernel.jobs.public import cancel_timer, set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.parties.public import party
from kapok.services.intake.public import case_of_applicant
from kapok.services.items.public import CompiledItem, Item, item_of
from kapok.services.portal import rules
from kapok.services.portal.access import (
    appointment_at_desk,
    item_for_citizen,
    org_for_slots,
    own_appointment,
    party_of,
    slot_for,
)  # fmt: skip
from kapok.services.portal.events import Booked, BookingCancelled, BookingMissed, CheckedIn, SlotChanged, SlotsOpened
from kapok.services.portal.models import Appointment, Slot
from kapok.services.portal.queries.booking import hour_of, last_bookable, serving
from kapok.services.portal.rules import terms

TIMER = "portal.missed"
_TAKE = "update portal_slot set booked = booked + 1 where id = %s and booked < capacity and not closed returning booked"


@action("portal.book")
def book(impl_code: str, slot_id: UUID, *, case: UUID | None = None, by: Actor) -> Appointment:
    """Book an hour for an item, alone or for the company acted for; with `case`, for that case.

    The slot's row is the lock: of any number at once no more than its capacity get it. Refused with portal.hour_full, hour_past,
    hour_closed, day_off, too_far_ahead, booked_already, no_booking.
    """
    owner, item = party_of(by), item_for_citizen(impl_code)
    if not item.appointment:
        raise Refused("portal.no_booking")
    if case is not None and case_of_applicant(by, case).item_id != item.item_id:
        raise NotHere("intake.case", id=case)
    slot = Slot.objects.filter(serving(item), id=slot_id).first()
    if slot is None:
        raise NotHere("portal.slot", id=slot_id)
    calendar = current_calendar()
    rules.may_book(hour_of(slot), now=clock.now(), last_day=last_bookable(calendar), is_working=calendar.is_working).or_raise()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [slot_id])
        if cursor.fetchone() is None:
            raise Refused("portal.hour_full")
    made = _appoint(slot, item, owner, case)
    set_timer(TIMER, slot.id, slot.ends + timedelta(minutes=terms("booking")["grace"]))
    record(by, Booked(str(slot.id), item.impl_code, slot.starts.isoformat()), about=made.id, kind="appointment")
    return made


def _appoint(slot: Slot, item: CompiledItem, owner: UUID, case: UUID | None) -> Appointment:
    """The row; a second open booking of the same party and item is refused by the database."""
    holder = party(owner)
    made = Appointment(
        slot=slot, item_id=item.item_id, item_name=item.name, case_id=case, party_id=owner, name=holder.name_masked if holder else "",
        code=f"{secrets.randbelow(10**8):08d}", booked_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "portal_one_open_booking" in str(error):
            raise Refused("portal.booked_already") from None
        raise
    return made


@action("portal.cancel_booking")
def cancel_booking(appointment_id: UUID, *, by: Actor) -> None:
    """Give a booking back before its hour; the hour is free again at once."""
    found = own_appointment(by, appointment_id)
    Slot.objects.select_for_update().only("id").get(id=found.slot_id)  # first the hour, then its bookings, as `change_slot` does
    rules.may_cancel(found.state, hour_of(found.slot), now=clock.now()).or_raise()
    _give_back(found, "", by)


def _give_back(found: Appointment, reason: str, by: Actor) -> None:
    rows = Appointment.objects.filter(id=found.id, state=Appointment.BOOKED)
    if not rows.update(state=Appointment.CANCELLED, changed_at=clock.now(), reason=reason):
        raise Refused("portal.booking_over")
    with connection.cursor() as cursor:
        cursor.execute("update portal_slot set booked = booked - 1 where id = %s", [found.slot_id])
    record(by, BookingCancelled(str(found.slot_id), bool(reason)), about=found.id, kind="appointment")


@action("portal.check_in")
def check_in(appointment_id: UUID, *, by: Actor) -> None:
    """签到 at the desk, on the day."""
    found = appointment_at_desk(by, appointment_id)
    rules.may_check_in(found.state, hour_of(found.slot), now=clock.now()).or_raise()
    rows = Appointment.objects.filter(id=found.id, state=found.state)
    if not rows.update(state=Appointment.ARRIVED, changed_at=clock.now()):
        raise Refused("portal.booking_over")
    record(by, CheckedIn(str(found.slot_id)), about=found.id, kind="appointment")


@action("portal.miss_bookings")
def miss_bookings(slot_id: UUID) -> int:
    """爽约: whoever has not come when an hour and its grace are over; how many there were."""
    rows = Appointment.objects.select_for_update().filter(slot_id=slot_id, state=Appointment.BOOKED)
    missed = [each.id for each in rows]
    Appointment.objects.filter(id__in=missed).update(state=Appointment.MISSED, changed_at=clock.now())
    for each in missed:
        record(clock_actor(), BookingMissed(str(slot_id)), about=each, kind="appointment")
    return len(missed)


@dataclass(frozen=True)
class Opening:
    """Hours to open: where, for which item ("" for all), the days, the spans of a day, minutes each, and how many people."""

    org: int
    impl_code: str
    place: str
    first: date
    last: date
    spans: tuple[tuple[time, time], ...]
    minutes: int
    capacity: int


@action("portal.open_slots")
def open_slots(opening: Opening, *, by: Actor) -> int:
    """Open hours on every working day of a run; hours that are there already stay as they are. How many were made."""
    where = org_for_slots(by, opening.org)
    item = _served_at(opening, where.id, where.kind, where.region_id)
    faults = opening_faults(opening)
    if faults:
        raise Invalid(faults)
    scope = scope_of(where.id, where.region_id)
    calendar = current_calendar()
    hours = rules.slot_hours(opening.first, opening.last, opening.spans, opening.minutes, is_working=calendar.is_working)
    rows = [
        Slot(org_id=where.id, scope=scope, item=item, place=opening.place.strip(), starts=start, ends=end, capacity=opening.capacity)
        for start, end in hours
    ]  # fmt: skip
    before = Slot.objects.filter(org_id=where.id).count()
    Slot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    made = Slot.objects.filter(org_id=where.id).count() - before
    event = SlotsOpened(where.id, opening.impl_code, opening.first.isoformat(), opening.last.isoformat(), made)
    record(by, event, about=rows[0].id if rows else UUID(int=where.id), kind="slot")
    return made


def _served_at(opening: Opening, org: int, kind: str, region: str) -> Item | None:
    """The item the hours are for, where it is served at this place at all."""
    if not opening.impl_code:
        return None
    item = item_of(opening.impl_code) if len(opening.impl_code) <= 64 else None
    hall = kind in ("hall", "window_group") and item is not None and item.region_id == region
    if item is None or not (item.org_id == org or hall):
        raise Invalid([FieldFault("impl_code", "portal.not_served_here", sentences["portal.not_served_here"])])
    return item


def opening_faults(opening: Opening) -> list[FieldFault]:
    """What is wrong with hours to open, every fault at once."""
    says, wrong = sentences, []
    if not 1 <= len(opening.place.strip()) <= 60:
        wrong.append(FieldFault("place", "portal.place", says["portal.place"]))
    if opening.first < clock.today():
        wrong.append(FieldFault("first", "portal.first_past", says["portal.first_past"]))
    if opening.last < opening.first:
        wrong.append(FieldFault("last", "portal.last_before_first", says["portal.last_before_first"]))
    elif (opening.last - opening.first).days >= terms("booking")["longest_run"]:
        text = str(says["portal.too_many_days"]).format(most=terms("booking")["longest_run"])
        wrong.append(FieldFault("last", "portal.too_many_days", text))
    if not opening.spans or any(begins >= ends for begins, ends in opening.spans):
        wrong.append(FieldFault("morning_from", "portal.spans", says["portal.spans"]))
    if not 5 <= opening.minutes <= 480:
        wrong.append(FieldFault("minutes", "portal.minutes", says["portal.minutes"]))
    if not 1 <= opening.capacity <= 500:
        wrong.append(FieldFault("capacity", "portal.capacity", says["portal.capacity"]))
    return wrong


@action("portal.change_slot")
def change_slot(slot_id: UUID, *, capacity: int, closed: bool, reason: str = "", by: Actor) -> Slot:
    """Another capacity, closed to new bookings, or open again; closing with a reason gives back what was booked and tells people."""
    slot = slot_for(by, slot_id, "portal.slots", lock=True)
    standing = list(Appointment.objects.filter(slot=slot, state=Appointment.BOOKED))
    if not 1 <= capacity <= 500:
        raise Invalid([FieldFault("capacity", "portal.capacity", sentences["portal.capacity"])])
    if closed and standing and not reason.strip():
        raise Invalid([FieldFault("reason", "portal.reason_missing", sentences["portal.reason_missing"])])
    if closed:
        for each in standing:
            _give_back(each, reason.strip()[:200], by)
        slot.refresh_from_db(fields=["booked"])
        cancel_timer(TIMER, slot.id)
    if capacity < slot.booked:
        text = str(sentences["portal.capacity_below_booked"]).format(booked=slot.booked)
        raise Invalid([FieldFault("capacity", "portal.capacity_below_booked", text)])
    Slot.objects.filter(id=slot.id).update(capacity=capacity, closed=closed)
    record(by, SlotChanged(str(slot.id), capacity, closed, reason.strip()[:200]), about=slot.id, kind="slot")
    return slot
