"""The keys the server holds, and what it signed: a repeated request gets the signature it got before."""

import hashlib
import threading
from dataclasses import dataclass, field

import gmssl_pyx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

USER_ID = b"1234567812345678"


class Refused(Exception):
    """An answer that is no signature: status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class Key:
    """One key; `state` is active or revoked."""

    label: str
    algorithm: str
    public: bytes
    private: object = field(repr=False)
    state: str = "active"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(data, ec.ECDSA(hashes.SHA256()))
        return bytes(gmssl_pyx.sm2_sign(self.private, self.public[1:], data, signer_id=USER_ID))


@dataclass(frozen=True)
class Made:
    """A signature that was given out, for which request over which bytes."""

    digest: str
    key: str
    signature: bytes
    receipt: str


class Vault:
    """All keys, and the signatures by request; one lock, so that a request is signed once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.keys: dict[str, Key] = {}
        self.made: dict[str, Made] = {}

    def make(self, label: str, algorithm: str) -> tuple[Key, bool]:
        """The key under a label, and whether it is new."""
        with self._lock:
            known = self.keys.get(label)
            if known is not None:
                if known.algorithm != algorithm:
                    raise Refused(409, "the label has a key of another kind")
                return known, False
            key = self.keys[label] = _new(label, algorithm)
            return key, True

    def key(self, label: str) -> Key:
        found = self.keys.get(label)
        if found is None:
            raise Refused(404, "no such key")
        return found

    def sign(self, request: str, label: str, data: bytes) -> tuple[Made, bool]:
        """The signature of a request, and whether it was made before."""
        with self._lock:
            key, digest = self.key(label), hashlib.sha256(data).hexdigest()
            if key.state != "active":
                raise Refused(403, "the key is revoked")
            known = self.made.get(request)
            if known is not None:
                if (known.digest, known.key) != (digest, label):
                    raise Refused(409, "the request was for other bytes")
                return known, True
            made = Made(digest, label, key.sign(data), f"R-{len(self.made) + 1:06d}")
            self.made[request] = made
            return made, False


def _new(label: str, algorithm: str) -> Key:
    if algorithm == "sm2":
        public, private = gmssl_pyx.sm2_key_generate()
        return Key(label, algorithm, b"\x04" + bytes(public), private)
    if algorithm == "ecdsa":
        secret = ec.generate_private_key(ec.SECP256R1())
        return Key(label, algorithm, secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), secret)
    raise Refused(400, "no such algorithm")
