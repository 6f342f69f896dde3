"""The annex as frozen things: rows, duties, cities, what a measure says, what a cell of the board shows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID


class Level(StrEnum):
    """Who owes a duty; the letter stands in its id."""

    CITY = "d"
    PROVINCE = "p"
    NATIONAL = "n"


@dataclass(frozen=True)
class City:
    """One of the province's cities, with its 12-digit division code and its group in the annex."""

    code: str
    name: str
    group: str


@dataclass(frozen=True)
class Duty:
    """One thing somebody owes for one row, in the annex's words. With a mode it binds only cities in that mode."""

    id: str
    row: int
    level: Level
    words: str
    mode: str = ""


@dataclass(frozen=True)
class SystemRow:
    """One row of the annex. An empty operator: the annex names none; an empty group: every city."""

    number: int
    title: str
    short: str
    branch: str
    building: str
    technical_operator: str
    business_operator: str
    group: str
    modes: tuple[str, ...]
    duties: tuple[Duty, ...]

    @property
    def key(self) -> str:
        return f"{self.number:02d}"

    def duties_of(self, *levels: Level) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.level in levels)


@dataclass(frozen=True)
class Seed:
    """The whole annex."""

    groups: tuple[str, ...]
    cities: tuple[City, ...]
    rows: tuple[SystemRow, ...]


@dataclass(frozen=True)
class Reading:
    """What one measure says of one city: so many done of so many owed.

    `as_of` is the newest moment (legal time) up to which the source vouches for its rows; None: up to the counting itself.
    `facts` are further labelled values that are read beside the figure and never summed.
    """

    done: int
    of: int
    as_of: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class EvidenceRow:
    """One single thing that was counted: `done` says on which side."""

    key: str
    label: Any
    done: bool
    at: datetime | None = None
    href: str = ""
    note: Any = ""


Counted = Callable[[], Mapping[str, Reading]]
"""Counts a duty for every city at once (set-based): readings by 12-digit code; a city without a source is left out."""

Evidence = Callable[[str, str, int], Sequence[EvidenceRow]]
"""(city, after key, limit) → rows in order of key; over all pages they sum up to the reading."""


@dataclass(frozen=True)
class Measure:
    """What an app contributes to one duty's figure; a duty's figure is the sum of its contributions.

    `part` names the contribution where several apps contribute to one duty. `target` is the share from which the duty counts as
    met. `fresh_within` is how old the source's own rows may be before it counts as silent.
    """

    duty: str
    count: Counted
    part: str = ""
    evidence: Evidence | None = None
    target: float = 1.0
    fresh_within: timedelta = timedelta(days=1)


class State(StrEnum):
    """What a duty of a city looks like on the board."""

    MEASURED = "measured"
    SILENT = "silent"
    NOTHING_YET = "nothing_yet"
    EXEMPT = "exempt"
    NOT_OWED = "not_owed"
    NOT_BUILT = "not_built"


@dataclass(frozen=True)
class Contribution:
    """One measure's last stored reading of one city; no reading when the source has said nothing of this city."""

    measure: Measure
    reading: Reading | None
    counted_at: datetime | None
    silent: bool


@dataclass(frozen=True)
class Waiver:
    """An exemption as the board shows it."""

    id: UUID
    duty: str
    city: str
    number: str
    reason: str
    approver: str
    starts: date
    ends: date


@dataclass(frozen=True)
class Cell:
    """One duty of one city (or of the province): its state, why, and the figure with its contributions."""

    duty: Duty
    place: str
    state: State
    why: str = ""
    why_data: Mapping[str, str] | None = None
    waiver: Waiver | None = None
    contributions: tuple[Contribution, ...] = ()

    @property
    def done(self) -> int:
        return sum(part.reading.done for part in self.contributions if part.reading)

    @property
    def of(self) -> int:
        return sum(part.reading.of for part in self.contributions if part.reading)

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where nothing could be counted, which is never 0 and never 1."""
        return self.done / self.of if self.state is State.MEASURED and self.of else None

    @property
    def met(self) -> bool:
        """Every contribution reaches its own target."""
        return self.state is State.MEASURED and all(
            part.reading is not None and part.reading.done >= part.measure.target * part.reading.of for part in self.contributions
        )

    @property
    def as_of(self) -> datetime | None:
        """The oldest instant among its contributions: the figure is no fresher than its slowest source."""
        moments = [part.reading.as_of or part.counted_at for part in self.contributions if part.reading]
        return min((moment for moment in moments if moment), default=None)


@dataclass(frozen=True)
class Square:
    """One square of the matrix: all duties one row asks of one city, summed up."""

    row: SystemRow
    place: str
    cells: tuple[Cell, ...]

    @cached_property
    def _counts(self) -> Counter[State]:
        return Counter(cell.state for cell in self.cells)

    def count(self, state: State) -> int:
        return self._counts[state]

    @property
    def owed(self) -> int:
        return len(self.cells) - self.count(State.NOT_OWED)

    @cached_property
    def met(self) -> int:
        return sum(1 for cell in self.cells if cell.met)

    @property
    def short(self) -> int:
        """Measured, and below the target."""
        return self.count(State.MEASURED) - self.met

    @property
    def verdict(self) -> str:
        """What the square as a whole says: the worst that is known, and `not_built` only where nothing at all is."""
        if not self.owed:
            return State.NOT_OWED
        for state in (State.NOT_BUILT, State.EXEMPT):
            if self.count(state) == self.owed:
                return state
        if self.short:
            return "short"
        if self.count(State.SILENT):
            return State.SILENT
        if self.met:
            return "met" if self.met + self.count(State.EXEMPT) == self.owed else "partly"
        return State.NOTHING_YET
