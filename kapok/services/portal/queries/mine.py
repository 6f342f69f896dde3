"""Own things: cases by what they ask, favourites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from kapok.kernel.access.public import Actor
from kapok.services.intake.public import Case
from kapok.services.portal.access import own_cases
from kapok.services.portal.models import Favourite, StateWording
from kapok.services.portal.queries.wording import wordings_for
from kapok.services.portal.rules import Wording
from kapok.services.portal.rules.wording import OUTCOMES, defaults


@dataclass(frozen=True)
class Line:
    """A case as its applicant's list shows it."""

    case: Case
    words: Wording

    @property
    def holder(self) -> str:
        """Who has it in hand, empty where it is the applicant's turn: the clerk who took it, else the agency."""
        if self.case.state == "correcting" and not self.case.answered:
            return ""
        return f"{self.case.org.name} {self.case.holder_name}".strip()

    @property
    def expected(self) -> datetime | None:
        """By when it is to be decided; before acceptance, by when there is a word."""
        return (self.case.due_promised or self.case.due_at) if self.case.open else None

    @property
    def correct_by(self) -> datetime | None:
        """By when the applicant answers a 补正告知, while it is open."""
        return self.case.due_at if self.case.state == "correcting" and not self.case.answered else None


def lines(cases: Sequence[Case]) -> list[Line]:
    """Each case with its words."""
    return [Line(case, words) for case, words in zip(cases, wordings_for(cases), strict=True)]


def asking(actor: Actor) -> QuerySet[Case]:
    """The cases in whose state something is asked of the citizen, by default or by an override somewhere."""
    states = {state for state, words in defaults().items() if words.get("action")}
    laid_over = StateWording.objects.filter(words__has_key="action").exclude(words__action="")
    states |= set(laid_over.values_list("state", flat=True).distinct())
    wanted = Q(open=True, answered=False, state__in=states - {"closed"})
    if "answered" in states:
        wanted |= Q(open=True, answered=True)
    if "closed" in states:
        wanted |= Q(state="closed") & ~Q(outcome__in=OUTCOMES)
    return own_cases(actor).filter(wanted)


def asked_of(actor: Actor, most: int) -> list[Line]:
    """The first cases that wait for the citizen, those with a limit running first."""
    rows = asking(actor).order_by(F("open").desc(), F("due_at").asc(nulls_last=True), "-id")[: most * 3]
    return [line for line in lines(list(rows)) if line.words.action][:most]


def favourites(actor: Actor) -> QuerySet[Favourite]:
    """What the party keeps, as rows for paging."""
    rows = Favourite.objects.select_related("item__org")
    return rows.filter(party_id=actor.for_party) if actor.for_party else rows.none()


def is_favourite(actor: Actor, item: int) -> bool:
    """Whether the party keeps an item."""
    return favourites(actor).filter(item_id=item).exists()
