"""What a certificate says (X.509 v3, RFC 5280, GB/T 20518), read once from its DER."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.x509 import decode, encode, names
from kapok.kernel.crypto.x509.decode import Element, Malformed
from kapok.kernel.crypto.x509.extensions import READERS, Constraints, NameLimits, Points, PolicyLimits
from kapok.kernel.crypto.x509.keys import PublicKey, key_verifies, read_public_key

LARGEST_CERTIFICATE = 65536
ORDINARY = 8192
"""Bytes; what is larger is read anew each time, so that nobody fills the memory with certificates."""


class CertificateUnreadable(ValueError):
    """The bytes are no certificate, or one that cannot be relied on; `why` says what was found."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, eq=False)
class CertificateFacts:
    """One certificate. Names are (part, value) in the order written; times UTC; both bounds belong to the validity.

    `algorithm` is the kind of the subject's key (sm2, ecdsa, rsa or ""), `public_key` its point (SM2, ECDSA) or its
    subjectPublicKeyInfo (RSA), `signature_oid` how the issuer signed. `usages` and `extended` are None where the extension is absent.
    """

    der: bytes = field(repr=False)
    version: int
    serial: int
    subject_parts: names.Name
    issuer_parts: names.Name
    subject_der: bytes = field(repr=False)
    issuer_der: bytes = field(repr=False)
    valid_from: datetime
    valid_to: datetime
    key: PublicKey = field(repr=False)
    signature_oid: str
    outer_oid: str
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    sm3: bytes = field(repr=False)
    extensions: dict[str, Any] = field(repr=False)
    unknown_critical: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return names.shown(self.subject_parts)

    @property
    def issuer(self) -> str:
        return names.shown(self.issuer_parts)

    @property
    def common_name(self) -> str:
        """Whom people would say it belongs to: the last CN, else O, else the whole name."""
        parts = dict(self.subject_parts)
        return parts.get("CN") or parts.get("O") or self.subject

    @property
    def serial_text(self) -> str:
        """Hexadecimal, as certificates are spoken of."""
        return f"{self.serial:X}" if self.serial >= 0 else f"-{-self.serial:X}"

    @property
    def algorithm(self) -> str:
        return self.key.kind

    @property
    def public_key(self) -> bytes:
        return self.key.bits if self.key.kind in ("sm2", "ecdsa") else self.key.spki

    @property
    def usages(self) -> frozenset[str] | None:
        return self.extensions.get("usages")

    @property
    def extended(self) -> frozenset[str] | None:
        return self.extensions.get("extended")

    @property
    def policies(self) -> tuple[str, ...]:
        return self.extensions.get("policies", ())

    @property
    def is_ca(self) -> bool:
        return self.constraints.ca

    @property
    def constraints(self) -> Constraints:
        return self.extensions.get("constraints", Constraints())

    @property
    def name_limits(self) -> NameLimits | None:
        return self.extensions.get("name_limits")

    @property
    def policy_limits(self) -> PolicyLimits:
        return self.extensions.get("policy_limits", PolicyLimits())

    @property
    def inhibit_any(self) -> int | None:
        return self.extensions.get("inhibit_any")

    @property
    def key_id(self) -> bytes:
        return self.extensions.get("key_id", b"")

    @property
    def authority_key_id(self) -> bytes:
        return self.extensions.get("authority_key_id", b"")

    @property
    def crl_urls(self) -> tuple[str, ...]:
        return self.extensions.get("crl_urls", ())

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        return self.extensions.get("access", Points()).ocsp

    @property
    def ca_urls(self) -> tuple[str, ...]:
        return self.extensions.get("access", Points()).issuers

    @property
    def self_issued(self) -> bool:
        return names.compared(self.subject_der) == names.compared(self.issuer_der)

    def valid_at(self, at: datetime) -> bool:
        return self.valid_from <= at <= self.valid_to

    def issued_by(self, issuer: "CertificateFacts") -> bool:
        """Whether the issuer's key made this certificate's signature, in the algorithm the certificate itself names."""
        if self.signature_oid != self.outer_oid:
            return False
        return _known_signed(self, issuer.key) if len(self.der) <= ORDINARY else _signed(self, issuer.key)


def read_certificate(der: bytes) -> CertificateFacts:
    """Read one certificate; `CertificateUnreadable` says why it cannot be, whatever the bytes are."""
    return _remembered(bytes(der)) if len(der) <= ORDINARY else _read(bytes(der))


def _read(der: bytes) -> CertificateFacts:
    try:
        return _facts(der)
    except (ValueError, IndexError) as error:
        raise CertificateUnreadable(str(error)) from None


_remembered = lru_cache(maxsize=4096)(_read)


def _signed(facts: CertificateFacts, key: PublicKey) -> bool:
    return key_verifies(key, facts.tbs, facts.signature, facts.signature_oid)


_known_signed = lru_cache(maxsize=4096)(_signed)


def certificate_verifies(der: bytes, data: bytes, signature: bytes, algorithm_oid: str = "") -> bool:
    """Whether the key in a certificate made the signature over data (SM2 with SM3, ECDSA, RSA); never raises on bad input."""
    try:
        return key_verifies(read_certificate(der).key, data, signature, algorithm_oid)
    except CertificateUnreadable:
        return False


def outline(der: bytes) -> tuple[bytes, bytes]:
    """Subject and issuer (DER) of a certificate, read without the rest: a pool of thousands is sorted by them."""
    try:
        parts = _tbs_parts(decode.parse(der, LARGEST_CERTIFICATE).parts(encode.SEQUENCE)[0])
        return parts[4].raw, parts[2].raw
    except (ValueError, IndexError):
        return b"", b""


def _tbs_parts(tbs: Element) -> list[Element]:
    """From the serial number on; the version is left out."""
    parts = tbs.parts(encode.SEQUENCE)
    if parts and parts[0].tag == 0xA0:
        parts = parts[1:]
    if len(parts) < 6:
        raise Malformed("certificate is not whole")
    return parts


def _facts(der: bytes) -> CertificateFacts:
    outer = decode.parse(der, LARGEST_CERTIFICATE).parts(encode.SEQUENCE)
    if len(outer) != 3:
        raise Malformed("certificate is not whole")
    tbs = outer[0]
    parts = _tbs_parts(tbs)
    validity = parts[3].parts(encode.SEQUENCE)
    if len(validity) != 2:
        raise Malformed("validity")
    first = tbs.parts()[0]
    found, unknown = _extensions(parts[6:])
    return CertificateFacts(
        der=der,
        version=decode.integer(first.only()) + 1 if first.tag == 0xA0 else 1,
        serial=decode.integer(parts[0]),
        subject_parts=names.read_name(parts[4].raw),
        issuer_parts=names.read_name(parts[2].raw),
        subject_der=parts[4].raw,
        issuer_der=parts[2].raw,
        valid_from=decode.time(validity[0]),
        valid_to=decode.time(validity[1]),
        key=read_public_key(parts[5].raw),
        signature_oid=algorithm(parts[1]),
        outer_oid=algorithm(outer[1]),
        tbs=tbs.raw,
        signature=decode.bits(outer[2]),
        sm3=sm3(der),
        extensions=found,
        unknown_critical=unknown,
    )


def algorithm(element: Element) -> str:
    """The object identifier of an AlgorithmIdentifier."""
    parts = element.parts(encode.SEQUENCE)
    if not 1 <= len(parts) <= 2:
        raise Malformed("algorithm")
    return decode.oid(parts[0])


def _extensions(rest: list[Element]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is understood, by name, and what is critical and not understood."""
    lists = [element for element in rest if element.tag == 0xA3]
    if len(lists) > 1 or any(element.tag not in (0x81, 0x82, 0xA1, 0xA2, 0xA3) for element in rest):
        raise Malformed("certificate holds what does not belong there")
    found: dict[str, Any] = {}
    unknown = []
    for oid, critical, value in split_extensions(lists[0].only()) if lists else ():
        reader: tuple[str, Callable[[bytes], Any]] | None = READERS.get(oid)
        if reader is not None:
            found[reader[0]] = reader[1](value)
        elif critical:
            unknown.append(oid)
        if critical:
            found.setdefault("critical", set()).add(oid)
    return found, tuple(unknown)


def split_extensions(listed: Element) -> list[tuple[str, bool, bytes]]:
    """(object identifier, critical, value) of every extension; one that stands twice is refused (RFC 5280, 4.2)."""
    split: list[tuple[str, bool, bytes]] = []
    for extension in listed.parts(encode.SEQUENCE):
        parts = extension.parts(encode.SEQUENCE)
        if len(parts) not in (2, 3):
            raise Malformed("extension")
        split.append((decode.oid(parts[0]), len(parts) == 3 and decode.boolean(parts[1]), decode.octets(parts[-1])))
    if len({oid for oid, _, _ in split}) != len(split):
        raise Malformed("an extension stands twice")
    return split
