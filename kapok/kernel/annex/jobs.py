"""The background job that recounts all measures every five minutes, and whenever a worker begins."""

from kapok.kernel.annex.actions import recount
from kapok.kernel.jobs.public import job


@job("annex.recount", cron="*/5 * * * *", at_start=True)
def recount_all() -> None:
    """Count everything; a measure that fails stops no other."""
    recount()
