"""批量任务: applied for with the digests of the files, decided by another hand, then sealed file by file."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.crypto.public import sm3
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.support.seals import rules
from kapok.support.seals.access import task_for, usable_seals, visible_tasks
from kapok.support.seals.actions.batches import apply_for_task, close_task, decide_task
from kapok.support.seals.actions.placing import Wish, places_for
from kapok.support.seals.actions.using import use_seal
from kapok.support.seals.data import SealRequest
from kapok.support.seals.models import SealTask, SealTaskFile
from kapok.support.seals.web.frame import actor_of, checked, decimal, faults_of, key_of, reason_field, said, typed

SIZE, AT_ONCE = 30, 100
STATES: dict[str, tuple[Any, str]] = {
    SealTask.APPLIED: (gettext_lazy("待审批"), "run"), SealTask.APPROVED: (gettext_lazy("已批准"), "ok"),
    SealTask.RETURNED: (gettext_lazy("已退回"), "bad"), SealTask.CLOSED: (gettext_lazy("已结束"), "mute"),
}  # fmt: skip


@guard("seals.use")
def tasks(request: HttpRequest) -> HttpResponse:
    """Batches within reach, newest first."""
    page = keyset(visible_tasks(actor_of(request)), request, order=("-applied_at", "-id"), size=SIZE)
    return render(request, "seals/tasks.jinja", {"page": page, "states": STATES})


@guard("seals.use")
def new_task(request: HttpRequest) -> HttpResponse:
    """Apply for a batch: its files (only their digests are taken), or the digests themselves."""
    actor, faults = actor_of(request), []
    if request.method == "POST":
        try:
            seal = usable_seals(actor).filter(id=key_of(typed(request, "seal"))).first()
            if seal is None:
                raise Invalid([FieldFault("seal", "seals.not_for_you", _("请选择您获授权的印章。"))])
            digests = [line for line in request.POST.get("digests", "")[:500_000].split() if line]
            digests += [sm3(file.read()).hex() for file in request.FILES.getlist("files")]
            made = apply_for_task(seal.id, digests, reason=typed(request, "reason"), by=actor)
            return HttpResponseRedirect(f"{reverse('seals:task', args=[made.id])}?done=applied")
        except KapokError as error:
            faults = faults_of(error)
    options = [Option(str(seal.id), seal.name) for seal in usable_seals(actor)]
    options = [Option("", _("请选择")), *options] if len(options) > 1 else options
    fields = [
        FieldView("seal", _("印章"), "select", typed(request, "seal"), options or [Option("", _("您还没有获授权的印章"))],
                  errors=said(faults, "seal")),
        FieldView("files", _("要盖章的文件"), "file", accept=".ofd,.pdf", multiple=True, required=False, errors=said(faults, "files"),
                  hint=_("只计算摘要，不保存文件。")),
        FieldView("digests", _("或粘贴文件摘要（SM3）"), "textarea", request.POST.get("digests", "")[:500_000], required=False, rows=6,
                  errors=said(faults, "digests"), hint=_("每行一个，64 位十六进制。")),
        reason_field(faults, typed(request, "reason"), _("用章事由")),
    ]  # fmt: skip
    return render(request, "seals/new_task.jinja", {"fields": fields, "faults": faults}, status=422 if faults else 200)


@guard("seals.use")
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One batch: decide it, seal its files, or end it."""
    actor, faults, results = actor_of(request), [], []
    row = _task(actor, task_id)
    if request.method == "POST":
        try:
            if "decide" in request.POST:
                decide_task(task_id, approve=request.POST["decide"] == "approve", reason=typed(request, "reason"), by=actor)
                return HttpResponseRedirect(f"{request.path}?done=decided")
            if "close" in request.POST:
                close_task(task_id, reason=typed(request, "reason"), by=actor)
                return HttpResponseRedirect(f"{request.path}?done=closed")
            results = _seal_all(request, row, actor)
        except KapokError as error:
            faults = faults_of(error, "files" if "seal" in request.POST else "form")
        row = _task(actor, task_id)
    done = SealTaskFile.objects.filter(task=row).exclude(use=None).count()
    applicant = Account.objects.filter(id=row.applied_by).values_list("name", flat=True).first() if row.applied_by else ""
    context = {
        "task": row, "states": STATES, "applicant": applicant, "faults": faults, "results": results, "finished": done, "now_": clock.now(),
        "may_decide": row.state == SealTask.APPLIED and actor.may("seals.tasks", row.seal) and row.applied_by != actor.account,
        "may_seal": row.state == SealTask.APPROVED and usable_seals(actor).filter(id=row.seal_id).exists(),
        "fields": _place_fields(request, faults), "reason": reason_field(faults, typed(request, "reason")),
        "done": request.GET.get("done", ""), "may_close": row.applied_by == actor.account or actor.may("seals.tasks", row.seal),
    }  # fmt: skip
    return render(request, "seals/task.jinja", context, status=422 if faults else 200)


def _task(actor: Actor, task_id: UUID) -> SealTask:
    found = visible_tasks(actor).filter(id=task_id).first()
    return found if found is not None else task_for(actor, task_id, "seals.use")


def _place_fields(request: HttpRequest, faults: Sequence[FieldFault]) -> list[FieldView]:
    return [
        FieldView("files", _("文件"), "file", accept=".ofd,.pdf", multiple=True, errors=said(faults, "files"),
                  hint=_("一次最多 %(n)s 份，须在批准的清单内。") % {"n": AT_ONCE}),
        FieldView("pages", _("页码"), value=typed(request, "pages") or "1", max_length=60, width="short", required=False,
                  hint=_("如 1-3,5；留空为全部页。")),
        FieldView("x", _("左边距"), "amount", typed(request, "x") or "135", unit="mm", width="short",
                  hint=_("印章左上角到页面左上角的距离；预设为 A4 竖版落款处。")),
        FieldView("y", _("上边距"), "amount", typed(request, "y") or "217", unit="mm", width="short"),
    ]  # fmt: skip


def _seal_all(request: HttpRequest, row: SealTask, actor: Actor) -> list[tuple[str, str, str]]:
    """Name, the use's id, and what is wrong, of every file that was sent."""
    files = request.FILES.getlist("files")
    if not 1 <= len(files) <= AT_ONCE:
        raise Invalid([FieldFault("files", "seals.file_missing", _("请选择 1 至 %(n)s 份文件。") % {"n": AT_ONCE})])
    wish = Wish("position", typed(request, "pages", 60), decimal(typed(request, "x", 12)), decimal(typed(request, "y", 12)))
    return [_seal_one(row, file, wish, actor) for file in files]


def _seal_one(row: SealTask, file: UploadedFile, wish: Wish, actor: Actor) -> tuple[str, str, str]:
    name, content = file.name or "file", file.read()
    media = "pdf" if content.startswith(b"%PDF-") else "ofd"
    kind = rules.kinds()[row.seal.kind]
    try:
        checked("files", name, content, allow=tuple(rules.MEDIA.values()), megabytes=rules.number("file_megabytes"))
        places = places_for(content, media, wish, width=kind.width, height=kind.height)
        asked = SealRequest(
            seal=row.seal_id, request=uuid5(row.id, sm3(content).hex()), content=content, media=media, reason=row.reason, places=places,
            task=row.id,
        )  # fmt: skip
        return name, str(use_seal(asked, by=actor).use), ""
    except NotHere:
        raise
    except Invalid as error:
        return name, "", str(error.faults[0].says)
    except KapokError as error:
        return name, "", error.message()
