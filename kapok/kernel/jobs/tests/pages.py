"""The pages of background work, for the browser sweeps: with a job that failed, an entry put aside and a timer that waits."""

from itertools import count
from typing import Any

from django.db import connection

from kapok.kernel.annex.tests.pages import administrator
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.jobs.models import Failure, Timer
from kapok.kernel.journal.models import DeadLetter
from kapok.kernel.ui.public import Sample

_FAILED = "insert into procrastinate_jobs (queue_name, task_name, status, attempts) values ('default', %s, 'failed', 5) returning id"
_made = count(1)


def operator() -> Any:
    """An account that may settle failed jobs."""
    from kapok.kernel.access.public import grant, system_actor
    from kapok.kernel.accounts.public import Account, open_account

    administrator()  # brings the regions
    by = system_actor("sweep")
    account = open_account(f"jobs-{next(_made)}", "运维人员", Account.STAFF, by=by)
    grant(account, "operator", region="440000000000", reason="浏览器检查", by=by)
    return account


def failed() -> str:
    """The page of a failed job."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, ["files.sweep"])
        number = cursor.fetchone()[0]
    why = "PermissionError: [Errno 13] Permission denied: a folder of stored files belongs to another user"
    Failure.objects.create(job=number, task="files.sweep", tries=6, error=why, at=clock.wall())
    Timer.objects.create(
        kind="intake.deemed",
        about=uuid7(),
        due_at=clock.now(),
        tries=3,
        retry_at=clock.wall(),
        error="OperationalError: the connection is lost",
    )
    return f"/ops/jobs/{number}/"


def letter() -> str:
    """The page of an entry that a follower could not take."""
    why = "KeyError: 'impl_code'"
    put = DeadLetter.objects.create(follower="intake.tasks", seq=1204, entry=uuid7(), error=why, at=clock.wall())
    return f"/ops/jobs/letters/{put.id}/"


def board() -> str:
    """The board, with something on it."""
    failed()
    letter()
    return "/ops/jobs/"


PAGES = [
    Sample("jobs:board", make=board, login=operator),
    Sample("jobs:settle", make=failed, login=operator),
    Sample("jobs:letter", make=letter, login=operator),
]
