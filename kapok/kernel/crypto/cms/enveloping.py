"""EnvelopedData (GB/T 35275-2017 clause 9, RFC 5652 clause 6): a content for the holders of certificates only.

The content is encrypted with SM4-CBC under a key of its own, that key with SM2 for each receiver. It tells nobody who sent
it and does not notice alteration: sign inside.
"""

import os
from collections.abc import Callable, Iterable

from kapok.kernel.crypto.asn1 import algos, cms, core, x509
from kapok.kernel.crypto.cms.data import Family
from kapok.kernel.crypto.cms.reading import LARGEST
from kapok.kernel.crypto.errors import CipherBroken, CmsUnreadable
from kapok.kernel.crypto.sm2.base import Sm2Key
from kapok.kernel.crypto.sm2.signing import sm2_decrypt, sm2_encrypt
from kapok.kernel.crypto.sm4 import KEY_BYTES, sm4_decrypt, sm4_encrypt
from kapok.kernel.crypto.x509.facts import read_certificate

_TYPES: dict[str, tuple[str, str]] = {"gb": ("gb_enveloped_data", "gb_data"), "pkcs7": ("enveloped_data", "data")}
MOST_RECEIVERS = 256


def envelop(content: bytes, receivers: Iterable[bytes], *, family: Family = "gb") -> bytes:
    """The content as an EnvelopedData in DER that each holder of one of these SM2 certificates can open."""
    outer, inner = _TYPES[family]
    key = os.urandom(KEY_BYTES)
    iv, encrypted = sm4_encrypt(key, content)
    data = {
        "version": "v0",
        "recipient_infos": [_receiver(der, key) for der in receivers],
        "encrypted_content_info": {
            "content_type": inner,
            "content_encryption_algorithm": algos.EncryptionAlgorithm({"algorithm": "sm4_cbc", "parameters": core.OctetString(iv)}),
            "encrypted_content": encrypted,
        },
    }
    if not data["recipient_infos"]:
        raise ValueError("an envelope has a receiver")
    return bytes(cms.ContentInfo({"content_type": outer, "content": cms.EnvelopedData(data)}).dump())


def open_envelope(der: bytes, key: Sm2Key | Callable[[bytes], bytes], *, certificate: bytes | None = None) -> bytes:
    """The content; `CipherBroken` when it is not for this key, `CmsUnreadable` when it is no envelope.

    `key` may be a function that decrypts with a key kept elsewhere. With `certificate` only what is addressed to it is tried.
    """
    decrypt = (lambda cipher: sm2_decrypt(key, cipher)) if isinstance(key, Sm2Key) else key
    if len(der) > LARGEST:
        raise CmsUnreadable(why="too large")
    try:
        keys, mode, iv, encrypted = _read(bytes(der), certificate)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise CmsUnreadable(why=type(error).__name__) from None
    for wrapped in keys:
        try:
            content_key = decrypt(wrapped)
        except CipherBroken:
            continue
        if len(content_key) == KEY_BYTES:
            return sm4_decrypt(content_key, iv, encrypted, mode="gcm" if mode == "sm4_gcm" else "cbc")
    raise CipherBroken()


def _receiver(certificate: bytes, key: bytes) -> cms.RecipientInfo:
    facts = read_certificate(certificate)
    if facts.algorithm != "sm2":
        raise ValueError("a receiver's certificate holds an SM2 key")
    named = x509.Certificate.load(certificate)
    identity = cms.IssuerAndSerialNumber({"issuer": named.issuer, "serial_number": named.serial_number})
    info = {
        "version": "v0",
        "rid": cms.RecipientIdentifier({"issuer_and_serial_number": identity}),
        "key_encryption_algorithm": {"algorithm": "sm2_encrypt"},
        "encrypted_key": sm2_encrypt(facts.public_key, key),
    }
    return cms.RecipientInfo({"ktri": cms.KeyTransRecipientInfo(info)})


def _read(der: bytes, certificate: bytes | None) -> tuple[list[bytes], str, bytes, bytes]:
    """The wrapped keys addressed here, the cipher's name, its IV, the encrypted content."""
    outer = cms.ContentInfo.load(der, strict=True)
    if outer["content_type"].native not in ("gb_enveloped_data", "enveloped_data"):
        raise CmsUnreadable(why="not enveloped data")
    data = outer["content"]
    infos = [info.chosen for info in data["recipient_infos"] if info.name == "ktri"]
    if len(infos) > MOST_RECEIVERS:
        raise CmsUnreadable(why="too many")
    sealed = data["encrypted_content_info"]
    mode = sealed["content_encryption_algorithm"]["algorithm"].native
    parameters = sealed["content_encryption_algorithm"]["parameters"]
    if mode not in ("sm4", "sm4_cbc", "sm4_gcm"):
        raise CmsUnreadable(why="cipher")
    iv = parameters["nonce"].native if mode == "sm4_gcm" else parameters.native
    keys = [info["encrypted_key"].native for info in infos if certificate is None or _is_for(info["rid"], certificate)]
    encrypted = sealed["encrypted_content"].native
    if not all(isinstance(part, bytes) for part in (iv, encrypted, *keys)):
        raise CmsUnreadable(why="parts")
    return keys, mode, iv, encrypted


def _is_for(rid: cms.RecipientIdentifier, certificate: bytes) -> bool:
    facts = read_certificate(certificate)
    if rid.name == "issuer_and_serial_number":
        return bool(rid.chosen["serial_number"].native == facts.serial and rid.chosen["issuer"].dump() == facts.issuer_der)
    return bool(facts.key_id and rid.chosen.native == facts.key_id)
