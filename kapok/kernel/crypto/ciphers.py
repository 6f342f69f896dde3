"""SM3, SM4-GCM and the sealed form, without database.

Sealed form: one byte of algorithm, 12 bytes of nonce, ciphertext, 16 bytes of tag. Algorithm 1 is SM4-GCM (GB/T 32907,
GB/T 36624), 2 AES-128-GCM, used only where the machine's library has no SM4; both open everywhere they exist.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

SM4_GCM, AES_GCM = 1, 2
KEY_BYTES, NONCE_BYTES, TAG_BYTES = 16, 12, 16
OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES
_BLOCK = 64
_HASHLIB_HAS_SM3 = "sm3" in hashlib.algorithms_available


def _works() -> bool:
    try:
        Cipher(SM4(bytes(16)), modes.GCM(bytes(12))).encryptor()
    except UnsupportedAlgorithm:
        return False
    return True


PREFERRED = SM4_GCM if _works() else AES_GCM


def sm3(data: bytes) -> bytes:
    """SM3 digest (GB/T 32905), 32 bytes."""
    if _HASHLIB_HAS_SM3:
        return hashlib.new("sm3", data).digest()
    return _sm3_by_cryptography(data)


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """HMAC with SM3 (RFC 2104 over GB/T 32905), 32 bytes."""
    if _HASHLIB_HAS_SM3:
        return hmac.digest(key, data, "sm3")
    padded = (sm3(key) if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = sm3(bytes(b ^ 0x36 for b in padded) + data)
    return sm3(bytes(b ^ 0x5C for b in padded) + inner)


def _sm3_by_cryptography(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def lock(key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt and bind to `context`; a fresh random nonce each time."""
    nonce = os.urandom(NONCE_BYTES)
    if PREFERRED == SM4_GCM:
        box = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(context)
        return b"\x01" + nonce + box.update(plain) + box.finalize() + box.tag
    return b"\x02" + nonce + AESGCM(key).encrypt(nonce, plain, context)


def unlock(key: bytes, sealed: bytes, context: bytes) -> bytes | None:
    """The plain bytes, or None if they were altered, cut, or bound to another key or context."""
    if len(sealed) < OVERHEAD:
        return None
    algorithm, nonce = sealed[0], sealed[1 : 1 + NONCE_BYTES]
    body, tag = sealed[1 + NONCE_BYTES : -TAG_BYTES], sealed[-TAG_BYTES:]
    try:
        if algorithm == SM4_GCM:
            box = Cipher(SM4(key), modes.GCM(nonce, tag)).decryptor()
            box.authenticate_additional_data(context)
            return box.update(body) + box.finalize()
        if algorithm == AES_GCM:
            return AESGCM(key).decrypt(nonce, body + tag, context)
    except InvalidTag:
        return None
    return None
