"""Finding things: hot words, what a region offers and who serves there, the successor of a cancelled item."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q

from kapok.kernel.common import clock
from kapok.kernel.orgs.public import Org, orgs_of_region
from kapok.kernel.regions.public import Place, ancestors, areas_run_by, children, governors, run_by
from kapok.services.items.public import ABOVE, HERE, WITHIN, Asked, Item, Line, item_of, search_items
from kapok.services.portal.models import RegionNotice
from kapok.services.portal.queries.upkeep import notices_of
from kapok.services.portal.rules.wayfinding import countable, hot_words, wayfinding

PROVINCE = "440000000000"
CITY = 2
KEPT = 60.0
"""Seconds a process remembers the hot words, and at most keeps searched words to itself before it adds them up."""
MANY = 200
_HOT = """
select word from portal_search_count where day > %s group by word having sum(count) >= %s order by sum(count) desc, word limit %s
"""


@dataclass
class Tally:
    """Searched words of this process, waiting to be added to the day's; words only, and only those an item's name holds."""

    counts: Counter[str] = field(default_factory=Counter)
    since: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, word: str, names: list[str]) -> None:
        """Count a search."""
        counted = countable(word, names)
        if counted:
            with self.lock:
                if not self.counts:
                    self.since = time.monotonic()
                if counted in self.counts or len(self.counts) < MANY:
                    self.counts[counted] += 1

    def due(self) -> dict[str, int]:
        """The counts, once they are many or old enough; whoever gets them adds them up, and nobody else does."""
        with self.lock:
            if not self.counts or (len(self.counts) < MANY and time.monotonic() - self.since < KEPT):
                return {}
            taken, self.counts = dict(self.counts), Counter()
            return taken


tally = Tally()
_hot: dict[str, tuple[float, list[str]]] = {}


def hot_now() -> list[str]:
    """The hot words: what people search, then what is configured. Asked once a minute per process."""
    known = _hot.get(connection.settings_dict["NAME"])
    if known and time.monotonic() - known[0] < KEPT:
        return known[1]
    ways = wayfinding()
    with connection.cursor() as cursor:
        cursor.execute(_HOT, [clock.today() - timedelta(days=ways.days), ways.least, ways.most])
        words = hot_words(ways.words, [row[0] for row in cursor.fetchall()], ways.most)
    _hot[connection.settings_dict["NAME"]] = (time.monotonic(), words)
    return words


def forget_hot_words() -> None:
    """Ask the database again at the next page."""
    _hot.clear()


def usual_reach(place: Place) -> str:
    """Which items a region's lists show unless asked otherwise: of the province and a city all within, below what can be done there."""
    return WITHIN if place.level <= CITY else ABOVE


REACHES = (WITHIN, ABOVE, HERE)


@dataclass(frozen=True)
class RegionPage:
    """A region as its page shows it. `run_from`: the region that runs it, where that is not its own city (功能区)."""

    place: Place
    above: list[Place]
    below: list[Place]
    run_from: Place | None
    runs: list[Place]
    items: tuple[Line, ...]
    orgs: list[Org]
    notices: list[RegionNotice]


def region_page(place: Place, most: int = 24) -> RegionPage:
    """Everything of a region's page, in three statements beside the remembered tree: items (its own first), agencies, notices."""
    chain = governors(place.code)
    runner = next((each for each in reversed(chain) if each.code == run_by(place.code)), None)
    outside = runner if runner is not None and runner.code not in place.path else None
    found = search_items(Asked(region=place.code, where=usual_reach(place)), size=most, facets=False)
    return RegionPage(
        place=place, above=ancestors(place.code), below=children(place.code), run_from=outside, runs=areas_run_by(place.code),
        items=tuple(sorted(found.lines, key=lambda line: line.region != place.code)), orgs=serving_orgs(place, chain),
        notices=notices_of(place.code),
    )  # fmt: skip


def serving_orgs(place: Place, chain: list[Place], most: int = 12) -> list[Org]:
    """Who serves a region: its own agencies and halls; where it has none, those of the region above."""
    rows = list(Org.objects.filter(region__in=[each.code for each in chain], dissolved_on=None).order_by("-level", "sort_key", "id")[:200])
    for each in reversed(chain):
        here = [row for row in rows if row.region_id == each.code]
        if here:
            return here[:most]
    return []


def agencies_of(code: str, text: str = "") -> list[Org]:
    """The agencies that serve a region and below, higher ones first; with `text`, those whose name holds it."""
    rows = orgs_of_region(code, below=True)
    return list((rows.filter(Q(name__contains=text) | Q(short_name__contains=text)) if text else rows)[:300])


@dataclass(frozen=True)
class Ended:
    """A cancelled item: since when, why, and the item that takes its place, where there is one."""

    name: str
    org_name: str
    on: date | None
    reason: str
    successor: Item | None


def ended_item(impl_code: str) -> Ended | None:
    """What became of an item that is no longer in force; None for one that never was."""
    item = item_of(impl_code)
    if item is None:
        return None
    last = item.validities.exclude(period__isempty=True).order_by("-period").first()
    if last is None or last.period.lower > clock.today():
        return None
    return Ended(item.name, item.org.name, last.period.upper, last.reason, successor_of(item))


def successor_of(item: Item) -> Item | None:
    """The item in force used instead: the same service in the region or by the agency that took over, or one of its name there."""
    same = Q(base=item.base_id) & (Q(region=item.region_id) | Q(org=item.org.successor_id))
    rows = Item.objects.filter(same | Q(name=item.name, region=item.region_id), entry__isnull=False).exclude(id=item.id)
    return rows.select_related("org").order_by("-id").first()
