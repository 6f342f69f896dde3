"""SignedData (GB/T 35275-2017 clause 8, RFC 5652 clause 5): making it, in DER.

An SM2 signature is named by 1.2.156.10197.1.501 in both families, as GmSSL does and BouncyCastle understands; …1.301.1 is read too.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from kapok.kernel.crypto.asn1 import GB_CONTENT, SM2_SM3, SM3_DIGEST
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.cms.data import Family
from kapok.kernel.crypto.custody.data import Authorisation, Signer
from kapok.kernel.crypto.custody.material import digest_of
from kapok.kernel.crypto.x509 import encode
from kapok.kernel.crypto.x509.facts import read_certificate

_SHA256 = encode.sequence(encode.oid("2.16.840.1.101.3.4.2.1"), encode.null())
_DIGESTS = {"sm2": encode.sequence(encode.oid(SM3_DIGEST)), "ecdsa": _SHA256, "rsa": _SHA256}
_SIGNATURES = {
    "sm2": encode.sequence(encode.oid(SM2_SM3)),
    "ecdsa": encode.sequence(encode.oid("1.2.840.10045.4.3.2")),
    "rsa": encode.sequence(encode.oid("1.2.840.113549.1.1.1"), encode.null()),
}
_TYPES: dict[str, tuple[str, str]] = {
    "gb": (f"{GB_CONTENT}.2", f"{GB_CONTENT}.1"),
    "pkcs7": ("1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"),
}
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, TIMESTAMP = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.14"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"


def sign_cms(
    content: bytes,
    signer: Signer,
    *,
    detached: bool = False,
    at: datetime | None = None,
    attributes: Mapping[str, bytes] | None = None,
    family: Family = "gb",
    timestamp: Callable[[bytes], bytes] | None = None,
    authorisation: Authorisation | None = None,
) -> bytes:
    """A SignedData over the content as DER, with the signer's certificates.

    `at` is the signing time said by the signer; `attributes` are further signed ones, DER values by identifier; without any of
    the two the content itself is signed. `timestamp` is called with the signature and gives a token that proves when it was made.
    """
    inner = _TYPES[family][1]
    signed = None
    if at is not None or attributes:
        signed = _signed_attributes(_digest(content, signer), inner, at, attributes)
    signature = signer.sign(content if signed is None else signed, authorisation=authorisation)
    held = [] if detached else [encode.explicit(0, encode.octets(content))]
    return _message(signer, family, encode.sequence(encode.oid(inner), *held), signed, signature, timestamp)


def sign_digest_cms(
    digest: bytes, signer: Signer, *, attributes: Mapping[str, bytes], timestamp: Callable[[bytes], bytes] | None = None
) -> bytes:
    """The same over a content of which only the digest is at hand (of the signer's kind: SM3 or SHA-256), detached, PKCS #7."""
    inner = _TYPES["pkcs7"][1]
    signed = _signed_attributes(digest, inner, None, attributes)
    return _message(signer, "pkcs7", encode.sequence(encode.oid(inner)), signed, signer.sign(signed), timestamp)


def signing_certificate(signer: Signer) -> bytes:
    """The signed attribute that binds a signature to one certificate (ESSCertIDv2, RFC 5035), as PAdES asks; under SIGNING_CERTIFICATE."""
    named = [_DIGESTS["sm2"]] if signer.algorithm == "sm2" else []  # SHA-256 goes without saying
    return encode.sequence(encode.sequence(encode.sequence(*named, encode.octets(_digest(signer.certificate, signer)))))


def _message(
    signer: Signer,
    family: Family,
    within: bytes,
    signed: bytes | None,
    signature: bytes,
    timestamp: Callable[[bytes], bytes] | None,
) -> bytes:
    facts = read_certificate(signer.certificate)
    by_digest = _DIGESTS[signer.algorithm]
    info = encode.sequence(
        encode.integer(1),
        encode.sequence(facts.issuer_der, encode.integer(facts.serial)),
        by_digest,
        *([] if signed is None else [b"\xa0" + signed[1:]]),
        _SIGNATURES[signer.algorithm],
        encode.octets(signature),
        *([] if timestamp is None else [encode.tlv(0xA1, _attribute(TIMESTAMP, timestamp(signature)))]),
    )
    certificates = encode.set_of(dict.fromkeys((signer.certificate, *signer.chain)))
    data = encode.sequence(encode.integer(1), encode.set_of([by_digest]), within, b"\xa0" + certificates[1:], encode.set_of([info]))
    return encode.sequence(encode.oid(_TYPES[family][0]), encode.explicit(0, data))


def _signed_attributes(digest: bytes, inner: str, at: datetime | None, more: Mapping[str, bytes] | None) -> bytes:
    """The SET that is signed; in the message it stands under another tag."""
    attributes = [_attribute(CONTENT_TYPE, encode.oid(inner)), _attribute(MESSAGE_DIGEST, encode.octets(digest))]
    if at is not None:
        attributes.append(_attribute(SIGNING_TIME, encode.certificate_time(at.astimezone(UTC))))
    return encode.set_of([*attributes, *(_attribute(oid, value) for oid, value in (more or {}).items())])


def _attribute(oid: str, value: bytes) -> bytes:
    return encode.sequence(encode.oid(oid), encode.set_of([value]))


def _digest(content: bytes, signer: Signer) -> bytes:
    return sm3(content) if signer.algorithm == "sm2" else digest_of(signer.algorithm, b"", content)
