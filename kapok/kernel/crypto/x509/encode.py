"""Writing DER (ITU-T X.690): each function gives the bytes of one value."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL_TAG, OBJECT, ENUMERATED, UTF8 = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C
SEQUENCE, SET, PRINTABLE, IA5, UTC_TIME, GENERALIZED_TIME = 0x30, 0x31, 0x13, 0x16, 0x17, 0x18
LAST_UTC_YEAR = 2049
"""Later dates of certificates are GeneralizedTime (RFC 5280, 4.1.2.5)."""


def tlv(tag: int, body: bytes) -> bytes:
    """One value with its tag and length."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, b"".join(parts))


def set_of(parts: Iterable[bytes]) -> bytes:
    """SET OF in DER's order."""
    return tlv(SET, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    return tlv(INTEGER, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))


def enumerated(value: int) -> bytes:
    return tlv(ENUMERATED, bytes((value,)))


def boolean(value: bool) -> bytes:
    return tlv(BOOLEAN, b"\xff" if value else b"\x00")


def null() -> bytes:
    return b"\x05\x00"


@lru_cache(maxsize=512)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from `1.2.156.…`."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(OBJECT, b"".join(_arc(arc) for arc in (first * 40 + second, *rest)))


def _arc(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def octets(body: bytes) -> bytes:
    return tlv(OCTET_STRING, body)


def bits(body: bytes, unused: int = 0) -> bytes:
    return tlv(BIT_STRING, bytes((unused,)) + body)


def flags(positions: Iterable[int]) -> bytes:
    """A BIT STRING of named bits: trailing zero bits left out, as DER wants."""
    chosen = set(positions)
    if not chosen:
        return bits(b"")
    length = max(chosen) + 1
    body = bytearray((length + 7) // 8)
    for position in chosen:
        body[position // 8] |= 0x80 >> position % 8
    return bits(bytes(body), -length % 8)


def utf8(text: str) -> bytes:
    return tlv(UTF8, text.encode())


def printable(text: str) -> bytes:
    return tlv(PRINTABLE, text.encode("ascii"))


def ia5(text: str) -> bytes:
    return tlv(IA5, text.encode("ascii"))


def generalized_time(moment: datetime) -> bytes:
    return tlv(GENERALIZED_TIME, f"{moment.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())


def certificate_time(moment: datetime) -> bytes:
    """UTCTime to 2049, GeneralizedTime from 2050."""
    moment = moment.astimezone(UTC)
    if moment.year > LAST_UTC_YEAR:
        return generalized_time(moment)
    return tlv(UTC_TIME, f"{moment:%y%m%d%H%M%SZ}".encode())


def explicit(number: int, body: bytes) -> bytes:
    """[number] EXPLICIT around a whole value."""
    return tlv(0xA0 | number, body)


def implicit(number: int, value: bytes) -> bytes:
    """[number] IMPLICIT: the value's own tag replaced, whether it holds others or not."""
    return bytes((0x80 | value[0] & 0x20 | number,)) + value[1:]
