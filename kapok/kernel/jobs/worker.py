"""The worker: seals the journal, feeds its subscribers, fires timers, and runs background jobs."""

import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.db import OperationalError, close_old_connections, connection

from kapok.kernel.jobs.timers import fire_due
from kapok.kernel.jobs.working import FINISH_WITHIN, run_jobs
from kapok.kernel.journal.public import follow_all, seal_new

log = structlog.get_logger()
BUSY, IDLE = 0.02, 0.25


def relay_once() -> int:
    """One round: seal, follow, fire; returns how much was done."""
    return seal_new() + follow_all() + fire_due()


def drain(rounds: int = 1000) -> None:
    """Rounds until nothing is left (tests and the demo)."""
    for _ in range(rounds):
        if not relay_once():
            return


def relay(stop: threading.Event) -> None:
    """Rounds until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            wait = BUSY if relay_once() else IDLE
        except OperationalError:
            log.warning("jobs.database_away")
            with suppress(Exception):
                connection.close()
            wait = 1.0
        stop.wait(wait)
    close_old_connections()


def run_worker(stop: threading.Event, others: tuple[Callable[[threading.Event], None], ...] = (run_jobs,)) -> None:
    """Run the relay in this thread and the others (background jobs) beside it until `stop` is set."""
    threads = [threading.Thread(target=other, args=(stop,), daemon=True) for other in others]
    for thread in threads:
        thread.start()
    relay(stop)
    for thread in threads:
        thread.join(FINISH_WITHIN + 3)
