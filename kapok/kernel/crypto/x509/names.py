"""Distinguished names: written from parts, shown to people, compared as RFC 5280 (7.1) compares them."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from kapok.kernel.crypto.x509 import decode, encode

PARTS = {
    "C": "2.5.4.6",
    "ST": "2.5.4.8",
    "L": "2.5.4.7",
    "O": "2.5.4.10",
    "organizationIdentifier": "2.5.4.97",
    "OU": "2.5.4.11",
    "CN": "2.5.4.3",
    "serialNumber": "2.5.4.5",
    "title": "2.5.4.12",
    "DC": "0.9.2342.19200300.100.1.25",
    "emailAddress": "1.2.840.113549.1.9.1",
}
"""Short names, in the order a name is written: from the country to the one named."""

_SHORT = {oid: short for short, oid in PARTS.items()}

LARGEST_NAME = 4096

Name = tuple[tuple[str, str], ...]


def write_name(parts: Mapping[str, str]) -> bytes:
    """DER of a name, one attribute per part, in the order of `PARTS` whatever the order given; empty parts are left out."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"no such part of a name: {', '.join(sorted(unknown))}")
    return encode.sequence(*(_attribute(short, parts[short]) for short in PARTS if parts.get(short)))


def _attribute(short: str, value: str) -> bytes:
    text = encode.printable(value) if short == "C" else encode.ia5(value) if short in ("emailAddress", "DC") else encode.utf8(value)
    return encode.set_of([encode.sequence(encode.oid(PARTS[short]), text)])


@lru_cache(maxsize=2048)
def read_name(der: bytes) -> Name:
    """(short name or object identifier, value) in the order written."""
    found = []
    for group in decode.parse(der, LARGEST_NAME).parts(encode.SEQUENCE):
        for attribute in group.parts(encode.SET):
            kind, value = _two(attribute)
            dotted = decode.oid(kind)
            found.append((_SHORT.get(dotted, dotted), decode.text(value)))
    return tuple(found)


def shown(name: Name) -> str:
    """One line for people."""
    return ", ".join(f"{part}={value}" for part, value in name)


@lru_cache(maxsize=4096)
def compared(der: bytes) -> bytes:
    """What two names must have alike to be the same name: kinds of attributes, and values without case and runs of blanks."""
    groups = []
    for group in decode.parse(der, LARGEST_NAME).parts(encode.SEQUENCE):
        pairs = []
        for attribute in group.parts(encode.SET):
            kind, value = _two(attribute)
            pairs.append(kind.raw + b"=" + _folded(value))
        groups.append(b"+".join(sorted(pairs)))
    return b"\0".join(groups)


def begins_with(der: bytes, base: bytes) -> bool:
    """Whether a name lies below another in the tree of names (name constraints)."""
    inner, outer = compared(der), compared(base)
    return outer == b"" or inner == outer or inner.startswith(outer + b"\0")


def _folded(value: decode.Element) -> bytes:
    try:
        text = decode.text(value)
    except decode.Malformed:
        return value.raw
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).encode()


def _two(element: decode.Element) -> tuple[decode.Element, decode.Element]:
    parts = element.parts(encode.SEQUENCE)
    if len(parts) != 2:
        raise decode.Malformed("attribute of a name")
    return parts[0], parts[1]
