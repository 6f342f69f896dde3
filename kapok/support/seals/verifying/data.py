"""What a verification answers: a verdict, ten steps for each signature, and what the file's business says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kapok.kernel.common.registry import Registry


class Verdict(StrEnum):
    """What a receiver may conclude."""

    VALID = "valid"
    EXTENDED = "extended"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"
    UNTRUSTED = "untrusted"


VALID, EXTENDED, INVALID = Verdict.VALID, Verdict.EXTENDED, Verdict.INVALID
UNDETERMINED, UNTRUSTED = Verdict.UNDETERMINED, Verdict.UNTRUSTED


class Outcome(StrEnum):
    """How one step ended. `unknown`: could not be decided, which is not the same as wrong; `skipped`: nothing of its kind is there."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


PASS, FAIL, UNKNOWN, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.SKIPPED

STEPS = (
    "references",
    "data_hash",
    "signature",
    "cert_list",
    "seal_signature",
    "maker_certificate",
    "chains",
    "validity",
    "revocation",
    "timestamp",
)
"""The ten steps in order; a step's number is its place, from 1."""


@dataclass(frozen=True)
class Step:
    """One step: how it ended, when it was taken (legal time), and three sentences. `code` names the one cause and is stable."""

    key: str
    number: int
    outcome: Outcome
    code: str
    at: datetime
    says: str
    means: str = ""
    todo: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    took_ms: float = 0.0
    title: str = ""
    """What the step looks at."""


@dataclass(frozen=True)
class Warned:
    """Something outside the rules that does not break the signature: accepted, and named."""

    code: str
    says: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SealShown:
    """What the seal says of itself; `picture` is the image inside it, `picture_type` "png", "bmp", "jpg", "svg" or "ofd"."""

    es_id: str
    name: str
    version: int
    kind: int
    maker: str
    valid_from: datetime
    valid_to: datetime
    made_at: datetime
    picture_type: str
    picture: bytes = field(repr=False, default=b"")
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class SignatureReport:
    """One signature or seal of the file."""

    id: str
    kind: str  # "seal" | "sign" (OFD), "pdf"
    verdict: Verdict
    steps: tuple[Step, ...]
    signer: str = ""
    claimed_at: datetime | None = None
    proven_at: datetime | None = None
    seal: SealShown | None = None
    pages: tuple[int, ...] = ()
    certificate: bytes = field(repr=False, default=b"")
    covers_all: bool = True
    warnings: tuple[Warned, ...] = ()
    form: str = ""
    """The form it is written in: "SES v4", "GB/T 35275", "PAdES B-LT" …"""

    def step(self, key: str) -> Step:
        return next(step for step in self.steps if step.key == key)


@dataclass(frozen=True)
class FileFacts:
    """What a business source is asked with: what stands in the file, or only the text of a code somebody scanned or typed."""

    kind: str = ""
    digest_sm3: bytes = b""
    custom: Mapping[str, str] = field(default_factory=dict)
    identifier: str = ""
    signers: tuple[str, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class BusinessStatus:
    """How the licence or paper stands today with whoever issued it. `tone`: "good", "attention" or "bad".

    `status` is a code for machines; `word` what people read for it (in the reader's language; without it the code is shown).
    `same_file`: whether these very bytes are the ones on record; None where only an identifier was asked.
    """

    kind: str
    name: str
    number: str
    status: str
    says: str
    tone: str = "good"
    issuer: str = ""
    since: datetime | None = None
    link: str = ""
    same_file: bool | None = None
    facts: tuple[tuple[str, str], ...] = ()
    word: str = ""


BusinessSource = Callable[[FileFacts], BusinessStatus | None]
business_sources: Registry[BusinessSource] = Registry("seals.business")
"""Whoever issues papers answers here whether it knows this one; the first that knows it is shown. Filled by higher apps."""


@dataclass(frozen=True)
class Report:
    """The answer for one file; keeps the seal pictures, nothing else of the file."""

    kind: str  # "ofd" | "pdf"
    digest_sm3: bytes
    verdict: Verdict
    signatures: tuple[SignatureReport, ...]
    at: datetime
    name: str = ""
    size: int = 0
    pages: int = 0
    warnings: tuple[Warned, ...] = ()
    business: BusinessStatus | None = None
    took_ms: float = 0.0
    custom: Mapping[str, str] = field(default_factory=dict)


_WORST_FIRST = (INVALID, UNTRUSTED, UNDETERMINED, EXTENDED, VALID)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a file with several signatures: one that is wrong makes the file wrong. None at all: undetermined.

    "Extended" says something of a signature, not of the file, as long as another one covers everything.
    """
    if not verdicts:
        return UNDETERMINED
    if VALID in verdicts and set(verdicts) <= {VALID, EXTENDED}:
        return VALID
    return next(verdict for verdict in _WORST_FIRST if verdict in verdicts)
