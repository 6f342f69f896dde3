"""What happens by itself: missed bookings, messages about bookings and questions, due dates that follow the calendar."""

from datetime import date
from uuid import UUID

from kapok.kernel.access.public import system_actor
from kapok.kernel.calendar.public import Move, WorkingCalendar, recompute_sources
from kapok.kernel.common import clock
from kapok.kernel.jobs.public import timer_handler
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.kernel.notices.public import send
from kapok.kernel.tasks.public import move_dues
from kapok.services.portal.actions.booking import TIMER, miss_bookings
from kapok.services.portal.models import Appointment, Question
from kapok.services.portal.rules import terms

DESK = "政务服务网"
TOLD = ("portal.booked", "portal.booking_cancelled", "portal.question_answered", "portal.question_extended")


@timer_handler(TIMER)
def missed(slot: UUID) -> None:
    """An hour and its grace are over."""
    miss_bookings(slot)


@subscriber("portal.tell", events=TOLD)
def tell(entries: list[Sealed]) -> None:
    """A message to whom it concerns; what somebody did alone to the own booking is not told."""
    for entry in entries:
        if entry.event == "portal.booking_cancelled" and not entry.data["by_agency"]:
            continue
        if entry.about_kind == "appointment":
            _tell_booking(entry)
        else:
            _tell_question(entry)


def _tell_booking(entry: Sealed) -> None:
    row = Appointment.objects.select_related("slot__org").filter(id=entry.about).first()
    if row is None:
        return
    data = {
        "item": row.item_name, "place": f"{row.slot.org.name}{row.slot.place}", "time": f"{clock.local(row.slot.starts):%Y-%m-%d %H:%M}",
        "code": row.code, "reason": row.reason, "id": row.id,
    }  # fmt: skip
    send(entry.event, to=row.party_id, data=data, dedupe=str(entry.id), by=system_actor(DESK))


def _tell_question(entry: Sealed) -> None:
    row = Question.objects.select_related("org").filter(id=entry.about).first()
    if row is None:
        return
    data = {
        "item": row.item_name, "org": row.org.name, "due": f"{clock.local(row.due_at):%Y-%m-%d}", "reason": row.extension_reason,
        "id": row.id,
    }  # fmt: skip
    send(entry.event, to=row.party_id, data=data, dedupe=str(entry.id), by=system_actor(DESK))


class AnswerDates:
    """The due dates of waiting questions, when the calendar is amended."""

    title = "咨询答复期限"

    def preview(self, calendar: WorkingCalendar) -> list[Move]:
        """What would move; changes nothing."""
        return [
            Move(row.id, row.item_name, self.title, clock.local(row.due_at).date(), becomes)
            for row in Question.objects.filter(state=Question.WAITING).defer("sealed", "answer").order_by("id")
            if (becomes := _due_day(row, calendar)) != clock.local(row.due_at).date()
        ]

    def apply(self, calendar: WorkingCalendar, cause: UUID) -> list[Move]:
        """Move them, in the caller's transaction."""
        moves = self.preview(calendar)
        rows = [Question(id=move.about, due_at=clock.end_of(move.becomes)) for move in moves]
        Question.objects.bulk_update(rows, ["due_at"], batch_size=1000)
        move_dues("question", {row.id: row.due_at for row in rows})
        return moves


def _due_day(row: Question, calendar: WorkingCalendar) -> date:
    day = calendar.add_working_days(clock.local(row.asked_at).date(), terms("question")["answer"])
    return calendar.add_working_days(day, row.extended) if row.extended else day


recompute_sources.put("portal.questions", AnswerDates())
