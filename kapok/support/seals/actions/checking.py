"""Whether a seal made elsewhere may be taken in: read, its maker's and its own certificates judged; nothing is signed, nothing kept."""

from dataclasses import dataclass, field
from datetime import datetime
from struct import unpack

from kapok.kernel.crypto.public import (
    CertificateUnreadable,
    Seal,
    SesUnreadable,
    certificate_verifies,
    read_certificate,
    read_seal,
    revocation_at,
    sm3,
    validate_path,
)
from kapok.kernel.files.public import inspect
from kapok.support.seals.verifying.trust import Trust

DPI_MM = 25.4 / 300
MOST_PIXELS, MOST_BYTES = 4_000_000, 2 * 1024 * 1024


@dataclass(frozen=True)
class Found:
    """A seal that was read: what it says of itself, and its certificate. `der` is empty where only certificate and picture came."""

    es_id: str
    name: str
    type: int
    uscc: str
    der: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    picture: bytes = field(repr=False)
    width: float
    height: float
    valid_from: datetime
    valid_to: datetime


class Wrong(Exception):
    """Why a row is not taken: a stable code, and what was found."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


def seal_of(der: bytes, trust: Trust, at: datetime) -> Found:
    """A SESeal that may be taken in, else `Wrong`."""
    try:
        seal = read_seal(der)
    except SesUnreadable:
        raise Wrong("unreadable") from None
    _made_properly(seal, trust, at)
    if not seal.certs:
        raise Wrong("digests_only")
    certificate = seal.certs[0]
    chain = _trusted(certificate, trust, at, "certificate")
    if not seal.valid_from <= at <= seal.valid_to:
        raise Wrong("seal_expired", seal.valid_to.date().isoformat())
    _picture_size(seal.picture.data)
    facts = read_certificate(certificate)
    return Found(
        seal.es_id, seal.name, seal.kind, uscc_of(certificate), seal.der, sm3(seal.der), certificate, chain, seal.picture.data,
        float(seal.picture.width), float(seal.picture.height), max(seal.valid_from, facts.valid_from), min(seal.valid_to, facts.valid_to),
    )  # fmt: skip


def certificate_of(der: bytes, picture: bytes, trust: Trust, at: datetime) -> Found:
    """A certificate with its picture that may be taken in, else `Wrong`."""
    try:
        facts = read_certificate(der)
    except CertificateUnreadable:
        raise Wrong("unreadable") from None
    chain = _trusted(der, trust, at, "certificate")
    width, height = _picture_size(picture)
    return Found(
        f"C{facts.serial_text}"[:40], facts.common_name, 1, uscc_of(der), b"", sm3(der), der, chain, picture, round(width * DPI_MM, 1),
        round(height * DPI_MM, 1), facts.valid_from, facts.valid_to,
    )  # fmt: skip


def uscc_of(certificate: bytes) -> str:
    """The credit code a certificate names its owner by; empty if it names none."""
    parts = dict(read_certificate(certificate).subject_parts)
    for part in ("organizationIdentifier", "serialNumber", "OU"):
        text = parts.get(part, "").strip().upper()
        if len(text) >= 18 and text[-18:].isalnum():
            return text[-18:]
    return ""


def _made_properly(seal: Seal, trust: Trust, at: datetime) -> None:
    signed = any(certificate_verifies(seal.maker_cert, data, seal.signature, seal.algorithm) for _name, data in seal.signed_over)
    if not signed:
        raise Wrong("maker_signature")
    _trusted(seal.maker_cert, trust, at, "maker")


PURPOSES = {"maker": "seal_maker", "certificate": "seal"}


def _trusted(certificate: bytes, trust: Trust, at: datetime, whose: str) -> tuple[bytes, ...]:
    """The certificates above, root last."""
    path = validate_path(certificate, pool=trust.pool, roots=trust.roots, at=at, purpose=PURPOSES[whose])
    if path.verdict == "UNTRUSTED":
        raise Wrong(f"{whose}_untrusted")
    if path.verdict != "VALID":
        expired = any(one.code in ("x509.expired", "x509.not_yet_valid") for one in path.faults)
        raise Wrong(f"{whose}_expired" if expired else f"{whose}_invalid", ", ".join(sorted({one.code for one in path.faults}))[:80])
    if len(path.chain) > 1:
        lists = (*trust.crls, *trust.crls_for(certificate))
        if revocation_at(certificate, path.chain[1], at, lists, trust.ocsps).status == "revoked":
            raise Wrong(f"{whose}_revoked")
    return tuple(path.chain[1:])


def _picture_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG that passes the door of files."""
    if not inspect("seal.png", picture, allow=("image/png",), limit=MOST_BYTES) or len(picture) < 24:
        raise Wrong("picture")
    width, height = unpack(">II", picture[16:24])
    if width * height > MOST_PIXELS:
        raise Wrong("picture", f"{width}×{height}")
    return width, height
