"""Keys and certificates made in memory for tests: root, authority, leaf, time-stamp authority; any of them can be bent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.x509.issuing import WantedCertificate, issue_certificate

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
CA = ("key_cert_sign", "crl_sign")
SIGN = ("digital_signature", "content_commitment")


@dataclass
class Holder:
    """A key in memory with its certificate: a signer."""

    algorithm: str
    key: Any = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def public(self) -> bytes:
        return material.public_bytes(self.key)

    def sign(self, data: bytes, *, authorisation: object = None) -> bytes:
        return material.sign_digest(self.key, material.digest_of(self.algorithm, self.public, data))  # type: ignore[arg-type]  # a known name


def holder(algorithm: str = "sm2") -> Holder:
    return Holder(algorithm, material.generate(algorithm))  # type: ignore[arg-type]  # a known name


def issued(name: str, by: Holder | None = None, *, to: Holder | None = None, **wanted: Any) -> Holder:
    """A holder with a certificate by another (or by itself); any part of the certificate may be given."""
    held = to or holder(by.algorithm if by else "sm2")
    public = wanted.pop("public_key", held.public)
    subject = wanted.pop("subject", {"C": "CN", "O": "测试", "CN": name})
    defaults = {"valid_from": BEGINS, "valid_to": ENDS, "usages": CA if wanted.get("ca") else SIGN}
    asked = WantedCertificate(subject, public, **{**defaults, **wanted})
    certificate = issue_certificate(asked, signer=by or held, issuer=by.certificate if by else None)
    return Holder(held.algorithm, held.key, certificate, (by.certificate, *by.chain) if by else ())


@dataclass
class Ring:
    root: Holder
    authority: Holder
    leaf: Holder
    stamper: Holder

    @property
    def leaf_certificate(self) -> bytes:
        return self.leaf.certificate


def ring(algorithm: str = "sm2", *, leaf_key: bytes | None = None, change: Callable[[str], dict[str, Any]] = lambda _name: {}) -> Ring:
    """The usual four; `change` gives other parts by the name of the certificate."""
    root = issued("根", to=holder(algorithm), **{"ca": True, **change("root")})
    authority = issued("签发机构", root, **{"ca": True, "depth": 0, **change("authority")})
    given = {"public_key": leaf_key} if leaf_key else {}
    leaf = issued("某局电子印章", authority, **{**given, **change("leaf")})
    return Ring(root, authority, leaf, issued("时间戳", authority, extended=("time_stamping",)))
