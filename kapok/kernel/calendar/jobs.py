"""The timer that lets open dates follow a version on the day it takes effect."""

from uuid import UUID

from kapok.kernel.calendar.actions import apply_due
from kapok.kernel.jobs.public import timer_handler
from kapok.kernel.regions.public import Console


@timer_handler("calendar.apply")
def follow(_about: UUID) -> None:
    """Which version was meant does not matter: all that have come into force are followed, in order."""
    apply_due(by=Console("工作日历"))
