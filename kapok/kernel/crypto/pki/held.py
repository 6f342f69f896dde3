"""What the node has now, kept in memory for a minute: authorities, own certificates, trusted roots."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.common.remembered import Remembered
from kapok.kernel.crypto import queries
from kapok.kernel.crypto.custody.data import Signer
from kapok.kernel.crypto.custody.signing import signer
from kapok.kernel.crypto.errors import PkiMissing
from kapok.kernel.crypto.pki.plan import ROOT
from kapok.kernel.crypto.pki.storage import custody

HELD, LISTS = "held", "lists"
"""What is remembered here, and what `publishing` remembers."""

SECONDS = 60.0
"""How long another process may go on without what this one has changed."""


@dataclass(frozen=True)
class OwnAuthority:
    """One generation of an authority. `chain`: the certificates above it, root last."""

    id: UUID
    algorithm: str
    role: str
    generation: int
    label: str
    certificate: bytes = field(repr=False)
    issuer: UUID | None
    valid_from: datetime
    valid_to: datetime
    retired: bool
    chain: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def is_root(self) -> bool:
        return self.role == ROOT

    def signer(self) -> Signer:
        return signer(self.label, self.certificate, self.chain, custody())


@dataclass(frozen=True)
class OwnService:
    """A certificate of the node itself: for what, and under which label its key is."""

    id: UUID
    purpose: str
    label: str
    certificate: bytes = field(repr=False)
    authority: UUID
    serial: str
    valid_to: datetime


@dataclass(frozen=True)
class Held:
    """All of it; of services, the newest of each purpose stands in `services`."""

    authorities: dict[UUID, OwnAuthority]
    services: dict[str, OwnService]
    roots: tuple[tuple[str, bytes], ...]
    read_at: float

    def authority(self, algorithm: str, role: str) -> OwnAuthority:
        """The generation that issues now."""
        found = [a for a in self.authorities.values() if (a.algorithm, a.role) == (algorithm, role) and not a.retired]
        if not found:
            raise PkiMissing(wanted=f"{algorithm} {role}")
        return max(found, key=lambda a: a.generation)


class _Changed:
    """Waits in the connection's list of things to do on commit: as long as it stands there, memory is not to be used."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __call__(self) -> None:
        if self.what == HELD:
            _memory.clear()


_memory: Remembered[str, Held] = Remembered()


def held() -> Held:
    """What the node has; read anew after a change in this transaction, and after a minute."""
    if unsettled(HELD):
        return _read()
    found = _memory.get("all")
    if found is None or time.monotonic() - found.read_at > SECONDS:
        found = _memory["all"] = _read()
    return found


def unsettled(what: str) -> bool:
    """Whether this transaction has written what a rollback would take back: nothing of it read now is to be remembered."""
    return any(isinstance(entry[1], _Changed) and entry[1].what == what for entry in connection.run_on_commit)


def written(what: str) -> None:
    """Say that something was written: until the commit nothing of it is remembered."""
    transaction.on_commit(_Changed(what))


def changed(then: Callable[[], None] | None = None) -> None:
    """Say that something was written: this transaction reads anew, this process once it is committed."""
    _memory.clear()
    written(HELD)
    if then is not None:
        transaction.on_commit(then)


def _read() -> Held:
    with connection.cursor() as cursor:
        cursor.execute(queries.OWN_AUTHORITIES)
        plain = {row[0]: _authority(*row) for row in cursor.fetchall()}
        cursor.execute(queries.OWN_SERVICES)
        services = {row[1]: _service(*row) for row in cursor.fetchall()}
        cursor.execute(queries.TRUSTED_ROOTS)
        roots = tuple((row[0], bytes(row[1])) for row in cursor.fetchall())
    chained = {key: _with_chain(each, plain) for key, each in plain.items()}
    return Held(chained, services, roots, time.monotonic())


def _authority(found: UUID, algorithm: str, role: str, generation: int, label: str, certificate: bytes, *rest: Any) -> OwnAuthority:
    issuer, valid_from, valid_to, retired = rest
    return OwnAuthority(found, algorithm, role, generation, label, bytes(certificate), issuer, valid_from, valid_to, retired)


def _service(found: UUID, purpose: str, label: str, certificate: bytes, authority: UUID, serial: str, valid_to: datetime) -> OwnService:
    return OwnService(found, purpose, label, bytes(certificate), authority, serial, valid_to)


def _with_chain(authority: OwnAuthority, among: dict[UUID, OwnAuthority]) -> OwnAuthority:
    above, issuer = [], authority.issuer
    while issuer is not None:
        above.append(among[issuer].certificate)
        issuer = among[issuer].issuer
    return OwnAuthority(**{**vars(authority), "chain": tuple(above)})
