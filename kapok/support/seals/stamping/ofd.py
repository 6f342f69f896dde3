"""A seal put on an OFD paper, or a digital signature without one: built here, signed by whoever holds the key."""

from collections.abc import Sequence
from datetime import datetime

from kapok.kernel.crypto.public import Signer, make_signature, sign_cms, sm3, timestamp
from kapok.kernel.ofd.public import StampAt, add_signature
from kapok.support.seals.data import StampPlace

METHODS = {"sm2": "1.2.156.10197.1.501", "ecdsa": "1.2.840.10045.4.3.2", "rsa": "1.2.840.113549.1.1.11"}


def stamp_ofd(
    content: bytes, seal_der: bytes, signer: Signer, *, places: Sequence[StampPlace], at: datetime, timestamper: Signer | None = None
) -> bytes:
    """The paper with one more seal (签章): GB/T 38540 inside GB/T 33190; `timestamper` adds a time stamp over the signature.

    A signature may stand on no page at all; every earlier seal stays valid.
    """

    def make(signature_xml: bytes, property_info: str) -> bytes:
        stamped = None if timestamper is None else lambda value: timestamp(value, timestamper, at)
        return make_signature(seal_der, sm3(signature_xml), property_info, signer, at, timestamp=stamped)

    stamps = [StampAt(place.page, place.x, place.y, place.width, place.height, place.clip) for place in places]
    return add_signature(content, make, seal_der=seal_der, stamps=stamps, at=at, method=METHODS[signer.algorithm])


def sign_ofd(content: bytes, signer: Signer, *, at: datetime, timestamper: Signer | None = None) -> bytes:
    """The paper with a digital signature (数字签名, GB/T 35275) and no seal: the message holds the digest of Signature.xml.

    No signed attributes: other makers' readers take the digest itself as what is signed. The signing time stands in Signature.xml.
    """

    def make(signature_xml: bytes, property_info: str) -> bytes:
        stamped = None if timestamper is None else lambda value: timestamp(value, timestamper, at)
        return sign_cms(sm3(signature_xml), signer, detached=False, timestamp=stamped)

    return add_signature(content, make, at=at, kind="Sign", method=METHODS[signer.algorithm])
