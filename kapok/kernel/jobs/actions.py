"""What operators may do to a job that failed."""

from uuid import UUID

from django.db import connection

from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.jobs.errors import NoSuchJob
from kapok.kernel.jobs.events import JobRetried, JobSetAside
from kapok.kernel.jobs.models import Failure
from kapok.kernel.journal.public import action, record

_RETRY = """
update procrastinate_jobs j set status = 'todo', attempts = 0, scheduled_at = null, worker_id = null
 where id = %s and not exists (
   select 1 from procrastinate_jobs w where w.status = 'todo' and w.lock = j.lock)
"""


@action("jobs.retry")
def retry_job(number: int, *, by: By) -> None:
    """Have a failed job run again, from its first try; where one of its kind waits already, that one runs in its place."""
    task = _failed(number, by)
    with connection.cursor() as cursor:
        cursor.execute(_RETRY, [number])
        if not cursor.rowcount:
            cursor.execute("delete from procrastinate_jobs where id = %s", [number])
    Failure.objects.filter(job=number).delete()
    record(by, JobRetried(number, task), about=job_uuid(number), kind="job")


@action("jobs.set_aside")
def set_job_aside(number: int, *, by: By) -> None:
    """Take a failed job away; what it would have done is not done."""
    task = _failed(number, by)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where id = %s", [number])
    Failure.objects.filter(job=number).delete()
    record(by, JobSetAside(number, task), about=job_uuid(number), kind="job")


def _failed(number: int, by: By) -> str:
    """The locked job's kind; NoSuchJob when it has not failed."""
    if not by.may("jobs.manage"):
        raise Forbidden(deed="jobs.manage")
    with connection.cursor() as cursor:
        cursor.execute("select task_name from procrastinate_jobs where id = %s and status = 'failed' for update", [number])
        row = cursor.fetchone()
    if row is None:
        raise NoSuchJob(job=number)
    return str(row[0])


def job_uuid(number: int) -> UUID:
    """The id under which the journal knows a job."""
    return UUID(int=number)
