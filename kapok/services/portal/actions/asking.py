"""Asking an agency, its answer, putting it off, and rating the answer."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapok.kernel.access.public import Actor
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused, sentences
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import seal_json
from kapok.kernel.journal.public import action, record
from kapok.kernel.parties.public import party
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.services.intake.public import case_of_applicant
from kapok.services.items.public import CompiledItem, compiled, item_of
from kapok.services.portal import rules
from kapok.services.portal.access import item_for_citizen, own_question, party_of, question_at_desk
from kapok.services.portal.events import AnswerRated, QuestionAnswered, QuestionAsked, QuestionExtended
from kapok.services.portal.models import Question
from kapok.services.portal.queries.asking import ABOUT
from kapok.services.portal.rules import terms

TITLE, TEXT, ANSWER = (2, 60), (5, 2000), (2, 4000)
TASK = gettext_noop("咨询待答：%s")


def due_of(moment: datetime, days: int) -> datetime:
    """The end of the last of so many working days."""
    return clock.end_of(current_calendar().add_working_days(clock.local(moment).date(), days))


@action("portal.ask")
def ask_question(title: str, text: str, *, impl_code: str = "", case: UUID | None = None, by: Actor) -> Question:
    """Ask about an own case, or about an item (one of the two). Invalid names each field; the answer is due in working days."""
    owner = party_of(by)
    about = case_of_applicant(by, case) if case else None
    item = compiled(about.version) if about else item_for_citizen(impl_code)
    if not item.consult and about is None:
        raise Refused("portal.no_consulting")
    _check(("title", title, TITLE), ("text", text, TEXT))
    most = terms("question")["open_at_once"]
    rules.may_ask(Question.objects.filter(party_id=owner, state=Question.WAITING).count(), most).or_raise()
    row = _question(owner, item, title.strip(), text.strip(), case)
    row.save(force_insert=True)
    _open_task(row, by)
    record(by, QuestionAsked(item.impl_code, row.due_at.isoformat()), about=row.id, kind="question")
    return row


def _question(owner: UUID, item: CompiledItem, title: str, text: str, case: UUID | None) -> Question:
    now, holder, identity = clock.now(), party(owner), item_of(item.impl_code)
    if identity is None:
        raise NotHere("items.item", id=item.impl_code)
    return Question(
        id=uuid7(), party_id=owner, name=holder.name_masked if holder else "", item_id=item.item_id, item_name=item.name, case_id=case,
        org_id=item.org_id, scope=identity.scope, sealed=seal_json(owner, {"title": title, "text": text}, about=ABOUT), asked_at=now,
        due_at=due_of(now, terms("question")["answer"]),
    )  # fmt: skip


def _open_task(row: Question, by: Actor) -> None:
    open_task(
        ("question", row.id), "answer", for_=Queue(row.scope, "portal.answer", row.item_id), title=TASK % row.item_name,
        title_en=f"Question to answer: {row.item_name}", link=f"/work/portal/questions/{row.id}/", due=row.due_at, by=by,
    )  # fmt: skip


def _check(*given: tuple[str, str, tuple[int, int]]) -> None:
    faults = [
        FieldFault(name, "portal.length", _("请填写 %(least)s 至 %(most)s 字。") % {"least": least, "most": most})
        for name, text, (least, most) in given
        if not least <= len(text.strip()) <= most
    ]
    if faults:
        raise Invalid(faults)


@action("portal.answer")
def answer_question(question_id: UUID, text: str, *, by: Actor) -> Question:
    """Answer (待答 → 已答); the asker is told."""
    row = question_at_desk(by, question_id, lock=True)
    rules.may_answer(row.state).or_raise()
    _check(("text", text, ANSWER))
    row.state, row.answered_at, row.answered_by = Question.ANSWERED, clock.now(), by.account
    row.answer = seal_json(row.party_id, {"text": text.strip()}, about=ABOUT)
    row.save(update_fields=["state", "answered_at", "answered_by", "answer"])
    close_tasks(("question", row.id), by=by)
    record(by, QuestionAnswered(row.answered_at <= row.due_at), about=row.id, kind="question")
    return row


@action("portal.extend_answer")
def extend_answer(question_id: UUID, days: int, reason: str, *, by: Actor) -> Question:
    """Put the answer off once by some working days, with a reason the asker reads (延期)."""
    row = question_at_desk(by, question_id, "portal.extend", lock=True)
    rules.may_extend(row.state, row.extended, row.due_at, now=clock.now()).or_raise()
    most, faults = terms("question")["extension"], []
    if not 1 <= days <= most:
        faults.append(FieldFault("days", "portal.days", _("请填写 1 至 %(most)s 个工作日。") % {"most": most}))
    if not 2 <= len(reason.strip()) <= 200:
        faults.append(FieldFault("reason", "portal.reason_missing", sentences["portal.reason_missing"]))
    if faults:
        raise Invalid(faults)
    row.due_at, row.extended, row.extension_reason = due_of(row.due_at, days), days, reason.strip()
    row.save(update_fields=["due_at", "extended", "extension_reason"])
    _open_task(row, by)
    record(by, QuestionExtended(row.due_at.isoformat(), days), about=row.id, kind="question")
    return row


@action("portal.rate_answer")
def rate_answer(question_id: UUID, rating: int, *, by: Actor) -> None:
    """Rate an answer once: 1 不满意, 2 基本满意, 3 满意 (已答 → 已评)."""
    row = own_question(by, question_id)
    rules.may_rate(row.state).or_raise()
    if rating not in rules.RATINGS:
        raise Invalid([FieldFault("rating", "portal.unknown_choice", _("请从列表中选择。"))])
    if not Question.objects.filter(id=row.id, state=Question.ANSWERED).update(state=Question.RATED, rating=rating):
        raise Refused("portal.rated_already")
    record(by, AnswerRated(rating), about=row.id, kind="question")
