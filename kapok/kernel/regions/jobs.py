"""The timer that puts a change of regions into effect on its day."""

from uuid import UUID

from kapok.kernel.jobs.public import timer_handler
from kapok.kernel.regions.public import Console, apply_due


@timer_handler("regions.apply")
def take_effect(_about: UUID) -> None:
    """Which amendment was meant does not matter: all that have come to their day are applied, in order."""
    apply_due(by=Console("行政区划"))
