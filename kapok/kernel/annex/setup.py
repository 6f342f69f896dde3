"""Set-up: the measures are counted once and from then on every five minutes."""

from collections.abc import Callable

from kapok.kernel.annex.jobs import start


def set_up(say: Callable[[str], None]) -> None:
    start()
    say("annex: measures are counted every five minutes")
