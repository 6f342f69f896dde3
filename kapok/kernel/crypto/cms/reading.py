"""SignedData: reading and checking it. Bytes that are none are refused with a code; a wrong signature is an answer, no error."""

import hashlib
from datetime import datetime
from typing import Any

from kapok.kernel.crypto import asn1
from kapok.kernel.crypto.asn1 import cms, core
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.cms.data import CmsMessage, CmsSigner, Family
from kapok.kernel.crypto.errors import CmsUnreadable
from kapok.kernel.crypto.x509.facts import CertificateUnreadable, certificate_verifies, read_certificate

LARGEST = 256 << 20
MOST_SIGNERS, MOST_CERTIFICATES = 64, 256
_FAMILIES: dict[str, Family] = {"gb_signed_data": "gb", "signed_data": "pkcs7"}
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_TIME, _TIMESTAMP = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.14"
_PLAIN_DIGESTS = ("sha1", "sha256", "sha384", "sha512")
_ECDSA_BY_DIGEST = {"sha1": "1.2.840.10045.4.1", "sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
_RSA_BY_DIGEST = {"sha1": "1.2.840.113549.1.1.5", "sha256": "1.2.840.113549.1.1.11", "sha384": "1.2.840.113549.1.1.12"}


def verify_cms(der: bytes, *, content: bytes | None = None, pool: tuple[bytes, ...] = ()) -> CmsMessage:
    """Read a SignedData and check every signer's digest and signature; `CmsUnreadable` when it is none.

    `content` is what a detached signature was made over. A message that holds a content is checked over that one: whoever has
    another at hand must compare. `pool` holds certificates that are not in the message.
    """
    if len(der) > LARGEST:
        raise CmsUnreadable(why="too large")
    try:
        return _read(bytes(der), content, pool)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise CmsUnreadable(why=type(error).__name__) from None


def _read(der: bytes, content: bytes | None, pool: tuple[bytes, ...]) -> CmsMessage:
    outer = cms.ContentInfo.load(der, strict=True)
    family = _FAMILIES.get(outer["content_type"].native)
    if family is None:
        raise CmsUnreadable(why="not signed data")
    data = outer["content"]
    inner = data["encap_content_info"]
    held = _octets(inner["content"])
    certificates = tuple(one.chosen.dump() for one in data["certificates"] if one.name == "certificate")
    infos = list(data["signer_infos"])
    if len(infos) > MOST_SIGNERS or len(certificates) > MOST_CERTIFICATES:
        raise CmsUnreadable(why="too many")
    inner_type = inner["content_type"].dotted
    whole = held if held is not None else content
    signers = tuple(_signer(info, whole, inner_type, (*certificates, *pool)) for info in infos)
    crls = tuple(one.chosen.dump() for one in data["crls"] if one.name == "crl")
    return CmsMessage(family, held, inner_type, certificates, crls, signers)


def _octets(content: Any) -> bytes | None:
    """The content's bytes; None where it is detached."""
    if isinstance(content, core.Void):
        return None
    if isinstance(content, core.OctetString):
        return bytes(content)
    native = getattr(content, "contents", None)
    return None if native is None else bytes(native)


def _signer(info: cms.SignerInfo, content: bytes | None, inner_type: str, pool: tuple[bytes, ...]) -> CmsSigner:
    digest_name = info["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].dotted: one["values"] for one in info["signed_attrs"] or ()}
    signature, algorithm = info["signature"].native, info["signature_algorithm"]["algorithm"].dotted
    by_attributes = not isinstance(info["signed_attrs"], core.Void)
    signed = _retagged(info["signed_attrs"]) if by_attributes else content
    certificate = _certificate_of(info["sid"], pool)
    fault = _fault(content, attributes if by_attributes else None, digest_name, inner_type, certificate)
    if len(attributes) != len(info["signed_attrs"] or ()):
        fault = "attributes"  # one that stands twice may be read either way
    valid = signed is not None and bool(certificate) and certificate_verifies(certificate, signed, signature, _full(algorithm, digest_name))
    return CmsSigner(
        certificate,
        digest_name,
        algorithm,
        signature,
        signed or b"",
        intact=fault in ("", "no_certificate"),
        valid=valid,
        signed_at=_moment(attributes.get(_TIME)),
        timestamp=_timestamp(info),
        attributes={oid: values[0].dump() for oid, values in attributes.items() if len(values)},
        fault=fault or ("" if valid else "signature"),
    )


def _fault(content: bytes | None, attributes: dict[str, Any] | None, digest_name: str, inner_type: str, certificate: bytes) -> str:
    """Why the signature would not be about this content, whatever the key says."""
    if content is None:
        return "no_content"
    if attributes is not None:
        told, kind = attributes.get(_DIGEST), attributes.get(_CONTENT_TYPE)
        if told is None or len(told) != 1 or kind is None or len(kind) != 1:
            return "attributes"
        if kind[0].dotted != inner_type:
            return "content_type"
        digest = _digest(digest_name, content)
        if digest is None:
            return "digest_unknown"
        if told[0].native != digest:
            return "digest"
    return "" if certificate else "no_certificate"


def _digest(name: str, content: bytes) -> bytes | None:
    if name == "sm3":
        return sm3(content)
    return hashlib.new(name, content).digest() if name in _PLAIN_DIGESTS else None


def _retagged(attributes: Any) -> bytes:
    """The attributes as they were signed: their own bytes under the tag of a SET (RFC 5652 section 5.4)."""
    size = len(attributes.contents)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    head = bytes((0x31, size)) if size < 128 else bytes((0x31, 128 | len(length))) + length
    return head + bytes(attributes.contents)


def _full(oid: str, digest_name: str) -> str:
    """Signer infos may name only the kind of key; what is verified is the pair with the digest."""
    if oid == "1.2.840.113549.1.1.1":
        return _RSA_BY_DIGEST.get(digest_name, oid)
    if oid in ("1.2.840.10045.2.1", "1.2.840.10045.4"):
        return _ECDSA_BY_DIGEST.get(digest_name, oid)
    if oid in (asn1.SM2_SIGN, asn1.SM2_CURVE):
        return asn1.SM2_SM3
    return oid


def _certificate_of(sid: cms.SignerIdentifier, pool: tuple[bytes, ...]) -> bytes:
    """The signer's certificate among those at hand; empty where there is none."""
    for der in pool:
        try:
            facts = read_certificate(der)
        except CertificateUnreadable:
            continue
        if sid.name == "issuer_and_serial_number":
            if facts.serial == sid.chosen["serial_number"].native and facts.issuer_der == sid.chosen["issuer"].dump():
                return der
        elif facts.key_id and facts.key_id == sid.chosen.native:
            return der
    return b""


def _moment(values: Any) -> datetime | None:
    native = values[0].native if values is not None and len(values) else None
    return native if isinstance(native, datetime) else None


def _timestamp(info: cms.SignerInfo) -> bytes | None:
    for attribute in info["unsigned_attrs"] or ():
        if attribute["type"].dotted == _TIMESTAMP and len(attribute["values"]):
            return bytes(attribute["values"][0].dump())
    return None
