"""Certificates for others (seals, persons, nodes), their revocation, and who signs for the node itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto import queries
from kapok.kernel.crypto.custody.data import Signer
from kapok.kernel.crypto.custody.signing import signer
from kapok.kernel.crypto.errors import CertificateUnknown, PkiMissing
from kapok.kernel.crypto.pki.held import changed, held
from kapok.kernel.crypto.pki.making import issued_row, sign_for
from kapok.kernel.crypto.pki.plan import PURPOSES
from kapok.kernel.crypto.pki.storage import custody
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.revoking import REASONS

OWN_REASONS = frozenset(REASONS) - {"hold", "remove_from_crl"}
"""Why a certificate of ours is revoked: for good; a seal that rests is stopped, not its certificate."""


def issue_for(
    purpose: str, subject: Mapping[str, str], public_key: bytes, *, at: datetime, valid_to: datetime | None = None
) -> tuple[bytes, tuple[bytes, ...]]:
    """A certificate for a purpose of `PURPOSES` and the certificates above it, root last; valid from `at`, written down.

    `subject`: parts of the name (C, ST, L, O, organizationIdentifier, OU, CN, serialNumber). `public_key`: the 65-byte point of
    an SM2 key or a subjectPublicKeyInfo. `valid_to` is cut to the authority's own end; without it the purpose's years.
    """
    plan = PURPOSES[purpose]
    authority = held().authority(plan.algorithm, plan.role)
    ends = valid_to or at + timedelta(days=365 * plan.years)
    certificate = sign_for(authority, purpose, dict(subject), public_key, at.replace(microsecond=0), ends)
    issued_row(uuid7(), authority.id, purpose, "", certificate).save(force_insert=True)
    return certificate, (authority.certificate, *authority.chain)


def revoke_certificate(
    certificate: bytes | int | str, *, at: datetime, reason: str = "unspecified", invalid_since: datetime | None = None
) -> None:
    """Revoke a certificate of ours (its DER, serial number or that in hexadecimal) for good; a second time changes nothing.

    `at` is legal time; `invalid_since`, for keys that leaked, the moment from which the key is not to be relied on.
    """
    if reason not in OWN_REASONS:
        raise ValueError(f"not a reason to revoke: {reason!r}")
    serial = _serial(certificate)
    with connection.cursor() as cursor:
        cursor.execute(queries.REVOKE, [at, reason, invalid_since, clock.wall(), serial])
        if cursor.fetchone() is None:
            cursor.execute(queries.IS_OURS, [serial])
            if cursor.fetchone() is None:
                raise CertificateUnknown(serial=serial)
    changed()


def _serial(certificate: bytes | int | str) -> str:
    if isinstance(certificate, bytes):
        return read_certificate(certificate).serial_text
    return f"{certificate:X}" if isinstance(certificate, int) else certificate.upper()


def own_signer(purpose: str) -> Signer:
    """Who signs for the node itself for a purpose of `SERVICES`: the same in every process, the newest after a rotation."""
    now = held()
    service = now.services.get(purpose)
    if service is None:
        raise PkiMissing(wanted=purpose)
    authority = now.authorities[service.authority]
    return signer(service.label, service.certificate, (authority.certificate, *authority.chain), custody())


def timestamper(algorithm: str = "sm2") -> Signer:
    """The node's time-stamp authority: `sm2` (GB/T 20520) or `ecdsa` (RFC 3161, for PDF)."""
    return own_signer({"sm2": "timestamp", "ecdsa": "pdf_timestamp"}[algorithm])


def node_signer() -> Signer:
    """The node's own SM2 key: status lists, statements, what one node says to another."""
    return own_signer("node")


def seal_maker() -> Signer:
    """The node's maker of seals (制章者)."""
    return own_signer("seal_maker")


def trust_roots(purpose: str = "any") -> list[bytes]:
    """Roots that are trusted for a purpose: those for all, and those for this one."""
    return list(dict.fromkeys(der for kind, der in held().roots if kind in ("any", purpose)))


def known_issuers() -> tuple[bytes, ...]:
    """The certificates of the node's own authorities, of all generations: a pool for `validate_path`."""
    return tuple(each.certificate for each in held().authorities.values() if not each.is_root)
