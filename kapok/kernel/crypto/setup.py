"""The set-up step of `kapok setup`: a new node gets its master key and its certificates."""

from collections.abc import Callable

from kapok.kernel.crypto.master import create_master_key
from kapok.kernel.crypto.pki.making import ensure_pki


def set_up(say: Callable[[str], None]) -> None:
    """Make the master key file and the node's own certificates, once."""
    say(f"master key: {create_master_key()}")
    ensure_pki(say)
