"""Who runs an area, from a day on."""

from datetime import date

from django.db.models import Q

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.access import require
from kapok.kernel.regions.actions.load import region_uuid, touch_tree
from kapok.kernel.regions.errors import NoSuchRegion
from kapok.kernel.regions.events import JurisdictionSet
from kapok.kernel.regions.models import Jurisdiction, Region


@action("regions.set_jurisdiction")
def set_jurisdiction(area: str, run_by: str | None, starts: date, reason: str, *, by: By) -> None:
    """From `starts`, `area` is run by `run_by`; None gives it back to the region it hangs under. An edge before ends then."""
    require(by, "regions.amend")
    places = {place.code: place for place in Region.objects.select_for_update().filter(code__in=filter(None, (area, run_by)))}
    for code in filter(None, (area, run_by)):
        if code not in places:
            raise NoSuchRegion(code)
    if not reason.strip():
        refuse("regions.reason_missing").or_raise()
    if starts < clock.today():
        refuse("regions.effective_in_the_past", today=clock.today().isoformat()).or_raise()
    if run_by and area in places[run_by].path.split("/"):
        refuse("regions.runs_itself", region=area).or_raise()
    later = Jurisdiction.objects.filter(area_id=area, starts__gte=starts).first()
    if later:
        refuse("regions.already_run", region=area, other=later.run_by_id).or_raise()
    Jurisdiction.objects.filter(Q(ends=None) | Q(ends__gt=starts), area_id=area).update(ends=starts)
    if run_by:
        Jurisdiction.objects.create(area_id=area, run_by_id=run_by, starts=starts, reason=reason.strip())
    touch_tree()
    record(by, JurisdictionSet(area, run_by or "", starts.isoformat(), reason.strip()), about=region_uuid(area), kind="region")
