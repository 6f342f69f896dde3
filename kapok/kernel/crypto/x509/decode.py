"""Reading DER strictly (ITU-T X.690): what is not well formed is refused by one error, whatever is wrong with it.

Nothing is read beyond the bytes given, no length is believed before it is compared with them, nothing recurses.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from kapok.kernel.crypto.x509 import encode

LARGEST = 16 * 1024 * 1024
"""Nothing bigger is read as one DER value, unless the caller says so."""


class Malformed(ValueError):
    """The bytes are not the DER that was expected."""


class Element:
    """One value: `tag`, `raw` (whole), `value` (without tag and length)."""

    __slots__ = ("head", "raw", "tag")

    def __init__(self, raw: bytes, head: int) -> None:
        self.raw, self.head, self.tag = raw, head, raw[0]

    @property
    def value(self) -> bytes:
        return self.raw[self.head :]

    def parts(self, tag: int | None = None) -> "list[Element]":
        """The values within; with a tag, this value must carry it."""
        if not self.tag & 0x20 or (tag is not None and tag != self.tag):
            raise Malformed(f"tag {self.tag:#x} is not the {'constructed one' if tag is None else hex(tag)} expected")
        return list(elements(self.raw, self.head))

    def only(self) -> "Element":
        """The one value within (an explicit tag)."""
        inside = self.parts()
        if len(inside) != 1:
            raise Malformed("not exactly one value within an explicit tag")
        return inside[0]


def parse(data: bytes, limit: int = LARGEST) -> Element:
    """One value and nothing behind it."""
    if len(data) > limit:
        raise Malformed("too large")
    body, end = _head(data, 0, len(data))
    if end != len(data):
        raise Malformed("something stands behind the value")
    return Element(bytes(data), body)


def elements(data: bytes, at: int = 0) -> Iterator[Element]:
    """Value after value from `at` to the end."""
    size = len(data)
    while at < size:
        body, end = _head(data, at, size)
        yield Element(data[at:end], body - at)
        at = end


def _head(data: bytes, at: int, size: int) -> tuple[int, int]:
    """Where the body of the value at `at` begins and ends."""
    if size - at < 2:
        raise Malformed("cut off")
    if data[at] & 0x1F == 0x1F:
        raise Malformed("tag numbers above 30 are not used here")
    length, body = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or body + count > size:
            raise Malformed("length is indefinite, huge or cut off")
        length = int.from_bytes(data[body : body + count], "big")
        if length < 0x80 or length >> 8 * (count - 1) == 0:
            raise Malformed("length is not written in its shortest form")
        body += count
    if length > size - body:
        raise Malformed("cut off")
    return body, body + length


def integer(element: Element) -> int:
    body = _body(element, encode.INTEGER)
    if not body or (len(body) > 1 and body[0] in (0, 0xFF) and body[0] >> 7 == body[1] >> 7):
        raise Malformed("integer is not written in its shortest form")
    return int.from_bytes(body, "big", signed=True)


def enumerated(element: Element) -> int:
    body = _body(element, encode.ENUMERATED)
    if len(body) != 1:
        raise Malformed("enumeration")
    return body[0]


def boolean(element: Element) -> bool:
    body = _body(element, encode.BOOLEAN)
    if len(body) != 1:
        raise Malformed("boolean")
    return body != b"\x00"


def octets(element: Element) -> bytes:
    return _body(element, encode.OCTET_STRING)


def bits(element: Element) -> bytes:
    """A BIT STRING of whole bytes."""
    body = _body(element, encode.BIT_STRING)
    if not body or body[0]:
        raise Malformed("bit string is not of whole bytes")
    return body[1:]


def flags(element: Element) -> frozenset[int]:
    """The positions of the bits that are set."""
    body = _body(element, encode.BIT_STRING)
    if not body or body[0] > 7 or len(body) > 16:
        raise Malformed("bit string")
    return frozenset(8 * place + bit for place, byte in enumerate(body[1:]) for bit in range(8) if byte & 0x80 >> bit)


def oid(element: Element) -> str:
    return dotted(_body(element, encode.OBJECT))


@lru_cache(maxsize=2048)
def dotted(body: bytes) -> str:
    """`1.2.156.…` from the body of an OBJECT IDENTIFIER."""
    if not body or len(body) > 64 or body[-1] & 0x80:
        raise Malformed("object identifier")
    arcs, value = [], 0
    for byte in body:
        if value == 0 and byte == 0x80:
            raise Malformed("object identifier")
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


_TEXT = {0x0C: "utf-8", 0x12: "ascii", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1A: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}


def text(element: Element) -> str:
    """Any of ASN.1's strings; what its own alphabet does not allow is refused."""
    coding = _TEXT.get(element.tag)
    if coding is None:
        raise Malformed(f"tag {element.tag:#x} is no text")
    try:
        return element.value.decode(coding)
    except UnicodeDecodeError:
        pass
    if element.tag == encode.PRINTABLE:  # seen in the field: UTF-8 under the tag of PrintableString
        try:
            return element.value.decode()
        except UnicodeDecodeError:
            pass
    raise Malformed("text is not in its own alphabet")


def time(element: Element) -> datetime:
    """UTCTime or GeneralizedTime in UTC; fractions of a second are allowed in the latter (time stamps)."""
    digits = element.value.decode("ascii", "replace")
    if element.tag == encode.UTC_TIME and len(digits) == 13:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    elif element.tag != encode.GENERALIZED_TIME or len(digits) < 15:
        raise Malformed("time")
    whole, _, fraction = digits[:-1].partition(".")
    if digits[-1] != "Z" or len(whole) != 14 or not (whole + fraction).isascii() or not (whole + fraction).isdigit() or len(fraction) > 9:
        raise Malformed("time")
    try:
        moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Malformed("time") from None
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else moment


def _body(element: Element, tag: int) -> bytes:
    if element.tag != tag:
        raise Malformed(f"tag {element.tag:#x} is not the {tag:#x} expected")
    return element.value
