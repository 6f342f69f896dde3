"""A key pair, and what a provider of SM2 must do. Providers get checked input only: points on the curve, digests of 32 bytes."""

from dataclasses import dataclass, field
from typing import Protocol

from kapok.kernel.crypto.sm2.curve import is_private, on_curve


@dataclass(frozen=True)
class Sm2Key:
    """An SM2 key pair: 32 bytes private, 65 bytes public (04‖x‖y). Shows itself by its public half only."""

    private: bytes = field(repr=False)
    public: bytes

    def __post_init__(self) -> None:
        if not is_private(self.private) or not on_curve(self.public):
            raise ValueError("not an SM2 key pair")


class Provider(Protocol):
    """One library that computes SM2. Its methods may be called by many threads at once."""

    name: str
    version: str

    def generate(self) -> Sm2Key: ...

    def sign(self, key: Sm2Key, digest: bytes) -> bytes:
        """A DER signature over e."""
        ...

    def verify(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        """Whether a DER signature over e holds."""
        ...

    def encrypt(self, public: bytes, plain: bytes) -> bytes:
        """A DER ciphertext."""
        ...

    def decrypt(self, key: Sm2Key, cipher: bytes) -> bytes | None:
        """The plain bytes of a DER ciphertext; None when it does not open."""
        ...

    def forget(self) -> None:
        """Drop the private keys kept ready for use; those still in use go with their last user."""
        ...
