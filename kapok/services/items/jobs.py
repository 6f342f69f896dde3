"""Timers of the catalogue."""

from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.jobs.public import set_timer, timer_handler
from kapok.services.items.actions.publishing import ENTER, enter
from kapok.services.items.models import ItemVersion, Validity


@timer_handler(ENTER)
def enter_due(version_id: UUID) -> None:
    """A version's first or last day has come: lists follow; its end, if planned, sets the timer again."""
    version = ItemVersion.objects.get(id=version_id)
    enter([version.item_id])
    validity = Validity.objects.filter(version=version_id).first()
    ends = validity.ends if validity else None
    if ends is not None and ends > clock.today():
        set_timer(ENTER, version_id, clock.at(ends))
