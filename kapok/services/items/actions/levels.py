"""分级管理: what a level lets those below it fill, and how often its items are looked through again."""

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.public import region_uuid
from kapok.services.items.access import require_at_home
from kapok.services.items.errors import fault
from kapok.services.items.events import ElementDelegated, ReviewTermSet
from kapok.services.items.models import Delegation, ReviewTerm
from kapok.services.items.rules.table import code_of, table

MONTHS = range(1, 61)


@action("items.delegate")
def delegate(element: str, region: str, level: int, reason: str, *, by: Actor) -> Delegation:
    """A city lets staff down to a level of its jurisdiction fill an element the table keeps higher."""
    require_at_home(by, "items.delegate", region)
    faults = []
    if element not in table().elements:
        faults.append(fault("element", "items.unknown_element", key=element[:60]))
    if code_of("level", str(level)) != str(level):
        faults.append(fault("level", "items.unknown_code", title="行使层级", found=str(level)))
    if not reason.strip():
        faults.append(fault("reason", "items.no_reason"))
    if faults:
        raise Invalid(faults)
    given, _made = Delegation.objects.update_or_create(
        element=element, region=region, ends=None, defaults={"level": level, "reason": reason.strip()[:500], "starts": clock.today()}
    )
    record(by, ElementDelegated(element, region, level), about=region_uuid(region), kind="items.delegation")
    return given


@action("items.end_delegation")
def end_delegation(delegation_id: int, *, by: Actor) -> None:
    """From today the element is filled where the table says again."""
    given = Delegation.objects.select_for_update().filter(id=delegation_id, ends=None).first()
    if given is None:
        raise NotHere("items.delegation", id=delegation_id)
    require_at_home(by, "items.delegate", given.region)
    Delegation.objects.filter(id=given.id).update(ends=clock.today())
    record(by, ElementDelegated(given.element, given.region, 0), about=region_uuid(given.region), kind="items.delegation")


@action("items.set_review_term")
def set_review_term(region: str, months: int, reason: str, *, by: Actor) -> ReviewTerm:
    """The items of a jurisdiction are looked through again so many months after they came into force; the last term set holds."""
    require_at_home(by, "items.delegate", region)
    faults = []
    if months not in MONTHS:
        faults.append(fault("months", "items.out_of_range", title="复核周期", low=MONTHS.start, high=MONTHS.stop - 1, found=months))
    if not reason.strip():
        faults.append(fault("reason", "items.no_reason"))
    if faults:
        raise Invalid(faults)
    ReviewTerm.objects.filter(region=region, ends=None).update(ends=clock.today())
    term = ReviewTerm.objects.create(region=region, months=months, reason=reason.strip()[:500], starts=clock.today())
    record(by, ReviewTermSet(region, months), about=region_uuid(region), kind="items.review_term")
    return term
