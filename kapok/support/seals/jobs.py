"""What happens by itself: the queue of uses, certificates that end, files that are let go."""

from kapok.kernel.access.public import system_actor
from kapok.kernel.jobs.public import job
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.support.seals.actions.drafting import drop_old_drafts
from kapok.support.seals.actions.queueing import run_queue
from kapok.support.seals.actions.renewing import forget_answers, warn_renewals
from kapok.support.seals.actions.syncing import sync_directory
from kapok.support.seals.connectors import national  # noqa: F401 - registers the platform

SERVICE = "电子印章服务"


@job("seals.queue", cron="* * * * *")
def work_queue() -> None:
    """Sign what waits for a key's holder, in order."""
    run_queue()


@subscriber("seals.queue", events=("seals.queued",))
def begin_queue(entries: list[Sealed]) -> None:
    """Do not let a queued use wait for the minute."""
    work_queue.later()


@job("seals.renewals", cron="10 6 * * *", at_start=True)
def tell_of_renewals() -> None:
    """Tell keepers of certificates that end soon."""
    warn_renewals(by=system_actor(SERVICE))


@job("seals.answers", cron="25 * * * *")
def let_answers_go() -> None:
    """Files kept for repeated requests, and files nobody came back to seal, when their time is over."""
    forget_answers()
    drop_old_drafts()


@job("seals.directory", cron="40 * * * *")
def read_directory() -> None:
    """Read the national directory on; a platform that is away is asked again by the next tries."""
    sync_directory(by=system_actor(SERVICE))
