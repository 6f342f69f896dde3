"""Notices and maintenance that stand now. Few rows at any time: read as they are, in one statement each."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from kapok.kernel.common import clock
from kapok.kernel.regions.public import governors
from kapok.services.items.public import CompiledItem
from kapok.services.portal.errors import InMaintenance
from kapok.services.portal.models import Maintenance, RegionNotice
from kapok.services.portal.rules.upkeep import WEB, Stop, standing

MOST = 500


def stops() -> list[Stop]:
    """Every maintenance that stands now."""
    now = clock.now()
    rows = Maintenance.objects.filter(starts__lte=now, ends__gt=now, ended_at=None).order_by("-ends")[:MOST]
    return [Stop(row.id, row.item_id, row.region_id or "", row.channel, row.starts, row.ends, row.reason, row.alternatives) for row in rows]


def stop_of(item: CompiledItem, channel: str = WEB, known: Iterable[Stop] | None = None) -> Stop | None:
    """The maintenance an item is under now, if any."""
    found = stops() if known is None else list(known)
    return standing(found, item.item_id, [place.code for place in governors(item.region)], channel) if found else None


def refuse_in_maintenance(item: CompiledItem, channel: str = WEB) -> None:
    """Raises InMaintenance while the item takes no new applications."""
    stop = stop_of(item, channel)
    if stop is not None:
        ends = clock.local(stop.ends).strftime("%Y-%m-%d %H:%M")
        raise InMaintenance(item=item.name, reason=_sentence(stop.reason), ends=ends, alternatives=_sentence(stop.alternatives))


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "；", ".")) else f"{text}。"


def notices_of(region: str, channel: str = WEB, most: int = 5) -> list[RegionNotice]:
    """What stands on a region's page now: its own notices and those of the regions that govern it, the nearest first."""
    chain, now = [place.code for place in governors(region)], clock.now()
    wanted = Q(region__in=chain, channel__in=("", channel), starts__lte=now, ends__gt=now, withdrawn_at=None)
    rows = RegionNotice.objects.filter(wanted).select_related("region").order_by("-starts")[:MOST]
    return sorted(rows, key=lambda row: chain.index(row.region_id), reverse=True)[:most]


def put_up(rows: QuerySet[RegionNotice]) -> QuerySet[RegionNotice]:
    """Notices as the desk lists them."""
    return rows.select_related("region")


def planned(rows: QuerySet[Maintenance]) -> QuerySet[Maintenance]:
    """Maintenance as the desk lists it."""
    return rows.select_related("region", "item")
