"""What passes between those who want something signed and those who hold keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

Algorithm = Literal["sm2", "ecdsa", "rsa"]
ALGORITHMS: tuple[str, ...] = get_args(Algorithm)
"""SM2 with SM3 and the usual id; ECDSA on P-256 and RSA (3072, PKCS #1 v1.5) with SHA-256."""


@dataclass(frozen=True)
class KeyFacts:
    """A key in custody, without its private half. `public`: 65 bytes 04‖x‖y of SM2, else SubjectPublicKeyInfo as DER."""

    label: str
    algorithm: Algorithm
    public: bytes


@dataclass(frozen=True)
class Authorisation:
    """One person's leave to use one seal once on one document; minted by `authorise`, checked where the key is."""

    document_sm3: bytes
    seal: str
    person: str
    purpose: str
    request: str
    issued_at: datetime
    nonce: bytes
    mac: bytes


@dataclass(frozen=True)
class Signed:
    """A DER signature, and what the custody gave to prove that it made it (may be empty)."""

    signature: bytes
    receipt: str = ""


class Signer(Protocol):
    """Whoever can sign for a certificate; where the key is, is not said."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    @property
    def algorithm(self) -> Algorithm: ...

    def sign(self, data: bytes, *, authorisation: Authorisation | None = None) -> bytes:
        """A DER signature over the data, hashed as the algorithm says."""
        ...
