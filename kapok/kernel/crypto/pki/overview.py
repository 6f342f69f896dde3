"""What operators look at: the authorities, own certificates and roots, and what ends soon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from kapok.kernel.crypto import queries
from kapok.kernel.crypto.custody.kinds import custody_named
from kapok.kernel.crypto.errors import CustodyAway
from kapok.kernel.crypto.pki.held import OwnAuthority, OwnService, held
from kapok.kernel.crypto.pki.storage import custody
from kapok.kernel.crypto.x509.facts import CertificateFacts, read_certificate

LEVELS = (1, 7, 30)
"""Days before its end at which a certificate is told of."""


@dataclass(frozen=True)
class PkiOverview:
    """Authorities of all generations, the own certificates in use, and the trusted roots by purpose.

    `missing` names keys that are not in custody (a database restored without its keys): what they would sign cannot be signed.
    """

    authorities: tuple[OwnAuthority, ...]
    services: tuple[OwnService, ...]
    roots: tuple[tuple[str, CertificateFacts], ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expiring:
    """A certificate that ends soon: `level` 30, 7 or 1 is the number of days it has at most, 0 that it has ended."""

    serial: str
    purpose: str
    subject: str
    own: bool
    valid_to: datetime
    level: int
    days_left: int


def pki_overview() -> PkiOverview:
    now = held()
    authorities = sorted(now.authorities.values(), key=lambda a: (a.algorithm, a.role != "root", a.role, -a.generation))
    roots = tuple((purpose, read_certificate(der)) for purpose, der in now.roots)
    services = tuple(now.services.values())
    return PkiOverview(tuple(authorities), services, roots, _missing([*(a.label for a in authorities), *(s.label for s in services)]))


def _missing(labels: list[str]) -> tuple[str, ...]:
    """Keys that custody does not have; nothing is said while it does not answer, since `custody_health` says that."""
    try:
        keeper = custody_named(custody())
        return tuple(label for label in labels if keeper.find(label) is None)
    except CustodyAway:
        return ()


def expiring_certificates(now: datetime, *, ended_days: int = 30) -> list[Expiring]:
    """Certificates of ours (authorities included) that end within 30 days, or ended in the last `ended_days`; soonest first."""
    begin, end = now - timedelta(days=ended_days), now + timedelta(days=LEVELS[-1])
    with connection.cursor() as cursor:
        cursor.execute(queries.ENDING, [begin, end, [each.id for each in held().services.values()]])
        ending = [_expiring(*row, now=now) for row in cursor.fetchall()]
    ending += [
        _expiring(read_certificate(a.certificate).serial_text, "root", read_certificate(a.certificate).subject, True, a.valid_to, now=now)
        for a in held().authorities.values()
        if a.is_root and not a.retired and begin <= a.valid_to < end
    ]
    return sorted(ending, key=lambda each: each.valid_to)


def _expiring(serial: str, purpose: str, subject: str, own: bool, valid_to: datetime, *, now: datetime) -> Expiring:
    left = valid_to - now
    level = 0 if left < timedelta() else next(days for days in LEVELS if left <= timedelta(days=days))
    return Expiring(serial, purpose, subject, own, valid_to, level, left.days)
