"""A list as a file: up to a thousand rows at once, more when another approves; each leaves a row in the log."""

from itertools import islice
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, NotHere, Refused
from kapok.kernel.journal.public import action, record
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.support.licences.errors import SamePerson, TooManyRows
from kapok.support.licences.events import BulkAsked, BulkDecided, BulkTaken
from kapok.support.licences.models import BulkRequest
from kapok.support.licences.queries.searching import Narrow, narrowed, rows_handed_out

MOST = 1000
"""Rows that need no approval."""
LARGEST = 50_000
"""Rows of one file, approved or not: it is made in memory, so that no temporary file holds names."""


@action("licences.ask_bulk")
def ask_bulk(narrow: Narrow, purpose: str, *, scope: int, by: Actor) -> BulkRequest:
    """Ask for a list as a file. Up to MOST rows it may be taken at once; more wait for approval."""
    if not by.may("licences.see") or by.account is None:
        raise Forbidden(deed="licences.see")
    if not purpose.strip():
        raise Invalid([FieldFault("purpose", "licences.reason_missing", "请写明用途。")])
    count = narrowed(by, narrow).count()
    if count > LARGEST:
        raise Invalid(
            [FieldFault("purpose", "licences.bulk_too_large", f"查询结果 {count} 条，一次最多 {LARGEST} 条。请缩小范围，分几次查询。")]
        )
    state = BulkRequest.APPROVED if count <= MOST else BulkRequest.OPEN
    request = BulkRequest.objects.create(
        scope=scope, asked=narrow.as_json(), purpose=purpose.strip()[:200], count=count, state=state, asked_by=by.account,
        asked_by_name=by.ref.label, asked_at=clock.now(),
    )  # fmt: skip
    record(by, BulkAsked(str(request.id), count), about=request.id, kind="licences_bulk")
    if state == BulkRequest.OPEN:
        open_task(
            ("licences_bulk", request.id), "licences.bulk", for_=Queue(scope, "licences.bulk"), title=f"批量查询证照 {count} 条待批准",
            title_en=f"A query for {count} licences waits for approval", link="/work/licences/bulk/", by=by,
        )  # fmt: skip
    return request


@action("licences.decide_bulk")
def decide_bulk(request_id: UUID, agree: bool, *, by: Actor) -> None:
    """Approve or refuse a bulk query; never one's own."""
    request = _locked(request_id)
    if not by.may("licences.bulk", request):
        raise NotHere("licences.bulk", id=str(request_id))
    if request.state != BulkRequest.OPEN:
        raise Refused("licences.bulk_closed")
    if by.account is not None and by.account == request.asked_by:
        raise SamePerson()
    BulkRequest.objects.filter(id=request.id).update(
        state=BulkRequest.APPROVED if agree else BulkRequest.REFUSED,
        decided_by=by.account,
        decided_by_name=by.ref.label,
        decided_at=clock.now(),
    )
    close_tasks(("licences_bulk", request.id), by=by)
    record(by, BulkDecided(str(request.id), agree), about=request.id, kind="licences_bulk")


@action("licences.take_bulk")
def take_bulk(request_id: UUID, *, by: Actor) -> list[list[Any]]:
    """The rows, once, for who asked; TooManyRows (403) before approval."""
    request = _locked(request_id)
    if by.account is None or request.asked_by != by.account:
        raise NotHere("licences.bulk", id=str(request_id))
    if request.state == BulkRequest.OPEN:
        raise TooManyRows(count=request.count, most=MOST)
    if request.state != BulkRequest.APPROVED:
        raise Refused("licences.bulk_closed")
    most = max(MOST, request.count)
    rows = list(islice(rows_handed_out(by, Narrow(**request.asked)), most + 1))
    if len(rows) > most:
        raise TooManyRows(count=len(rows), most=most)
    BulkRequest.objects.filter(id=request.id).update(state=BulkRequest.TAKEN, rows=len(rows), taken_at=clock.now())
    record(by, BulkTaken(str(request.id), len(rows)), about=request.id, kind="licences_bulk")
    return rows


def _locked(request_id: UUID) -> BulkRequest:
    request = BulkRequest.objects.select_for_update().filter(id=request_id).first()
    if request is None:
        raise NotHere("licences.bulk", id=str(request_id))
    return request
