"""异议: a holder objects to a use; the issuing body's supervisor looks into it and answers within its working days."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapok.kernel.access.public import Actor, clock_actor
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import seal_json
from kapok.kernel.jobs.public import cancel_timer, set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.support.licences.events import ObjectionAnswered, ObjectionMade, ObjectionOverdue
from kapok.support.licences.models import Licence, Objection
from kapok.support.licences.queries.using import OBJECTION, objection_at_desk, own_use, party_of
from kapok.support.licences.rules import using as rules

TIMER = "licences.objection"
TASK, LATE = gettext_noop("用证异议待答：%s"), gettext_noop("用证异议超期未答：%s")


def due_of(moment: datetime, calendar: WorkingCalendar | None = None) -> datetime:
    """The end of the last working day for an answer."""
    day = (calendar or current_calendar()).add_working_days(clock.local(moment).date(), rules.terms()["objection"]["answer"])
    return clock.end_of(day)


@action("licences.object")
def object_to_use(use_id: UUID, text: str, *, by: Actor) -> Objection:
    """Object to a use of an own licence, once; a task for the issuing body's supervisor with a deadline."""
    use = own_use(by, use_id)
    if use.mode in (rules.OWN,):
        raise Refused("licences.objection_own")
    if Objection.objects.filter(use=use.id).exists():
        raise Refused("licences.objection_once")
    checked(text, "text")
    owner, now = party_of(by), clock.now()
    row = Objection.objects.create(
        id=uuid7(), use_id=use.id, holder=owner, org_id=use.licence.org_id, scope=use.licence.scope, made_at=now, due_at=due_of(now),
        sealed=seal_json(owner, {"text": text.strip()}, about=OBJECTION),
    )  # fmt: skip
    _task(row, use.licence, TASK, "answer", by)
    set_timer(TIMER, row.id, row.due_at)
    record(by, ObjectionMade(str(row.id), str(use.id), row.due_at.isoformat()), about=row.id, kind="objection")
    return row


def _task(row: Objection, licence: Licence, title: str, code: str, by: Actor) -> None:
    english = "Objection to a use, answer overdue" if code == "overdue" else "Objection to a use to be answered"
    open_task(
        ("objection", row.id), code, for_=Queue(row.scope, "licences.supervise"), title=title % licence.name,
        title_en=f"{english}: {licence.name}", link=f"/work/licences/use/objections/{row.id}/", due=row.due_at, by=by,
    )  # fmt: skip


def checked(text: str, field: str) -> None:
    """Words of a length one can work with, or Invalid."""
    least, most = rules.terms()["objection"]["length"]
    if not least <= len(text.strip()) <= most:
        raise Invalid([FieldFault(field, "licences.length", _("请填写 %(least)s 至 %(most)s 字。") % {"least": least, "most": most})])


@action("licences.answer_objection")
def answer_objection(objection_id: UUID, founded: bool | None, text: str, *, by: Actor) -> Objection:
    """Say whether the objection is founded, and why; the holder is told."""
    row = objection_at_desk(by, objection_id, lock=True)
    if row.state != Objection.WAITING:
        raise Refused("licences.answered_already")
    if founded is None:
        raise Invalid([FieldFault("founded", "licences.founded", _("请选择处理结论。"))])
    checked(text, "text")
    row.state, row.answered_at, row.answered_by = (Objection.FOUNDED if founded else Objection.UNFOUNDED), clock.now(), by.account
    row.answer = seal_json(row.holder, {"text": text.strip()}, about=OBJECTION)
    row.save(update_fields=["state", "answered_at", "answered_by", "answer"])
    close_tasks(("objection", row.id), by=by)
    cancel_timer(TIMER, row.id)
    record(by, ObjectionAnswered(str(row.id), founded, row.answered_at <= row.due_at), about=row.id, kind="objection")
    return row


@action("licences.objection_overdue")
def objection_overdue(objection_id: UUID) -> None:
    """The term is over: one more task, that says so."""
    row = Objection.objects.select_for_update(of=("self",)).select_related("use__licence").filter(id=objection_id).first()
    if row is None or row.state != Objection.WAITING or row.overdue_at is not None:
        return
    Objection.objects.filter(id=row.id).update(overdue_at=clock.now())
    by = clock_actor()
    _task(row, row.use.licence, LATE, "overdue", by)
    record(by, ObjectionOverdue(str(row.id)), about=row.id, kind="objection")
