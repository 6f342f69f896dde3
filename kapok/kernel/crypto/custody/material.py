"""Key pairs of the three algorithms in this process's memory: making, keeping as bytes, signing a digest, checking one."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from kapok.kernel.crypto.custody.data import Algorithm
from kapok.kernel.crypto.sm2.base import Sm2Key
from kapok.kernel.crypto.sm2.curve import message_digest
from kapok.kernel.crypto.sm2.signing import sign_digest as sm2_sign_digest
from kapok.kernel.crypto.sm2.signing import sm2_generate
from kapok.kernel.crypto.sm2.signing import verify_digest as sm2_verify_digest

RSA_BITS = 3072
_SHA256 = Prehashed(hashes.SHA256())

PrivateKey = Sm2Key | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def generate(algorithm: Algorithm) -> PrivateKey:
    if algorithm == "sm2":
        return sm2_generate()
    if algorithm == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def private_bytes(key: PrivateKey) -> bytes:
    """32 bytes of SM2, else PKCS #8 as DER."""
    if isinstance(key, Sm2Key):
        return key.private
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_bytes(key: PrivateKey) -> bytes:
    """65 bytes 04‖x‖y of SM2, else SubjectPublicKeyInfo as DER."""
    if isinstance(key, Sm2Key):
        return key.public
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def load(algorithm: Algorithm, private: bytes, public: bytes) -> PrivateKey:
    """The key of `private_bytes`; loading an RSA key checks it, which takes as long as forty signatures."""
    if algorithm == "sm2":
        return Sm2Key(private, public)
    key = serialization.load_der_private_key(private, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError("neither an EC nor an RSA key")
    return key


def digest_of(algorithm: Algorithm, public: bytes, data: bytes) -> bytes:
    """The 32 bytes that are signed: SM3 with Z, or SHA-256."""
    if algorithm == "sm2":
        return message_digest(public, data)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def sign_digest(key: PrivateKey, digest: bytes) -> bytes:
    if isinstance(key, Sm2Key):
        return sm2_sign_digest(key, digest)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(_SHA256))
    return key.sign(digest, padding.PKCS1v15(), _SHA256)


def verifies(algorithm: Algorithm, public: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether the signature over that digest is this public key's."""
    if algorithm == "sm2":
        return sm2_verify_digest(public, digest, signature)
    key = _loaded_public(public)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(_SHA256))
        else:
            key.verify(signature, digest, padding.PKCS1v15(), _SHA256)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=1024)
def _loaded_public(public: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    key = serialization.load_der_public_key(public)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError("neither an EC nor an RSA key")
    return key
