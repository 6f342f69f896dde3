"""Asking the agency: about an item or an own case; own questions with their answers, and rating one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, Refused
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.services.intake.public import Case, case_of_applicant
from kapok.services.items.public import CompiledItem, compiled
from kapok.services.portal.access import item_for_citizen, own_question
from kapok.services.portal.actions.asking import TEXT, TITLE, ask_question, due_of, rate_answer
from kapok.services.portal.models import Question
from kapok.services.portal.queries.asking import opened, opened_all, own_questions
from kapok.services.portal.rules import terms
from kapok.services.portal.web.frame import actor_of, faults_of, said, whole

SIZE = 20
STATES: dict[str, Any] = {"waiting": gettext_lazy("待答"), "answered": gettext_lazy("已答"), "rated": gettext_lazy("已评")}
RATINGS: dict[int, Any] = {1: gettext_lazy("不满意"), 2: gettext_lazy("基本满意"), 3: gettext_lazy("满意")}


@guard(SIGNED_IN)
def about_item(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Ask about an item, from its guide."""
    item = item_for_citizen(impl_code)
    if not item.consult:
        raise Refused("portal.no_consulting")
    return _ask(request, item, None)


@guard(SIGNED_IN)
def about_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask about an own case, from its page."""
    found = case_of_applicant(actor_of(request), case_id)
    return _ask(request, compiled(found.version), found)


def _ask(request: HttpRequest, item: CompiledItem, case: Case | None) -> HttpResponse:
    title, text = request.POST.get("title", "").strip(), request.POST.get("text", "").strip()
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            row = ask_question(title, text, impl_code=item.impl_code, case=case.id if case else None, by=actor_of(request))
            return HttpResponseRedirect(reverse("portal:question", args=[row.id]) + "?done=asked")
        except KapokError as error:
            faults = faults_of(error)
    fields = [
        FieldView("title", _("标题"), value=title, max_length=TITLE[1], hint=_("一句话说明要问什么。"), errors=said(faults, "title")),
        FieldView("text", _("问题"), kind="textarea", rows=7, value=text, max_length=TEXT[1], errors=said(faults, "text"),
                  hint=_("请不要写证件号码、银行账号等个人信息。")),
    ]  # fmt: skip
    context = {
        "item": item, "case": case, "fields": fields, "faults": faults, "days": terms("question")["answer"],
        "due": due_of(clock.now(), terms("question")["answer"]),
    }  # fmt: skip
    return render(request, "portal/ask.jinja", context, status=422 if faults else 200)


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """Own questions, the newest first."""
    page = keyset(own_questions(actor_of(request)), request, size=SIZE)
    context = {"page": page, "questions": opened_all(list(page.items)), "states": STATES, "WAITING": Question.WAITING}
    return render(request, "portal/questions.jinja", context)


@guard(SIGNED_IN)
def one(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """A question with its answer; an answer can be rated once."""
    actor = actor_of(request)
    row = own_question(actor, question_id)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            rate_answer(question_id, whole(request.POST.get("rating", "")), by=actor)
            return HttpResponseRedirect(request.path + "?done=rated")
        except KapokError as error:
            faults = faults_of(error)
    context = {
        "asked": opened(row), "row": row, "state": STATES[row.state], "faults": faults, "field": _rating(faults),
        "rated": RATINGS[row.rating] if row.rating else "", "done": request.GET.get("done", ""), "ANSWERED": Question.ANSWERED,
        "WAITING": Question.WAITING,
    }  # fmt: skip
    return render(request, "portal/question.jinja", context, status=422 if faults else 200)


def _rating(faults: list[FieldFault]) -> FieldView:
    options = [Option(str(key), words) for key, words in sorted(RATINGS.items(), reverse=True)]
    return FieldView("rating", _("这次答复您满意吗？"), kind="radios", options=options, errors=said(faults, "rating"))
