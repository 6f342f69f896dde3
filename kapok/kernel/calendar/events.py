"""What the calendar announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CalendarAmended:
    """A version was published; it governs from `effective`."""

    name: ClassVar[str] = "calendar.amended"
    version: int
    effective: str
    published_through: int
    days: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class DatesMoved:
    """Open dates of one source followed a version; `digest` (SM3) binds the rows of MovedDate."""

    name: ClassVar[str] = "calendar.dates_moved"
    version: int
    source: str
    moved: int
    digest: str
