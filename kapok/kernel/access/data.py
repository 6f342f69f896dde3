"""An actor and how far it reaches."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from kapok.kernel.access.deeds import roles_for
from kapok.kernel.common.actors import ActorRef

ITEM_BITS = 32


def lane(scope: int, item: int) -> int:
    """One integer for (scope, item), for grants that name items."""
    return scope << ITEM_BITS | item


@dataclass(frozen=True)
class Reach:
    """Where a role holds: everywhere, in whole scopes, and in single lanes (scope and item)."""

    everywhere: bool = False
    scopes: frozenset[int] = frozenset()
    lanes: frozenset[int] = frozenset()

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.everywhere or other.everywhere, self.scopes | other.scopes, self.lanes | other.lanes)

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.scopes) or bool(self.lanes)

    def covers(self, scope: int, item: int) -> bool:
        return self.everywhere or scope in self.scopes or lane(scope, item) in self.lanes

    @cached_property
    def scopes_text(self) -> str:
        """The scopes as PostgreSQL writes an array: thousands are written once, not in every request."""
        return f"{{{','.join(map(str, sorted(self.scopes)))}}}"

    @cached_property
    def lanes_text(self) -> str:
        """The same of the lanes that no whole scope covers."""
        return f"{{{','.join(str(one) for one in sorted(self.lanes) if one >> ITEM_BITS not in self.scopes)}}}"


NOWHERE = Reach()


@dataclass(frozen=True)
class Place:
    """One scope as a thing: for deeds that are done to a place and not to a row in it."""

    scope: int

    def places(self) -> list[tuple[int, int]]:
        """No item has the number 0."""
        return [(self.scope, 0)]


@dataclass(frozen=True)
class Actor:
    """An account, whom it acts for, and the reach of each role it holds. The only way in."""

    ref: ActorRef
    account: UUID | None = None
    name: str = ""
    kind: str = "anonymous"  # anonymous, person, staff, system, clock
    party: UUID | None = None
    acts_for: UUID | None = None
    trust: int = 0
    org: int | None = None
    roles: dict[str, Reach] = field(default_factory=dict)
    language: str = "zh-hans"

    @property
    def signed_in(self) -> bool:
        return self.account is not None

    @property
    def for_party(self) -> UUID | None:
        """The party on whose behalf things are done: the company chosen, or the person itself."""
        return self.acts_for or self.party

    def reach(self, deed: str) -> Reach:
        """Where this deed is allowed, over all roles that include it."""
        found = NOWHERE
        for role in roles_for(deed):
            if role in self.roles:
                found = found | self.roles[role] if found else self.roles[role]  # one role's reach is as it is remembered
        return found

    def may(self, deed: str, thing: Any = None) -> bool:
        """Whether the deed is allowed at all, or on this thing (its `places()` are pairs of scope and item)."""
        if self.kind in ("system", "clock"):
            return True
        reach = self.reach(deed)
        if thing is None:
            return bool(reach)
        return any(reach.covers(scope, item) for scope, item in thing.places())


ANONYMOUS = Actor(ActorRef("person", "未登录"))


def system_actor(label: str) -> Actor:
    """Kapok itself, at set-up or in a job."""
    return Actor(ActorRef("system", label), kind="system", name=label)


def clock_actor() -> Actor:
    """The clock, when the law lets a limit act by itself."""
    return Actor(ActorRef("clock", "法定时限"), kind="clock", name="法定时限")
