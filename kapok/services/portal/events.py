"""What the portal announces. None carries personal data."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class WordingSet:
    """What a state says to the citizen was set, or given back to the level above (no names)."""

    name: ClassVar[str] = "portal.wording_set"

    code: str
    state: str
    number: int
    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class SlotsOpened:
    """Hours to book were opened."""

    name: ClassVar[str] = "portal.slots_opened"

    org: int
    impl_code: str
    first: str
    last: str
    made: int


@dataclass(frozen=True)
class SlotChanged:
    """An hour got another capacity, or was closed or opened again."""

    name: ClassVar[str] = "portal.slot_changed"

    slot: str
    capacity: int
    closed: bool
    reason: str


@dataclass(frozen=True)
class Booked:
    """An hour was booked (已约)."""

    name: ClassVar[str] = "portal.booked"

    slot: str
    impl_code: str
    starts: str


@dataclass(frozen=True)
class BookingCancelled:
    """A booking was given back, by its holder or by the agency."""

    name: ClassVar[str] = "portal.booking_cancelled"

    slot: str
    by_agency: bool


@dataclass(frozen=True)
class CheckedIn:
    """Somebody came (已签到)."""

    name: ClassVar[str] = "portal.checked_in"

    slot: str


@dataclass(frozen=True)
class BookingMissed:
    """Nobody came (爽约)."""

    name: ClassVar[str] = "portal.booking_missed"

    slot: str


@dataclass(frozen=True)
class QuestionAsked:
    """A question was asked (待答)."""

    name: ClassVar[str] = "portal.question_asked"

    impl_code: str
    due_at: str


@dataclass(frozen=True)
class QuestionExtended:
    """The answer takes longer (延期)."""

    name: ClassVar[str] = "portal.question_extended"

    due_at: str
    days: int


@dataclass(frozen=True)
class QuestionAnswered:
    """A question was answered (已答)."""

    name: ClassVar[str] = "portal.question_answered"

    in_time: bool


@dataclass(frozen=True)
class AnswerRated:
    """An answer was rated (已评)."""

    name: ClassVar[str] = "portal.answer_rated"

    rating: int


@dataclass(frozen=True)
class FavouriteSet:
    """An item was kept among the favourites, or taken out."""

    name: ClassVar[str] = "portal.favourite_set"

    impl_code: str
    kept: bool


@dataclass(frozen=True)
class NoticePut:
    """A notice of a region was put up (通知公告)."""

    name: ClassVar[str] = "portal.notice_put"

    region: str
    starts: str
    ends: str


@dataclass(frozen=True)
class NoticeWithdrawn:
    """A notice was taken down before its time."""

    name: ClassVar[str] = "portal.notice_withdrawn"

    region: str


@dataclass(frozen=True)
class MaintenancePlanned:
    """New applications stop for a time: of one item, or of a region."""

    name: ClassVar[str] = "portal.maintenance_planned"

    impl_code: str
    region: str
    channel: str
    starts: str
    ends: str
    reason: str


@dataclass(frozen=True)
class MaintenanceEnded:
    """It takes applications again, before its time."""

    name: ClassVar[str] = "portal.maintenance_ended"

    impl_code: str
    region: str


@dataclass(frozen=True)
class SearchesCounted:
    """Searched words were added to the day's counts; how many, never which or whose."""

    name: ClassVar[str] = "portal.searches_counted"

    words: int
    searches: int
