"""For whom a task waits."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Owner:
    """One account or one party."""

    id: UUID


@dataclass(frozen=True)
class Queue:
    """Whoever may do `deed` in the scope (for one item, if named)."""

    scope: int
    deed: str
    item: int = 0
