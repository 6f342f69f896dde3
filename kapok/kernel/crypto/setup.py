"""The set-up step of `kapok setup`: a new node gets its master key and its certificates."""

from collections.abc import Callable

from kapok.kernel.crypto.master import create_master_key
from kapok.kernel.crypto.pki.making import ensure_pki
from kapok.kernel.crypto.pki.publishing import publish_crls


def set_up(say: Callable[[str], None]) -> None:
    """Make the master key file and the node's own certificates, once, and the first lists of what is revoked: nothing."""
    say(f"master key: {create_master_key()}")
    ensure_pki(say)
    publish_crls()
