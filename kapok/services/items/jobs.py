"""Timers of the catalogue, and what follows the regions."""

from datetime import date
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.jobs.public import set_timer, timer_handler
from kapok.kernel.journal.public import Sealed, subscriber
from kapok.services.items.actions.following import refresh_areas
from kapok.services.items.actions.publishing import ENTER, enter
from kapok.services.items.models import ItemVersion, Validity

AREAS = "items.areas"


@timer_handler(ENTER)
def enter_due(version_id: UUID) -> None:
    """A version's first or last day has come: lists follow; its end, if planned, sets the timer again."""
    version = ItemVersion.objects.get(id=version_id)
    enter([version.item_id])
    validity = Validity.objects.filter(version=version_id).first()
    ends = validity.ends if validity else None
    if ends is not None and ends > clock.today():
        set_timer(ENTER, version_id, clock.at(ends))


@subscriber("items.areas", events=("regions.jurisdiction_set", "regions.loaded"))
def follow_jurisdictions(entries: list[Sealed]) -> None:
    """Another region runs an area, from today or a day to come: then its items stand in other lists."""
    refresh_areas()
    for entry in entries:
        starts = date.fromisoformat(entry.data.get("starts") or clock.today().isoformat())
        if starts > clock.today():
            set_timer(AREAS, entry.id, clock.at(starts))


@timer_handler(AREAS)
def areas_due(entry: UUID) -> None:
    """The day an area changes hands has come."""
    refresh_areas()
