"""Answers about single certificates (OCSP, RFC 6960): requests and answers, made and read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from kapok.kernel.crypto.x509 import decode, encode, names
from kapok.kernel.crypto.x509.decode import Element, Malformed
from kapok.kernel.crypto.x509.extensions import extension
from kapok.kernel.crypto.x509.facts import CertificateFacts, CertificateUnreadable, algorithm, read_certificate, split_extensions
from kapok.kernel.crypto.x509.issuing import Signs
from kapok.kernel.crypto.x509.keys import (
    DIGEST_OIDS,
    DIGESTS,
    SIGNING_OID,
    algorithm_identifier,
    digest_by_name,
    key_verifies,
)
from kapok.kernel.crypto.x509.revoking import RevocationEntry, reason_number, reason_of

BASIC, NONCE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.48.1.2"
SUCCESSFUL, MALFORMED, INTERNAL, LATER, UNAUTHORIZED = 0, 1, 2, 3, 6
LARGEST = 65536
MOST = 100
"""Certificates that one request may ask about."""


class OcspUnreadable(ValueError):
    """The bytes are no request or answer."""


@dataclass(frozen=True)
class CertId:
    """A certificate as requests name it: its issuer by digests, and its serial number."""

    digest: str
    name_hash: bytes
    key_hash: bytes
    serial: int

    def issued_by(self, issuer: CertificateFacts) -> bool:
        return (self.name_hash, self.key_hash) == issuer_hashes(issuer, self.digest)


@dataclass(frozen=True)
class StatusAnswer:
    """What is answered about one certificate: good, revoked (with the entry) or unknown, as known at `this_update`."""

    about: CertId
    status: str
    this_update: datetime
    next_update: datetime | None = None
    entry: RevocationEntry | None = None


@dataclass(frozen=True)
class OcspRequest:
    about: tuple[CertId, ...]
    nonce: bytes = b""


@dataclass(frozen=True, eq=False)
class OcspFacts:
    """One answer as received. `status` 0 is an answer; everything else says why there is none."""

    status: int
    produced_at: datetime | None = None
    answers: tuple[StatusAnswer, ...] = ()
    nonce: bytes = b""
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    signature_oid: str = ""
    tbs: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)
    unusable: str = ""

    def signed_for(self, issuer: CertificateFacts) -> bool:
        """Whether the issuer itself answered, or one it has made its responder, valid when it answered."""
        if self.produced_at is None:
            return False
        if key_verifies(issuer.key, self.tbs, self.signature, self.signature_oid):
            return True
        return any(self._signed_by_responder(der, issuer) for der in self.certificates[:8])

    def _signed_by_responder(self, der: bytes, issuer: CertificateFacts) -> bool:
        try:
            responder = read_certificate(der)
        except CertificateUnreadable:
            return False
        return (
            "ocsp_signing" in (responder.extended or ())
            and self.produced_at is not None
            and responder.valid_at(self.produced_at)
            and not responder.unknown_critical
            and names.compared(responder.issuer_der) == names.compared(issuer.subject_der)
            and responder.issued_by(issuer)
            and key_verifies(responder.key, self.tbs, self.signature, self.signature_oid)
        )


@lru_cache(maxsize=512)
def issuer_hashes(issuer: CertificateFacts, digest: str) -> tuple[bytes, bytes]:
    """Digests of an issuer's name and key; the key's is over the bits alone."""
    return digest_by_name(digest, issuer.subject_der), digest_by_name(digest, issuer.key.bits)


def cert_id(serial: int, issuer: CertificateFacts, digest: str = "sha1") -> CertId:
    return CertId(digest, *issuer_hashes(issuer, digest), serial)


def make_ocsp_request(certificate: bytes, issuer: bytes, *, nonce: bytes = b"", digest: str = "sha1") -> bytes:
    """DER of a request about one certificate; SHA-1 only names the issuer, and is what every responder knows."""
    about = cert_id(read_certificate(certificate).serial, read_certificate(issuer), digest)
    more = [encode.explicit(2, encode.sequence(extension(NONCE, encode.octets(nonce))))] if nonce else []
    return encode.sequence(encode.sequence(encode.sequence(encode.sequence(_write_id(about))), *more))


def read_ocsp_request(der: bytes) -> OcspRequest:
    try:
        tbs = decode.parse(der, LARGEST).parts(encode.SEQUENCE)[0].parts(encode.SEQUENCE)
        listed = next(part for part in tbs if part.tag == encode.SEQUENCE).parts()
        about = tuple(_read_id(each.parts(encode.SEQUENCE)[0]) for each in listed[: MOST + 1])
        if not 1 <= len(about) <= MOST:
            raise Malformed("number of certificates asked about")
        more = next((part.only() for part in tbs if part.tag == 0xA2), None)
        return OcspRequest(about, _nonce(more))
    except (ValueError, IndexError, StopIteration) as error:
        raise OcspUnreadable(str(error)) from None


def make_ocsp(
    answers: Iterable[StatusAnswer],
    *,
    signer: Signs,
    responder: bytes,
    at: datetime,
    nonce: bytes = b"",
    certificates: Iterable[bytes] = (),
) -> bytes:
    """DER of an answer, signed for the `responder` certificate; its own certificate goes along where it is not the issuer's."""
    more = [encode.explicit(1, encode.sequence(extension(NONCE, encode.octets(nonce))))] if nonce else []
    tbs = encode.sequence(
        encode.explicit(1, read_certificate(responder).subject_der),
        encode.generalized_time(at),
        encode.sequence(*(_write_answer(answer) for answer in answers)),
        *more,
    )
    along = encode.sequence(*certificates)
    basic = encode.sequence(
        tbs,
        algorithm_identifier(SIGNING_OID[signer.algorithm]),
        encode.bits(signer.sign(tbs)),
        *([encode.explicit(0, along)] if len(along) > 2 else []),
    )
    return encode.sequence(encode.enumerated(SUCCESSFUL), encode.explicit(0, encode.sequence(encode.oid(BASIC), encode.octets(basic))))


def refuse_ocsp(status: int) -> bytes:
    """DER of an answer that is none: MALFORMED, INTERNAL, LATER or UNAUTHORIZED."""
    return encode.sequence(encode.enumerated(status))


def read_ocsp(der: bytes) -> OcspFacts:
    """Read an answer; `OcspUnreadable` whatever is wrong with the bytes."""
    try:
        return _answer_facts(der)
    except (ValueError, IndexError) as error:
        raise OcspUnreadable(str(error)) from None


def _answer_facts(der: bytes) -> OcspFacts:
    status, *body = decode.parse(der, LARGEST).parts(encode.SEQUENCE)
    if decode.enumerated(status) != SUCCESSFUL:
        return OcspFacts(decode.enumerated(status))
    kind, content = body[0].only().parts(encode.SEQUENCE)
    if decode.oid(kind) != BASIC:
        raise Malformed("kind of answer")
    tbs, signed_by, signature, *along = decode.parse(decode.octets(content), LARGEST).parts(encode.SEQUENCE)
    parts = [part for part in tbs.parts(encode.SEQUENCE) if part.tag != 0xA0]
    _responder, produced, listed, *more = parts
    extensions = more[0].only() if more else None
    return OcspFacts(
        status=SUCCESSFUL,
        produced_at=decode.time(produced),
        answers=tuple(_read_answer(each) for each in listed.parts(encode.SEQUENCE)[:MOST]),
        nonce=_nonce(extensions),
        certificates=tuple(each.raw for each in along[0].only().parts(encode.SEQUENCE)) if along else (),
        signature_oid=algorithm(signed_by),
        tbs=tbs.raw,
        signature=decode.bits(signature),
        unusable=_critical(extensions),
    )


def _write_id(about: CertId) -> bytes:
    named = encode.sequence(encode.oid(DIGEST_OIDS[about.digest]), encode.null())
    return encode.sequence(named, encode.octets(about.name_hash), encode.octets(about.key_hash), encode.integer(about.serial))


def _read_id(element: Element) -> CertId:
    named, name_hash, key_hash, serial = element.parts(encode.SEQUENCE)
    digest = DIGESTS.get(algorithm(named))
    if digest is None:
        raise Malformed("digest that names the issuer")
    return CertId(digest, decode.octets(name_hash), decode.octets(key_hash), decode.integer(serial))


def _write_answer(answer: StatusAnswer) -> bytes:
    if answer.status == "revoked" and answer.entry is not None:
        parts = [encode.generalized_time(answer.entry.at)]
        if answer.entry.reason != "unspecified":
            parts.append(encode.explicit(0, encode.enumerated(reason_number(answer.entry.reason))))
        status = encode.implicit(1, encode.sequence(*parts))
    else:
        status = encode.implicit(0 if answer.status == "good" else 2, encode.null())
    until = [encode.explicit(0, encode.generalized_time(answer.next_update))] if answer.next_update else []
    return encode.sequence(_write_id(answer.about), status, encode.generalized_time(answer.this_update), *until)


def _read_answer(element: Element) -> StatusAnswer:
    about, status, this_update, *rest = element.parts(encode.SEQUENCE)
    until = next((decode.time(part.only()) for part in rest if part.tag == 0xA0), None)
    read, entry = _read_id(about), None
    if status.tag == 0xA1:
        at, *why = status.parts()
        entry = RevocationEntry(read.serial, decode.time(at), reason_of(why[0].only()) if why else "unspecified")
    elif status.tag not in (0x80, 0x82):
        raise Malformed("status")
    named = {0x80: "good", 0xA1: "revoked", 0x82: "unknown"}[status.tag]
    return StatusAnswer(read, named, decode.time(this_update), until, entry)


def _nonce(extensions: Element | None) -> bytes:
    for oid, _critical_one, value in split_extensions(extensions) if extensions is not None else ():
        if oid == NONCE:
            try:
                return decode.octets(decode.parse(value))
            except Malformed:
                return value  # older software puts the bytes there bare
    return b""


def _critical(extensions: Element | None) -> str:
    listed = split_extensions(extensions) if extensions is not None else ()
    return next((f"critical extension {oid}" for oid, critical, _ in listed if critical and oid != NONCE), "")
