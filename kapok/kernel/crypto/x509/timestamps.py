"""Time stamps (RFC 3161 and its Chinese form GB/T 20520): a token over a digest, by SM2 with SM3 or by ECDSA with SHA-256."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from kapok.kernel.crypto.x509 import decode, encode
from kapok.kernel.crypto.x509.decode import Element, Malformed
from kapok.kernel.crypto.x509.facts import CertificateUnreadable, algorithm, read_certificate
from kapok.kernel.crypto.x509.issuing import Signs
from kapok.kernel.crypto.x509.keys import (
    DIGEST_OIDS,
    DIGESTS,
    SHA256_OID,
    SIGNING_DIGEST,
    SIGNING_OID,
    algorithm_identifier,
    digest_by_name,
    key_verifies,
)
from kapok.kernel.crypto.x509.path import PathResult, validate_path

SIGNED_DATA, GB_SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
POLICY = "2.25.214602771947632185049360573716442910773"
"""The policy our own authority stamps by: an identifier made from a UUID, as nobody has to grant those (ITU-T X.667)."""
LARGEST = 1024 * 1024
GRANTED, REJECTED = 0, 2
BAD_ALGORITHM, BAD_REQUEST, BAD_FORMAT = 0, 2, 5
"""Bits of PKIFailureInfo."""


class StampSigner(Signs, Protocol):
    """A signer with its certificate and those above it."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...


class StampUnreadable(ValueError):
    """The bytes are no time stamp."""


@dataclass(frozen=True)
class StampRequest:
    digest_name: str
    digest: bytes
    policy: str = ""
    nonce: int | None = None
    wants_certificates: bool = False


@dataclass(frozen=True)
class TimeStamp:
    """A time stamp as read. `faults` are codes of `SAYS_STAMP`; `path` judges its certificate where roots were given."""

    at: datetime | None
    serial: int = 0
    policy: str = ""
    digest_name: str = ""
    digest: bytes = b""
    nonce: int | None = None
    accuracy: timedelta = timedelta()
    certificate: bytes = field(default=b"", repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    faults: tuple[str, ...] = ()
    path: PathResult | None = None

    @property
    def sound(self) -> bool:
        """Nothing is wrong with the token itself; whether its authority is trusted, `path` says."""
        return not self.faults

    def is_over(self, data: bytes) -> bool:
        """Whether it is the digest of this data that was stamped."""
        return bool(self.digest) and self.digest == digest_by_name(self.digest_name, data)


def timestamp(data: bytes, signer: StampSigner, at: datetime, *, nonce: int | None = None) -> bytes:
    """DER of a token over data, its digest being that of the signer's algorithm: SM3 with SM2, else SHA-256."""
    name = SIGNING_DIGEST[signer.algorithm]
    return timestamp_digest(digest_by_name(name, data), name, signer, at, nonce=nonce)


def timestamp_digest(
    digest: bytes,
    digest_name: str,
    signer: StampSigner,
    at: datetime,
    *,
    nonce: int | None = None,
    policy: str = "",
    certificates: bool = True,
) -> bytes:
    """DER of a token over a digest that somebody else has made (sm3, sha256, sha384, sha512)."""
    info = encode.sequence(
        encode.integer(1),
        encode.oid(policy or POLICY),
        encode.sequence(_digest_identifier(digest_name), encode.octets(digest)),
        encode.integer(int.from_bytes(os.urandom(16), "big") >> 1 | 1),
        encode.generalized_time(at),
        encode.sequence(encode.integer(1)),
        *([encode.integer(nonce)] if nonce is not None else []),
    )
    along = (signer.certificate, *(der for der in signer.chain if der != signer.certificate)) if certificates else ()
    return _signed_data(info, signer, along)


def _signed_data(info: bytes, signer: StampSigner, along: Iterable[bytes]) -> bytes:
    name = SIGNING_DIGEST[signer.algorithm]
    facts = read_certificate(signer.certificate)
    named = [] if name == "sha256" else [_digest_identifier(name)]  # SHA-256 is the default of this attribute
    certificate_hash = encode.sequence(*named, encode.octets(digest_by_name(name, signer.certificate)))
    attributes = encode.set_of(
        (
            _attribute(CONTENT_TYPE, encode.oid(TST_INFO)),
            _attribute(MESSAGE_DIGEST, encode.octets(digest_by_name(name, info))),
            _attribute(SIGNING_CERTIFICATE_V2, encode.sequence(encode.sequence(certificate_hash))),
        )
    )
    signer_info = encode.sequence(
        encode.integer(1),
        encode.sequence(facts.issuer_der, encode.integer(facts.serial)),
        _digest_identifier(name),
        encode.implicit(0, attributes),
        algorithm_identifier(SIGNING_OID[signer.algorithm]),
        encode.octets(signer.sign(attributes)),
    )
    certificates = encode.set_of(along)
    body = encode.sequence(
        encode.integer(3),
        encode.set_of([_digest_identifier(name)]),
        encode.sequence(encode.oid(TST_INFO), encode.explicit(0, encode.octets(info))),
        *([encode.implicit(0, certificates)] if len(certificates) > 2 else []),
        encode.set_of([signer_info]),
    )
    return encode.sequence(encode.oid(SIGNED_DATA), encode.explicit(0, body))


def _digest_identifier(name: str) -> bytes:
    return encode.sequence(encode.oid(DIGEST_OIDS[name]))


def _attribute(kind: str, value: bytes) -> bytes:
    return encode.sequence(encode.oid(kind), encode.set_of([value]))


def make_timestamp_request(digest: bytes, digest_name: str, *, nonce: int | None = None, certificates: bool = True) -> bytes:
    return encode.sequence(
        encode.integer(1),
        encode.sequence(_digest_identifier(digest_name), encode.octets(digest)),
        *([encode.integer(nonce)] if nonce is not None else []),
        *([encode.boolean(True)] if certificates else []),
    )


def read_timestamp_request(der: bytes) -> StampRequest:
    try:
        version, imprint, *rest = decode.parse(der, 65536).parts(encode.SEQUENCE)
        if decode.integer(version) != 1:
            raise Malformed("version")
        name, digest = _imprint(imprint)
        by_tag = {part.tag: part for part in rest}
        if 0xA0 in by_tag:
            raise Malformed("extensions of a request are not understood")
        return StampRequest(
            name,
            digest,
            decode.oid(by_tag[encode.OBJECT]) if encode.OBJECT in by_tag else "",
            decode.integer(by_tag[encode.INTEGER]) if encode.INTEGER in by_tag else None,
            encode.BOOLEAN in by_tag and decode.boolean(by_tag[encode.BOOLEAN]),
        )
    except (ValueError, IndexError) as error:
        raise StampUnreadable(str(error)) from None


def answer_timestamp(der: bytes, signer: StampSigner, at: datetime) -> bytes:
    """DER of the answer to a request: the token, or why there is none."""
    try:
        asked = read_timestamp_request(der)
    except StampUnreadable:
        return _refusal(BAD_FORMAT)
    if asked.digest_name not in ("sm3", "sha256", "sha384", "sha512"):
        return _refusal(BAD_ALGORITHM)
    if asked.policy not in ("", POLICY):
        return _refusal(15)
    token = timestamp_digest(asked.digest, asked.digest_name, signer, at, nonce=asked.nonce, certificates=asked.wants_certificates)
    return encode.sequence(encode.sequence(encode.integer(GRANTED)), token)


def _refusal(failure: int) -> bytes:
    return encode.sequence(encode.sequence(encode.integer(REJECTED), encode.flags([failure])))


def token_of_answer(der: bytes) -> bytes:
    """The token of a granted answer."""
    try:
        status, *token = decode.parse(der, LARGEST).parts(encode.SEQUENCE)
        if decode.integer(status.parts(encode.SEQUENCE)[0]) not in (0, 1) or not token:
            raise Malformed("refused")
    except (ValueError, IndexError) as error:
        raise StampUnreadable(str(error)) from None
    return token[0].raw


def read_timestamp(
    token: bytes,
    data: bytes | None = None,
    *,
    digest: bytes | None = None,
    roots: Iterable[bytes] = (),
    pool: Iterable[bytes] = (),
) -> TimeStamp:
    """Read a token and check it: over this data (or digest), rightly signed, by the certificate it names; with roots, by one trusted.

    Never raises: a token that cannot be read is a `TimeStamp` without time whose fault is `stamp.unreadable`.
    """
    pool, roots = tuple(pool), tuple(roots)
    try:
        return _checked(decode.parse(token, LARGEST), data, digest, roots, pool)
    except (ValueError, IndexError):
        return TimeStamp(None, faults=("stamp.unreadable",))


def _checked(whole: Element, data: bytes | None, digest: bytes | None, roots: tuple[bytes, ...], pool: tuple[bytes, ...]) -> TimeStamp:
    kind, body = whole.parts(encode.SEQUENCE)
    if decode.oid(kind) not in (SIGNED_DATA, GB_SIGNED_DATA):
        raise Malformed("no signed data")
    parts = body.only().parts(encode.SEQUENCE)
    content_kind, content = parts[2].parts(encode.SEQUENCE)
    if decode.oid(content_kind) != TST_INFO:
        raise Malformed("no time stamp within")
    info = decode.octets(content.only())
    held = tuple(each.raw for part in parts if part.tag == 0xA0 for each in part.parts())
    signers = parts[-1].parts(encode.SET)
    if len(signers) != 1:
        raise Malformed("a time stamp has one signer")
    stamp = _info(decode.parse(info, LARGEST))
    certificate, faults = _signer_faults(signers[0], info, (*held, *pool))
    if (digest is not None and stamp.digest != digest) or (digest is None and data is not None and not stamp.is_over(data)):
        faults.insert(0, "stamp.other_data")
    path = None
    if certificate and roots and stamp.at is not None:
        path = validate_path(certificate, pool=(*held, *pool), roots=roots, at=stamp.at, purpose="timestamp")
    return TimeStamp(
        stamp.at, stamp.serial, stamp.policy, stamp.digest_name, stamp.digest, stamp.nonce, stamp.accuracy,
        certificate, held, tuple(faults), path,
    )  # fmt: skip


def _info(element: Element) -> TimeStamp:
    version, policy, imprint, serial, at, *rest = element.parts(encode.SEQUENCE)
    if decode.integer(version) != 1:
        raise Malformed("version")
    name, digest = _imprint(imprint)
    accuracy, nonce = timedelta(), None
    for part in rest:
        if part.tag == encode.SEQUENCE:
            accuracy = _accuracy(part)
        elif part.tag == encode.INTEGER:
            nonce = decode.integer(part)
        elif part.tag == 0xA1:
            raise Malformed("extensions of a time stamp are not understood")
    return TimeStamp(decode.time(at), decode.integer(serial), decode.oid(policy), name, digest, nonce, accuracy)


def _accuracy(part: Element) -> timedelta:
    units = {encode.INTEGER: 1.0, 0x80: 1e-3, 0x81: 1e-6}
    return timedelta(seconds=sum(units.get(each.tag, 0) * int.from_bytes(each.value[:4], "big") for each in part.parts()))


def _imprint(element: Element) -> tuple[str, bytes]:
    named, digest = element.parts(encode.SEQUENCE)
    name = DIGESTS.get(algorithm(named), "")
    sizes = {"sm3": 32, "sha256": 32, "sha384": 48, "sha512": 64, "sha1": 20}
    value = decode.octets(digest)
    if sizes.get(name) != len(value):
        raise Malformed("digest")
    return name, value


def _signer_faults(signer: Element, info: bytes, certificates: tuple[bytes, ...]) -> tuple[bytes, list[str]]:
    """The signer's certificate among those at hand, and what is wrong with the signature."""
    _version, named, digest_named, attributes, signed_by, signature, *_ = signer.parts(encode.SEQUENCE)
    certificate = _named_certificate(named, certificates)
    if attributes.tag != 0xA0:
        raise Malformed("a time stamp signs attributes")
    held = {decode.oid(kind): values.parts(encode.SET) for kind, values in (each.parts(encode.SEQUENCE) for each in attributes.parts())}
    name = DIGESTS.get(algorithm(digest_named), "")
    faults = []
    if name in ("", "sha1") or not _states(held, CONTENT_TYPE, encode.oid(TST_INFO)):
        faults.append("stamp.attributes")
    if name in ("", "sha1") or not _states(held, MESSAGE_DIGEST, encode.octets(digest_by_name(name, info))):
        faults.append("stamp.content_digest")
    if not certificate:
        return b"", [*faults, "stamp.no_certificate"]
    signed = b"\x31" + attributes.raw[1:]
    key = read_certificate(certificate).key
    if not key_verifies(key, signed, decode.octets(signature), algorithm(signed_by), name):
        faults.append("stamp.signature")
    if not _names_certificate(held, certificate):
        faults.append("stamp.other_certificate")
    return certificate, faults


def _states(held: dict[str, list[Element]], kind: str, value: bytes) -> bool:
    return [each.raw for each in held.get(kind, [])] == [value]


def _named_certificate(named: Element, certificates: tuple[bytes, ...]) -> bytes:
    for der in certificates[:256]:
        try:
            facts = read_certificate(der)
        except CertificateUnreadable:
            continue
        if named.tag == 0x80 and facts.key_id == named.value and named.value:
            return der
        if named.tag == encode.SEQUENCE and named.value == facts.issuer_der + encode.integer(facts.serial):
            return der
    return b""


def _names_certificate(held: dict[str, list[Element]], certificate: bytes) -> bool:
    """The signed attribute that binds the signature to one certificate (ESSCertID); SHA-1 only in its first form."""
    for kind in (SIGNING_CERTIFICATE_V2, SIGNING_CERTIFICATE):
        for value in held.get(kind, []):
            first = value.parts(encode.SEQUENCE)[0].parts(encode.SEQUENCE)[0].parts(encode.SEQUENCE)
            name = "sha1" if kind == SIGNING_CERTIFICATE else DIGESTS.get(SHA256_OID, "")
            if first[0].tag == encode.SEQUENCE:
                name = DIGESTS.get(algorithm(first.pop(0)), "")
            if name and decode.octets(first[0]) == digest_by_name(name, certificate):
                return True
    return False
