"""What passes the door of intake and the wire between nodes: facts of a case, what an act does, dues, forms handed in. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from kapok.kernel.common.errors import FieldFault

if TYPE_CHECKING:
    from kapok.services.items.public import CompiledItem, FormField, Material

Key = str
"""A stable English key of acts.toml: of a state, act, outcome, capacity or document."""


class LimitLike(Protocol):
    """A time limit as items state it: unit is work_day 工作日, natural_day 自然日 or hour 小时."""

    @property
    def value(self) -> int: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class Span:
    """A time limit of intake's own, in the units of an item's."""

    value: int
    unit: str = "work_day"


@dataclass(frozen=True)
class Settings:
    """Legal numbers that no standard confirms: configuration, with the usual practice as default.

    acceptance: the limit after which an application is deemed accepted (行政许可法 第32条, five working days).
    correction: the time an applicant has to answer a 补正告知; none: no end, a reminder only.
    day_zero: the day something starts is not counted. roll_natural: a limit in natural days does not end on a day off.
    extension_days: the most 延长审批 may add where the item names no number (行政许可法 第42条, ten).
    """

    acceptance: LimitLike = Span(5)
    correction: LimitLike | None = None
    uncorrected_closes: bool = False
    day_zero: bool = True
    roll_natural: bool = False
    extension_days: int = 10


@dataclass(frozen=True)
class StateRule:
    """What a state means for the applicant: whether reaching it is told, and whether further files may be added in it."""

    notify: bool = True
    upload: bool = False


@dataclass(frozen=True)
class Doer:
    """Who acts, as far as the table asks: his capacities towards this one case; for four eyes his account and those he stands in for."""

    capacities: frozenset[Key]
    account: str = ""
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hand:
    """A member of staff who has acted in the case before: in which act, at which 环节."""

    account: str
    act: Key
    step: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """All that a decision about the next act may look at. `state` is empty before there is a case.

    materials and fields: the keys asked in the case's 情形; empty means all of the item's.
    """

    state: Key
    item: "CompiledItem"
    accepted: bool = False
    step: str = ""
    extended: bool = False
    paused: bool = False
    corrections: int = 0
    hands: tuple[Hand, ...] = ()
    materials: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class AllowedAct:
    """An act that could be done now, and who may."""

    act: Key
    outcome: Key
    who: tuple[Key, ...]


@dataclass(frozen=True)
class Transition:
    """What an act does; the caller carries it out in one transaction. `data` is the payload as it is kept."""

    act: Key
    outcome: Key
    state_from: Key
    state_to: Key
    step: str
    clock: Key
    days: int
    document: Key
    event: str
    ends: bool
    data: dict[str, Any] = field(default_factory=dict)


class Calendar(Protocol):
    """What the clock asks of the working calendar (kernel.calendar); intervals are (after, until]."""

    @property
    def version(self) -> int: ...
    @property
    def provisional_from(self) -> date: ...
    def is_working(self, day: date) -> bool: ...
    def add_working_days(self, day: date, count: int) -> date: ...
    def working_days_between(self, after: date, until: date) -> int: ...
    def next_working_day(self, day: date) -> date: ...
    def kind_of(self, day: date) -> tuple[bool, str]: ...


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends. provisional: a day of it lies in a year whose holidays are not published.

    paused: the limit stands still; due_at is then the earliest it can be, as though it went on the day it stopped.
    """

    due_at: datetime
    provisional: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Dues:
    """Every limit of a case that runs or has run. acceptance and correction are gone once met."""

    acceptance: Due | None = None
    statutory: Due | None = None
    promised: Due | None = None
    correction: Due | None = None


@dataclass(frozen=True)
class Checked:
    """Answers in the form they are kept (hidden ones dropped), and every fault at once."""

    values: dict[str, Any]
    faults: list[FieldFault]

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class GivenMaterial:
    """A material as handed in: how (upload, paper, licence, promised), its files (media type, bytes), paper counts, and whether it
    names a licence that is held."""

    key: str
    method: str = "upload"
    files: tuple[tuple[str, int], ...] = ()
    originals: int = 0
    copies: int = 0
    licence: bool = False


@dataclass(frozen=True)
class Chosen:
    """What the answers of the 情形 tree lead to; code is empty where the item has no 业务办理项."""

    code: str
    name: str
    materials: "tuple[Material, ...]"
    fields: "tuple[FormField, ...]"
    answers: Mapping[str, str]
    faults: list[FieldFault]
