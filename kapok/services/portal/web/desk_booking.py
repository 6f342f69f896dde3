"""At the desk: who comes today, checking in, and the hours that can be booked."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, sentences
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.services.portal.access import orgs_for_slots, slot_for, visible_slots
from kapok.services.portal.actions.booking import Opening, change_slot, check_in, open_slots
from kapok.services.portal.models import Appointment
from kapok.services.portal.queries.booking import bookings_of, day_bounds
from kapok.services.portal.web.booking import STATES, TONES, WEEK
from kapok.services.portal.web.frame import actor_of, day_of, faults_of, said, whole

SIZE = 50
SPANS: tuple[tuple[str, Any, str, str], ...] = (
    ("morning", gettext_lazy("上午"), "09:00", "12:00"),
    ("afternoon", gettext_lazy("下午"), "14:00", "17:00"),
)


@guard("portal.serve")
def day(request: HttpRequest) -> HttpResponse:
    """The hours of a day with those who booked them; a code finds one person."""
    actor = actor_of(request)
    chosen = day_of(request.GET.get("day", "")) or clock.today()
    faults: list[FieldFault] = []
    if request.method == "POST":
        faults = _check_in(request, actor)
        if not faults:
            return HttpResponseRedirect(f"{request.path}?day={clock.today().isoformat()}&done=1")
    page = keyset(visible_slots(actor).filter(starts__range=day_bounds(chosen)), request, order=("starts", "id"), size=SIZE)
    booked = bookings_of(list(page.items))
    context = {
        "day": chosen, "weekday": WEEK[chosen.weekday()], "before": chosen - timedelta(days=1), "after": chosen + timedelta(days=1),
        "page": page, "rows": [(slot, booked[slot.id]) for slot in page.items], "states": STATES, "tones": TONES, "faults": faults,
        "code": FieldView("code", _("预约码"), value=request.POST.get("code", ""), max_length=8, errors=said(faults, "code")),
        "today": clock.today(), "done": "done" in request.GET, "may_open": bool(actor.reach("portal.slots")),
    }  # fmt: skip
    return render(request, "portal/desk_day.jinja", context, status=422 if faults else 200)


def _check_in(request: HttpRequest, actor: Actor) -> list[FieldFault]:
    """Check in by the button of a row, or by the code that somebody says; today's and within reach."""
    code = request.POST.get("code", "").strip()
    key = request.POST.get("appointment", "")
    here = visible_slots(actor).filter(starts__range=day_bounds(clock.today()))
    rows = Appointment.objects.filter(slot__in=here).exclude(state=Appointment.CANCELLED)
    rows = rows.filter(id=_uuid(key)) if key else rows.filter(code=code)
    found = rows.first()
    if found is None:
        return [FieldFault("code", "portal.no_such_code", _("今天没有这个预约码，请核对号码和日期。"))]
    try:
        check_in(found.id, by=actor)
    except KapokError as error:
        return faults_of(error, "code")
    return []


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@dataclass(frozen=True)
class _Typed:
    """The form of hours to open as typed, and what is wrong with it."""

    posted: Any
    faults: list[FieldFault]

    def value(self, name: str, otherwise: str = "") -> str:
        return str(self.posted.get(name, otherwise)).strip()


@guard("portal.slots")
def open_hours(request: HttpRequest) -> HttpResponse:
    """Open hours to book on the working days of a run."""
    actor = actor_of(request)
    typed = _Typed(request.POST, [])
    orgs = orgs_for_slots(actor)
    if request.method == "POST":
        try:
            made = open_slots(_opening(typed), by=actor)
            return HttpResponseRedirect(f"{reverse('portal:desk-day')}?day={typed.value('first')}&made={made}")
        except KapokError as error:
            typed = _Typed(request.POST, faults_of(error))
    context = {"fields": _fields(typed, orgs), "spans": _spans(typed), "faults": typed.faults, "orgs": orgs}
    return render(request, "portal/desk_open.jinja", context, status=422 if typed.faults else 200)


def _opening(typed: _Typed) -> Opening:
    """What was typed as an opening; days and times that are none are named at once."""
    first, last, wrong = day_of(typed.value("first")), day_of(typed.value("last")), []
    wrong += [
        FieldFault(name, "portal.no_day", _("请填写日期，例如 2026-11-25。"))
        for name, value in (("first", first), ("last", last))
        if not value
    ]  # fmt: skip
    spans = []
    for key, *_rest in SPANS:
        begins, ends = (_time(typed.value(f"{key}_{part}")) for part in ("from", "to"))
        if (begins is None) != (ends is None) or (begins is None and (typed.value(f"{key}_from") or typed.value(f"{key}_to"))):
            wrong.append(FieldFault(f"{key}_from", "portal.spans", sentences["portal.spans"]))
        elif begins is not None and ends is not None:
            spans.append((begins, ends))
    if wrong or first is None or last is None:
        raise Invalid(wrong)
    return Opening(
        whole(typed.value("org"), 0), typed.value("impl_code"), typed.value("place"), first, last, tuple(spans),
        whole(typed.value("minutes"), 0), whole(typed.value("capacity"), 0),
    )  # fmt: skip


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if len(text) == 5 else None
    except ValueError:
        return None


def _fields(typed: _Typed, orgs: list[Any]) -> list[FieldView]:
    tomorrow = clock.today() + timedelta(days=1)
    rows: list[tuple[str, Any, str, str, Any]] = [
        ("place", _("地点或窗口"), "text", "", _("例如：一楼 A 区 3 号窗口。")),
        ("impl_code", _("事项的实施编码"), "text", "", _("留空：该单位的全部可预约事项。")),
        ("first", _("开始日期"), "date", tomorrow.isoformat(), _("非工作日自动跳过。")),
        ("last", _("结束日期"), "date", _plus(tomorrow, 13).isoformat(), ""),
        ("minutes", _("每个时段几分钟"), "number", "30", ""),
        ("capacity", _("每个时段几个名额"), "number", "4", ""),
    ]
    where = FieldView(
        "org", _("单位"), kind="select", value=typed.value("org"), options=[Option(str(each.id), each.name) for each in orgs],
        errors=said(typed.faults, "org"),
    )  # fmt: skip
    return [
        where,
        *(
            FieldView(
                name, label, kind=kind, value=typed.value(name, start), hint=hint, required=name != "impl_code",
                errors=said(typed.faults, name), width="short" if kind in ("date", "number") else "",
            )
            for name, label, kind, start, hint in rows
        ),
    ]  # fmt: skip


def _plus(start: date, days: int) -> date:
    return start + timedelta(days=days)


def _spans(typed: _Typed) -> list[FieldView]:
    return [
        FieldView(
            f"{key}_{part}", _("%(span)s%(part)s") % {"span": name, "part": words}, kind="time", value=typed.value(f"{key}_{part}", start),
            required=False, width="short", errors=said(typed.faults, f"{key}_{part}"),
        )
        for key, name, begins, ends in SPANS
        for part, words, start in (("from", _("开始"), begins), ("to", _("结束"), ends))
    ]  # fmt: skip


@guard("portal.slots")
def slot(request: HttpRequest, slot_id: UUID) -> HttpResponse:
    """One hour: its capacity, closed or open; closing tells those who booked."""
    actor = actor_of(request)
    found = slot_for(actor, slot_id, "portal.slots")
    faults: list[FieldFault] = []
    posted = request.POST
    if request.method == "POST":
        try:
            change_slot(
                slot_id, capacity=whole(posted.get("capacity", ""), 0), closed=bool(posted.get("closed")), reason=posted.get("reason", ""),
                by=actor,
            )  # fmt: skip
            return HttpResponseRedirect(f"{reverse('portal:desk-day')}?day={clock.local(found.starts):%Y-%m-%d}&changed=1")
        except KapokError as error:
            faults = faults_of(error)
    booked = Appointment.objects.filter(slot=found, state=Appointment.BOOKED).count()
    fields = [
        FieldView("capacity", _("名额"), kind="number", value=posted.get("capacity", found.capacity), width="short",
                  errors=said(faults, "capacity")),
        FieldView("closed", _("停止预约"), kind="checkbox", value=bool(posted.get("closed")) if posted else found.closed, required=False,
                  hint=_("已有的预约会取消，并把原因告知预约人。") if booked else ""),
        FieldView("reason", _("原因"), value=posted.get("reason", ""), max_length=200, required=False, errors=said(faults, "reason"),
                  hint=_("停止预约且已有人预约时必填；预约人会看到。")),
    ]  # fmt: skip
    context = {"slot": found, "fields": fields, "faults": faults, "booked": booked}
    return render(request, "portal/desk_slot.jinja", context, status=422 if faults else 200)
