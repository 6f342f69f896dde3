"""Why and when a certificate was revoked: what lists and status answers have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.crypto.x509 import decode
from kapok.kernel.crypto.x509.decode import Element, Malformed

REASONS: dict[str, tuple[int, Any]] = {
    "unspecified": (0, _("未说明原因")),
    "key_compromise": (1, _("密钥泄露")),
    "ca_compromise": (2, _("签发机构密钥泄露")),
    "affiliation_changed": (3, _("隶属关系变更")),
    "superseded": (4, _("已被新证书取代")),
    "cessation": (5, _("停止使用")),
    "hold": (6, _("暂停使用")),
    "remove_from_crl": (8, _("恢复使用")),
    "privilege_withdrawn": (9, _("权限撤销")),
    "aa_compromise": (10, _("属性机构密钥泄露")),
}
"""CRLReason (RFC 5280, 5.3.1): number and Chinese word."""

_BY_NUMBER = {number: name for name, (number, _says) in REASONS.items()}
COMPROMISES = frozenset(("key_compromise", "ca_compromise", "aa_compromise"))


@dataclass(frozen=True)
class RevocationEntry:
    """One revoked certificate: since when, why, and (keys that leaked) since when the key is not to be relied on."""

    serial: int
    at: datetime
    reason: str = "unspecified"
    invalid_since: datetime | None = None

    @property
    def counts_from(self) -> datetime:
        """From this moment on a signature proves nothing."""
        return min(self.at, self.invalid_since) if self.invalid_since else self.at


def reason_of(element: Element) -> str:
    name = _BY_NUMBER.get(decode.enumerated(element))
    if name is None:
        raise Malformed("reason of revocation")
    return name


def reason_number(name: str) -> int:
    return REASONS[name][0]
