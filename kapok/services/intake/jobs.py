"""What the clock does by itself."""

from uuid import UUID

from kapok.kernel.access.public import clock_actor
from kapok.kernel.jobs.public import timer_handler
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.drafts import EXPIRY, expire_draft
from kapok.services.intake.actions.recomputing import FOLLOW_UP, follow_up
from kapok.services.intake.actions.tasks import keep_tasks
from kapok.services.intake.actions.telling import TOLD, remind, tell
from kapok.services.intake.events import EVENTS, CaseClaimed, CaseReleased, CaseTransferred, MaterialsHanded
from kapok.services.intake.queries import state_of
from kapok.services.intake.rules.law import law


@timer_handler("intake.acceptance")
def deem_accepted(case: UUID) -> None:
    """The acceptance limit has passed without a word: the law counts the application as accepted (视为受理)."""
    if state_of(case) in ("applied", "preaccepted"):
        act(case, "accept", "deemed", {}, by=clock_actor())


@timer_handler("intake.correction")
def correction_overdue(case: UUID) -> None:
    """The time to answer a 补正告知 has passed: the case ends where the node says so, else the applicant is reminded."""
    if state_of(case) != "correcting":
        return
    if law().uncorrected_closes:
        act(case, "decide", "uncorrected", {}, by=clock_actor())
    else:
        remind(case)


@subscriber("intake.notices", events=tuple(TOLD))
def tell_applicants(entries: list[Sealed]) -> None:
    """Every act that an applicant has to hear of becomes a message."""
    tell(entries)


@subscriber("intake.tasks", events=(*EVENTS, *(event.name for event in (MaterialsHanded, CaseClaimed, CaseReleased, CaseTransferred))))
def keep_to_dos(entries: list[Sealed]) -> None:
    """Whatever moves a case moves its to-do."""
    keep_tasks(entries)


@timer_handler(FOLLOW_UP)
def follow_calendar(cause: UUID) -> None:
    """A minute after the calendar was amended: acts that were under way then have ended."""
    follow_up(cause, by=clock_actor())


@timer_handler(EXPIRY)
def drop_expired_draft(draft: UUID) -> None:
    """A draft's term is over."""
    expire_draft(draft, by=clock_actor())
