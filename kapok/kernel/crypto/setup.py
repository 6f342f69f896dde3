"""The set-up step of `kapok setup`: a new node gets its master key."""

from collections.abc import Callable

from kapok.kernel.crypto.master import create_master_key


def set_up(say: Callable[[str], None]) -> None:
    """Make the master key file, once."""
    say(f"master key: {create_master_key()}")
