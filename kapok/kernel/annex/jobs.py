"""The timer that recounts all measures every five minutes."""

from datetime import timedelta
from uuid import UUID

from kapok.kernel.annex.actions import recount
from kapok.kernel.common import clock
from kapok.kernel.jobs.public import set_timer, timer_handler

RECOUNT = UUID("00000000-0000-7000-8000-00000a11e600")
EVERY = timedelta(minutes=5)


@timer_handler("annex.recount")
def recount_all(about: UUID) -> None:
    """Count everything, then set the next round."""
    recount()
    set_timer("annex.recount", about, clock.now() + EVERY)


def start() -> None:
    """Set the first round; setting it again moves it to now."""
    set_timer("annex.recount", RECOUNT, clock.now())
