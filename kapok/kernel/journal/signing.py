"""Signed roots: the node's key signs how far the order has come, so that its owner cannot rewrite it unseen once a root is noted elsewhere.

The link of a root commits to every entry before it: signing the newest one signs all. By the clock, not by the sealer: custody
that is away must not stop the order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kapok.kernel.common import clock
from kapok.kernel.common.jsontext import canonical
from kapok.kernel.crypto.public import certificate_verifies, node_signer, trust_roots, validate_path
from kapok.kernel.journal.models import Root
from kapok.kernel.nodes.public import this_node


@dataclass(frozen=True)
class SignedRoot:
    """What can be noted elsewhere: node, last sequence, its link, moment, signature, and the certificates up to the root."""

    node: str
    last: int
    link: bytes
    signed_at: datetime
    signature: bytes
    chain: tuple[bytes, ...]

    @property
    def message(self) -> bytes:
        """What is signed: canonical JSON of node, sequence, link and moment."""
        return message(self.node, self.last, self.link, self.signed_at)

    def holds(self) -> bool:
        """Whether the signature is right and its certificate one that this node trusts; a root without certificates never is."""
        if not self.chain:
            return False
        leaf, *pool = self.chain
        path = validate_path(leaf, pool=pool, roots=trust_roots("node"), at=self.signed_at, purpose="node")
        return path.verdict == "VALID" and certificate_verifies(leaf, self.message, self.signature)


def message(node: str, last: int, link: bytes, at: datetime) -> bytes:
    return canonical({"node": node, "last": last, "link": link.hex(), "at": at.isoformat()})


def sign_newest() -> int | None:
    """Sign the newest root unless it is signed; its last sequence, or None where there was nothing to sign. Outside a transaction."""
    root = Root.objects.order_by("-last").first()
    if root is None or root.signature is not None:
        return None
    signer, at = node_signer(), clock.now()
    signature = signer.sign(message(this_node().code, root.last, bytes(root.link), at))
    chain = [bytes(der).hex() for der in (signer.certificate, *signer.chain)]
    Root.objects.filter(last=root.last, signature=None).update(signature=signature, signed_at=at, chain=chain)
    return root.last


def signed_roots(limit: int = 100) -> Iterator[SignedRoot]:
    """The signed roots, the newest first."""
    for root in Root.objects.exclude(signature=None).order_by("-last")[:limit]:
        assert root.signature is not None and root.signed_at is not None
        chain = tuple(bytes.fromhex(der) for der in root.chain)
        yield SignedRoot(this_node().code, root.last, bytes(root.link), root.signed_at, bytes(root.signature), chain)
