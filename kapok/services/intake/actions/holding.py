"""Who holds a case: claim, give back, hand on."""

from uuid import UUID

from django.db import transaction

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, NotHere, Refused
from kapok.kernel.journal.public import action, record
from kapok.services.intake.access import Locked, locked_for
from kapok.services.intake.access.configured import standing_in
from kapok.services.intake.errors import ClaimTaken
from kapok.services.intake.events import CaseClaimed, CaseReleased, CaseTransferred
from kapok.services.intake.models import Case


@action("intake.claim")
def claim(case_id: UUID, *, by: Actor) -> None:
    """Take a case to work on; ClaimTaken when another was first. Claiming one's own again changes nothing."""
    case = _claimable(case_id, by)
    if case.holder == by.account:
        return
    Case.objects.filter(id=case_id).update(holder_id=by.account, holder_name=by.name)
    record(by, CaseClaimed(str(case_id), case.step, clock.now().isoformat()), about=case_id, kind="case")


def foresee_claim(case_id: UUID, *, by: Actor) -> None:
    """Refused as `claim` would be; nothing is written."""
    with transaction.atomic():
        _claimable(case_id, by)


def _claimable(case_id: UUID, by: Actor) -> Locked:
    case = _workable(case_id, by)
    if case.holder is not None and not _holds(case):
        raise taken(case)
    return case


def taken(case: Locked) -> ClaimTaken:
    """The refusal that names who holds a case."""
    return ClaimTaken(case=str(case.id), holder=Case.objects.values_list("holder_name", flat=True).get(id=case.id))


@action("intake.release")
def release(case_id: UUID, *, by: Actor) -> None:
    """Give a case back to the queue: its holder may, and a leader."""
    case = _workable(case_id, by)
    if not _holds(case) and not case.lets("intake.lead"):
        raise Forbidden(deed="intake.release")
    Case.objects.filter(id=case_id).update(holder_id=None, holder_name="")
    record(by, CaseReleased(str(case_id), case.step, clock.now().isoformat()), about=case_id, kind="case")


@action("intake.transfer")
def transfer(case_id: UUID, to: UUID, reason: str, *, by: Actor) -> None:
    """Hand a case on to a colleague of the same agency, with the reason."""
    case = _workable(case_id, by)
    if not _holds(case) and not case.lets("intake.lead"):
        raise Forbidden(deed="intake.transfer")
    colleague = Account.objects.filter(id=to, kind=Account.STAFF, org_id=by.org, is_active=True).first()
    if colleague is None:
        raise NotHere("accounts.account", id=to)
    if not _works(standing_in(actor_of_account(to)), case):
        raise Refused("intake.colleague_cannot", 422)
    Case.objects.filter(id=case_id).update(holder_id=to, holder_name=colleague.name)
    record(by, CaseTransferred(str(case_id), case.step, str(to), reason, clock.now().isoformat()), about=case_id, kind="case")


def _holds(case: Locked) -> bool:
    """Whether the actor holds the case, or somebody for whom he stands in."""
    return str(case.holder) in case.selves


def _works(actor: Actor, case: Locked) -> bool:
    """Whether somebody has a part in deciding the case."""
    return any(actor.may(deed, case.deciding()) for deed in ("intake.accept", "intake.examine", "intake.lead"))


def _workable(case_id: UUID, by: Actor) -> Locked:
    case = locked_for(by, case_id)
    if not _works(case.actor, case):
        raise NotHere("intake.case", id=case_id)
    if case.closed_at is not None:
        raise Refused("intake.closed")
    return case
