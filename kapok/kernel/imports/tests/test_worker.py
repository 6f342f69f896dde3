"""The worker takes a file up by itself: from the sealed entry to the report, and again once it is approved."""

import asyncio
import threading

import pytest

from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import approve_batch, upload_batch
from kapok.kernel.imports.tests.test_importing import good, sheet
from kapok.kernel.jobs.public import drain
from kapok.kernel.jobs.working import work


def a_workers_turn() -> None:
    """What a worker does in a round: seal and follow, then run the jobs that wait, in a thread of its own."""
    drain()
    thread = threading.Thread(target=lambda: asyncio.run(work(threading.Event(), until_empty=True)))
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_file_is_checked_and_taken_without_anybody_waiting_for_it(clerk, real_table):
    batch = upload_batch("test.cards", "cards.csv", sheet(*map(good, range(20))), by=clerk)
    a_workers_turn()
    batch.refresh_from_db()
    assert (batch.state, batch.sound) == (Batch.CHECKED, 20)
    approve_batch(batch.id, by=clerk)
    a_workers_turn()
    batch.refresh_from_db()
    assert (batch.state, batch.added) == (Batch.DONE, 20)
