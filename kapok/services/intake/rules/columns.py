"""What a case's row says after an act. Pure, so that history loaded in bulk is written as the acts write it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kapok.services.intake.data import Calendar, Dues, Transition
from kapok.services.intake.rules.clock import ClockState, advance, due
from kapok.services.intake.rules.following import dates_of


class Before(Protocol):
    """The row before the act, as far as it goes on; `clock` is the stored state."""

    @property
    def clock(self) -> dict[str, Any]: ...
    @property
    def step(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def extended(self) -> bool: ...
    @property
    def corrections(self) -> int: ...
    @property
    def hands(self) -> list[list[str]]: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class After:
    """The case's columns after an act. `accepting`: the act gives the 办件编号; `due_at`: the limit that presses, of nobody at the end."""

    state: str
    step: str
    outcome: str
    clock: ClockState
    dues: Dues
    due_at: datetime | None
    statutory: datetime | None
    promised: datetime | None
    provisional: bool
    accepting: bool
    ends: bool
    extended: bool
    corrections: int
    marked: list[Any]
    hands: list[list[str]]
    accepted_at: datetime | None
    closed_at: datetime | None

    @property
    def correction(self) -> datetime | None:
        """Until when a 补正告知 is to be answered, while one is open."""
        return self.dues.correction.due_at if self.dues.correction and self.state == "correcting" else None

    @property
    def paused(self) -> bool:
        running = (self.dues.acceptance, self.dues.statutory, self.dues.promised)
        return any(each.paused for each in running if each) or self.state == "correcting"


def after(before: Before, done: Transition, calendar: Calendar, at: datetime, *, account: str) -> After:
    """The columns after an act done at a moment; `account` is the doer's, empty for the clock and for applicants without one."""
    clock = advance(ClockState.load(before.clock), done.clock, at, days=done.days, why=done.act)
    accepting = before.accepted_at is None and done.event == "intake.accepted"
    correcting = done.act == "request_correction"
    ends = done.ends or before.closed_at is not None
    dues = due(clock, calendar)
    dates = dates_of(dues, None)
    return After(
        state=done.state_to,
        step=done.step,
        outcome=done.outcome if ends else before.outcome,
        clock=clock,
        dues=dues,
        due_at=None if ends else dates.due_at,
        statutory=dates.statutory,
        promised=dates.promised,
        provisional=dates.provisional,
        accepting=accepting,
        ends=ends,
        extended=before.extended or done.clock == "extend",
        corrections=before.corrections + correcting,
        marked=done.data.get("faults", []) if correcting else [],
        hands=[*before.hands, [account, done.act, before.step]] if account else list(before.hands),
        accepted_at=at if accepting else before.accepted_at,
        closed_at=at if done.ends and before.closed_at is None else before.closed_at,
    )
