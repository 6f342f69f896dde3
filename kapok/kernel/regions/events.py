"""What regions announce."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class RegionsLoaded:
    """The published divisions were read in."""

    name: ClassVar[str] = "regions.loaded"
    regions: int
    jurisdictions: int
    digest: str


@dataclass(frozen=True)
class RegionsAmended:
    """A change was published; it takes effect on `effective`."""

    name: ClassVar[str] = "regions.amended"
    effective: str
    reason: str
    plan: dict[str, Any]


@dataclass(frozen=True)
class RegionsChanged:
    """The tree is different from now on: `ended` maps a code to its default follower."""

    name: ClassVar[str] = "regions.changed"
    ended: dict[str, str]
    created: tuple[str, ...]
    rehung: int


@dataclass(frozen=True)
class ThingsMoved:
    """Rows of one source followed a change; `digest` (SM3) binds the rows of MovedThing."""

    name: ClassVar[str] = "regions.things_moved"
    source: str
    moved: int
    digest: str


@dataclass(frozen=True)
class JurisdictionSet:
    """From `starts`, `area` is run by `run_by` (empty: by the region it hangs under)."""

    name: ClassVar[str] = "regions.jurisdiction_set"
    area: str
    run_by: str
    starts: str
    reason: str
