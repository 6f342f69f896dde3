"""What passes the door of `kernel.reads`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Reading:
    """One reading as the person concerned sees it; `reader` is the office or program, never a clerk's name."""

    id: UUID
    read_at: datetime
    org: int | None
    reader: str
    purpose: str
    what: str
    about: UUID | None
