"""What can be measured of the portal's duties now: who holds which part in a region, and questions answered in time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from kapok.kernel.access.public import ROLES, Grant
from kapok.kernel.annex.public import EvidenceRow, Reading, cities
from kapok.kernel.common import clock
from kapok.kernel.regions.public import Region, find_region
from kapok.kernel.regions.public import city_of as running_city
from kapok.services.portal.models import Question

PARTS = ("editor", "reviewer", "admin")
YEAR = timedelta(days=365)
COUNTY = 3


def city_of(region: str) -> str:
    """The city that runs a place (功能区 included); none for the province's own, or for a place no longer there."""
    place = running_city(region) if region and find_region(region) else None
    return place.code if place else ""


def _places() -> dict[str, list[tuple[str, str]]]:
    """Every city with its counties: (code, name)."""
    found: dict[str, list[tuple[str, str]]] = {city.code: [(city.code, city.name)] for city in cities().values()}
    counties = Region.objects.filter(level=COUNTY, ends=None).order_by("code").values_list("code", "name")
    for code, name in counties:
        if city_of(code) in found:
            found[city_of(code)].append((code, name))
    return found


def _active() -> list[tuple[UUID, str, str, datetime]]:
    """Grants in force of the three parts: (grant, region, role, since)."""
    now = clock.now()
    rows = Grant.objects.filter(Q(ends=None) | Q(ends__gt=now), revoked_at=None, starts__lte=now, role__in=PARTS)
    found = rows.values_list("id", "region", "org__region_id", "role", "starts")
    return [(key, region or of_org, role, since) for key, region, of_org, role, since in found]


def _held() -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for _key, region, role, _since in _active():
        held[region].add(role)
    return held


def posts_by_city() -> Mapping[str, Reading]:
    """07.dE: of a city and its counties, those with an editor, a reviewer and an admin of their own in force."""
    held = _held()
    return {
        city: Reading(sum(held[code] >= set(PARTS) for code, _name in places), len(places)) for city, places in _places().items()
    }  # fmt: skip


def posts_evidence(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """Place by place, with what is missing."""
    held = _held()
    rows = []
    for code, name in _places().get(city, []):
        if code > after:
            missing = "、".join(str(ROLES[part]) for part in PARTS if part not in held[code])
            rows.append(EvidenceRow(code, name, not missing, note=missing))
    return rows[:limit]


def reviewed_by_city() -> Mapping[str, Reading]:
    """07.dE: of those grants in a city, the ones given or given anew within a year."""
    since, known = clock.now() - YEAR, {city.code for city in cities().values()}
    counts: dict[str, list[int]] = {}
    for _key, region, _role, starts in _active():
        city = city_of(region)
        if city in known:
            done, of = counts.get(city, [0, 0])
            counts[city] = [done + (starts >= since), of + 1]
    return {city: Reading(done, of) for city, (done, of) in counts.items()}


def reviewed_evidence(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """Grant by grant: which part, where, since when; never whose."""
    since = clock.now() - YEAR
    rows = [
        EvidenceRow(str(key), f"{ROLES[role]} · {name_of(region)}", starts >= since, starts)
        for key, region, role, starts in sorted(_active())
        if city_of(region) == city and str(key) > after
    ]
    return rows[:limit]


def name_of(region: str) -> str:
    """What a place is called; its code when it is no longer in use."""
    place = find_region(region)
    return place.name if place else region


def _owed() -> Any:
    """Questions of a year whose answer is there or due."""
    now = clock.now()
    return Question.objects.filter(Q(answered_at__isnull=False) | Q(due_at__lt=now), asked_at__gte=now - YEAR)


def answers_by_city() -> Mapping[str, Reading]:
    """07.dF: citizens' questions answered in time, of those answered or due."""
    rows = _owed().values("org__region_id").annotate(of=Count("id"), done=Count("id", filter=Q(answered_at__lte=F("due_at"))))
    counts: dict[str, list[int]] = {}
    for row in rows:
        city = city_of(row["org__region_id"])
        done, of = counts.get(city, [0, 0])
        counts[city] = [done + row["done"], of + row["of"]]
    known = {city.code for city in cities().values()}
    return {city: Reading(done, of) for city, (done, of) in counts.items() if city in known}


def answers_evidence(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """Question by question; never its words or who asked."""
    asked = _owed().order_by().values_list("org__region_id", flat=True).distinct()
    rows = _owed().filter(org__region__in=[region for region in asked if city_of(region) == city]).select_related("org").order_by("id")
    if after:
        rows = rows.filter(id__gt=after)
    return [
        EvidenceRow(str(row.id), f"{row.org.name} · {row.item_name}", bool(row.answered_at and row.answered_at <= row.due_at),
                    row.answered_at or row.due_at)
        for row in rows[:limit]
    ]  # fmt: skip
