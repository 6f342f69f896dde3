"""The door of the working calendar."""

from kapok.kernel.calendar.actions import amend, apply_due, digest_of, publish_year, seed
from kapok.kernel.calendar.data import (
    KIND_NAMES,
    Day,
    DayKind,
    Move,
    Preview,
    RecomputeSource,
    SpecialDay,
    WorkingCalendar,
    shipped,
)
from kapok.kernel.calendar.errors import NoSuchVersion, OutOfRange
from kapok.kernel.calendar.events import CalendarAmended, DatesMoved
from kapok.kernel.calendar.queries import (
    as_of,
    current,
    in_force_on,
    latest,
    moves_of,
    preview,
    recompute_sources,
    versions,
    why_moved,
    working_days_between,
)

__all__ = [
    "KIND_NAMES", "CalendarAmended", "DatesMoved", "Day", "DayKind", "Move", "NoSuchVersion", "OutOfRange", "Preview",
    "RecomputeSource", "SpecialDay", "WorkingCalendar", "amend", "apply_due", "as_of", "current", "digest_of", "in_force_on",
    "latest", "moves_of", "preview", "publish_year", "recompute_sources", "seed", "shipped", "versions", "why_moved",
    "working_days_between",
]  # fmt: skip
