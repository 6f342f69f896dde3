"""Set-up: the shipped calendar is written down once, so that later releases of its source cannot change version 1."""

from collections.abc import Callable

from kapok.kernel.calendar.public import latest, seed
from kapok.kernel.regions.public import Console

after = ("journal",)


def set_up(say: Callable[[str], None]) -> None:
    if seed(by=Console("kapok setup")):
        say(f"calendar: version 1, published through {latest().published_through}")
