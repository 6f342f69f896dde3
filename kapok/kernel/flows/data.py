"""Chains of approval as data, and the facts a decision is judged by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

PASS, RETURN = "pass", "return"
OUTCOMES = (PASS, RETURN)


@dataclass(frozen=True)
class Step:
    """One step of a chain: who does it is a deed, where it is done a seat."""

    key: str
    title: Any
    deed: str


@dataclass(frozen=True)
class Chain:
    """Steps in order. `four_eyes`: nobody decides twice in a run, and nobody who is barred (who wrote it) decides at all."""

    key: str
    title: Any
    steps: tuple[Step, ...]
    four_eyes: bool = True

    def step(self, key: str) -> Step:
        return next(step for step in self.steps if step.key == key)


@dataclass(frozen=True)
class Seat:
    """Where a step of one run is done: a scope, and the item within it. A step without a seat is left out of the run."""

    step: str
    scope: int
    item: int = 0

    def places(self) -> list[tuple[int, int]]:
        return [(self.scope, self.item)]


@dataclass(frozen=True)
class Facts:
    """What a decision is judged by. `for_account` is set when a deputy acts for someone."""

    state: str
    reaches: bool
    decided: frozenset[UUID]
    barred: frozenset[UUID]
    account: UUID | None
    for_account: UUID | None = None
    deputy_from: datetime | None = None
    deputy_to: datetime | None = None
    four_eyes: bool = True
