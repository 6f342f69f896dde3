"""Who may change regions. `regions`, `calendar` and `orgs` stand below `access`: whoever acts comes in as the protocol `By`."""

from dataclasses import dataclass, field
from typing import Any

from kapok.kernel.common.actors import ActorRef, By
from kapok.kernel.common.errors import Forbidden


@dataclass(frozen=True)
class Console:
    """Someone at this node's own command line: he has the database already, so every deed is open; the journal names him."""

    label: str
    ref: ActorRef = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", ActorRef("system", self.label))

    def may(self, deed: str, thing: Any = None) -> bool:
        return True


class WholeNode:
    """The thing that a change to the calendar, the tree or the agencies is done to: only a reach over everything covers it."""

    def places(self) -> list[tuple[int, int]]:
        """No scope has the number 0."""
        return [(0, 0)]


def require(by: By, deed: str) -> None:
    """Forbidden unless `by` may do this for the whole node; an administrator of one city may not."""
    if not by.may(deed, WholeNode()):
        raise Forbidden(deed=deed)
