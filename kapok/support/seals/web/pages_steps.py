"""One step of a seal's life at a time, and who may use it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.accounts.public import Account
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.files.public import StoredFile
from kapok.kernel.ui.public import FieldView, Option, render
from kapok.support.seals import rules
from kapok.support.seals.access import seal_for
from kapok.support.seals.actions.making import carry_out_change, make_seal_of
from kapok.support.seals.actions.people import authorise_user, bind_seal, end_authorisation, unbind_seal
from kapok.support.seals.actions.steps import apply_for_change, do_step, owner_of
from kapok.support.seals.data import Step
from kapok.support.seals.models import Seal, SealStep
from kapok.support.seals.rules.drawing import draw
from kapok.support.seals.rules.picture import png_of
from kapok.support.seals.web.frame import (
    DOES,
    PURPOSES,
    actor_of,
    attached,
    day_of,
    faults_of,
    file_field,
    key_of,
    reason_field,
    said,
    typed,
    whole,
    with_file,
)

RED = {"suspend", "return", "return_change"}


@guard("seals.see")
def step(request: HttpRequest, seal_id: UUID, key: str) -> HttpResponse:
    """Do one step, with a reason and where it is asked a file."""
    actor, faults = actor_of(request), []
    wanted = rules.steps().get(key)
    if wanted is None or key == "apply":
        raise NotHere("seals.step", id=key[:20])
    row = seal_for(actor, seal_id, wanted.deed)
    if request.method == "POST":
        try:
            with attached(request, "file", by=actor) as file:
                _do(request, row, wanted, file, actor)
            return HttpResponseRedirect(f"{reverse('seals:seal', args=[seal_id])}?done={key}")
        except KapokError as error:
            faults = faults_of(error, "file" if error.code == "seals.file_missing" else "form")
            faults = with_file(faults, request) if wanted.file == "required" else faults
    destroys = key == "carry_out" and row.change_kind == rules.DESTROY
    context = {
        "seal": row, "step": wanted, "faults": faults, "fields": _fields(request, row, wanted, faults), "warns": key in RED,
        "change": rules.change_names().get(row.change_kind, ""), "state": rules.state_name(row.state, row.change),
        "destroys": destroys, "draws": key == "make", "application": _application(row, wanted),
        "does": _("销毁印章") if destroys else DOES.get(key, _(wanted.name)),
    }  # fmt: skip
    return render(request, "seals/step.jinja", context, status=422 if faults else 200)


def _application(row: Seal, wanted: Step) -> SealStep | None:
    """What was applied for, beside the step that answers it."""
    if not wanted.other_hand:
        return None
    return SealStep.objects.filter(seal=row, round=row.round, step__startswith="apply").order_by("-at", "-id").first()


def _do(request: HttpRequest, row: Seal, wanted: Step, file: StoredFile | None, actor: Actor) -> None:
    said_: dict[str, Any] = {"reason": typed(request, "reason"), "file": file, "by": actor}
    if wanted.key == "make":
        make_seal_of(row.id, **said_)
    elif wanted.key == "carry_out":
        carry_out_change(row.id, **said_)
    elif wanted.key == "apply_change":
        apply_for_change(row.id, typed(request, "change_kind", 16), name=typed(request, "name"), **said_)
    else:
        do_step(row.id, wanted.key, **said_)


def _fields(request: HttpRequest, row: Seal, wanted: Step, faults: list[FieldFault]) -> list[FieldView]:
    fields = []
    if wanted.key == "apply_change":
        kinds = [Option(key, name) for key, name in rules.change_names().items()]
        fields = [
            FieldView("change_kind", _("变更内容"), "radios", typed(request, "change_kind") or "renew", kinds,
                      errors=said(faults, "change_kind")),
            FieldView("name", _("新名称"), value=typed(request, "name") or row.name, max_length=40, required=False,
                      errors=said(faults, "name"), hint=_("仅名称变更时填写。"), shown_when=[("change_kind", "rename")]),
        ]  # fmt: skip
    fields.append(reason_field(faults, typed(request, "reason"), _("事由") if wanted.key != "approve" else None))
    asks = wanted.file == "required"
    fields.append(file_field(faults, required=asks, label=_("申请材料") if asks else None))
    return fields


@guard("seals.make")
def preview(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """What the picture will be, before it is made."""
    row = seal_for(actor_of(request), seal_id, "seals.make")
    kind = rules.kinds()[row.kind]
    drawing = draw(kind, owner=owner_of(row), line=kind.line, number=row.es_id if kind.shape == "round" else "")
    return HttpResponse(png_of(kind, drawing), content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@guard("seals.keep")
def authorise(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Let a member of staff use the seal."""
    actor, faults = actor_of(request), []
    row = seal_for(actor, seal_id, "seals.keep")
    if request.method == "POST":
        try:
            authorise_user(
                seal_id, key_of(typed(request, "account")), keeper=bool(request.POST.get("keeper")),
                per_day=whole(typed(request, "per_day")), until=day_of(typed(request, "until")), reason=typed(request, "reason"), by=actor,
            )  # fmt: skip
            return HttpResponseRedirect(f"{reverse('seals:seal', args=[seal_id])}?done=authorised")
        except KapokError as error:
            faults = faults_of(error, "account")
    people = [Option(str(each.id), each.name) for each in _colleagues(row, actor)]
    people = [Option("", _("请选择")), *people] if people else people
    fields = [
        FieldView("account", _("授权人员"), "select", typed(request, "account"), people or [Option("", _("没有可授权的人员"))],
                  errors=said(faults, "account"), hint=_("用章单位尚未获授权的工作人员；不能授权给自己。")),
        FieldView("per_day", _("每日限额（次）"), "number", typed(request, "per_day") or str(rules.number("per_day")), width="short",
                  errors=said(faults, "per_day")),
        FieldView("until", _("授权截止日期"), "date", typed(request, "until"), required=False, width="short", errors=said(faults, "until"),
                  hint=_("留空：长期有效，直至收回。")),
        FieldView("keeper", _("同时作为保管人"), "checkbox", request.POST.get("keeper", ""), required=False),
        reason_field(faults, typed(request, "reason"), _("授权事由")),
    ]  # fmt: skip
    return render(request, "seals/authorise.jinja", {"seal": row, "fields": fields, "faults": faults}, status=422 if faults else 200)


def _colleagues(row: Seal, actor: Actor) -> list[Account]:
    known = row.users.filter(ended_at=None).values("account")
    found = Account.objects.filter(kind=Account.STAFF, is_active=True, org=row.org_id).exclude(id__in=known).exclude(id=actor.account)
    return list(found.order_by("name")[:300])


@guard("seals.keep")
def end_user(request: HttpRequest, seal_id: UUID, user_id: UUID) -> HttpResponse:
    """Take an authorisation back."""
    actor, faults = actor_of(request), []
    row = seal_for(actor, seal_id, "seals.keep")
    user = row.users.filter(id=user_id, ended_at=None).first()
    if user is None:
        raise NotHere("seals.user", id=user_id)
    if request.method == "POST":
        try:
            end_authorisation(user_id, reason=typed(request, "reason"), by=actor)
            return HttpResponseRedirect(f"{reverse('seals:seal', args=[seal_id])}?done=ended")
        except KapokError as error:
            faults = faults_of(error)
    context = {"seal": row, "user": user, "faults": faults, "fields": [reason_field(faults, typed(request, "reason"), _("收回事由"))]}
    return render(request, "seals/end_user.jinja", context, status=422 if faults else 200)


@guard("seals.keep")
def bindings(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """What systems use the seal for by themselves: kinds of things, and of licences one type or all."""
    actor, faults = actor_of(request), []
    row = seal_for(actor, seal_id, "seals.keep")
    if request.method == "POST":
        kind, purpose = typed(request, "about_kind", 40), typed(request, "purpose", 60) or "*"
        try:
            if "end" in request.POST:
                kind, _bar, purpose = typed(request, "end", 120).partition("|")
                unbind_seal(seal_id, kind, purpose, by=actor)
            elif kind not in PURPOSES:
                raise Invalid([FieldFault("about_kind", "seals.purpose", _("请从列表中选择。"))])
            else:
                bind_seal(seal_id, kind, purpose, by=actor)
            return HttpResponseRedirect(f"{request.path}?done=1")
        except KapokError as error:
            faults = faults_of(error)
    fields = [
        FieldView("about_kind", _("用途"), "select", typed(request, "about_kind"), [Option(key, words) for key, words in PURPOSES.items()],
                  errors=said(faults, "about_kind")),
        FieldView("purpose", _("证照类型代码"), value=typed(request, "purpose"), max_length=60, required=False,
                  hint=_("留空：该用途下全部。")),
    ]  # fmt: skip
    rows = list(row.bindings.filter(ended_at=None).order_by("about_kind", "purpose"))
    context = {"seal": row, "rows": rows, "purposes": PURPOSES, "fields": fields, "faults": faults, "done": request.GET.get("done", "")}
    return render(request, "seals/bindings.jinja", context, status=422 if faults else 200)
