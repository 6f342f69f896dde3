"""What the clock does by itself."""

from uuid import UUID

from kapok.kernel.access.public import clock_actor
from kapok.kernel.jobs.public import timer_handler
from kapok.services.intake.actions.act import act
from kapok.services.intake.queries import state_of


@timer_handler("intake.acceptance")
def deem_accepted(case: UUID) -> None:
    """The acceptance limit has passed without a word: the law counts the application as accepted (视为受理)."""
    if state_of(case) in ("applied", "preaccepted"):
        act(case, "accept", "deemed", {}, by=clock_actor())
