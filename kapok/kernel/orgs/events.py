"""What organisations announce."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class OrgCreated:
    name: ClassVar[str] = "orgs.created"
    org: int
    uscc: str
    title: str
    region: str


@dataclass(frozen=True)
class OrgChanged:
    """`before` and `after` hold the fields that differ."""

    name: ClassVar[str] = "orgs.changed"
    org: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class OrgDissolved:
    name: ClassVar[str] = "orgs.dissolved"
    org: int
    successor: int | None
    on: str
    reason: str


@dataclass(frozen=True)
class DutyGiven:
    """An organisation's part in one of the 28 systems."""

    name: ClassVar[str] = "orgs.duty_given"
    org: int
    system: int
    duty: str
