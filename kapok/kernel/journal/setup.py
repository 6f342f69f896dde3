"""Set-up: partitions and the head of the order."""

from collections.abc import Callable

from kapok.kernel.common import partitions
from kapok.kernel.journal.sealer import begin


def set_up(say: Callable[[str], None]) -> None:
    """Make the months' partitions and the journal's head (again and again without harm)."""
    say(f"journal: {partitions.ensure()} partitions made")
    begin()
