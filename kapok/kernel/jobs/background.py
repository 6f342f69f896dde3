"""Background jobs: rows in the database that the worker runs, again and again until they succeed or their tries are used up.

Kept by procrastinate. A job may run twice (a worker killed after its last statement), so it must bear that. Never put from
inside an action: followers run after the deed is sealed, and they may put one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, connection, transaction
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app as _app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from kapok.kernel.common import clock
from kapok.kernel.common.errors import in_brief
from kapok.kernel.common.registry import Registry
from kapok.kernel.jobs.errors import JobInDecision
from kapok.kernel.jobs.models import Failure
from kapok.kernel.journal.public import acting

app: App = _app
TRIES = 6
"""The first, and five more after 3, 9, 27, 81 and 243 seconds of machine time."""


@dataclass(frozen=True)
class Job:
    """One kind of background work. `cron` is machine time; of an `alone` kind one runs at a time, and one at most waits after it."""

    name: str
    run: Callable[..., object]
    cron: str = ""
    at_start: bool = False
    alone: bool = True
    task: "Task[Any, Any, Any] | None" = field(default=None, compare=False)

    def __call__(self, **said: Any) -> object:
        """Run it here and now."""
        return self.run(**said)

    def later(self, **said: Any) -> None:
        """Have the worker run it. One of a kind that waits already is not put a second time."""
        if deciding := acting():
            raise JobInDecision(job=self.name, action=deciding)
        assert self.task is not None
        with suppress(AlreadyEnqueued), transaction.atomic():
            self.task.defer(**said)


jobs: Registry[Job] = Registry("background jobs")


def job(name: str, *, cron: str = "", at_start: bool = False, alone: bool = True) -> Callable[[Callable[..., object]], Job]:
    """Mark a function as a background job, put by `later`, by the clock (`cron`, five fields) or whenever a worker begins."""

    def mark(run: Callable[..., object]) -> Job:
        made = Job(name, run, cron, at_start, alone)
        object.__setattr__(made, "task", register(app, made))
        return jobs.put(name, made)

    return mark


def register(with_app: App, made: Job) -> "Task[Any, Any, Any]":
    """Make the kind known to an app of procrastinate: to Django's, which puts jobs, and to a worker's own, which runs them."""
    lock, retry = made.name if made.alone else None, RetryStrategy(max_attempts=TRIES - 1, exponential_wait=3)
    task = with_app.task(name=made.name, pass_context=True, lock=lock, queueing_lock=lock, retry=retry)(_attempt_of(made))
    if made.cron:
        with_app.periodic(cron=made.cron)(task)
    return task


def _attempt_of(made: Job) -> Callable[..., None]:
    def attempt(context: JobContext, timestamp: int | None = None, **said: Any) -> None:
        number = context.job.id or 0
        with _own_connection():
            if made.alone:
                _forget_earlier(made.name)
            try:
                made.run(**said)
            except Exception as error:
                _note(number, made.name, context.job.attempts + 1, error)
                raise
            Failure.objects.filter(job=number).delete()

    return attempt


@contextmanager
def _own_connection() -> Iterator[None]:
    """Without the time limit of requests; given back afterwards as it was."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("set statement_timeout = 0")
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("reset statement_timeout")
        connection.close()


def _note(number: int, name: str, tries: int, error: BaseException) -> None:
    """Write down why: what stops the database stops this too, and the next try says it again."""
    with suppress(Error):
        Failure.objects.update_or_create(job=number, defaults={"task": name, "tries": tries, "error": in_brief(error), "at": clock.wall()})


def _forget_earlier(name: str) -> None:
    """What failed for good earlier is made up for by this run."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where task_name = %s and status = 'failed' returning id", [name])
        Failure.objects.filter(job__in=[row[0] for row in cursor.fetchall()]).delete()
