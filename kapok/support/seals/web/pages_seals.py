"""印章管理: the seals of one's places, one seal with its steps and users, and applying for a new one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, NotHere
from kapok.kernel.files.public import file_response, open_file
from kapok.kernel.ui.public import FieldView, Link, Option, Point, keyset, render
from kapok.support.seals import rules
from kapok.support.seals.access import orgs_for, seal_for, visible_seals
from kapok.support.seals.actions.steps import apply_for_seal, hand_of
from kapok.support.seals.data import Step
from kapok.support.seals.models import Seal, SealBinding, SealStep, SealUse, SealUser, SealVersion
from kapok.support.seals.web.frame import (
    AHEAD,
    CHANGE_AHEAD,
    DONE,
    PURPOSES,
    actor_of,
    attached,
    faults_of,
    file_field,
    reason_field,
    said,
    typed,
    whole,
    with_file,
)

SIZE = 30
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "use": (gettext_lazy("启用"), ("in_use",)),
    "doing": (gettext_lazy("办理中"), ("applied", "returned", "approved", "made")),
    "suspended": (gettext_lazy("停用"), ("suspended",)),
    "destroyed": (gettext_lazy("已销毁"), ("destroyed",)),
}
TONES = {"in_use": "ok", "suspended": "bad", "destroyed": "mute", "returned": "bad", "made": "wait", "applied": "run", "approved": "run"}


@guard("seals.see")
def seals(request: HttpRequest) -> HttpResponse:
    """The seals of the actor's places by state, with picture and the day their certificate ends."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "use")
    tab = tab if tab in TABS else "use"
    name, kind = request.GET.get("q", "").strip()[:40], request.GET.get("kind", "")[:16]
    rows = visible_seals(actor).filter(state__in=TABS[tab][1])
    if name:
        rows = rows.filter(name__icontains=name) | rows.filter(org__name__icontains=name)
    if kind in rules.kinds():
        rows = rows.filter(kind=kind)
    page = keyset(rows, request, size=SIZE)
    versions = {(row.seal_id, row.number): row for row in _versions(page.items)}
    context = {
        "page": page, "tab": tab, "q": name, "kind": kind, "kinds": rules.kind_names(), "tones": TONES, "now_": clock.now(),
        "kind_options": [Option("", _("全部")), *(Option(key, title) for key, title in rules.kind_names().items())],
        "tabs": [Link(title, f"?tab={key}", current=key == tab) for key, (title, _states) in TABS.items()],
        "versions": versions, "state_name": rules.state_name, "may_apply": actor.may("seals.apply"),
    }  # fmt: skip
    return render(request, "seals/list.jinja", context)


def _versions(items: Any) -> Any:
    wanted = {seal.id for seal in items if seal.version}
    return SealVersion.objects.filter(seal__in=wanted).only("seal_id", "number", "valid_from", "valid_to") if wanted else ()


@guard("seals.see")
def seal(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """One seal: picture, state, what may be done next, who may use it, its steps, its last uses."""
    actor = actor_of(request)
    row = seal_for(actor, seal_id, "seals.see")
    version = SealVersion.objects.filter(seal=row, number=row.version).first()
    steps = list(SealStep.objects.filter(seal=row).order_by("at", "id"))
    users = list(SealUser.objects.filter(seal=row, ended_at=None).order_by("-keeper", "label"))
    context = {
        "seal": row, "version": version, "kind": rules.kinds()[row.kind], "tones": TONES, "state_name": rules.state_name,
        "points": [_point(row, step) for step in reversed(steps)], "users": users, "now_": clock.now(),
        "bindings": list(SealBinding.objects.filter(seal=row, ended_at=None).order_by("about_kind")), "purposes": PURPOSES,
        "uses": list(SealUse.objects.filter(seal=row).order_by("-id")[:10]), "change_kinds": rules.change_names(),
        "next": _next(actor, row, steps), "ahead": AHEAD.get(row.state), "change_ahead": CHANGE_AHEAD.get(row.change, ""),
        "may_keep": actor.may("seals.keep", row), "may_use": row.state == rules.IN_USE and _is_user(users, actor.account),
        "done": DONE.get(request.GET.get("done", ""), ""), "ended": row.state == rules.DESTROYED,
    }  # fmt: skip
    return render(request, "seals/seal.jinja", context)


def _next(actor: Actor, row: Seal, done: list[SealStep]) -> list[Step]:
    """The steps the actor may do now; not those that another hand has to do."""
    hands = [(each.step, str(each.account or each.doer)) for each in done if each.round == row.round]
    possible = [step for step in rules.next_steps(row.state, row.change) if actor.may(step.deed, row)]
    return [step for step in possible if not rules.own_part(step, hand_of(actor), hands)]


def _is_user(users: list[SealUser], account: UUID | None) -> bool:
    return any(user.account == account for user in users)


def _point(row: Seal, step: SealStep) -> Point:
    link = reverse("seals:step-file", args=[row.id, step.id]) if step.file_id else ""
    return Point(step.at, _(rules.steps()[step.step].name), who=step.doer, note=step.reason, href=link, link=_("附件") if link else "")


@guard("seals.see")
def picture(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """The picture of a seal, as PNG."""
    row = seal_for(actor_of(request), seal_id, "seals.see")
    version = SealVersion.objects.filter(seal=row, number=row.version).first()
    if version is None:
        raise NotHere("seals.picture", id=seal_id)
    return HttpResponse(bytes(version.picture), content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@guard("seals.see")
def step_file(request: HttpRequest, seal_id: UUID, step_id: UUID) -> HttpResponse:
    """The file that was attached to a step."""
    row = seal_for(actor_of(request), seal_id, "seals.see")
    step = SealStep.objects.select_related("file").filter(id=step_id, seal=row).first()
    if step is None or step.file is None:
        raise NotHere("seals.file", id=step_id)
    return file_response(step.file, open_file(step.file))


@guard("seals.apply")
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for a new seal."""
    actor, faults = actor_of(request), []
    if request.method == "POST":
        try:
            with attached(request, "file", by=actor) as file:
                made = apply_for_seal(
                    whole(typed(request, "org")), typed(request, "kind", 16), typed(request, "name"), holder=typed(request, "holder"),
                    reason=typed(request, "reason"), file=file, by=actor,
                )  # fmt: skip
            return HttpResponseRedirect(f"{reverse('seals:seal', args=[made.id])}?done=apply")
        except NotHere:
            faults = [FieldFault("org", "seals.org_unknown", _("没有这个单位，或不在您的管理范围内。"))]
        except KapokError as error:
            faults = with_file(faults_of(error, "file"), request)
    return render(request, "seals/apply.jinja", {"fields": _fields(request, faults), "faults": faults}, status=422 if faults else 200)


def _fields(request: HttpRequest, faults: list[FieldFault]) -> list[FieldView]:
    actor = actor_of(request)
    offices = [Option(str(office.id), office.name) for office in orgs_for(actor, "seals.apply")]
    kinds = [Option(key, name) for key, name in rules.kind_names().items()]
    chosen = typed(request, "org") or str(actor.org or "")
    return [
        FieldView("org", _("用章单位"), "select", chosen, offices or [Option("", _("没有可申请的单位"))], errors=said(faults, "org")),
        FieldView("kind", _("印章类型"), "select", typed(request, "kind") or "agency", kinds, errors=said(faults, "kind")),
        FieldView("name", _("印章名称"), value=typed(request, "name"), max_length=40, errors=said(faults, "name"),
                  hint=_("如：深圳市市场监督管理局证照专用章。")),
        FieldView("holder", _("内设机构或个人"), value=typed(request, "holder"), max_length=20, required=False,
                  errors=said(faults, "holder"), hint=_("内设机构章填写内设机构名称，个人名章填写姓名。")),
        reason_field(faults, typed(request, "reason"), _("申请事由")),
        file_field(faults, required=True, label=_("申请材料"),
                   hint=_("加盖实物公章的申请表、批准设立文件等，PDF、OFD 或图片，不超过 20 MB。")),
    ]  # fmt: skip
