"""What a node does for itself, for modules that stand below this one and cannot put jobs themselves."""

from django.contrib.sessions.backends.db import SessionStore

from kapok.kernel.api.public import forget_old
from kapok.kernel.common import partitions
from kapok.kernel.crypto.public import publish_crls
from kapok.kernel.files.public import sweep
from kapok.kernel.jobs.background import job
from kapok.kernel.journal.public import sign_newest


@job("journal.partitions", cron="10 2 * * *", at_start=True)
def make_partitions() -> None:
    """Thirteen months ahead, so that a year may pass without a restart."""
    partitions.ensure()


@job("journal.sign_root", cron="* * * * *")
def sign_root() -> None:
    """The node's signature under how far the order has come."""
    sign_newest()


@job("crypto.publish_lists", cron="* * * * *", at_start=True)
def publish_lists() -> None:
    """Lists of revoked certificates, made anew before anybody waits for one."""
    publish_crls()


@job("api.forget_answers", cron="25 * * * *")
def forget_answers() -> None:
    """Free idempotency keys older than 48 hours."""
    forget_old()


@job("files.sweep", cron="40 3 * * *")
def sweep_files() -> None:
    """Remove stored objects that no row names."""
    sweep()


@job("sessions.clear", cron="50 3 * * *")
def clear_sessions() -> None:
    """Remove sessions that have ended."""
    SessionStore.clear_expired()
