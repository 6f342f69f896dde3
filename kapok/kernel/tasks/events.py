"""What is announced about tasks. The titles stay with the tasks."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class TaskOpened:
    """Something waits for somebody."""

    name: ClassVar[str] = "tasks.opened"
    task: str
    code: str


@dataclass(frozen=True)
class TasksClosed:
    """A source closed or withdrew what it had opened."""

    name: ClassVar[str] = "tasks.closed"
    code: str
    count: int
    state: str


@dataclass(frozen=True)
class TaskTakenUp:
    """A task was taken out of its queue, or given back."""

    name: ClassVar[str] = "tasks.taken_up"
    task: str
    released: bool = False
