"""Lists of revoked certificates (X.509 CRL v2; RFC 5280, 5): made by their issuer, read and checked by anybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from kapok.kernel.crypto.x509 import decode, encode, names
from kapok.kernel.crypto.x509.decode import Element, Malformed
from kapok.kernel.crypto.x509.extensions import addresses_of, extension, write_authority_key_id
from kapok.kernel.crypto.x509.facts import CertificateFacts, algorithm, read_certificate, split_extensions
from kapok.kernel.crypto.x509.issuing import Signs
from kapok.kernel.crypto.x509.keys import SIGNING_OID, algorithm_identifier, key_verifies
from kapok.kernel.crypto.x509.revoking import RevocationEntry, reason_number, reason_of

NUMBER, DELTA, ISSUING_POINT = "2.5.29.20", "2.5.29.27", "2.5.29.28"
REASON, INVALIDITY, EXPIRED_STAY = "2.5.29.21", "2.5.29.24", "2.5.29.60"
AUTHORITY_KEY_ID = "2.5.29.35"
LARGEST_LIST = 16 * 1024 * 1024


class ListUnreadable(ValueError):
    """The bytes are no list of revoked certificates."""


@dataclass(frozen=True, eq=False)
class CrlFacts:
    """One list. `unusable` says why nothing may be concluded from it, though it is well formed (a delta, an indirect list …).

    Its entries are read when they are first asked for: whoever checks the signature before never unfolds a stranger's list.
    """

    der: bytes = field(repr=False)
    issuer_der: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime | None
    number: int | None
    listed: Element | None = field(repr=False)
    signature_oid: str
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    authority_key_id: bytes = b""
    scope: str = "all"
    """all, users or issuers: which certificates the list speaks of."""
    urls: tuple[str, ...] = ()
    """Where a list that is one of several is fetched: it speaks of certificates that name one of these places."""
    expired_stay_since: datetime | None = None
    unusable: str = ""

    @property
    def entries(self) -> dict[int, RevocationEntry]:
        """Revoked certificates by serial number; `ListUnreadable` when the entries are malformed."""
        return self._unfolded[0]

    @property
    def strange(self) -> str:
        """Why the entries may not be relied on."""
        return self._unfolded[1]

    @cached_property
    def _unfolded(self) -> tuple[dict[int, RevocationEntry], str]:
        try:
            return _entries(self.listed)
        except (ValueError, IndexError) as error:
            raise ListUnreadable(str(error)) from None

    def signed_by(self, issuer: CertificateFacts) -> bool:
        """Whether this list is the issuer's own: its name, its key, and a key that may sign lists."""
        if names.compared(self.issuer_der) != names.compared(issuer.subject_der):
            return False
        if issuer.usages is not None and "crl_sign" not in issuer.usages:
            return False
        return key_verifies(issuer.key, self.tbs, self.signature, self.signature_oid)

    def speaks_of(self, certificate: CertificateFacts) -> bool:
        if self.urls and not set(self.urls) & set(certificate.crl_urls):
            return False
        return self.scope == "all" or (self.scope == "issuers") == certificate.is_ca


def make_crl(
    entries: Iterable[RevocationEntry],
    *,
    signer: Signs,
    issuer: bytes,
    this_update: datetime,
    next_update: datetime,
    number: int,
    expired_stay: datetime | None = None,
) -> bytes:
    """DER of a complete list; `expired_stay` states since when certificates are kept on it after their own end."""
    facts = read_certificate(issuer)
    identifier = algorithm_identifier(SIGNING_OID[signer.algorithm])
    listed = [_written(entry) for entry in sorted(entries, key=lambda each: each.serial)]
    more = [write_authority_key_id(facts.key_id), extension(NUMBER, encode.integer(number))]
    if expired_stay:
        more.append(extension(EXPIRED_STAY, encode.generalized_time(expired_stay)))
    tbs = encode.sequence(
        encode.integer(1),
        identifier,
        facts.subject_der,
        encode.certificate_time(this_update),
        encode.certificate_time(next_update),
        *([encode.sequence(*listed)] if listed else []),
        encode.explicit(0, encode.sequence(*more)),
    )
    return encode.sequence(tbs, identifier, encode.bits(signer.sign(tbs)))


def _written(entry: RevocationEntry) -> bytes:
    more = []
    if entry.reason != "unspecified":
        more.append(extension(REASON, encode.enumerated(reason_number(entry.reason))))
    if entry.invalid_since:
        more.append(extension(INVALIDITY, encode.generalized_time(entry.invalid_since)))
    return encode.sequence(encode.integer(entry.serial), encode.certificate_time(entry.at), *([encode.sequence(*more)] if more else []))


def read_crl(der: bytes) -> CrlFacts:
    """Read one list; `ListUnreadable` whatever is wrong with the bytes."""
    return _remembered(bytes(der)) if len(der) <= 1 << 20 else _read(bytes(der))


def _read(der: bytes) -> CrlFacts:
    try:
        return _facts(der)
    except (ValueError, IndexError) as error:
        raise ListUnreadable(str(error)) from None


_remembered = lru_cache(maxsize=32)(_read)


def _facts(der: bytes) -> CrlFacts:
    outer = decode.parse(der, LARGEST_LIST).parts(encode.SEQUENCE)
    if len(outer) != 3:
        raise Malformed("list is not whole")
    parts = outer[0].parts(encode.SEQUENCE)
    if parts[0].tag == encode.INTEGER and decode.integer(parts.pop(0)) != 1:
        raise Malformed("version of the list")
    inner, issuer, this_update, *rest = parts
    next_update = decode.time(rest.pop(0)) if rest and rest[0].tag in (encode.UTC_TIME, encode.GENERALIZED_TIME) else None
    listed = rest.pop(0) if rest and rest[0].tag == encode.SEQUENCE else None
    known = _extensions(rest.pop(0).only()) if rest and rest[0].tag == 0xA0 else {}
    if rest or algorithm(inner) != algorithm(outer[1]):
        raise Malformed("list holds what does not belong there")
    names.compared(issuer.raw)
    return CrlFacts(
        der=der,
        issuer_der=issuer.raw,
        this_update=decode.time(this_update),
        next_update=next_update,
        number=known.get("number"),
        listed=listed,
        signature_oid=algorithm(inner),
        tbs=outer[0].raw,
        signature=decode.bits(outer[2]),
        authority_key_id=known.get("authority_key_id", b""),
        scope=known.get("scope", "all"),
        urls=known.get("urls", ()),
        expired_stay_since=known.get("expired_stay"),
        unusable=known.get("unusable", ""),
    )


def _entries(listed: Element | None) -> tuple[dict[int, RevocationEntry], str]:
    entries: dict[int, RevocationEntry] = {}
    strange = ""
    for element in decode.elements(listed.raw, listed.head) if listed else ():
        serial, at, *more = element.parts(encode.SEQUENCE)
        reason, since = "unspecified", None
        for oid, critical, value in split_extensions(more[0]) if more else ():
            if oid == REASON:
                reason = reason_of(decode.parse(value))
            elif oid == INVALIDITY:
                since = decode.time(decode.parse(value))
            elif critical:
                strange = f"critical extension {oid} of an entry"
        number = decode.integer(serial)
        entries[number] = RevocationEntry(number, decode.time(at), reason, since)
    return entries, strange


def _extensions(listed: Element) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for oid, critical, value in split_extensions(listed):
        if oid == NUMBER:
            known["number"] = decode.integer(decode.parse(value))
        elif oid == AUTHORITY_KEY_ID:
            known["authority_key_id"] = next((e.value for e in decode.parse(value).parts(encode.SEQUENCE) if e.tag == 0x80), b"")
        elif oid == EXPIRED_STAY:
            known["expired_stay"] = decode.time(decode.parse(value))
        elif oid == ISSUING_POINT:
            known |= _scope(decode.parse(value).parts(encode.SEQUENCE))
        elif oid == DELTA:
            known["unusable"] = "a delta list without its base"
        elif critical:
            known["unusable"] = f"critical extension {oid}"
    return known


def _scope(parts: list[Element]) -> dict[str, Any]:
    """Issuing distribution point: which certificates, which reasons, whose."""
    yes = {part.tag for part in parts if part.tag in (0x81, 0x82, 0x84, 0x85) and part.value not in (b"", b"\x00")}
    limited = any(part.tag == 0x83 for part in parts)
    if limited or yes & {0x84, 0x85}:
        return {"unusable": "a list for some reasons or other issuers only"}
    urls = tuple(url for part in parts if part.tag == 0xA0 for url in addresses_of(part.only()))
    return {"scope": "users" if 0x81 in yes else "issuers" if 0x82 in yes else "all", "urls": urls}
