"""Public keys and the signatures they verify: SM2 with SM3, ECDSA, RSA (PKCS #1 v1.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.sm2.signing import sm2_verify
from kapok.kernel.crypto.x509 import decode, encode

SM2_CURVE, P256_CURVE = "1.2.156.10197.1.301", "1.2.840.10045.3.1.7"
EC_KEY, RSA_KEY = "1.2.840.10045.2.1", "1.2.840.113549.1.1.1"
SM2_WITH_SM3, ECDSA_WITH_SHA256 = "1.2.156.10197.1.501", "1.2.840.10045.4.3.2"
SM3_OID, SHA1_OID, SHA256_OID = "1.2.156.10197.1.401", "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
SHA384_OID, SHA512_OID = "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"

DIGESTS: dict[str, str] = {SM3_OID: "sm3", SHA256_OID: "sha256", SHA384_OID: "sha384", SHA512_OID: "sha512", SHA1_OID: "sha1"}
DIGEST_OIDS = {name: oid for oid, name in DIGESTS.items()}

SIGNATURES: dict[str, tuple[str, str]] = {
    SM2_WITH_SM3: ("sm2", "sm3"),
    "1.2.156.10197.1.301.1": ("sm2", "sm3"),
    SM2_CURVE: ("sm2", "sm3"),
    ECDSA_WITH_SHA256: ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
}
"""What an algorithm of a signature asks for: kind of key and digest. The second and third are other writings of the first."""

WEAK = {
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.156.10197.1.502": "SM2/SHA-1",
}
"""Signatures that prove nothing any more."""

SIGNING_OID = {"sm2": SM2_WITH_SM3, "ecdsa": ECDSA_WITH_SHA256, "rsa": "1.2.840.113549.1.1.11"}
SIGNING_DIGEST = {"sm2": "sm3", "ecdsa": "sha256", "rsa": "sha256"}

LARGEST_KEY = 2300
"""Bytes of a subjectPublicKeyInfo; RSA of 16,384 bits still fits."""


@dataclass(frozen=True)
class PublicKey:
    """A key as a certificate holds it: `kind` sm2, ecdsa, rsa or "" (none we know); `bits` the point or the RSA structure."""

    kind: str
    spki: bytes
    bits: bytes

    @property
    def identifier(self) -> bytes:
        """20 bytes by which certificates name the key (RFC 7093, 2: a digest cut short; here SM3)."""
        return sm3(self.bits)[:20]


def read_public_key(spki: bytes) -> PublicKey:
    """From a subjectPublicKeyInfo."""
    parts = decode.parse(spki, LARGEST_KEY).parts(encode.SEQUENCE)
    if len(parts) != 2:
        raise decode.Malformed("public key")
    algorithm = parts[0].parts(encode.SEQUENCE)
    kind = decode.oid(algorithm[0]) if algorithm else ""
    bits = decode.bits(parts[1])
    if kind == RSA_KEY:
        return PublicKey("rsa", spki, bits)
    if kind == SM2_CURVE:  # older certificates name the curve where the kind of key belongs
        return PublicKey("sm2", spki, bits)
    if kind != EC_KEY or len(algorithm) != 2 or algorithm[1].tag != encode.OBJECT:
        return PublicKey("", spki, bits)
    return PublicKey("sm2" if decode.oid(algorithm[1]) == SM2_CURVE else "ecdsa", spki, bits)


def spki_of(public_key: bytes) -> bytes:
    """A subjectPublicKeyInfo: given as such, or made from the 65 bytes of an SM2 point."""
    if len(public_key) == 65 and public_key[0] == 4:
        return encode.sequence(encode.sequence(encode.oid(EC_KEY), encode.oid(SM2_CURVE)), encode.bits(public_key))
    read_public_key(public_key)
    return public_key


def algorithm_identifier(oid: str) -> bytes:
    """RSA carries NULL, the others nothing (RFC 5758, GB/T 33560)."""
    return encode.sequence(encode.oid(oid), *([encode.null()] if oid.startswith("1.2.840.113549.1.1.") else []))


def digest_by_name(name: str, data: bytes) -> bytes:
    """sm3, sha256, sha384, sha512 or (to name certificates, never to sign) sha1."""
    if name == "sm3":
        return sm3(data)
    box = hashes.Hash(_HASHES[name]())
    box.update(data)
    return box.finalize()


_HASHES: dict[str, Callable[[], Any]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def key_verifies(key: PublicKey, data: bytes, signature: bytes, algorithm_oid: str = "", digest: str = "") -> bool:
    """Whether the signature over data is this key's; False for whatever cannot be: other kind of key, unknown algorithm, nonsense.

    Without an algorithm the key's own ordinary one is meant. `digest` serves CMS, where the algorithm may name only the key.
    """
    kind, named = SIGNATURES.get(algorithm_oid or SIGNING_OID.get(key.kind, ""), ("", ""))
    if not named and algorithm_oid in (RSA_KEY, EC_KEY):
        kind, named = key.kind, digest or SIGNING_DIGEST.get(key.kind, "")
    if not kind or kind != key.kind or named not in ("sm3", "sha256", "sha384", "sha512"):
        return False
    if kind == "sm2":
        return sm2_verify(key.bits, data, signature)
    return _loaded_verifies(key.spki, kind, data, signature, named)


def _loaded_verifies(spki: bytes, kind: str, data: bytes, signature: bytes, digest: str) -> bool:
    loaded = _load(spki)
    if digest not in _HASHES:
        return False
    try:
        if kind == "ecdsa" and isinstance(loaded, ec.EllipticCurvePublicKey):
            loaded.verify(signature, data, ec.ECDSA(_HASHES[digest]()))
        elif kind == "rsa" and isinstance(loaded, rsa.RSAPublicKey):
            loaded.verify(signature, data, padding.PKCS1v15(), _HASHES[digest]())
        else:
            return False
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=1024)
def _load(spki: bytes) -> Any:
    try:
        return load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return None
