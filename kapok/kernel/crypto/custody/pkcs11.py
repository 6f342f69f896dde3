"""Custody `pkcs11`: keys made in and never read out of a token (a smart card, an HSM, SoftHSM).

ECDSA on P-256 and RSA. PKCS #11 has no mechanism for SM2, and those of vendors are not known here: such a key is refused.
"""

import os
import stat
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from kapok.kernel.common import clock
from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.custody.authorising import check
from kapok.kernel.crypto.custody.base import checked_label
from kapok.kernel.crypto.custody.data import Algorithm, Authorisation, KeyFacts, Signed
from kapok.kernel.crypto.errors import CustodyAway, CustodyRefused

_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo in front of a SHA-256 digest (RFC 8017, section 9.2)."""

_P256 = bytes.fromhex("06082a8648ce3d030107")
_P256_ORDER_BYTES = 32


class TokenCustody:
    """One token, one session: a token serves one question at a time anyway."""

    title = "PKCS#11 密码设备"

    def __init__(self, module: str, token: str, pin: str) -> None:
        self._module, self._token, self._pin = module, token, pin
        self._lock = threading.RLock()
        self._session: Any = None
        self._known: dict[str, KeyFacts] = {}

    def make(self, label: str, algorithm: Algorithm) -> KeyFacts:
        if algorithm == "sm2":
            raise CustodyRefused(key=label, reason="algorithm")
        with self._lock:
            if (found := self.find(label)) is None:
                self._generate(checked_label(label), algorithm)
                found = self.find(label)
        if found is None or found.algorithm != algorithm:
            raise CustodyRefused(key=label, reason="other_algorithm")
        return found

    def find(self, label: str) -> KeyFacts | None:
        import pkcs11

        with self._lock:
            if label in self._known:
                return self._known[label]
            try:
                key = self._open().get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=checked_label(label))
            except pkcs11.NoSuchKey:
                return None
            self._known[label] = facts = _facts_of(label, key)
            return facts

    def sign(self, key: KeyFacts, data: bytes, authorisation: Authorisation | None) -> Signed:
        import pkcs11

        check(key.label, authorisation, now=clock.wall())
        digest = material.digest_of(key.algorithm, key.public, data)
        with self._lock:
            try:
                held = self._open().get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=key.label)
                if key.algorithm == "rsa":
                    return Signed(held.sign(_SHA256_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))
                raw = held.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
            except pkcs11.NoSuchKey:
                raise CustodyRefused(key=key.label, reason="absent") from None
            except pkcs11.PKCS11Error as error:
                self._session = None
                raise CustodyAway(custody="pkcs11", reason=type(error).__name__) from None
        r, s = raw[:_P256_ORDER_BYTES], raw[_P256_ORDER_BYTES:]
        return Signed(encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big")))

    def destroy(self, label: str) -> None:
        import pkcs11

        with self._lock:
            for kind in (pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.ObjectClass.PUBLIC_KEY):
                for found in self._open().get_objects({pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: checked_label(label)}):
                    found.destroy()
            self._known.pop(label, None)

    def check(self) -> str:
        try:
            with self._lock:
                self._open()
        except CustodyAway as error:
            return f"the token does not answer: {error.data['reason']}"
        return ""

    def _generate(self, label: str, algorithm: Algorithm) -> None:
        import pkcs11

        session = self._open()
        hidden = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
        if algorithm == "rsa":
            session.generate_keypair(pkcs11.KeyType.RSA, material.RSA_BITS, label=label, store=True, private_template=hidden)
            return
        domain = session.create_domain_parameters(pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: _P256}, local=True)
        domain.generate_keypair(label=label, store=True, private_template=hidden)

    def _open(self) -> Any:
        """The session, opened at first use and again after a fault."""
        import pkcs11

        if self._session is None:
            try:
                token = pkcs11.lib(self._module).get_token(token_label=self._token)
                self._session = token.open(rw=True, user_pin=self._pin)
            except (pkcs11.PKCS11Error, RuntimeError) as error:
                raise CustodyAway(custody="pkcs11", reason=type(error).__name__) from None
        return self._session


def _facts_of(label: str, key: Any) -> KeyFacts:
    import pkcs11

    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    if key.key_type == pkcs11.KeyType.RSA:
        modulus, exponent = (int.from_bytes(key[name], "big") for name in (pkcs11.Attribute.MODULUS, pkcs11.Attribute.PUBLIC_EXPONENT))
        public, algorithm = rsa.RSAPublicNumbers(exponent, modulus).public_key(), "rsa"
    else:
        point = bytes(key[pkcs11.Attribute.EC_POINT])
        point = point[2:] if point[:2] == b"\x04\x41" else point  # an OCTET STRING round it, as the standard says
        public, algorithm = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), "ecdsa"
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KeyFacts(label, "rsa" if algorithm == "rsa" else "ecdsa", spki)


def token_custody() -> TokenCustody:
    module, token = str(getattr(settings, "KAPOK_PKCS11_MODULE", "")), str(getattr(settings, "KAPOK_PKCS11_TOKEN", "kapok"))
    if not module:
        raise CustodyAway(custody="pkcs11", reason="KAPOK_PKCS11_MODULE is not set")
    return _at(module, token, str(Path(settings.KAPOK_SECRETS) / "pkcs11.pin"))


@lru_cache(maxsize=4)
def _at(module: str, token: str, pin_file: str) -> TokenCustody:
    try:
        if stat.S_IMODE(os.stat(pin_file).st_mode) & 0o077:
            raise CustodyAway(custody="pkcs11", reason=f"{pin_file} is readable by others")
        pin = Path(pin_file).read_text().strip()
    except OSError:
        raise CustodyAway(custody="pkcs11", reason=f"no PIN in {pin_file}") from None
    return TokenCustody(module, token, pin)
