"""Signing by label: the one door to keys, wherever they are kept."""

from dataclasses import dataclass, field

from kapok.kernel.common import clock
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.custody.authorising import check, check_document, spend
from kapok.kernel.crypto.custody.base import checked_algorithm, checked_label, is_guarded
from kapok.kernel.crypto.custody.data import Algorithm, Authorisation, KeyFacts, Signer
from kapok.kernel.crypto.custody.kinds import custody_named
from kapok.kernel.crypto.errors import CustodyRefused
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.keys import read_public_key, spki_of


@dataclass
class KeySigner:
    """A certificate and its key in a custody. Cheap to make: the key itself is kept where it is."""

    key: KeyFacts
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    custody: str | None = None
    receipt: str = ""
    """What the custody gave for the last signature made by this object."""

    @property
    def algorithm(self) -> Algorithm:
        return self.key.algorithm

    def sign(self, data: bytes, *, authorisation: Authorisation | None = None) -> bytes:
        """A DER signature over the data, verified before it is given out.

        Never inside a transaction: the leave of a guarded key is spent at once, and the custody may be far away.
        """
        label = self.key.label
        check(label, authorisation, now=clock.wall())
        if authorisation is not None and is_guarded(label):
            spend(label, authorisation, data)
        signed = custody_named(self.custody).sign(self.key, data, authorisation)
        digest = material.digest_of(self.algorithm, self.key.public, data)
        if not material.verifies(self.algorithm, self.key.public, digest, signed.signature):
            raise CustodyRefused(key=label, reason="wrong_signature")
        self.receipt = signed.receipt
        return signed.signature


@dataclass
class AuthorisedSigner:
    """A signer with leave for one document: every signature it makes spends that leave with its key."""

    signer: Signer
    authorisation: Authorisation = field(repr=False)

    @property
    def certificate(self) -> bytes:
        return self.signer.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.signer.chain

    @property
    def algorithm(self) -> Algorithm:
        return self.signer.algorithm

    @property
    def receipt(self) -> str:
        return str(getattr(self.signer, "receipt", ""))

    def sign(self, data: bytes, *, authorisation: Authorisation | None = None) -> bytes:
        return self.signer.sign(data, authorisation=authorisation or self.authorisation)


def create_key(label: str, algorithm: str, custody: str | None = None) -> bytes:
    """See that there is a key under the label; its public half (65 bytes 04‖x‖y of SM2, else SubjectPublicKeyInfo as DER).

    An existing key is never touched: who comes second gets the first one's. Keys `seal/<seal>/…` sign with leave only.
    """
    return custody_named(custody).make(checked_label(label), checked_algorithm(algorithm)).public


def signer(label: str, certificate: bytes, chain: tuple[bytes, ...] = (), custody: str | None = None) -> KeySigner:
    """Who signs with the key under a label for a certificate; `CustodyRefused` when there is no such key, or it is another's."""
    facts = custody_named(custody).find(checked_label(label))
    if facts is None:
        raise CustodyRefused(key=label, reason="absent")
    if certificate and read_public_key(spki_of(facts.public)).bits != read_certificate(certificate).key.bits:
        raise CustodyRefused(key=label, reason="other_key")
    return KeySigner(facts, certificate, tuple(chain), custody)


def authorised(by: Signer, authorisation: Authorisation, content: bytes) -> AuthorisedSigner:
    """A signer for one use: refused when the content is another document than the one authorised."""
    check_document(authorisation, sm3(content))
    return AuthorisedSigner(by, authorisation)


def destroy_key(label: str, custody: str | None = None) -> None:
    """Destroy a key for ever; what it signed stays verifiable."""
    custody_named(custody).destroy(checked_label(label))


def custody_health(custody: str | None = None) -> str:
    """Empty when the custody works, else what is wrong."""
    return custody_named(custody).check()
