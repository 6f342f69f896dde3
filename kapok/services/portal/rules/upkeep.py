"""Times in which no new application is taken, and notices: what may be put up, and what an item is told just now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kapok.kernel.common.verdicts import Verdict, allow, refuse

LONGEST = timedelta(days=366)
WEB = "2"
"""This site's own channel among the 办理形式 (A.5)."""


@dataclass(frozen=True)
class Stop:
    """A standing maintenance: what it covers, until when, why, and what people can do meanwhile. Empty means all."""

    id: object
    item: int | None
    region: str
    channel: str
    starts: datetime
    ends: datetime
    reason: str
    alternatives: str

    def covers(self, item: int, regions: Iterable[str], channel: str) -> bool:
        """`regions`: those that govern the item's region, and itself."""
        return self.item in (None, item) and (not self.region or self.region in regions) and self.channel in ("", channel)


def standing(stops: Iterable[Stop], item: int, regions: Iterable[str], channel: str = WEB) -> Stop | None:
    """The stop an item is under by a channel: the one that lasts longest."""
    known = set(regions)
    return max((stop for stop in stops if stop.covers(item, known, channel)), key=lambda stop: stop.ends, default=None)


def may_last(starts: datetime, ends: datetime, *, now: datetime) -> Verdict:
    """Whether a time can be announced: it ends after it begins and after now, and within a year."""
    if ends <= starts or ends <= now:
        return refuse("portal.ends_before_starts")
    if ends - starts > LONGEST:
        return refuse("portal.too_long", days=LONGEST.days)
    return allow()
