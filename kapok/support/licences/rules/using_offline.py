"""What a reader without a network checks: a printed QR code against a signed status list (15.20). No database, no clock of its own.

The code says which licence it is and is signed; the list says which licences of an issuing body are no longer, or not now, in force.
A licence that is not on a fresh list is in force; a list past its day proves nothing but what it names as ended for good.
"""

import base64
import binascii
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as licence_code
from kapok.kernel.common.jsontext import canonical, loads
from kapok.kernel.crypto.public import sm3

PREFIX = "KPK1:"
FORM = "kapok-status-list-1"
_HEAD = struct.Struct(">B8s")
_SIGNATURE, _HASH, _ENTRY = 64, 8, 9
LIMIT = 16 * 1024 * 1024
"""Bytes of a list; 1.2 million ended licences are less."""

CODES = {"suspended": 1, "changed": 2, "cancelled": 3, "withdrawn": 4, "revoked": 5, "transferred": 6}
STATES = {code: state for state, code in CODES.items()}
FINAL = frozenset(CODES) - {"suspended"}

VALID, INVALID, UNKNOWN, REFUSED = "valid", "invalid", "unknown", "refused"
Verifies = Callable[[bytes, bytes, bytes], bool]
"""(certificate, data, signature) → whether the signature is the certificate's."""
Trusted = Callable[[bytes, Sequence[bytes], datetime], bool]
"""(certificate, others, moment) → whether a path leads to a root one trusts."""


@dataclass(frozen=True)
class QrFacts:
    """What a printed code says: no more than is needed to compare it with the paper."""

    identifier: str
    name: str
    holder: str
    issued_at: datetime
    valid_to: date | None


@dataclass(frozen=True)
class OpenList:
    """A status list whose signature and path held."""

    issuer: str
    number: int
    made_at: datetime
    ends_at: datetime
    entries: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)

    def state_of(self, identifier: str) -> str:
        """The state the list gives a licence; empty where it does not name it."""
        wanted = mark_of(identifier)
        place = bisect_left(range(len(self.entries) // _ENTRY), wanted, key=lambda n: self.entries[n * _ENTRY : n * _ENTRY + _HASH])
        entry = self.entries[place * _ENTRY : (place + 1) * _ENTRY]
        return STATES.get(entry[_HASH], "ended") if entry[:_HASH] == wanted else ""


@dataclass(frozen=True)
class QrCheck:
    """The answer: `verdict` is valid, invalid, unknown or refused (the list itself does not hold); `code` names the one cause."""

    verdict: str
    code: str
    facts: QrFacts | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Unreadable(ValueError):
    """What was given is not a code or list of ours; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def mark_of(identifier: str) -> bytes:
    """Eight bytes that stand for a licence in a list: it can be looked up, not read out."""
    return sm3(b"licence:" + identifier.encode())[:_HASH]


def pack_entries(states: Iterable[tuple[str, str]]) -> bytes:
    """Entries of (identifier, state), sorted, as the list carries them."""
    return b"".join(sorted(mark_of(identifier) + bytes([CODES[state]]) for identifier, state in states))


def list_to_sign(issuer: str, number: int, made_at: datetime, ends_at: datetime, entries: bytes) -> dict[str, Any]:
    """The part of a list that is signed, as `canonical` writes it."""
    return {
        "form": FORM, "issuer": issuer, "number": number, "made": _stamp(made_at), "until": _stamp(ends_at),
        "count": len(entries) // _ENTRY, "entries": base64.b64encode(entries).decode(),
    }  # fmt: skip


def list_file(signed: Mapping[str, Any], signature: bytes, certificates: Sequence[bytes]) -> bytes:
    """The published file: the list, its signature (DER), the signer's certificate first, then earlier ones and the path."""
    body = {"list": dict(signed), "signature": signature.hex(), "certificates": [base64.b64encode(each).decode() for each in certificates]}
    return canonical(body)


def certificates_of(content: bytes) -> tuple[bytes, ...]:
    """The certificates a list of our own carries."""
    return tuple(base64.b64decode(each) for each in loads(content)["certificates"])


def open_list(content: bytes, *, verifies: Verifies, trusted: Trusted) -> OpenList:
    """Read a list and believe it only if it is signed by a certificate that leads to a trusted root; else Unreadable."""
    if len(content) > LIMIT:
        raise Unreadable("list_too_large")
    try:
        body = loads(content)
        signed, signature = body["list"], bytes.fromhex(body["signature"])
        certificates = tuple(base64.b64decode(each, validate=True) for each in body["certificates"])
        entries = base64.b64decode(signed["entries"], validate=True)
        found = OpenList(signed["issuer"], int(signed["number"]), _moment(signed["made"]), _moment(signed["until"]), entries, certificates)
        whole = signed["form"] == FORM and len(entries) == signed["count"] * _ENTRY and bool(certificates)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Unreadable("list_unreadable") from error
    if not whole:
        raise Unreadable("list_unreadable")
    if not verifies(certificates[0], canonical(signed), signature):
        raise Unreadable("list_signature")
    if not trusted(certificates[0], certificates[1:], found.made_at):
        raise Unreadable("list_untrusted")
    return found


def qr_to_sign(facts: QrFacts, certificate: bytes) -> bytes:
    """The bytes of a printed code before its signature."""
    short = facts.identifier.removeprefix(licence_code.ROOT + ".")
    said = [short, facts.name, facts.holder, int(facts.issued_at.timestamp()), f"{facts.valid_to:%Y%m%d}" if facts.valid_to else ""]
    return _HEAD.pack(1, sm3(certificate)[:8]) + canonical(said)


def qr_text(body: bytes, signature: bytes) -> str:
    """The code's text, in the letters that QR writes most densely (Base45, RFC 9285)."""
    if len(signature) != _SIGNATURE:
        raise ValueError("a printed code carries the raw 64 bytes of an SM2 signature")
    return PREFIX + base45(body + signature)


def read_qr(text: str) -> tuple[QrFacts, bytes, bytes, bytes]:
    """Facts, signed bytes, signature, and the first bytes of the signer's certificate's SM3; Unreadable if it is not ours."""
    if not text.startswith(PREFIX) or len(text) > 2000:
        raise Unreadable("qr_unreadable")
    try:
        whole = from_base45(text.removeprefix(PREFIX).strip())
        body, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
        form, key = _HEAD.unpack_from(body)
        short, name, holder, issued, until = loads(body[_HEAD.size :])
        facts = QrFacts(
            f"{licence_code.ROOT}.{short}", str(name), str(holder), datetime.fromtimestamp(issued, UTC),
            date(int(until[:4]), int(until[4:6]), int(until[6:])) if until else None,
        )  # fmt: skip
    except (ValueError, TypeError, struct.error, OverflowError, OSError) as error:
        raise Unreadable("qr_unreadable") from error
    if form != 1:
        raise Unreadable("qr_form")
    return facts, body, signature, key


def check_qr(text: str, known: OpenList, *, verifies: Verifies, trusted: Trusted, now: datetime) -> QrCheck:
    """What a reader may conclude of a printed code with this list at this moment. Never VALID on a list past its day."""
    try:
        facts, body, signature, key = read_qr(text)
    except Unreadable as error:
        return QrCheck(INVALID, error.code)
    signer = next((each for each in known.certificates if sm3(each)[:8] == key), None)
    if signer is None:
        return QrCheck(UNKNOWN, "signer_unknown", facts)
    if not verifies(signer, body, signature):
        return QrCheck(INVALID, "qr_signature", facts)
    if not trusted(signer, known.certificates, facts.issued_at):
        return QrCheck(UNKNOWN, "signer_untrusted", facts)
    return _by_list(facts, known, now)


def _by_list(facts: QrFacts, known: OpenList, now: datetime) -> QrCheck:
    """The code is genuine: what of the licence itself?"""
    if facts.identifier.split(".")[6:7] != [known.issuer]:
        return QrCheck(UNKNOWN, "other_list", facts, {"issuer": known.issuer})
    state = known.state_of(facts.identifier)
    said = {"made": known.made_at, "until": known.ends_at}
    if state in FINAL or state == "ended":
        return QrCheck(INVALID, f"state_{state}", facts, said)
    if facts.valid_to is not None and facts.valid_to < clock.local(now).date():
        return QrCheck(INVALID, "expired", facts, said)
    if now > known.ends_at:
        return QrCheck(UNKNOWN, "list_old", facts, said)
    if now < known.made_at or facts.issued_at > known.made_at:
        return QrCheck(UNKNOWN, "list_earlier", facts, said)
    return QrCheck(INVALID, f"state_{state}", facts, said) if state else QrCheck(VALID, "in_force", facts, said)


_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


def base45(data: bytes) -> str:
    """Two bytes as three letters (RFC 9285)."""
    out = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, letter = divmod(number, 45)
            out.append(_LETTERS[letter])
    return "".join(out)


def from_base45(text: str) -> bytes:
    """The bytes again; ValueError for what is not Base45."""
    out = bytearray()
    for start in range(0, len(text), 3):
        part = text[start : start + 3]
        if len(part) == 1 or any(letter not in _VALUES for letter in part):
            raise ValueError("not base45")
        number = sum(_VALUES[letter] * 45**place for place, letter in enumerate(part))
        size = len(part) - 1
        if number >= 256**size:
            raise ValueError("not base45")
        out += number.to_bytes(size, "big")
    return bytes(out)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment
