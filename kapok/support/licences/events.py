"""What licences announce. No personal data: that lies sealed with the licence."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class LicenceIssued:
    """签发: the licence exists, and waits for its seal."""

    name: ClassVar[str] = "licences.issued"

    licence: str
    identifier: str
    type_code: str
    number: str
    version: int
    case: str
    case_number: str
    item_code: str
    region: str
    scope: int
    source: str = "issued"


@dataclass(frozen=True)
class LicenceSealed:
    """签章: the licence may be used."""

    name: ClassVar[str] = "licences.sealed"

    licence: str
    identifier: str
    digest: str
    signed_at: str
    case: str
    seconds: float


@dataclass(frozen=True)
class SigningFailed:
    """A try to seal failed; told once per cause."""

    name: ClassVar[str] = "licences.signing_failed"

    licence: str
    code: str
    tries: int


@dataclass(frozen=True)
class StatusChanged:
    """A verb was done to a licence; `next` is the version that follows, where there is one."""

    name: ClassVar[str] = "licences.status_changed"

    licence: str
    identifier: str
    verb: str
    state: str
    case: str
    next: str = ""


@dataclass(frozen=True)
class StatusAsked:
    """A verb waits for a second person."""

    name: ClassVar[str] = "licences.status_asked"

    licence: str
    request: str
    verb: str


@dataclass(frozen=True)
class StatusRefused:
    """The second person said no."""

    name: ClassVar[str] = "licences.status_refused"

    licence: str
    request: str
    verb: str


@dataclass(frozen=True)
class TypeMoved:
    """A version of a type was drafted, submitted, sent back, published or stopped."""

    name: ClassVar[str] = "licences.type_moved"

    type_code: str
    version: int
    state: str
    opinion: str = ""


@dataclass(frozen=True)
class BulkAsked:
    """Somebody asks for more rows than one may take."""

    name: ClassVar[str] = "licences.bulk_asked"

    request: str
    count: int


@dataclass(frozen=True)
class BulkDecided:
    """A bulk query was approved or refused."""

    name: ClassVar[str] = "licences.bulk_decided"

    request: str
    approved: bool


@dataclass(frozen=True)
class BulkTaken:
    """The rows of an approved query were handed out."""

    name: ClassVar[str] = "licences.bulk_taken"

    request: str
    rows: int


@dataclass(frozen=True)
class StockImported:
    """A batch of old licences was taken in."""

    name: ClassVar[str] = "licences.stock_imported"

    batch: str
    rows: int


@dataclass(frozen=True)
class LicenceUsed:
    """用证: a licence was used, in which way, for which item and case."""

    name: ClassVar[str] = "licences.used"

    use: str
    mode: str
    result: str
    item_code: str
    case_number: str


@dataclass(frozen=True)
class CopyMade:
    """加注件: a copy was handed out, sealed by itself."""

    name: ClassVar[str] = "licences.copy_made"

    copy: str
    media: str
    digest: str
    until: str


@dataclass(frozen=True)
class CodeShown:
    """A code came on the holder's screen (`kind` show), or was made to be said (`use`)."""

    name: ClassVar[str] = "licences.code_shown"

    code: str
    kind: str


@dataclass(frozen=True)
class CopyAsked:
    """Whoever read a code asks for a copy; the holder answers on the own device."""

    name: ClassVar[str] = "licences.copy_asked"

    showing: str


@dataclass(frozen=True)
class CopyAnswered:
    """The holder let a copy go, or did not."""

    name: ClassVar[str] = "licences.copy_answered"

    showing: str
    granted: bool


@dataclass(frozen=True)
class ConsentGiven:
    """委托授权: an agency may use a licence for one item."""

    name: ClassVar[str] = "licences.consent_given"

    consent: str
    org: int
    item_code: str
    until: str


@dataclass(frozen=True)
class ConsentWithdrawn:
    """An authorisation was taken back."""

    name: ClassVar[str] = "licences.consent_withdrawn"

    consent: str


@dataclass(frozen=True)
class ViewSpent:
    """A key to look once was used."""

    name: ClassVar[str] = "licences.view_spent"

    use: str


@dataclass(frozen=True)
class UseRightGiven:
    """A connected system was registered for an item."""

    name: ClassVar[str] = "licences.use_right_given"

    right: str
    account: str
    item_code: str


@dataclass(frozen=True)
class ObjectionMade:
    """异议: a holder objects to a use."""

    name: ClassVar[str] = "licences.objection_made"

    objection: str
    use: str
    due_at: str


@dataclass(frozen=True)
class ObjectionAnswered:
    """The supervisor answered an objection."""

    name: ClassVar[str] = "licences.objection_answered"

    objection: str
    founded: bool
    in_time: bool


@dataclass(frozen=True)
class ObjectionOverdue:
    """An objection was not answered in its term."""

    name: ClassVar[str] = "licences.objection_overdue"

    objection: str


@dataclass(frozen=True)
class StatusListMade:
    """A status list of an issuing body was signed."""

    name: ClassVar[str] = "licences.status_list_made"

    issuer: str
    number: int
    count: int


@dataclass(frozen=True)
class StatementMade:
    """A signed word on what the store holds was given."""

    name: ClassVar[str] = "licences.statement_made"

    statement: str
    kind: str
    number: str
