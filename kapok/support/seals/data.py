"""What passes the door of seals: places on a page, requests for a use, what comes back, facts of a seal. No Django."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class StampPlace:
    """Where a seal stands: page from 1, left and top edge and size in millimetres from the page's upper left corner.

    `clip` is the part of the picture that shows there (x, y, width, height within it, in millimetres), for a seal that runs over
    the edges of many pages (骑缝章).
    """

    page: int
    x: float
    y: float
    width: float = 42.0
    height: float = 42.0
    clip: tuple[float, float, float, float] | None = None

    def as_json(self) -> dict[str, object]:
        """As the log of uses keeps it."""
        place: dict[str, object] = {"page": self.page, "x": self.x, "y": self.y, "width": self.width, "height": self.height}
        return place | ({"clip": list(self.clip)} if self.clip else {})


@dataclass(frozen=True)
class SealRequest:
    """One wish to put a seal on a document (用印申请).

    seal: the seal's id. request: the caller's own id of this wish; the same id again gets the same answer and no second use.
    content: the whole file; media: "ofd" or "pdf". about: what the document is about, with its kind ("licence", "document", "file").
    purpose: what the use is for within that kind (a licence type's code); a system may use a seal only for what it is bound to.
    task: the pre-approved batch it belongs to (批量任务).
    """

    seal: UUID
    request: UUID
    content: bytes = field(repr=False)
    media: str
    reason: str
    about_kind: str = "file"
    about: UUID | None = None
    case_number: str = ""
    item_code: str = ""
    places: tuple[StampPlace, ...] = ()
    purpose: str = ""
    task: UUID | None = None


@dataclass(frozen=True)
class Sealed:
    """A sealed document: the file, its use's id in the log, its SM3, and the signing time (legal)."""

    content: bytes = field(repr=False)
    use: UUID
    digest: bytes
    signed_at: datetime


@dataclass(frozen=True)
class SealFacts:
    """What others may know of a seal: its number, name, kind, owner, picture size, and until when its certificate holds."""

    id: UUID
    es_id: str
    name: str
    kind: str
    org: int
    owner: str
    owner_uscc: str
    state: str
    version: int
    width: float
    height: float
    valid_from: datetime | None
    valid_to: datetime | None
    der_sm3: bytes


@dataclass(frozen=True)
class SealKind:
    """A kind of seal, as seals.toml says it: its type number in the seal itself (1 单位, 2 个人), shape and size in millimetres."""

    key: str
    name: str
    type: int
    shape: str
    width: float
    height: float
    star: bool
    line: str
    holder: str
    counts: bool


@dataclass(frozen=True)
class Step:
    """One step of a seal's life or of a change to it (申请, 审批, 制作 …), as seals.toml says it.

    on: "seal" or "change", the state that is moved. other_hand: steps of the same round that must be another person's.
    file: "required" or "optional".
    """

    key: str
    name: str
    on: str
    before: tuple[str, ...]
    after: str
    deed: str
    other_hand: tuple[str, ...] = ()
    file: str = "optional"
    while_: tuple[str, ...] = ()
