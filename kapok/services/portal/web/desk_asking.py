"""At the desk: questions that wait, the most urgent first; answering one, and putting it off."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import guard
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError
from kapok.kernel.ui.public import Due, FieldView, Link, keyset, render
from kapok.services.portal.access import question_at_desk, waiting_questions
from kapok.services.portal.actions.asking import ANSWER, answer_question, extend_answer
from kapok.services.portal.models import Question
from kapok.services.portal.queries.asking import is_overdue, read_at_desk
from kapok.services.portal.rules import may_extend, terms
from kapok.services.portal.web.asking import RATINGS, STATES
from kapok.services.portal.web.frame import actor_of, faults_of, said, whole

SIZE = 50
TABS: dict[str, Any] = {"waiting": gettext_lazy("待答"), "overdue": gettext_lazy("超期未答"), "answered": gettext_lazy("已答")}


@guard("portal.answer")
def questions(request: HttpRequest) -> HttpResponse:
    """Questions within reach: waiting by due date, overdue, or answered, the newest first."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    rows = waiting_questions(actor)
    if tab == "answered":
        page = keyset(rows.exclude(state=Question.WAITING), request, size=SIZE)
    else:
        rows = rows.filter(state=Question.WAITING, **({"due_at__lt": clock.now()} if tab == "overdue" else {}))
        page = keyset(rows, request, order=("due_at", "id"), size=SIZE)
    calendar = current_calendar()
    context = {
        "page": page, "rows": [(row, _due(row, calendar), is_overdue(row)) for row in page.items], "states": STATES, "tab": tab,
        "tabs": [Link(title, f"?tab={key}", current=key == tab) for key, title in TABS.items()], "WAITING": Question.WAITING,
        "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(request, "portal/desk_questions.jinja", context)


def _due(row: Question, calendar: WorkingCalendar) -> Due:
    """The chip of a due date, by one calendar for all rows."""
    day, today = clock.local(row.due_at).date(), clock.today()
    if row.state != Question.WAITING:
        return Due(day, "done")
    left = _left(calendar, today, day)
    return Due(day, "overdue" if is_overdue(row) else "soon" if left <= 1 else "ok", left)


def _left(calendar: WorkingCalendar, today: date, day: date) -> int:
    if day >= today:
        return calendar.working_days_between(today, day)
    return -max(1, calendar.working_days_between(day, today))


@guard("portal.answer")
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """One question, opened (the asker sees that it was), with the box for the answer."""
    actor = actor_of(request)
    row = question_at_desk(actor, question_id)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            if "extend" in request.POST:
                extend_answer(question_id, whole(request.POST.get("days", ""), 0), request.POST.get("reason", ""), by=actor)
                return HttpResponseRedirect(request.path + "?done=extended")
            answer_question(question_id, request.POST.get("text", ""), by=actor)
            return HttpResponseRedirect(reverse("portal:desk-questions") + "?done=answered")
        except KapokError as error:
            faults = faults_of(error)
    return _show(request, row, faults)


def _show(request: HttpRequest, row: Question, faults: list[FieldFault]) -> HttpResponse:
    actor, posted, extending = actor_of(request), request.POST, "extend" in request.POST
    may = actor.may("portal.extend", row) and bool(may_extend(row.state, row.extended, row.due_at, now=clock.now()))
    context = {
        "row": row, "asked": read_at_desk(actor, row), "due": _due(row, current_calendar()), "state": STATES[row.state], "faults": faults,
        "text": FieldView("text", _("答复"), kind="textarea", rows=8, max_length=ANSWER[1], value=posted.get("text", ""),
                          errors=[] if extending else said(faults, "text")),
        "days": FieldView("days", _("延长几个工作日"), kind="number", value=posted.get("days", str(terms("question")["extension"])),
                          width="short", errors=said(faults, "days")),
        "reason": FieldView("reason", _("延期原因"), max_length=200, value=posted.get("reason", ""), hint=_("咨询人会看到。"),
                            errors=said(faults, "reason")),
        "may_extend": may, "extending": extending, "rated": RATINGS[row.rating] if row.rating else "", "WAITING": Question.WAITING,
        "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(request, "portal/desk_question.jinja", context, status=422 if faults else 200)
