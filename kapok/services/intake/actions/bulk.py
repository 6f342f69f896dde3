"""Many cases at once: what would become of each, and doing it. Each case stands by itself: one that is refused stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import Conflict, KapokError, Refused
from kapok.services.intake.actions.act import Done, act, foresee
from kapok.services.intake.actions.holding import claim, foresee_claim
from kapok.services.intake.models import Act

MOST = 100
"""Cases in one go: what can still be read on a page before it is done."""


@dataclass(frozen=True)
class Picked:
    """A case as it was ticked: with the sequence it was seen at."""

    case: UUID
    sequence: int


@dataclass(frozen=True)
class Deed:
    """What is done to all of them: claiming (no outcome), or an act of the table."""

    act: str
    outcome: str = ""

    @property
    def claims(self) -> bool:
        return self.act == "claim"


@dataclass(frozen=True)
class Fate:
    """What becomes of one case: refused with its cause, or done (`done` is None for a claim); again: the same person did it before."""

    case: UUID
    refusal: KapokError | None = None
    done: Done | None = None
    again: bool = False

    @property
    def ok(self) -> bool:
        return self.refusal is None


def foresee_each(deed: Deed, picked: Iterable[Picked], payload: dict[str, Any], *, by: Actor) -> list[Fate]:
    """What would become of each case; nothing is written."""

    def look(one: Picked) -> Done | None:
        if deed.claims:
            foresee_claim(one.case, by=by)
            return None
        return foresee(one.case, deed.act, deed.outcome, payload, by=by, expect=one.sequence)

    return _each(deed, picked, look, by)


def do_each(deed: Deed, picked: Iterable[Picked], payload: dict[str, Any], *, by: Actor) -> list[Fate]:
    """Do it to each case in a transaction of its own. Doing it again finds what was done and does nothing twice."""

    def go(one: Picked) -> Done | None:
        if deed.claims:
            claim(one.case, by=by)
            return None
        return act(one.case, deed.act, deed.outcome, payload, by=by, expect=one.sequence)

    return _each(deed, picked, go, by)


def _each(deed: Deed, picked: Iterable[Picked], go: Callable[[Picked], Done | None], by: Actor) -> list[Fate]:
    once = list(dict.fromkeys(picked))
    if len(once) > MOST:
        raise Refused("intake.too_many", 422, most=MOST, given=len(once))
    found = []
    for one in once:
        try:
            found.append(Fate(one.case, done=go(one)))
        except Conflict as error:
            again = not deed.claims and _done_before(deed, one, by)
            found.append(Fate(one.case, None if again else error, again=again))
        except KapokError as error:
            found.append(Fate(one.case, error))
    return found


def _done_before(deed: Deed, one: Picked, by: Actor) -> bool:
    """Whether the case moved on by this very deed of this very person: the page was sent twice."""
    return Act.objects.filter(case_id=one.case, sequence=one.sequence + 1, act=deed.act, outcome=deed.outcome, account=by.account).exists()
