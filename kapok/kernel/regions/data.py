"""What passes the door of regions (行政区划): places, plans of change, moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Protocol
from uuid import UUID


class Level(IntEnum):
    """Rank in the tree; 东莞 and 中山 have no COUNTY between CITY and TOWN."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    VILLAGE = 5


@dataclass(frozen=True)
class Place:
    """A region as read: `path` holds the codes from the province down to itself."""

    code: str
    name: str
    short_name: str
    level: int
    kind: str
    path: tuple[str, ...]
    starts: date
    ends: date | None = None
    local: bool = False
    sort_key: str = ""

    @property
    def parent(self) -> str | None:
        return self.path[-2] if len(self.path) > 1 else None

    def stands(self, day: date) -> bool:
        """Whether it exists on a day; validity is [starts, ends)."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True)
class NewRegion:
    """A region that a plan makes; `local` marks a code no standard gives."""

    code: str
    name: str
    parent: str
    local: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Succession:
    """`old` ends and `new` follows; a split names one follower as the default, to whom everything unplaced goes."""

    old: str
    new: str
    default: bool = True


@dataclass(frozen=True)
class RegionPlan:
    """A change of regions as one thing: what is made, what ends and who follows, what is renamed, what hangs elsewhere.

    Children of a region that ends go to its default follower, unless `places` puts them elsewhere.
    """

    creates: tuple[NewRegion, ...] = ()
    successions: tuple[Succession, ...] = ()
    renames: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
    places: Mapping[str, str] | tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """New names by code."""
        return dict(self.renames)

    @property
    def parents(self) -> dict[str, str]:
        """New parents by code."""
        return dict(self.places)

    @property
    def ended(self) -> tuple[str, ...]:
        """Codes that end, in the plan's order."""
        return tuple(dict.fromkeys(step.old for step in self.successions))

    @property
    def follower(self) -> dict[str, str]:
        """The default follower of each code that ends."""
        return {step.old: step.new for step in self.successions if step.default}


@dataclass(frozen=True)
class RegionMove:
    """One thing that leaves a region for another: a scope, a seat, an item, an agency."""

    about: UUID | int | str
    label: str
    what: str
    was: str
    becomes: str


class RegionSource(Protocol):
    """What a higher app that stores region codes registers: how its rows follow a change."""

    title: str

    def preview(self, plan: RegionPlan) -> list[RegionMove]:
        """The moves `apply` would make now; changes nothing."""
        ...

    def apply(self, plan: RegionPlan, cause: UUID) -> list[RegionMove]:
        """Follow the plan (set-based, inside the caller's transaction); `cause` is the amendment's id."""
        ...


@dataclass(frozen=True)
class RegionPreview:
    """What a plan would do: regions of the tree that change parent, and moves by source."""

    plan: RegionPlan
    rehung: dict[str, str]
    moves: dict[str, list[RegionMove]]

    @property
    def moved(self) -> int:
        return sum(len(moves) for moves in self.moves.values())


def merge(codes: tuple[str, ...], into: NewRegion | str) -> RegionPlan:
    """Several regions become one: a new one, or one that goes on under its own code (合并)."""
    target = into if isinstance(into, str) else into.code
    made = () if isinstance(into, str) else (into,)
    return RegionPlan(creates=made, successions=tuple(Succession(code, target) for code in codes if code != target))


def split(code: str, into: tuple[NewRegion, ...], *, default: str, places: Mapping[str, str]) -> RegionPlan:
    """One region becomes several; `places` says under which of them each child comes (拆分)."""
    steps = tuple(Succession(code, part.code, default=part.code == default) for part in into)
    return RegionPlan(creates=into, successions=steps, places=tuple(places.items()))
