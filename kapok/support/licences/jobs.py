"""What happens by itself: papers are made and sealed after each issue, the holder is told, the catalogue has it."""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kapok.kernel.access.public import system_actor
from kapok.kernel.calendar.public import Move, WorkingCalendar, recompute_sources
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.common.ids import uuid7_floor
from kapok.kernel.jobs.public import job, set_timer, timer_handler
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.kernel.notices.public import Sending, send_all
from kapok.kernel.tasks.public import move_dues
from kapok.support.licences.actions.signing import sign_waiting
from kapok.support.licences.actions.using_copies import finish_copy
from kapok.support.licences.actions.using_objections import TIMER, due_of, objection_overdue
from kapok.support.licences.actions.using_status import make_all, make_for
from kapok.support.licences.models import Copy, DirectoryEntry, Licence, Objection, Signing
from kapok.support.licences.queries.queue import waits_for

NEAR = 5.0
"""Seconds the job waits for the next try itself; a later one is the clock's."""
CUT_OFF = timedelta(minutes=2)
"""After so long a copy without a file is nobody's work at hand."""
TURN = 8.0
"""Seconds after which the job lets others to the worker, and is put again: a worker told to stop does not wait for a long queue."""


MANY = 60
"""Waiting licences from which a second process helps: making papers keeps one processor busy. An agency's own are one process's anyway."""
_helpers: "list[subprocess.Popen[bytes]]" = []


@job("licences.sign", cron="* * * * *", at_start=True)
def sign() -> None:
    """Sign what waits, in order."""
    pause, began = threading.Event(), clock.wall()
    if Signing.objects.count() > MANY:
        call_help()
    while True:
        signed = sign_waiting()
        if signed and (clock.wall() - began).total_seconds() > TURN:
            sign.later()
            return
        if signed:
            continue
        wait = waits_for()
        connection.close()
        if wait is None or wait > NEAR:
            return
        pause.wait(max(wait, 0.2))


def call_help() -> None:
    """Start a process that signs until nothing waits, unless there is one still, or only one processor."""
    _helpers[:] = [helper for helper in _helpers if helper.poll() is None]
    if not _helpers and (os.cpu_count() or 1) > 1:
        _helpers.append(subprocess.Popen([sys.executable, "-m", "kapok.site.cli", "licences", "sign"], stdout=subprocess.DEVNULL))


@subscriber("licences.sign", events=("licences.issued",))
def wake(entries: list[Sealed]) -> None:
    """New licences wait for their seal."""
    sign.later()


CATALOGUE = ("licences.issued", "licences.sealed", "licences.status_changed")


@subscriber("licences.catalogue", events=CATALOGUE)
def receive(entries: list[Sealed]) -> None:
    """This node keeps the catalogue of its own licences: what the sealed order tells of is received."""
    about = [entry.about for entry in entries]
    DirectoryEntry.objects.filter(licence__in=about, received_at=None).update(received_at=clock.now())


@subscriber("licences.tell", events=("licences.sealed",))
def tell(entries: list[Sealed]) -> None:
    """The holder is told that the licence may be used."""
    rows = Licence.objects.filter(id__in=[entry.about for entry in entries], source="issued").exclude(holder=None).defer("sealed")
    sendings = [
        Sending("licences.sealed", row.holder, {"name": row.name, "number": row.number, "id": row.id}, f"licences.sealed:{row.id}")
        for row in rows if row.holder is not None
    ]  # fmt: skip
    if sendings:
        send_all(sendings, by=system_actor("电子证照"))


@job("licences.copies", cron="* * * * *")
def finish_copies() -> None:
    """Copies whose seal could not be put, or whose making was cut off, are tried again, the oldest first; one refused holds up none."""
    left = Q(waits_for__gt="") | Q(id__lt=uuid7_floor(clock.wall() - CUT_OFF))
    rows = Copy.objects.filter(left, file=None, until__gt=clock.now(), licence__state=Licence.VALID)
    for copy in list(rows.order_by("id").values_list("id", flat=True)[:50]):
        with suppress(KapokError):
            finish_copy(copy)


@job("licences.status_lists", cron="7 * * * *", at_start=True)
def status_lists() -> None:
    """Every issuing body's status list anew."""
    make_all()


@subscriber("licences.status_lists", events=("licences.status_changed",))
def relist(entries: list[Sealed]) -> None:
    """A licence that ended stands soon on the list of the body that issued it; the other bodies' lists stay."""
    make_for(entry.about for entry in entries)


@timer_handler(TIMER)
def overdue(objection: UUID) -> None:
    """The term of an objection is over."""
    objection_overdue(objection)


@subscriber("licences.objections", events=("licences.objection_answered",))
def tell_objector(entries: list[Sealed]) -> None:
    """Whoever objected is told of the answer."""
    rows = Objection.objects.filter(id__in=[entry.about for entry in entries]).select_related("use__licence", "org")
    sendings = [
        Sending(
            "licences.objection_answered",
            row.holder,
            {"name": row.use.licence.name, "org": row.org.name, "id": row.use_id},
            f"objection:{row.id}",
        )
        for row in rows.defer("use__licence__sealed")
    ]
    if sendings:
        send_all(sendings, by=system_actor("电子证照"))


class AnswerDates:
    """The due dates of waiting objections, when the calendar is amended."""

    title = "用证异议答复期限"

    def preview(self, calendar: WorkingCalendar) -> list[Move]:
        """What would move; changes nothing."""
        rows = Objection.objects.filter(state=Objection.WAITING).select_related("use__licence").defer("sealed", "use__licence__sealed")
        found = [(row, clock.local(row.due_at).date(), _due_day(row, calendar)) for row in rows.order_by("id")]
        return [Move(row.id, row.use.licence.name, self.title, was, becomes) for row, was, becomes in found if becomes != was]

    def apply(self, calendar: WorkingCalendar, cause: UUID) -> list[Move]:
        """Move them, in the caller's transaction."""
        moves = self.preview(calendar)
        rows = [Objection(id=move.about, due_at=clock.end_of(move.becomes)) for move in moves]
        Objection.objects.bulk_update(rows, ["due_at"], batch_size=1000)
        move_dues("objection", {row.id: row.due_at for row in rows})
        for row in rows:
            set_timer(TIMER, row.id, row.due_at)
        return moves


def _due_day(row: Objection, calendar: WorkingCalendar) -> date:
    return clock.local(due_of(row.made_at, calendar)).date()


recompute_sources.put("licences.objections", AnswerDates())
