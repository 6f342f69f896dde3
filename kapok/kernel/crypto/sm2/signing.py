"""Signing, verifying, encrypting with SM2, whichever library computes it."""

from kapok.kernel.crypto.errors import CipherBroken, SignatureUnsafe
from kapok.kernel.crypto.sm2.base import Sm2Key
from kapok.kernel.crypto.sm2.choosing import provider
from kapok.kernel.crypto.sm2.curve import MAX_ID_BYTES, SM2_ID, message_digest, on_curve, read_cipher, read_signature

MAX_PLAIN_BYTES = 255
"""SM2 carries keys; longer texts go into an envelope."""


def sm2_generate() -> Sm2Key:
    """A new key pair."""
    return provider().generate()


def sm2_sign(key: Sm2Key, data: bytes, *, user_id: bytes = SM2_ID) -> bytes:
    """A DER signature over the data with SM3 and the user id (GB/T 32918.2), verified before it is given out."""
    return sign_digest(key, message_digest(key.public, data, user_id))


def sign_digest(key: Sm2Key, digest: bytes) -> bytes:
    """The same over e = SM3(Z ‖ data), where the data itself is elsewhere. A wrong signature would give the key away."""
    chosen = provider()
    signature = read_signature(chosen.sign(key, digest))
    if signature is None or not chosen.verify(key.public, digest, signature):
        raise SignatureUnsafe(provider=chosen.name)
    return signature


def sm2_verify(public: bytes, data: bytes, signature: bytes, *, user_id: bytes = SM2_ID) -> bool:
    """Whether the signature (DER or 64 bytes r‖s) is this key's over the data. Never raises on bad input."""
    if len(user_id) > MAX_ID_BYTES or not on_curve(public):
        return False
    return verify_digest(public, message_digest(bytes(public), data, user_id), signature)


def verify_digest(public: bytes, digest: bytes, signature: bytes) -> bool:
    """The same over e = SM3(Z ‖ data)."""
    read = read_signature(bytes(signature))
    if read is None or not on_curve(public):
        return False
    return provider().verify(bytes(public), digest, read)


def sm2_encrypt(public: bytes, plain: bytes) -> bytes:
    """A DER ciphertext (GM/T 0009) of 1 to 255 bytes."""
    if not on_curve(public) or not 1 <= len(plain) <= MAX_PLAIN_BYTES:
        raise ValueError(f"SM2 encrypts 1 to {MAX_PLAIN_BYTES} bytes to a point of its curve")
    return provider().encrypt(bytes(public), plain)


def sm2_decrypt(key: Sm2Key, cipher: bytes) -> bytes:
    """The plain bytes of a ciphertext, DER or raw 04‖C1‖C3‖C2; `CipherBroken` when it does not open."""
    read = read_cipher(bytes(cipher))
    plain = None if read is None else provider().decrypt(key, read)
    if plain is None:
        raise CipherBroken()
    return plain


def sm2_provider() -> str:
    """Which library computes SM2 in this process, with its version."""
    chosen = provider()
    return f"{chosen.name} ({chosen.version})"


def forget_keys() -> None:
    """Drop what the library keeps of private keys: one of them was destroyed."""
    provider().forget()
