"""What is announced of runs."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class RunStarted:
    name: ClassVar = "flows.started"
    chain: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class StepDecided:
    name: ClassVar = "flows.decided"
    chain: str
    step: str
    outcome: str
    deputy: bool


@dataclass(frozen=True)
class RunWithdrawn:
    name: ClassVar = "flows.withdrawn"
    chain: str


@dataclass(frozen=True)
class DeputyNamed:
    name: ClassVar = "flows.deputy_named"
    deputy: str
    starts: str
    ends: str
