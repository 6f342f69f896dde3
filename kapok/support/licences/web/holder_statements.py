"""证明: a signed word that one holds no licence of a type, or that one has ended; its paper and what checks it without a network."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.documents.public import render as render_paper
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.support.licences.actions.using_statements import absent_types, package_of, statement_of_absence, statement_of_end
from kapok.support.licences.queries.using import own_rows, own_statement, own_statements
from kapok.support.licences.rules.using import STATES_OVER
from kapok.support.licences.web import holder_frame as frame


@guard(SIGNED_IN)
def statements(request: HttpRequest) -> HttpResponse:
    """The statements given before, and asking for one."""
    actor = frame.actor_of(request)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            made = _ask(request.POST, actor)
            return HttpResponseRedirect(reverse("licences:holder-statement", args=[made.id]) + "?done=made")
        except KapokError as error:
            faults = frame.faults_of(error, "what")
    page = keyset(own_statements(actor), request, size=10)
    context = {"page": page, "fields": _fields(request.POST, actor, faults), "faults": faults}
    return render(request, "licences/holder_statements.jinja", context, status=422 if faults else 200)


def _ask(posted: Any, actor: Any) -> Any:
    what, at = posted.get("what", ""), _moment(posted)
    kind, _colon, key = what.partition(":")
    if kind == "absent" and key:
        return statement_of_absence(key, at, by=actor)
    licence = as_uuid(key)
    if kind == "ended" and licence:
        return statement_of_end(licence, at, by=actor)
    raise Invalid([FieldFault("what", "licences.what", _("请选择要证明的内容。"))])


def _moment(posted: Any) -> datetime | None:
    """The end of the day typed, or now where that is still to come; None: now."""
    text = posted.get("day", "").strip()
    if not text:
        return None
    day = frame.day_of(text)
    if day is None or not 1900 < day.year < 9000:
        raise Invalid([FieldFault("day", "licences.day", _("请填写日期，例如 2026-11-25。"))])
    return clock.now() if day == clock.today() else clock.end_of(day)


def _fields(posted: Any, actor: Any, faults: list[FieldFault]) -> list[FieldView]:
    ended = own_rows(actor).filter(state__in=STATES_OVER).defer("sealed").order_by("-id")[:50]
    options = [Option(f"absent:{code}", _("没有“%s”") % name) for code, name in absent_types()]
    options += [
        Option(f"ended:{row.id}", _("“%(name)s”%(number)s 已经注销或终止") % {"name": row.name, "number": row.number}) for row in ended
    ]
    return [
        FieldView("what", _("证明什么"), kind="select", options=[Option("", _("请选择")), *options], value=posted.get("what", ""),
                  errors=frame.said(faults, "what")),
        FieldView("day", _("截至哪天"), kind="date", required=False, value=posted.get("day", ""), maximum=clock.today().isoformat(),
                  errors=frame.said(faults, "day"), hint=_("不填就是现在。")),
    ]  # fmt: skip


@guard(SIGNED_IN)
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement with its downloads."""
    row = own_statement(frame.actor_of(request), statement_id)
    return render(request, "licences/holder_statement.jinja", {"row": row, "done": request.GET.get("done", "")})


@guard(SIGNED_IN)
def package(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The signed text with signature and certificates, to be checked without a network."""
    row, content = package_of(statement_id, by=frame.actor_of(request))
    return frame.attachment(content, f"{row.number}.zip", "application/zip")


@guard(SIGNED_IN)
def paper(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The paper (PDF)."""
    row = own_statement(frame.actor_of(request), statement_id)
    return frame.attachment(render_paper(row.document), f"{row.title} {row.number}.pdf", "application/pdf")
