"""What the annex announces."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True)
class ExemptionGranted:
    """A city need not do a duty for a while."""

    name: ClassVar[str] = "annex.exemption_granted"
    duty: str
    city: str
    number: str
    starts: str
    ends: str


@dataclass(frozen=True)
class ExemptionEnded:
    """An exemption ended before its day."""

    name: ClassVar[str] = "annex.exemption_ended"
    number: str
    reason: str
    on: str


@dataclass(frozen=True)
class Rehearsed:
    """A backup was restored to a second place and compared there."""

    name: ClassVar[str] = "annex.rehearsed"
    backup: str
    good: bool
    tables: int
    differing: tuple[str, ...]
    seconds: float


def day(value: date) -> str:
    """A date as events carry it."""
    return value.isoformat()
