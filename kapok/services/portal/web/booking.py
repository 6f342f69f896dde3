"""Booking an hour: the day, the hour, the receipt with its code; own bookings, and giving one back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, Refused
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.services.intake.public import Case, case_of_applicant
from kapok.services.items.public import CompiledItem, compiled
from kapok.services.portal.access import item_for_citizen, own_appointment
from kapok.services.portal.actions.booking import book, cancel_booking
from kapok.services.portal.models import Appointment, Slot
from kapok.services.portal.queries.booking import hour_of, last_bookable, open_booking, open_hours, own_appointments
from kapok.services.portal.rules import may_cancel
from kapok.services.portal.web.frame import actor_of, day_of, faults_of, said

SIZE = 20
STATES: dict[str, Any] = {
    "booked": gettext_lazy("已约"), "arrived": gettext_lazy("已签到"), "cancelled": gettext_lazy("已取消"), "missed": gettext_lazy("爽约"),
}  # fmt: skip
TONES = {"booked": "run", "arrived": "ok", "cancelled": "mute", "missed": "bad"}
WEEK: tuple[Any, ...] = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"), gettext_lazy("周五"), gettext_lazy("周六"),
    gettext_lazy("周日"),
)  # fmt: skip


@guard(SIGNED_IN)
def for_item(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Book for an item, from its guide."""
    return _choose(request, item_for_citizen(impl_code), None)


@guard(SIGNED_IN)
def for_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Book for an own case, from its page."""
    found = case_of_applicant(actor_of(request), case_id)
    return _choose(request, compiled(found.version), found)


def _choose(request: HttpRequest, item: CompiledItem, case: Case | None) -> HttpResponse:
    """The days with what is left, the hours of one day, and booking one."""
    actor = actor_of(request)
    if not item.appointment:
        raise Refused("portal.no_booking")
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            made = book(item.impl_code, _uuid(request.POST.get("slot", "")), case=case.id if case else None, by=actor)
            return HttpResponseRedirect(reverse("portal:appointment", args=[made.id]) + "?done=booked")
        except KapokError as error:
            faults = faults_of(error, "slot")
    days = open_hours(item)
    chosen = day_of(request.POST.get("day") or request.GET.get("day", ""))
    context: dict[str, Any] = {
        "item": item, "case": case, "faults": faults,
        "days": [(day, WEEK[day.weekday()], _left(slots)) for day, slots in days.items()], "chosen": chosen,
        "field": _field(days.get(chosen, []), faults) if chosen in days else None, "known": open_booking(actor, item.item_id),
        "last": last_bookable(current_calendar()), "here": request.path,
    }  # fmt: skip
    return render(request, "portal/book.jinja", context, status=422 if faults else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("portal.hour_not_chosen", 422, says=_("请选择一个时段。")) from None


def _left(slots: list[Slot]) -> int:
    return sum(max(0, slot.capacity - slot.booked) for slot in slots)


def _field(slots: list[Slot], faults: list[FieldFault]) -> FieldView:
    """The hours of a day as choices; the full ones stand there and cannot be chosen."""
    options = []
    for slot in slots:
        left = max(0, slot.capacity - slot.booked)
        label = f"{clock.local(slot.starts):%H:%M}–{clock.local(slot.ends):%H:%M}"
        hint = f"{slot.org.name} {slot.place} · " + (_("余 %(n)s 个名额") % {"n": left} if left else _("已约满"))
        options.append(Option(str(slot.id), label, hint, disabled=not left))
    return FieldView("slot", _("选择时段"), kind="radios", options=options, errors=said(faults, "slot"))


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """Own bookings, the newest first."""
    page = keyset(own_appointments(actor_of(request)), request, size=SIZE)
    return render(request, "portal/appointments.jinja", {"page": page, "states": STATES, "tones": TONES, "BOOKED": Appointment.BOOKED})


@guard(SIGNED_IN)
def one(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """A booking with its code, when and where; given back after a question."""
    actor = actor_of(request)
    found = own_appointment(actor, appointment_id)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            cancel_booking(appointment_id, by=actor)
            return HttpResponseRedirect(request.path + "?done=cancelled")
        except KapokError as error:
            faults = faults_of(error)
    context = {
        "one": found, "state": STATES[found.state], "tone": TONES[found.state], "faults": faults, "asked": "cancel" in request.GET,
        "may_cancel": bool(may_cancel(found.state, hour_of(found.slot), now=clock.now())), "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(request, "portal/appointment.jinja", context, status=409 if faults else 200)
