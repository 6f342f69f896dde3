"""SM4 (GB/T 32907) as messages between systems use it: CBC with padding, GCM with a tag. For the node's own data: `seal`.

A machine whose `cryptography` has no SM4 takes GmSSL's.
"""

import os
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.padding import PKCS7

from kapok.kernel.crypto.ciphers import PREFERRED, SM4_GCM
from kapok.kernel.crypto.errors import CipherBroken

Mode = Literal["cbc", "gcm"]
KEY_BYTES, BLOCK_BYTES, NONCE_BYTES, TAG_BYTES = 16, 16, 12, 16


def sm4_encrypt(key: bytes, plain: bytes, *, mode: Mode = "cbc", iv: bytes | None = None, context: bytes = b"") -> tuple[bytes, bytes]:
    """IV (or nonce) and ciphertext; CBC pads (PKCS#7), GCM appends its tag and binds `context`."""
    iv = os.urandom(BLOCK_BYTES if mode == "cbc" else NONCE_BYTES) if iv is None else iv
    if PREFERRED != SM4_GCM:
        return iv, _by_gmssl(key, iv, plain, mode, context)
    if mode == "gcm":
        sealer = Cipher(SM4(key), modes.GCM(iv)).encryptor()
        sealer.authenticate_additional_data(context)
        return iv, sealer.update(plain) + sealer.finalize() + sealer.tag
    padder, box = PKCS7(BLOCK_BYTES * 8).padder(), Cipher(SM4(key), modes.CBC(iv)).encryptor()
    return iv, box.update(padder.update(plain) + padder.finalize()) + box.finalize()


def sm4_decrypt(key: bytes, iv: bytes, cipher: bytes, *, mode: Mode = "cbc", context: bytes = b"") -> bytes:
    """The plain bytes; `CipherBroken` when padding or tag is wrong. CBC alone does not tell whether it was altered."""
    try:
        if PREFERRED != SM4_GCM:
            return _open_by_gmssl(key, iv, cipher, mode, context)
        if mode == "gcm":
            opener = Cipher(SM4(key), modes.GCM(iv, cipher[-TAG_BYTES:])).decryptor()
            opener.authenticate_additional_data(context)
            return opener.update(cipher[:-TAG_BYTES]) + opener.finalize()
        box, unpadder = Cipher(SM4(key), modes.CBC(iv)).decryptor(), PKCS7(BLOCK_BYTES * 8).unpadder()
        return unpadder.update(box.update(cipher) + box.finalize()) + unpadder.finalize()
    except (InvalidTag, ValueError):
        raise CipherBroken() from None


def _by_gmssl(key: bytes, iv: bytes, plain: bytes, mode: Mode, context: bytes) -> bytes:
    import gmssl_pyx

    if mode == "gcm":
        return b"".join(gmssl_pyx.sm4_gcm_encrypt(key, iv, context, plain))
    if not plain:  # it takes no empty text: the padding alone, whose own padding is cut off again
        return bytes(gmssl_pyx.sm4_cbc_padding_encrypt(key, iv, bytes([BLOCK_BYTES]) * BLOCK_BYTES))[:BLOCK_BYTES]
    return bytes(gmssl_pyx.sm4_cbc_padding_encrypt(key, iv, plain))


def _open_by_gmssl(key: bytes, iv: bytes, cipher: bytes, mode: Mode, context: bytes) -> bytes:
    import gmssl_pyx

    try:
        if mode == "gcm":
            return bytes(gmssl_pyx.sm4_gcm_decrypt(key, iv, context, cipher[:-TAG_BYTES], cipher[-TAG_BYTES:]))
        return bytes(gmssl_pyx.sm4_cbc_padding_decrypt(key, iv, cipher))
    except gmssl_pyx.GmsslInnerError:
        raise CipherBroken() from None
