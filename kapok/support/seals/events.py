"""What seals announce. None carries personal data."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class SealMoved:
    """A step of a seal's life was done (申请, 审批, 制作, 启用, 停用, 变更, 销毁)."""

    name: ClassVar[str] = "seals.moved"

    es_id: str
    step: str
    state: str
    change: str
    reason: str


@dataclass(frozen=True)
class SealAuthorised:
    """Somebody may use a seal from now on, or keeps it."""

    name: ClassVar[str] = "seals.authorised"

    es_id: str
    account: str
    keeper: bool
    per_day: int


@dataclass(frozen=True)
class AuthorisationEnded:
    """Somebody may no longer use a seal."""

    name: ClassVar[str] = "seals.authorisation_ended"

    es_id: str
    account: str
    reason: str


@dataclass(frozen=True)
class SealBound:
    """A seal may be used by a system for a purpose, or no longer."""

    name: ClassVar[str] = "seals.bound"

    es_id: str
    about_kind: str
    purpose: str
    bound: bool


@dataclass(frozen=True)
class SealUsed:
    """A seal was put on a document (用印); the log of uses holds the rest."""

    name: ClassVar[str] = "seals.used"

    es_id: str
    use: str
    document_sm3: str
    media: str
    case_number: str


@dataclass(frozen=True)
class UseQueued:
    """A use waits until whoever holds the key answers again."""

    name: ClassVar[str] = "seals.queued"

    es_id: str
    request: str


@dataclass(frozen=True)
class QueuedUseEnded:
    """A queued use was done, or refused for good."""

    name: ClassVar[str] = "seals.queue_ended"

    request: str
    use: str
    refused: str


@dataclass(frozen=True)
class TaskMoved:
    """A batch of documents to be sealed was applied for, approved, returned or closed (批量任务)."""

    name: ClassVar[str] = "seals.task_moved"

    es_id: str
    state: str
    count: int
    reason: str


@dataclass(frozen=True)
class SealsImported:
    """Seals made elsewhere were taken in (导入); wrong ones are counted apart."""

    name: ClassVar[str] = "seals.imported"

    taken: int
    wrong: int


@dataclass(frozen=True)
class DirectoryRead:
    """What the national platform said of seals was read, up to a number (目录同步)."""

    name: ClassVar[str] = "seals.directory_read"

    count: int
    last: int


@dataclass(frozen=True)
class RenewalsDue:
    """Certificates of seals that end soon were told to their keepers."""

    name: ClassVar[str] = "seals.renewals_due"

    count: int
