"""The set-up step: the months' partitions."""

from collections.abc import Callable

from kapok.kernel.common import partitions


def set_up(say: Callable[[str], None]) -> None:
    """Make missing partitions; harmless when repeated."""
    say(f"reads: {partitions.ensure(partitions.tables.get('reads_note'))} partitions made")
