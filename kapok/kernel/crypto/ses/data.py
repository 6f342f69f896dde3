"""A seal and a seal's signature as plain data, with the exact bytes each signature was made over."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

SM2_WITH_SM3, SM3_OID = "1.2.156.10197.1.501", "1.2.156.10197.1.401"
ECDSA_WITH_SHA256, RSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"
ALGORITHMS = {"sm2": SM2_WITH_SM3, "ecdsa": ECDSA_WITH_SHA256, "rsa": RSA_WITH_SHA256}

V1, V4, V5 = 1, 4, 5
CERTS, DIGESTS = 1, 2
INFO, INFO_CERT_ALGORITHM = "info", "info+cert+algorithm"


class Signing(Protocol):
    """What the codec needs of a key in custody (see `Signer`)."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def algorithm(self) -> str: ...

    def sign(self, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class SealPicture:
    """What is drawn: `kind` as the maker wrote it ("png", "ofd" …), size in millimetres."""

    kind: str
    data: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True)
class SealExtension:
    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True)
class CertificateDigest:
    """A certificate named by its digest; `kind` is the digest's name or OID as written ("SM3")."""

    kind: str
    value: bytes


@dataclass(frozen=True)
class Seal:
    """An electronic seal (SESeal). `version` is the generation it is built like: 1, 4 or 5.

    `signed_over`: what the maker's signature may cover, by name, the usual reading first. Times are aware, UTC.
    """

    version: int
    header_id: str
    header_version: int
    vendor: str
    es_id: str
    kind: int
    name: str
    certs: tuple[bytes, ...] = field(repr=False)
    digests: tuple[CertificateDigest, ...]
    created: datetime
    valid_from: datetime
    valid_to: datetime
    picture: SealPicture
    extensions: tuple[SealExtension, ...]
    maker_cert: bytes = field(repr=False)
    algorithm: str
    signature: bytes = field(repr=False)
    signed_over: tuple[tuple[str, bytes], ...] = field(repr=False)
    der: bytes = field(repr=False)
    timestamp: bytes | None = field(repr=False, default=None)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SealSignature:
    """A seal's signature over a document (SES_Signature). `signed_at` is what the signer claims, None when v1 holds a time stamp instead.

    `to_sign`: the exact bytes the signature covers. `timestamp`: a time-stamp token over the signature's value (v1: over the rest of
    what is signed, `token_inside`).
    """

    version: int
    seal: Seal
    signed_at: datetime | None
    data_hash: bytes
    property_info: str
    extensions: tuple[SealExtension, ...]
    cert: bytes = field(repr=False)
    algorithm: str
    signature: bytes = field(repr=False)
    to_sign: bytes = field(repr=False)
    timestamp: bytes | None = field(repr=False, default=None)
    token_inside: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SealSpec:
    """What a new seal says. `certs`: who may sign with it (DER), listed whole or, with `by_digest`, by SM3."""

    es_id: str
    name: str
    kind: int
    certs: tuple[bytes, ...] = field(repr=False)
    created: datetime
    valid_from: datetime
    valid_to: datetime
    picture: bytes = field(repr=False)
    width: int = 42
    height: int = 42
    picture_kind: str = "png"
    vendor: str = "KAPOK"
    by_digest: bool = False
    extensions: tuple[SealExtension, ...] = ()
