"""What a platform of seals outside must answer: its directory, and how one seal stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kapok.kernel.common.registry import Registry


@dataclass(frozen=True)
class Listed:
    """A seal as a platform's directory says it; `number` orders what the platform said."""

    number: int
    es_id: str
    name: str
    owner: str
    owner_uscc: str
    state: str
    valid_to: datetime | None


class Platform(Protocol):
    """A platform elsewhere. Its methods raise `SealNotReady` when it is slow, away or answers rubbish."""

    title: Any

    def check(self) -> str:
        """Empty when it answers, else what is wrong."""
        ...

    def directory(self, after: int) -> tuple[list[Listed], bool]:
        """What it said of seals after a number, in order, and whether there is more."""
        ...

    def status(self, es_id: str) -> Listed | None:
        """How one seal stands now; None where the platform does not know it."""
        ...


platforms: Registry[Platform] = Registry("seal platforms")
"""At most one entry, "national": the platform this node is connected to, where the settings name one."""
