"""What is done with batches: handed in, approved, taken in portions, stopped; and the handing out of faulty rows."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import store
from kapok.kernel.imports.access import batch_for, kind_for, scope_for
from kapok.kernel.imports.errors import NotNow, TooLarge
from kapok.kernel.imports.events import BatchApproved, BatchStopped, BatchUploaded, FaultsHandedOut, RowsTaken
from kapok.kernel.imports.kinds import ImportKind, Row, RowFault, Run, Taken
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.staging import as_json
from kapok.kernel.journal.public import action, record
from kapok.kernel.tasks.public import close_tasks

UPLOAD_LIMIT = 64 * 1024 * 1024
ABOUT = "import_batch"

_OWN = """
with owned as (
  insert into imports_taken (kind, key, digest, batch)
  select %s, key, digest, batch_id from imports_row where batch_id = %s and number = any(%s) and key is not null
  on conflict (kind, key) do nothing returning key)
select r.number from imports_row r left join owned o on o.key = r.key
 where r.batch_id = %s and r.number = any(%s) and (o.key is not null or r.key is null)
"""
_MARK = "update imports_row set state = %s where batch_id = %s and number = any(%s)"
_REFUSE = "update imports_row r set state = 1, faults = r.faults || %s::jsonb where batch_id = %s and number = %s"
_FREE = "delete from imports_taken t using imports_row r where r.batch_id = %s and r.number = any(%s) and t.kind = %s and t.key = r.key"


@action("imports.upload")
def upload_batch(kind_key: str, name: str, content: bytes, *, by: Actor) -> Batch:
    """Hand in a file; it waits to be checked. Sealed under the batch's own key, so that it can be forgotten with it."""
    kind = kind_for(by, kind_key)
    if len(content) > UPLOAD_LIMIT:
        raise TooLarge(limit=f"{UPLOAD_LIMIT // 1024 // 1024} MB")
    batch_id = uuid7()
    file = store(content, name=name, media_type="application/octet-stream", subject=batch_id, by=by)
    batch = Batch.objects.create(
        id=batch_id, kind=kind.key, file=file, scope=scope_for(by, kind), org=by.org, account=by.account, by=by.name[:100],
        uploaded_at=clock.now(),
    )  # fmt: skip
    record(by, BatchUploaded(kind=kind.key, size=len(content)), about=batch.id, kind=ABOUT)
    return batch


@action("imports.approve")
def approve_batch(batch_id: UUID, *, by: Actor) -> Batch:
    """Have the sound rows taken; faulty ones stay out and can be mended in another file."""
    batch = batch_for(by, batch_id, lock=True)
    _must_be(batch, Batch.CHECKED)
    if not batch.sound:
        raise NotNow(state=str(dict(Batch.STATES)[batch.state]))
    Batch.objects.filter(id=batch.id).update(state=Batch.APPROVED, done=0, total=batch.sound)
    close_tasks((ABOUT, batch.id), "confirm", by=by)
    record(by, BatchApproved(kind=batch.kind, rows=batch.sound), about=batch.id, kind=ABOUT)
    return batch


@action("imports.stop")
def stop_batch(batch_id: UUID, *, by: Actor) -> Batch:
    """Stop it: at once when it waits, after the portion at hand when it is at work. What was taken stays."""
    batch = batch_for(by, batch_id, lock=True)
    _must_be(batch, Batch.WAITING, Batch.CHECKING, Batch.CHECKED, Batch.APPROVED, Batch.TAKING)
    now = {"state": Batch.STOPPED, "ended_at": clock.now()} if batch.state in (Batch.WAITING, Batch.CHECKED, Batch.APPROVED) else {}
    Batch.objects.filter(id=batch.id).update(stop=True, **now)
    close_tasks((ABOUT, batch.id), "confirm", by=by, done=False)
    record(by, BatchStopped(kind=batch.kind, done=batch.done), about=batch.id, kind=ABOUT)
    return batch


@action("imports.hand_out_faults")
def hand_out_faults(batch_id: UUID, form: str, *, by: Actor) -> Batch:
    """Note that somebody downloads the faulty rows, which hold personal data."""
    batch = batch_for(by, batch_id)
    record(by, FaultsHandedOut(kind=batch.kind, rows=batch.faulty, form=form), about=batch.id, kind=ABOUT)
    return batch


@action("imports.take")
def take_rows(batch: Batch, kind: ImportKind, run: Run, rows: Sequence[Row], *, by: By) -> Taken:
    """One portion: keys are claimed, the kind takes the rows, and the batch's book is kept, all in one transaction."""
    numbers = [row.number for row in rows]
    mine = _claimed(batch, kind, numbers)
    offered = [row for row in rows if row.number in mine]
    taken = kind.take(run, offered) if offered else Taken()
    refused = {fault.number for fault in taken.faults}
    same = (set(numbers) - mine) | (set(taken.same) - refused)
    added = mine - same - refused
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [StagedRow.TAKEN, batch.id, sorted(added)])
        cursor.execute(_MARK, [StagedRow.SAME, batch.id, sorted(same)])
        if refused:
            cursor.execute(_FREE, [batch.id, sorted(refused), kind.key])
        for fault in taken.faults:
            cursor.execute(_REFUSE, [as_json([fault]), batch.id, fault.number])
    record(by, RowsTaken(kind=kind.key, added=len(added), same=len(same), refused=len(refused)), about=batch.id, kind=ABOUT)
    return taken


@action("imports.refuse_row")
def refuse_row(batch: Batch, kind: ImportKind, row: Row, code: str, *, by: By) -> None:
    """A row that could not be taken becomes a fault of the report; its key stays free."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSE, [as_json([RowFault(row.number, "", code)]), batch.id, row.number])
    record(by, RowsTaken(kind=kind.key, added=0, same=0, refused=1), about=batch.id, kind=ABOUT)


def _claimed(batch: Batch, kind: ImportKind, numbers: list[int]) -> set[int]:
    """The rows whose key was not taken by anybody before; rows without a key are nobody's."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [kind.key, batch.id, numbers, batch.id, numbers])
        return {row[0] for row in cursor.fetchall()}


def _must_be(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise NotNow(state=str(dict(Batch.STATES)[batch.state]))
