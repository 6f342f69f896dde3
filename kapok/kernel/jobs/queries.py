"""How background work stands, for operators: one statement for each list."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.jobs.background import jobs
from kapok.kernel.jobs.models import Timer

_FAILED = """
select j.id, j.task_name, coalesce(f.tries, j.attempts), f.at, coalesce(f.error, '')
  from procrastinate_jobs j left join jobs_failure f on f.job = j.id
 where j.status = 'failed' order by j.id desc limit 100
"""
_KINDS = """
select j.task_name, count(*) filter (where j.status = 'todo'), count(*) filter (where j.status = 'doing'),
       count(*) filter (where j.status = 'failed')
  from procrastinate_jobs j where j.status in ('todo', 'doing', 'failed') group by 1
"""
_PUT = "select task_name, max(defer_timestamp) from procrastinate_periodic_defers group by 1"
_BEAT = "select max(last_heartbeat) from procrastinate_workers"
SILENT_AFTER = 30.0


@dataclass(frozen=True)
class FailedJob:
    """A job whose tries are used up."""

    id: int
    task: str
    tries: int
    at: datetime | None
    error: str


@dataclass(frozen=True)
class Kind:
    """One kind of background work: its rhythm, when the clock last put it, how many wait, run and failed."""

    name: str
    cron: str
    put_at: datetime | None
    waiting: int
    running: int
    failed: int


def failed_jobs() -> list[FailedJob]:
    """Failed jobs, newest first, a hundred at most."""
    return [FailedJob(*row) for row in _rows(_FAILED)]


def kinds() -> list[Kind]:
    """Every kind of background work, by name."""
    counted = {name: counts for name, *counts in _rows(_KINDS)}
    put = dict(_rows(_PUT))
    return [
        Kind(name, each.cron, datetime.fromtimestamp(put[name], UTC) if name in put else None, *counted.get(name, (0, 0, 0)))
        for name, each in sorted(jobs.all().items())
    ]


def worker_seen() -> datetime | None:
    """When a worker last gave a sign of life."""
    return next(iter(_rows(_BEAT)))[0]


def worker_is_silent(seen: datetime | None) -> bool:
    return seen is None or (clock.wall() - seen).total_seconds() > SILENT_AFTER


def failing_timers() -> list[Timer]:
    """Timers that failed and wait for another try, longest first."""
    return list(Timer.objects.filter(tries__gt=0).order_by("-tries", "due_at")[:100])


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
