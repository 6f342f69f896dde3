"""The worker's part: batches are worked off, and forgotten when nobody needs their rows any more."""

from datetime import timedelta

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import forget
from kapok.kernel.files.public import discard
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.running import work_off
from kapok.kernel.jobs.public import job
from kapok.kernel.journal.public import Sealed, subscriber

KEEP = timedelta(days=90)
"""How long rows and file of a finished batch are kept, by machine time; the report's figures stay."""


@job("imports.work", cron="* * * * *", at_start=True)
def work() -> None:
    """Check what was handed in, take what was approved."""
    work_off()


@subscriber("imports.work", events=("imports.uploaded", "imports.approved"))
def wake(_entries: list[Sealed]) -> None:
    """Somebody waits for it: not at the next minute but now."""
    work.later()


@job("imports.forget", cron="15 4 * * *")
def forget_old() -> None:
    """Destroy the key of old batches, and with it their rows and their file."""
    ended = (Batch.DONE, Batch.STOPPED, Batch.REFUSED)
    for batch in Batch.objects.filter(state__in=ended, forgotten=False, beat__lt=clock.wall() - KEEP)[:200]:
        StagedRow.objects.filter(batch=batch).delete()
        Batch.objects.filter(id=batch.id).update(file=None, forgotten=True)
        if batch.file_id:
            discard(batch.file_id)
        forget(batch.id)
