"""The extensions that are understood (RFC 5280, 4.2), each written and read by its name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kapok.kernel.crypto.x509 import decode, encode
from kapok.kernel.crypto.x509.decode import Element, Malformed

KEY_ID, USAGE, ALTERNATIVE, CONSTRAINTS, NAME_LIMITS = "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30"
CRL_POINTS, POLICIES, AUTHORITY_KEY_ID, POLICY_LIMITS = "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.36"
EXTENDED, INHIBIT_ANY, ACCESS = "2.5.29.37", "2.5.29.54", "1.3.6.1.5.5.7.1.1"
ANY_POLICY = "2.5.29.32.0"
OCSP_ACCESS, ISSUER_ACCESS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""Bits of keyUsage from 0 on; content commitment was once called non-repudiation."""

EXTENDED_USAGES = {
    "1.3.6.1.5.5.7.3.1": "server_auth",
    "1.3.6.1.5.5.7.3.2": "client_auth",
    "1.3.6.1.5.5.7.3.3": "code_signing",
    "1.3.6.1.5.5.7.3.4": "email_protection",
    "1.3.6.1.5.5.7.3.8": "time_stamping",
    "1.3.6.1.5.5.7.3.9": "ocsp_signing",
    "1.3.6.1.5.5.7.3.36": "document_signing",
    "2.5.29.37.0": "any",
}
_EXTENDED_OIDS = {name: oid for oid, name in EXTENDED_USAGES.items()}


@dataclass(frozen=True)
class Constraints:
    """Whether the subject may issue certificates, and how many issuers may follow below it."""

    ca: bool = False
    depth: int | None = None


@dataclass(frozen=True)
class NameLimits:
    """Trees of names that subjects below must or must not lie in; `others`: limits on names of other kinds stand there too."""

    permitted: tuple[bytes, ...] = ()
    excluded: tuple[bytes, ...] = ()
    others: bool = False


@dataclass(frozen=True)
class PolicyLimits:
    """After how many certificates a policy must be named, and mapping ends."""

    require: int | None = None
    inhibit_mapping: int | None = None


@dataclass(frozen=True)
class Points:
    """Where an answer about the certificate, and its issuer's certificate, can be fetched."""

    ocsp: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()


# --- written ------------------------------------------------------------------------------------------


def extension(oid: str, value: bytes, critical: bool = False) -> bytes:
    return encode.sequence(encode.oid(oid), *([encode.boolean(True)] if critical else []), encode.octets(value))


def write_usages(usages: Iterable[str]) -> bytes:
    return extension(USAGE, encode.flags(USAGES.index(name) for name in usages), critical=True)


def write_extended(extended: Iterable[str], critical: bool = False) -> bytes:
    return extension(EXTENDED, encode.sequence(*(encode.oid(_EXTENDED_OIDS.get(name, name)) for name in extended)), critical)


def write_constraints(ca: bool, depth: int | None) -> bytes:
    parts = [encode.boolean(True)] if ca else []
    if ca and depth is not None:
        parts.append(encode.integer(depth))
    return extension(CONSTRAINTS, encode.sequence(*parts), critical=True)


def write_key_id(identifier: bytes) -> bytes:
    return extension(KEY_ID, encode.octets(identifier))


def write_authority_key_id(identifier: bytes) -> bytes:
    return extension(AUTHORITY_KEY_ID, encode.sequence(encode.implicit(0, encode.octets(identifier))))


def write_policies(policies: Iterable[str]) -> bytes:
    return extension(POLICIES, encode.sequence(*(encode.sequence(encode.oid(policy)) for policy in policies)))


def write_crl_points(urls: Iterable[str]) -> bytes:
    return extension(CRL_POINTS, encode.sequence(*(encode.sequence(_point(url)) for url in urls)))


def _point(url: str) -> bytes:
    return encode.explicit(0, encode.tlv(0xA0, _address(url)))


def write_access(ocsp: Iterable[str], issuers: Iterable[str]) -> bytes:
    listed = [(OCSP_ACCESS, url) for url in ocsp] + [(ISSUER_ACCESS, url) for url in issuers]
    return extension(ACCESS, encode.sequence(*(encode.sequence(encode.oid(method), _address(url)) for method, url in listed)))


def _address(url: str) -> bytes:
    return encode.implicit(6, encode.ia5(url))


# --- read ---------------------------------------------------------------------------------------------


def _usages(value: bytes) -> frozenset[str]:
    return frozenset(USAGES[position] for position in decode.flags(decode.parse(value)) if position < len(USAGES))


def _extended(value: bytes) -> frozenset[str]:
    dotted = [decode.oid(element) for element in decode.parse(value).parts(encode.SEQUENCE)]
    return frozenset(EXTENDED_USAGES.get(oid, oid) for oid in dotted)


def _constraints(value: bytes) -> Constraints:
    parts = decode.parse(value).parts(encode.SEQUENCE)
    ca, depth = False, None
    if parts and parts[0].tag == encode.BOOLEAN:
        ca = decode.boolean(parts.pop(0))
    if parts and parts[0].tag == encode.INTEGER:
        depth = decode.integer(parts.pop(0))
    if parts or (depth is not None and depth < 0):
        raise Malformed("basic constraints")
    return Constraints(ca, depth)


def _name_limits(value: bytes) -> NameLimits:
    kept: dict[int, list[bytes]] = {0xA0: [], 0xA1: []}
    others = False
    for group in decode.parse(value).parts(encode.SEQUENCE):
        if group.tag not in kept:
            raise Malformed("name constraints")
        for subtree in group.parts():
            base, *rest = subtree.parts(encode.SEQUENCE) or [subtree]
            if base.tag == 0xA4 and not rest:
                kept[group.tag].append(base.only().raw)
            else:
                others = True
    return NameLimits(tuple(kept[0xA0]), tuple(kept[0xA1]), others)


def _policies(value: bytes) -> tuple[str, ...]:
    listed = [element.parts(encode.SEQUENCE) for element in decode.parse(value).parts(encode.SEQUENCE)]
    if not all(listed):
        raise Malformed("certificate policies")
    return tuple(decode.oid(parts[0]) for parts in listed)


def _policy_limits(value: bytes) -> PolicyLimits:
    found = {element.tag: int.from_bytes(element.value, "big") for element in decode.parse(value).parts(encode.SEQUENCE)}
    return PolicyLimits(found.get(0x80), found.get(0x81))


def _authority_key_id(value: bytes) -> bytes:
    return next((element.value for element in decode.parse(value).parts(encode.SEQUENCE) if element.tag == 0x80), b"")


def _crl_urls(value: bytes) -> tuple[str, ...]:
    found: list[str] = []
    for point in decode.parse(value).parts(encode.SEQUENCE):
        for name in (each for each in point.parts(encode.SEQUENCE) if each.tag == 0xA0):
            found += addresses_of(name.only())
    return tuple(found)


def addresses_of(point: Element) -> list[str]:
    """The addresses of a DistributionPointName."""
    return _urls(point.parts()) if point.tag == 0xA0 else []


def _access(value: bytes) -> Points:
    found: dict[str, list[str]] = {OCSP_ACCESS: [], ISSUER_ACCESS: []}
    for described in decode.parse(value).parts(encode.SEQUENCE):
        method, *place = described.parts(encode.SEQUENCE)
        found.setdefault(decode.oid(method), []).extend(_urls(place))
    return Points(tuple(found[OCSP_ACCESS]), tuple(found[ISSUER_ACCESS]))


def _urls(listed: list[Element]) -> list[str]:
    return [element.value.decode("ascii", "replace") for element in listed if element.tag == 0x86]


READERS: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    KEY_ID: ("key_id", lambda value: decode.octets(decode.parse(value))),
    USAGE: ("usages", _usages),
    ALTERNATIVE: ("alternative", bytes),
    CONSTRAINTS: ("constraints", _constraints),
    NAME_LIMITS: ("name_limits", _name_limits),
    CRL_POINTS: ("crl_urls", _crl_urls),
    POLICIES: ("policies", _policies),
    AUTHORITY_KEY_ID: ("authority_key_id", _authority_key_id),
    POLICY_LIMITS: ("policy_limits", _policy_limits),
    EXTENDED: ("extended", _extended),
    INHIBIT_ANY: ("inhibit_any", lambda value: decode.integer(decode.parse(value))),
    ACCESS: ("access", _access),
}
"""By object identifier: the name among the facts, and who reads it."""
