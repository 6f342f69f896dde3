"""用印记录: the log of uses with its filters, one entry with its file while it is kept, an export, and the queue."""

import csv
import io
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.files.public import is_formula
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.support.seals import rules
from kapok.support.seals.access import use_for, visible_queue, visible_uses
from kapok.support.seals.actions.using import answer_of
from kapok.support.seals.data import Sealed
from kapok.support.seals.jobs import work_queue
from kapok.support.seals.models import QueuedUse, SealUse
from kapok.support.seals.web.frame import actor_of, day_of, key_of
from kapok.support.seals.web.showing import page_shown, shown_file

SIZE, EXPORTED = 50, 5000
MEDIA = {"ofd": "OFD", "pdf": "PDF", "hash": "SM3"}
QUEUE_STATES: dict[str, tuple[Any, str]] = {
    QueuedUse.WAITING: (gettext_lazy("等待签章"), "wait"), QueuedUse.DONE: (gettext_lazy("已盖章"), "ok"),
    QueuedUse.REFUSED: (gettext_lazy("未盖章"), "bad"),
}  # fmt: skip


@guard("seals.see")
def uses(request: HttpRequest) -> HttpResponse:
    """Uses within reach and one's own, newest first."""
    page = keyset(_filtered(request), request, size=SIZE)
    said = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "first", "last", "media", "seal")}
    fields = [
        FieldView("q", _("文号、办件编号或文件摘要"), "search", said["q"], required=False),
        FieldView("first", _("从"), "date", said["first"], required=False, width="short"),
        FieldView("last", _("到"), "date", said["last"], required=False, width="short"),
        FieldView("media", _("格式"), "select", said["media"], [Option("", _("全部")), Option("ofd", "OFD"), Option("pdf", "PDF")],
                  required=False),
    ]  # fmt: skip
    return render(request, "seals/uses.jinja", {"page": page, "fields": fields, "said": said, "query": request.GET.urlencode()})


def _filtered(request: HttpRequest) -> QuerySet[SealUse]:
    rows = visible_uses(actor_of(request))
    text, first, last = request.GET.get("q", "").strip()[:80], day_of(request.GET.get("first", "")), day_of(request.GET.get("last", ""))
    if request.GET.get("seal"):
        rows = rows.filter(seal=key_of(request.GET["seal"]))
    if request.GET.get("media") in MEDIA:
        rows = rows.filter(media=request.GET["media"])
    if first:
        rows = rows.filter(day__gte=first)
    if last:
        rows = rows.filter(day__lte=last)
    if text:
        digest = _digest(text)
        rows = rows.filter(document_sm3=digest) | rows.filter(sealed_sm3=digest) if digest else rows.filter(case_number=text)
    return rows


def _digest(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return b""
    return found if len(found) == 32 else b""


@guard("seals.see")
def export(request: HttpRequest) -> HttpResponse:
    """The filtered log as CSV, up to 5,000 lines."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow([_("时间"), _("印章"), _("印章编码"), _("用章单位"), _("用章人"), _("事由"), _("办件编号或文号"), _("格式"),
                    _("文件摘要（SM3）"), _("盖章后摘要（SM3）"), _("位置数"), _("记录号")])  # fmt: skip
    for row in _filtered(request).order_by("-id")[:EXPORTED]:
        cells = [f"{clock.local(row.at):%Y-%m-%d %H:%M:%S}", row.seal.name, row.seal.es_id, row.seal.org.name, row.doer,
                 row.reason, row.case_number, MEDIA[row.media], bytes(row.document_sm3).hex(), bytes(row.sealed_sm3).hex(),
                 len(row.places), row.id]  # fmt: skip
        sheet.writerow([f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell for cell in cells])
    name = quote(f"{_('用印记录')} {clock.today()}.csv")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@guard("seals.see")
def use(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """One entry of the log; its file in the viewer, for who made it and while it is kept."""
    actor = actor_of(request)
    row = use_for(actor, use_id)
    kept = _kept(actor, row)
    shown = shown_file(kept.content, row.media, request.path) if kept and row.media == "ofd" else None
    context = {
        "use": row, "kept": kept is not None, "shown": shown, "media": MEDIA[row.media], "done": request.GET.get("done", ""),
        "own": actor.account is not None and row.account == actor.account,
        "hours": rules.number("answer_hours"), "document_sm3": bytes(row.document_sm3).hex(), "sealed_sm3": bytes(row.sealed_sm3).hex(),
    }  # fmt: skip
    return render(request, "seals/use.jinja", context)


@guard("seals.see")
def use_page(request: HttpRequest, use_id: UUID, number: int) -> HttpResponse:
    """One page of the sealed file, for the viewer."""
    return page_shown(_own_file(request, use_id).content, number)


@guard("seals.see")
def use_file(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """The sealed file."""
    row = use_for(actor_of(request), use_id)
    content = _own_file(request, use_id).content
    name = quote(f"{row.seal.name} {clock.local(row.at):%Y%m%d%H%M%S}.{row.media}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "X-Content-Type-Options": "nosniff",
               "Content-Security-Policy": "sandbox; default-src 'none'"}  # fmt: skip
    return HttpResponse(content, content_type=rules.MEDIA[row.media], headers=headers)


def _own_file(request: HttpRequest, use_id: UUID) -> Sealed:
    actor = actor_of(request)
    kept = _kept(actor, use_for(actor, use_id))
    if kept is None:
        raise NotHere("seals.file", id=use_id)
    return kept


def _kept(actor: Actor, row: SealUse) -> Sealed | None:
    """The file, only for who made the use: the log is for others, what was sealed is not."""
    return answer_of(row.request) if actor.account is not None and row.account == actor.account else None


@guard("seals.see")
def queue(request: HttpRequest) -> HttpResponse:
    """Uses that wait for the holder of a key, and what became of earlier ones."""
    actor = actor_of(request)
    if request.method == "POST":
        work_queue.later()
        return HttpResponseRedirect(f"{request.path}?done=again")
    page = keyset(visible_queue(actor), request, order=("-number",), size=SIZE)
    uses_of = dict(SealUse.objects.filter(request__in=[row.request for row in page.items]).values_list("request", "id"))
    context = {
        "page": page,
        "states": QUEUE_STATES,
        "uses": uses_of,
        "waits": any(row.state == QueuedUse.WAITING for row in page.items),
        "done": request.GET.get("done", ""),
    }
    return render(request, "seals/queue.jinja", context)
