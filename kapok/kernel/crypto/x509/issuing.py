"""Making certificates (X.509 v3, GB/T 20518): written by `encode`, signed by whoever holds the issuer's key."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kapok.kernel.crypto.x509 import encode, extensions, names
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.keys import SIGNING_OID, algorithm_identifier, read_public_key, spki_of


class Signs(Protocol):
    """What is needed of a signer here: which algorithm, and a DER signature over data."""

    @property
    def algorithm(self) -> str: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class WantedCertificate:
    """A certificate to be made. `public_key` is the 65-byte point of an SM2 key or any subjectPublicKeyInfo."""

    subject: Mapping[str, str]
    public_key: bytes = field(repr=False)
    valid_from: datetime
    valid_to: datetime
    usages: tuple[str, ...] = ("digital_signature",)
    extended: tuple[str, ...] = ()
    ca: bool = False
    depth: int | None = None
    policies: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    ca_urls: tuple[str, ...] = ()
    serial: int | None = None
    more: tuple[bytes, ...] = ()
    """Further extensions, already written."""


def new_serial() -> int:
    """A positive number of 16 bytes that nobody can foresee."""
    return int.from_bytes(os.urandom(16), "big") >> 2 | 1 << 126


def issue_certificate(wanted: WantedCertificate, *, signer: Signs, issuer: bytes | None = None) -> bytes:
    """DER of the certificate, signed by `signer` in the name of the `issuer` certificate; without one it signs itself."""
    spki = spki_of(wanted.public_key)
    identifier = read_public_key(spki).identifier
    subject = names.write_name(wanted.subject)
    above = read_certificate(issuer) if issuer is not None else None
    algorithm = algorithm_identifier(SIGNING_OID[signer.algorithm])
    tbs = encode.sequence(
        encode.explicit(0, encode.integer(2)),
        encode.integer(new_serial() if wanted.serial is None else wanted.serial),
        algorithm,
        above.subject_der if above else subject,
        encode.sequence(encode.certificate_time(wanted.valid_from), encode.certificate_time(wanted.valid_to)),
        subject,
        spki,
        encode.explicit(3, encode.sequence(*_extensions(wanted, identifier, above.key_id if above else identifier))),
    )
    return encode.sequence(tbs, algorithm, encode.bits(signer.sign(tbs)))


def _extensions(wanted: WantedCertificate, identifier: bytes, issuer_identifier: bytes) -> list[bytes]:
    made = [extensions.write_constraints(wanted.ca, wanted.depth), extensions.write_key_id(identifier)]
    if issuer_identifier:
        made.append(extensions.write_authority_key_id(issuer_identifier))
    if wanted.usages:
        made.append(extensions.write_usages(wanted.usages))
    if wanted.extended:
        made.append(extensions.write_extended(wanted.extended, critical=wanted.extended == ("time_stamping",)))
    if wanted.policies:
        made.append(extensions.write_policies(wanted.policies))
    if wanted.crl_urls:
        made.append(extensions.write_crl_points(wanted.crl_urls))
    if wanted.ocsp_urls or wanted.ca_urls:
        made.append(extensions.write_access(wanted.ocsp_urls, wanted.ca_urls))
    return [*made, *wanted.more]
