"""What a CMS message says, and what became of checking it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Family = Literal["gb", "pkcs7"]
"""Whose identifiers a message carries: those of GB/T 35275, or the international ones of PKCS #7 / RFC 5652."""


@dataclass(frozen=True)
class CmsSigner:
    """One signer of a message. `intact`: the digest is the content's; `valid`: the signature is the certificate's key's.

    Whether that certificate is to be believed is another question, asked of the path validator.
    """

    certificate: bytes = field(repr=False)
    digest_algorithm: str
    signature_algorithm: str
    signature: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    """What the signature was made over: the attributes, or the content itself where there are none."""

    intact: bool
    valid: bool
    signed_at: datetime | None = None
    timestamp: bytes | None = field(default=None, repr=False)
    """The time stamp token over the signature, as DER, unchecked."""

    attributes: dict[str, bytes] = field(default_factory=dict, repr=False)
    """Signed attributes by identifier, each the DER of its first value."""

    fault: str = ""


@dataclass(frozen=True)
class CmsMessage:
    """A SignedData as read: its content (None where it is detached), its certificates, its signers."""

    family: Family
    content: bytes | None = field(repr=False)
    content_type: str
    certificates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    signers: tuple[CmsSigner, ...]

    @property
    def valid(self) -> bool:
        """At least one signer, and each one's digest and signature hold."""
        return bool(self.signers) and all(signer.intact and signer.valid for signer in self.signers)
