"""At the desk: notices of the actor's regions, and times in which new applications stop."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError
from kapok.kernel.orgs.public import org
from kapok.kernel.regions.public import children, region
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.services.items.public import code_sets
from kapok.services.portal.access import visible_maintenance, visible_notices
from kapok.services.portal.actions.upkeep import REASON, TEXT, TITLE, end_maintenance, plan_maintenance, put_notice, withdraw_notice
from kapok.services.portal.queries.browsing import PROVINCE
from kapok.services.portal.queries.upkeep import planned, put_up
from kapok.services.portal.web.frame import actor_of, day_of, faults_of, said

SIZE = 30


@guard("portal.announce")
def notices(request: HttpRequest) -> HttpResponse:
    """The notices of the actor's regions, newest first; one is taken down here."""
    actor = actor_of(request)
    if request.method == "POST":
        withdraw_notice(_key(request.POST.get("notice", "")), by=actor)
        return HttpResponseRedirect(f"{request.path}?done=1")
    page = keyset(put_up(visible_notices(actor)), request, order=("-starts", "-id"), size=SIZE)
    return render(request, "portal/desk_notices.jinja", {"page": page, "now_": clock.now(), "channels": channels()})


@guard("portal.announce")
def new_notice(request: HttpRequest) -> HttpResponse:
    """Put up a notice."""
    actor, faults = actor_of(request), []
    if request.method == "POST":
        try:
            put_notice(_said(request, "region"), _said(request, "title"), _said(request, "text"), *_span(request),
                       channel=_said(request, "channel"), by=actor)  # fmt: skip
            return HttpResponseRedirect(f"{reverse('portal:desk-notices')}?made=1")
        except KapokError as error:
            faults = faults_of(error)
    fields = [
        _region_field(request, actor, faults),
        _text(request, faults, "title", _("标题"), TITLE[1]),
        _long(request, faults, "text", _("内容"), TEXT[1]),
        _channel_field(request, faults),
        *_span_fields(request, faults),
    ]
    return render(request, "portal/desk_notice.jinja", {"fields": fields, "faults": faults}, status=422 if faults else 200)


@guard("portal.maintain")
def maintenance(request: HttpRequest) -> HttpResponse:
    """The times without new applications of the actor's places and items; one is ended here."""
    actor = actor_of(request)
    if request.method == "POST":
        end_maintenance(_key(request.POST.get("maintenance", "")), by=actor)
        return HttpResponseRedirect(f"{request.path}?done=1")
    page = keyset(planned(visible_maintenance(actor)), request, order=("-starts", "-id"), size=SIZE)
    return render(request, "portal/desk_maintenance.jinja", {"page": page, "now_": clock.now(), "channels": channels()})


@guard("portal.maintain")
def new_maintenance(request: HttpRequest) -> HttpResponse:
    """Stop new applications for a time."""
    actor, faults = actor_of(request), []
    code = _said(request, "impl_code") or request.GET.get("item", "")[:64]
    if request.method == "POST":
        try:
            plan_maintenance(_said(request, "reason"), _said(request, "alternatives"), *_span(request), impl_code=code,
                             region=_said(request, "region"), channel=_said(request, "channel"), by=actor)  # fmt: skip
            return HttpResponseRedirect(f"{reverse('portal:desk-maintenance')}?made=1")
        except KapokError as error:
            faults = faults_of(error)
    item = FieldView("impl_code", _("实施编码"), value=code, hint=_("留空：下面所选区域的全部事项。"), required=False, max_length=64,
                     errors=said(faults, "impl_code"))  # fmt: skip
    fields = [
        item,
        _region_field(request, actor, faults),
        _channel_field(request, faults),
        *_span_fields(request, faults),
        _long(request, faults, "reason", _("暂停原因"), REASON[1]),
        _long(request, faults, "alternatives", _("暂停期间怎样办理"), REASON[1]),
    ]
    return render(request, "portal/desk_stop.jinja", {"fields": fields, "faults": faults}, status=422 if faults else 200)


def channels() -> dict[str, Any]:
    """The ways of applying, by code."""
    return {"": _("全部渠道"), **code_sets()["channels"]}


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _said(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()[:2000]


def _span(request: HttpRequest) -> tuple[datetime, datetime]:
    """From and to as typed, a day and an hour each; what is none is before all time, which the rule refuses by name."""
    return _moment(request, "starts"), _moment(request, "ends")


def _moment(request: HttpRequest, name: str) -> datetime:
    day = day_of(_said(request, f"{name}_day"))
    try:
        hour = time.fromisoformat(_said(request, f"{name}_time")[:5] or "00:00")
    except ValueError:
        hour = time(0)
    return clock.at(day, hour.hour, hour.minute) if day else clock.at(clock.today().replace(year=2000, day=1), 0)


def _span_fields(request: HttpRequest, faults: list[FieldFault]) -> list[FieldView]:
    today = clock.today().isoformat()
    return [
        FieldView("starts_day", _("开始日期"), "date", _said(request, "starts_day") or today, width="short", errors=said(faults, "starts")),
        FieldView("starts_time", _("开始时间"), "time", _said(request, "starts_time") or "00:00", width="short"),
        FieldView("ends_day", _("结束日期"), "date", _said(request, "ends_day"), width="short", errors=said(faults, "ends"), id="id_ends"),
        FieldView("ends_time", _("结束时间"), "time", _said(request, "ends_time") or "18:00", width="short"),
    ]


def _region_field(request: HttpRequest, actor: Actor, faults: list[FieldFault]) -> FieldView:
    """The region of the actor's office and those directly below it."""
    own = region(org(actor.org).region_id if actor.org else PROVINCE)
    places = [own, *children(own.code)]
    options = [Option(place.code, place.name) for place in places]
    chosen = _said(request, "region") or own.code
    return FieldView("region", _("区域"), "select", chosen, options, errors=said(faults, "region"))


def _channel_field(request: HttpRequest, faults: list[FieldFault]) -> FieldView:
    options = [Option(code, words) for code, words in channels().items()]
    return FieldView("channel", _("渠道"), "select", _said(request, "channel"), options, required=False, errors=said(faults, "channel"))


def _text(request: HttpRequest, faults: list[FieldFault], name: str, label: str, most: int) -> FieldView:
    return FieldView(name, label, value=_said(request, name), max_length=most, errors=said(faults, name))


def _long(request: HttpRequest, faults: list[FieldFault], name: str, label: str, most: int) -> FieldView:
    return FieldView(name, label, "textarea", _said(request, name), max_length=most, errors=said(faults, name))
