"""What intake announces. Every act of a case is one event; none carries personal data (that lies in the entry's side record)."""

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class CaseEvent:
    """An act as the journal and casedata read it: plain JSON; moments are ISO 8601 with zone, due dates empty when none runs."""

    name: ClassVar[str] = "intake.act"

    case: str
    serial: str
    number: str
    impl_code: str
    version: str
    act: str
    outcome: str
    sequence: int
    state_from: str
    state_to: str
    occurred_at: str
    step: str = ""
    scope: int = 0
    region: str = ""
    due_statutory: str = ""
    due_promised: str = ""
    document: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseApplied(CaseEvent):
    """申办."""

    name: ClassVar[str] = "intake.applied"


@dataclass(frozen=True)
class CasePreaccepted(CaseEvent):
    """网上预受理."""

    name: ClassVar[str] = "intake.preaccepted"


@dataclass(frozen=True)
class CorrectionRequested(CaseEvent):
    """补正告知, before acceptance or in examination."""

    name: ClassVar[str] = "intake.correction_requested"


@dataclass(frozen=True)
class CaseAccepted(CaseEvent):
    """受理, 补正受理 or 视为受理: the number is given, the limits run."""

    name: ClassVar[str] = "intake.accepted"


@dataclass(frozen=True)
class CaseNotAccepted(CaseEvent):
    """不予受理."""

    name: ClassVar[str] = "intake.not_accepted"


@dataclass(frozen=True)
class CorrectionCompleted(CaseEvent):
    """补正受理 in examination: the limits go on."""

    name: ClassVar[str] = "intake.correction_completed"


@dataclass(frozen=True)
class CaseExamined(CaseEvent):
    """审批 at one 环节."""

    name: ClassVar[str] = "intake.examined"


@dataclass(frozen=True)
class CaseExtended(CaseEvent):
    """特别程序 kind 1, 延长审批."""

    name: ClassVar[str] = "intake.extended"


@dataclass(frozen=True)
class SpecialStarted(CaseEvent):
    """特别程序 kind 2: the limits pause."""

    name: ClassVar[str] = "intake.special_started"


@dataclass(frozen=True)
class SpecialConcluded(CaseEvent):
    """特别程序结果: the limits go on."""

    name: ClassVar[str] = "intake.special_concluded"


@dataclass(frozen=True)
class CaseDecided(CaseEvent):
    """办结 with a decision: 准予, 不予 or other."""

    name: ClassVar[str] = "intake.decided"


@dataclass(frozen=True)
class CaseClosed(CaseEvent):
    """办结 without a decision on the matter: 撤回, 终止, 逾期未补正."""

    name: ClassVar[str] = "intake.closed"


@dataclass(frozen=True)
class CaseCollected(CaseEvent):
    """领取登记."""

    name: ClassVar[str] = "intake.collected"


@dataclass(frozen=True)
class MaterialsHanded:
    """Materials or corrected fields came in: a 材料 entry, no act. `answers_correction`: the applicant has answered a 补正告知."""

    name: ClassVar[str] = "intake.materials_handed"

    case: str
    materials: list[str]
    fields: list[str]
    occurred_at: str
    answers_correction: bool = False


@dataclass(frozen=True)
class CaseClaimed:
    """An approver took the case's present task."""

    name: ClassVar[str] = "intake.claimed"

    case: str
    step: str
    occurred_at: str


@dataclass(frozen=True)
class CaseReleased:
    """The task went back to the queue."""

    name: ClassVar[str] = "intake.released"

    case: str
    step: str
    occurred_at: str


@dataclass(frozen=True)
class CaseTransferred:
    """The task went to another member of staff (account)."""

    name: ClassVar[str] = "intake.transferred"

    case: str
    step: str
    to: str
    reason: str
    occurred_at: str


@dataclass(frozen=True)
class DueMoved:
    """A change of the calendar moved a date of an open case; `limit` is acceptance, statutory, promised or correction."""

    name: ClassVar[str] = "intake.due_moved"

    case: str
    limit: str
    was: str
    becomes: str
    calendar_version: int
    cause: str


ACTS: tuple[type[CaseEvent], ...] = (
    CaseApplied,
    CasePreaccepted,
    CorrectionRequested,
    CaseAccepted,
    CaseNotAccepted,
    CorrectionCompleted,
    CaseExamined,
    CaseExtended,
    SpecialStarted,
    SpecialConcluded,
    CaseDecided,
    CaseClosed,
    CaseCollected,
)
OTHERS = (MaterialsHanded, CaseClaimed, CaseReleased, CaseTransferred, DueMoved)
EVENTS: dict[str, type[CaseEvent]] = {event.name: event for event in ACTS}


def event_for(name: str, **fields: Any) -> CaseEvent:
    """The event of an act by the name its line of the table gives."""
    return EVENTS[name](**fields)


@dataclass(frozen=True)
class DraftBegun:
    """Somebody began an application."""

    name: ClassVar[str] = "intake.draft_begun"

    impl_code: str
    version: str


@dataclass(frozen=True)
class DraftSaved:
    """A draft was filled further."""

    name: ClassVar[str] = "intake.draft_saved"

    step: str


@dataclass(frozen=True)
class DraftDropped:
    """A draft was thrown away by its owner."""

    name: ClassVar[str] = "intake.draft_dropped"


@dataclass(frozen=True)
class CaseDatesMoved:
    """An amendment of the calendar moved dates of one case after the rest; `moves` are [limit, was, becomes]."""

    name: ClassVar[str] = "intake.case_dates_moved"

    case: str
    calendar: int
    cause: str
    moves: list[list[str]]


@dataclass(frozen=True)
class DraftChangesSeen:
    """The applicant has looked through what a new version changes for a draft."""

    name: ClassVar[str] = "intake.draft_changes_seen"

    was: str
    version: str
    changes: int


@dataclass(frozen=True)
class DraftExpired:
    """A draft was not handed in within its term."""

    name: ClassVar[str] = "intake.draft_expired"


@dataclass(frozen=True)
class SetupChanged:
    """A region's set-up has a new layer; `rule` is what levels below may do with the element."""

    name: ClassVar[str] = "intake.setup_changed"

    region: str
    number: int
    element: str
    rule: str


@dataclass(frozen=True)
class HandlerNamed:
    """Somebody handles an agency's cases."""

    name: ClassVar[str] = "intake.handler_named"

    account: str
    role: str
    region: str


@dataclass(frozen=True)
class HandlerRemoved:
    """Somebody no longer does; `returned` cases he held went back to the queue."""

    name: ClassVar[str] = "intake.handler_removed"

    account: str
    role: str
    returned: int


@dataclass(frozen=True)
class DeputyNamed:
    """Somebody stands in for an absent handler."""

    name: ClassVar[str] = "intake.deputy_named"

    handler: str
    deputy: str
    starts: str
    ends: str


@dataclass(frozen=True)
class DeputyEnded:
    """Standing in ended before its time."""

    name: ClassVar[str] = "intake.deputy_ended"

    handler: str
    deputy: str
