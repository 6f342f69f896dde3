"""Steps 2 and 3 for a digital signature (数字签名): a message of GB/T 35275 over Signature.xml or over its digest."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field

from kapok.kernel.crypto.public import SIGNING_CERTIFICATE, CmsMessage, CmsSigner, CmsUnreadable, asn1, sm3, verify_cms
from kapok.kernel.ofd.public import SignatureEntry
from kapok.support.seals.verifying.data import Warned
from kapok.support.seals.verifying.findings import Finding, failed, passed, undecided
from kapok.support.seals.verifying.references import METHODS
from kapok.support.seals.verifying.ses import ALGORITHMS, name_of
from kapok.support.seals.verifying.words import warning

STRONG = frozenset(("sm3", "sha256", "sha384", "sha512"))
_SIGNED_DATA = bytes.fromhex("06 0a 2a 81 1c cf 55 06 01 04 02 02".replace(" ", ""))
"""The identifier of GB/T 35275's SignedData, as DER."""


@dataclass(frozen=True)
class Message:
    """A message with the one signer that is judged, and what is odd about its form."""

    message: CmsMessage
    signer: CmsSigner
    over: str
    warnings: tuple[Warned, ...] = field(default=())


def read_message(entry: SignatureEntry) -> Message:
    """The message, checked over whichever content it was made for; `CmsUnreadable` when it is none."""
    value, odd = _whole(entry.signed_value or b"")
    xml, digest = entry.signature_xml, sm3(entry.signature_xml)
    held = verify_cms(value, content=xml)
    if not held.signers:
        raise CmsUnreadable(why="no signer")
    if held.content is not None:
        return Message(held, held.signers[0], _held_as(held.content, xml), odd)
    if held.signers[0].intact and held.signers[0].valid:
        return Message(held, held.signers[0], "document", odd)
    again = verify_cms(value, content=digest)
    if again.signers[0].intact and again.signers[0].valid:
        return Message(again, again.signers[0], "digest", odd)
    return Message(held, held.signers[0], "document" if held.signers[0].intact else "", odd)


def _held_as(content: bytes, xml: bytes) -> str:
    """What the content is of Signature.xml, or nothing when it belongs to another."""
    if content == xml:
        return "document"
    digests = [method.digest(xml) for method in METHODS if not method.weak]
    return "digest" if content in digests or content in map(b64encode, digests) else ""


def judge_message_content(found: Message) -> Finding:
    """Step 2: the message is about this Signature.xml, by a digest that cannot be forged."""
    if found.over and found.signer.digest_algorithm not in STRONG:
        return undecided("weak", *found.warnings, digest=found.signer.digest_algorithm.upper())
    return passed("ok", *found.warnings, over=found.over) if found.over else failed("changed", *found.warnings)


def judge_message_signature(found: Message) -> Finding:
    """Step 3: the certificate's key signed it, and what it signed names the content."""
    signer = found.signer
    if not signer.certificate:
        return failed("unreadable", why=signer.fault)
    if not signer.valid or (found.message.content is not None and not signer.intact):
        return failed("wrong", why=signer.fault)
    if not names_its_certificate(signer):
        return failed("other_certificate")
    algorithm = ALGORITHMS.get(signer.signature_algorithm, signer.signature_algorithm)
    return passed("ok", algorithm=algorithm, signer=name_of(signer.certificate))


def names_its_certificate(signer: CmsSigner) -> bool:
    """Whether the signed attribute of PAdES and CAdES, where there is one, names this certificate."""
    told = signer.attributes.get(SIGNING_CERTIFICATE)
    if told is None:
        return True
    try:
        first = asn1.tsp.SigningCertificateV2.load(told)["certs"][0]
        name = first["hash_algorithm"]["algorithm"].native
        return bool(first["cert_hash"].native == _digest(name, signer.certificate))
    except (ValueError, TypeError, KeyError, IndexError):
        return False


def _digest(name: str, data: bytes) -> bytes:
    return sm3(data) if name == "sm3" else hashlib.new(name, data).digest()


def _whole(value: bytes) -> tuple[bytes, tuple[Warned, ...]]:
    """Some write the inner SignedData alone: put into the message it belongs to."""
    body = value[2 + (value[1] & 0x7F if value[1:2] and value[1] & 0x80 else 0) :]
    if value[:1] != b"\x30" or body[:1] != b"\x02":
        return value, ()
    inner = _element(0xA0, value)
    return _element(0x30, _SIGNED_DATA + inner), (warning("cms.bare"),)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
