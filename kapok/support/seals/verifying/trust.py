"""Whom this node trusts: roots by purpose, the authorities below them it knows, and what says who was revoked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kapok.kernel.crypto.public import CertificateUnreadable, crls_for, known_issuers, read_certificate, trust_roots


def _no_lists(certificate: bytes) -> Iterable[bytes]:
    return ()


@dataclass(frozen=True)
class Trust:
    """Certificates and evidence as DER. `roots`: of seals and signatures; `stamp_roots`: of time stamps; `pool`: authorities between.

    `crls_for` gives the lists that may speak of a certificate; `crls` are offered for all.
    """

    roots: tuple[bytes, ...] = field(repr=False, default=())
    stamp_roots: tuple[bytes, ...] = field(repr=False, default=())
    pool: tuple[bytes, ...] = field(repr=False, default=())
    crls: tuple[bytes, ...] = field(repr=False, default=())
    ocsps: tuple[bytes, ...] = field(repr=False, default=())
    crls_for: Callable[[bytes], Iterable[bytes]] = field(repr=False, default=_no_lists)


def node_trust() -> Trust:
    """What this node trusts today; lists of its own authorities are read once for each authority asked about."""
    lists: dict[tuple[bytes, bytes], tuple[bytes, ...]] = {}

    def lists_for(certificate: bytes) -> tuple[bytes, ...]:
        try:
            facts = read_certificate(certificate)
        except CertificateUnreadable:
            return ()
        issuer = facts.issuer_der, facts.authority_key_id
        if issuer not in lists:
            lists[issuer] = crls_for([certificate])
        return lists[issuer]

    return Trust(
        roots=tuple(trust_roots("seal")), stamp_roots=tuple(trust_roots("timestamp")), pool=known_issuers(), crls_for=lists_for
    )  # fmt: skip
