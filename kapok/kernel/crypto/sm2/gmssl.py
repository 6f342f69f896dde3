"""SM2 by GmSSL, which the package gmssl-pyx brings along: for machines without a libcrypto of version 3."""

import gmssl_pyx

from kapok.kernel.crypto.sm2.base import Sm2Key


class Gmssl:
    """The provider; the library keeps no state. Its public keys are 64 bytes, without the 04 in front."""

    name = "gmssl"
    version = f"gmssl-pyx {gmssl_pyx.__version__}"

    def generate(self) -> Sm2Key:
        public, private = gmssl_pyx.sm2_key_generate()
        return Sm2Key(private, b"\x04" + public)

    def sign(self, key: Sm2Key, digest: bytes) -> bytes:
        return bytes(gmssl_pyx.sm2_sign_sm3_digest(key.private, digest))

    def verify(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        try:
            return bool(gmssl_pyx.sm2_verify_sm3_digest(public[1:], digest, signature))
        except gmssl_pyx.GmsslInnerError:
            return False

    def encrypt(self, public: bytes, plain: bytes) -> bytes:
        return bytes(gmssl_pyx.sm2_encrypt(public[1:], plain))

    def decrypt(self, key: Sm2Key, cipher: bytes) -> bytes | None:
        try:
            return bytes(gmssl_pyx.sm2_decrypt(key.private, cipher))
        except gmssl_pyx.GmsslInnerError:
            return None

    def forget(self) -> None:
        """Nothing is kept."""
