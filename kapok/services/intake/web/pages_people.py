"""Who handles the cases of a region's agencies, and who stands in for whom."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import ROLES, SIGNED_IN, Actor, Grant, guard
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, sentences
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import governed, path_names
from kapok.kernel.regions.public import region as place_of
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.services.intake.actions.configuring import HANDLER_ROLES, end_deputy, name_deputy, name_handler, remove_handler
from kapok.services.intake.models import Deputy
from kapok.services.intake.web.pages_setup import admin_of

SIZE = 50


@guard(SIGNED_IN)
def handlers(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody who handles cases of the region's agencies; naming and removing."""
    actor = admin_of(request, code)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            return _done(request, "intake:setup-handlers", code, _change_handler(request.POST, actor))
        except KapokError as refused:
            faults = _faults(refused)
    now = clock.now()
    held = Grant.objects.filter(Q(ends=None) | Q(ends__gt=now), role__in=HANDLER_ROLES, revoked_at=None, starts__lte=now)
    rows = held.filter(account__org__in=_orgs(code)).select_related("account__org")
    page = keyset(rows, request, order=("-id",), size=SIZE)
    context = {
        "place": place_of(code), "names": path_names(code), "page": page, "roles": ROLES, "faults": faults,
        "views": _handler_views(request.POST, faults),
    }  # fmt: skip
    return render(request, "intake/setup_handlers.jinja", context, status=422 if faults else 200)


def _change_handler(posted: Any, actor: Actor) -> str:
    if posted.get("remove"):
        back = remove_handler(_uuid(posted.get("remove")), posted.get("reason", ""), by=actor)
        return _("已撤销，退回待签收 %(n)s 件。") % {"n": back}
    account = _account("login", posted)
    name_handler(account, posted.get("role", ""), posted.get("reason", ""), ends=_moment("ends", posted, last=True), by=actor)
    return _("已指定，立即生效。")


def _handler_views(posted: Any, faults: list[FieldFault]) -> list[FieldView]:
    roles = [Option(role, ROLES[role]) for role in HANDLER_ROLES]
    return [
        _view("login", _("登录名"), posted, faults, hint=_("本区域单位的工作人员")),
        _view("role", _("角色"), posted, faults, kind="radios", options=roles),
        _view("ends", _("截止日期"), posted, faults, kind="date", required=False),
        _view("reason", _("原因"), posted, faults, max_length=200),
    ]


@guard(SIGNED_IN)
def deputies(request: HttpRequest, code: str) -> HttpResponse:
    """Who stands in for whom in the region, now and to come; naming and ending."""
    actor = admin_of(request, code)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            return _done(request, "intake:setup-deputies", code, _change_deputy(request.POST, actor))
        except KapokError as refused:
            faults = _faults(refused)
    rows = Deputy.objects.filter(ended_at=None, ends__gt=clock.now(), handler__org__in=_orgs(code))
    page = keyset(rows.select_related("handler__org", "deputy"), request, order=("ends", "id"), size=SIZE)
    context = {
        "place": place_of(code), "names": path_names(code), "page": page, "faults": faults, "now": clock.now(),
        "views": _deputy_views(request.POST, faults),
    }  # fmt: skip
    return render(request, "intake/setup_deputies.jinja", context, status=422 if faults else 200)


def _change_deputy(posted: Any, actor: Actor) -> str:
    if posted.get("end"):
        end_deputy(_uuid(posted.get("end")), by=actor)
        return _("代理已结束。")
    starts, ends = _moment("starts", posted), _moment("ends", posted, last=True)
    missing = [
        FieldFault(name, "intake.setup_date", _("请填写日期。")) for name, given in (("starts", starts), ("ends", ends)) if not given
    ]
    if missing or starts is None or ends is None:
        raise Invalid(missing)
    name_deputy(_account("handler", posted), _account("deputy", posted), starts, ends, posted.get("reason", ""), by=actor)
    return _("代理人已登记，到期自动结束。")


def _deputy_views(posted: Any, faults: list[FieldFault]) -> list[FieldView]:
    return [
        _view("handler", _("请假人员登录名"), posted, faults),
        _view("deputy", _("代理人登录名"), posted, faults, hint=_("同一单位、已有办件权限的人员")),
        _view("starts", _("开始日期"), posted, faults, kind="date"),
        _view("ends", _("结束日期"), posted, faults, kind="date", hint=_("到当天结束")),
        _view("reason", _("原因"), posted, faults, max_length=200),
    ]


def _view(name: str, label: str, posted: Any, faults: list[FieldFault], **more: Any) -> FieldView:
    errors = [fault.says for fault in faults if fault.field == name]
    return FieldView(name, label, value=posted.get(name, ""), errors=errors, autocomplete="off", **{"max_length": 60, **more})


def _orgs(code: str) -> Any:
    return Org.objects.filter(governed(code, column="region__path")).values("id")


def _account(field: str, posted: Any) -> UUID:
    login = posted.get(field, "").strip()[:60]
    found = Account.objects.filter(login=login, kind=Account.STAFF, is_active=True).values_list("id", flat=True).first()
    if found is None:
        raise Invalid([FieldFault(field, "intake.setup_login", _("没有这个登录名的工作人员。"))])
    return found


def _moment(field: str, posted: Any, *, last: bool = False) -> datetime | None:
    """The first moment of a day as typed, or with `last` the first after it."""
    try:
        day = date.fromisoformat(posted.get(field, ""))
        return clock.at(day + timedelta(days=1) if last else day)
    except (ValueError, OverflowError):
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid([FieldFault("reason", "intake.setup_choose", sentences["intake.setup_choose"])]) from None


def _faults(refused: KapokError) -> list[FieldFault]:
    if isinstance(refused, Invalid):
        return refused.faults
    raise refused


def _done(request: HttpRequest, page: str, code: str, says: str) -> HttpResponse:
    messages.success(request, says)
    return HttpResponseRedirect(reverse(page, args=[code]))
