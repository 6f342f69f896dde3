"""Importing on screen: what can be imported, a file handed in, its report read, the good rows taken, the bad ones downloaded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.common.guards import guard
from kapok.kernel.imports import errors as failures
from kapok.kernel.imports import sheets
from kapok.kernel.imports.access import USE, batch_for, kind_for, kinds_for, visible_to
from kapok.kernel.imports.actions import UPLOAD_LIMIT, approve_batch, hand_out_faults, stop_batch, upload_batch
from kapok.kernel.imports.checking import sentence
from kapok.kernel.imports.errors import NotATable, TooLarge
from kapok.kernel.imports.kinds import ImportKind, import_kinds
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.queries import Progress, fault_counts, group_counts, progress_of
from kapok.kernel.ui.public import ErrorLine, FieldView, keyset, render

TONES = {
    Batch.WAITING: "mute",
    Batch.CHECKING: "run",
    Batch.CHECKED: "wait",
    Batch.APPROVED: "mute",
    Batch.TAKING: "run",
    Batch.DONE: "ok",
    Batch.STOPPED: "mute",
    Batch.REFUSED: "bad",
}
_FORMS = {
    "text": gettext_lazy("文字"), "date": gettext_lazy("日期"), "integer": gettext_lazy("整数"), "amount": gettext_lazy("金额"),
}  # fmt: skip
_SHEETS = {"csv": ("text/csv; charset=utf-8", "csv"), "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")}
_SHOWN_FAULTS = 30
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Shown:
    """A batch as its page draws it."""

    batch: Batch
    kind: ImportKind | None
    progress: Progress

    @property
    def title(self) -> str:
        return str(self.kind.title) if self.kind else self.batch.kind

    @property
    def name(self) -> str:
        return self.batch.file.name if self.batch.file else _("（文件已销毁）")

    @property
    def tone(self) -> str:
        return TONES[self.batch.state]

    @property
    def rate(self) -> str:
        return _("每秒 %(n)s 行") % {"n": f"{self.progress.rate:,.0f}"} if self.progress.rate else ""

    @property
    def left(self) -> str:
        if self.progress.left is None:
            return ""
        seconds = int(self.progress.left) + 1
        if seconds < 90:
            return ngettext("约剩 %(n)d 秒", "约剩 %(n)d 秒", seconds) % {"n": seconds}
        return ngettext("约剩 %(n)d 分钟", "约剩 %(n)d 分钟", seconds // 60 + 1) % {"n": seconds // 60 + 1}

    @property
    def problem(self) -> str:
        """Why the file could not be imported, in words."""
        for known in vars(failures).values():
            if isinstance(known, type) and issubclass(known, KapokError) and known.code == self.batch.problem:
                return known(**self.batch.problem_data).message()
        return self.batch.problem


@guard(USE)
def show_list(request: HttpRequest) -> HttpResponse:
    """What this person may import, and the batches within reach, the newest first."""
    by: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    page = keyset(visible_to(by).select_related("file"), request, order=("-id",), size=30)
    rows = [_shown(batch) for batch in page.items]
    return render(request, "imports/list.jinja", {"kinds": kinds_for(by), "page": page, "rows": rows})


@guard(USE)
def upload(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The columns of a kind, its empty sheet, and the place to hand a file in."""
    by: Any = request.actor  # type: ignore[attr-defined]  # as above
    kind = kind_for(by, kind_key)
    errors: list[str] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                return _upload_page(request, kind, [_("请选择文件。")])
            if not file.size:
                raise NotATable(name=file.name)
            if file.size > UPLOAD_LIMIT:
                raise TooLarge(limit=f"{UPLOAD_LIMIT // _MEGABYTE} MB")
            batch = upload_batch(kind.key, str(file.name), file.read(), by=by)
            return HttpResponseRedirect(reverse("imports:batch", args=[batch.id]))
        except (NotATable, TooLarge) as refused:
            errors.append(refused.message())
    return _upload_page(request, kind, errors)


def _upload_page(request: HttpRequest, kind: ImportKind, errors: list[str]) -> HttpResponse:
    accept = ".csv,.txt,.xlsx" + (",.zip" if kind.read_file else "")
    field = FieldView("file", _("文件"), "file", hint=_hint(kind), accept=accept, errors=errors)
    lines = [ErrorLine("id_file", says) for says in errors]
    context = {"kind": kind, "field": field, "errors": lines, "forms": _FORMS}
    return render(request, "imports/upload.jinja", context, status=422 if errors else 200)


def _hint(kind: ImportKind) -> str:
    sources = _("CSV（UTF-8 或 GB18030）、XLSX，或装有 OFD 的 ZIP 包") if kind.read_file else _("CSV（UTF-8 或 GB18030）或 XLSX")
    return _("%(sources)s；最大 %(limit)s MB。") % {"sources": sources, "limit": UPLOAD_LIMIT // _MEGABYTE}


@guard(USE)
def form_sheet(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The empty sheet of a kind, all cells text."""
    kind = kind_for(request.actor, kind_key)  # type: ignore[attr-defined]  # as above
    return _sheet(sheets.as_xlsx(sheets.form_lines(kind), str(kind.title)), "xlsx", f"{kind.key}-form")


@guard(USE)
def show_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A batch in its state: waiting and at work with progress, checked with its report, done with what became of it."""
    batch = batch_for(request.actor, batch_id)  # type: ignore[attr-defined]  # as above
    return render(request, "imports/batch.jinja", _context(batch))


@guard(USE)
def batch_progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The part of the page that changes while a batch is at work; once it is not, the whole page is shown anew."""
    batch = batch_for(request.actor, batch_id)  # type: ignore[attr-defined]  # as above
    response = render(request, "imports/_progress.jinja", {"shown": _shown(batch)})
    if batch.state not in Batch.AT_WORK:
        response["HX-Refresh"] = "true"
    return response


def _shown(batch: Batch) -> Shown:
    return Shown(batch, import_kinds.find(batch.kind), progress_of(batch))


def _context(batch: Batch) -> dict[str, Any]:
    shown = _shown(batch)
    context: dict[str, Any] = {"shown": shown, "at_work": batch.state in Batch.AT_WORK}
    if not context["at_work"] and shown.kind and batch.state != Batch.REFUSED:
        context |= {
            "faults": fault_counts(batch, shown.kind), "groups": group_counts(batch, 50), "group_title": _group_title(shown.kind),
            "first": _first_rows(batch, shown.kind),
        }  # fmt: skip
    return context


def _group_title(kind: ImportKind) -> str:
    column = kind.column(kind.group)
    return str(column.title) if column else ""


def _first_rows(batch: Batch, kind: ImportKind) -> list[tuple[int, str, list[str]]]:
    """The first faulty rows by line and words; their values only in the sheet."""
    rows = StagedRow.objects.filter(batch=batch, state=StagedRow.FAULTY).order_by("number").only("number", "file", "faults")
    return [
        (row.number, row.file, [sentence(kind, column, code, data) for column, code, data in row.faults]) for row in rows[:_SHOWN_FAULTS]
    ]


@guard(USE)
@require_POST
def approve(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    approve_batch(batch_id, by=request.actor)  # type: ignore[attr-defined]  # as above
    return HttpResponseRedirect(reverse("imports:batch", args=[batch_id]))


@guard(USE)
@require_POST
def stop(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    stop_batch(batch_id, by=request.actor)  # type: ignore[attr-defined]  # as above
    return HttpResponseRedirect(reverse("imports:batch", args=[batch_id]))


@guard(USE)
def faults_sheet(request: HttpRequest, batch_id: UUID, form: str) -> HttpResponse:
    """The faulty rows to be mended; who downloads them is written down."""
    by: Any = request.actor  # type: ignore[attr-defined]  # as above
    kind = kind_for(by, batch_for(by, batch_id).kind)
    batch = hand_out_faults(batch_id, form, by=by)
    lines = sheets.fault_lines(batch, kind)
    content = sheets.as_csv(lines) if form == "csv" else sheets.as_xlsx(lines, _("错误清单"))
    return _sheet(content, form, f"faults-{str(batch.id)[-12:]}")


@guard(USE)
def groups_sheet(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The reconciliation as CSV."""
    batch = batch_for(request.actor, batch_id)  # type: ignore[attr-defined]  # as above
    return _sheet(sheets.as_csv(sheets.group_lines(batch)), "csv", f"reconciliation-{str(batch.id)[-12:]}")


def _sheet(content: bytes, form: str, name: str) -> HttpResponse:
    if form not in _SHEETS:
        raise NotHere("imports.sheet", id=form)
    kind, ending = _SHEETS[form]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)
