"""What the annex's board is told of row 15, by city: licences of the last thirty days, each as evidence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from kapok.kernel.annex.public import EvidenceRow, Reading
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7_floor
from kapok.kernel.regions.public import city_of

LOOKED_BACK = timedelta(days=30)
DELIVERED = timedelta(hours=2)
"""Within which the catalogue must have an entry (15.dD)."""

_SIGNED = """from licences_licence where source = 'issued' and "case" is not null and id >= %(since)s::uuid"""
_WITHIN = "coalesce(waited <= %(limit)s::float8, false)"
_SIGNED_COUNT = f"select region, count(*), count(*) filter (where {_WITHIN}) {_SIGNED} group by region"
_SIGNED_ROWS = f"""select id, name || ' ' || number, issued_at, {_WITHIN} {_SIGNED} and region = any(%(regions)s::varchar[])
  and id > %(after)s::uuid order by id limit %(most)s::int"""
_SEALED = """from licences_licence where source = 'issued' and id >= %(since)s::uuid"""
_SEALED_COUNT = f"select region, count(*), count(*) filter (where digest is not null) {_SEALED} group by region"
_SEALED_ROWS = f"""select id, name || ' ' || number, issued_at, digest is not null {_SEALED} and region = any(%(regions)s::varchar[])
  and id > %(after)s::uuid order by id limit %(most)s::int"""
_ENTRIES = "from licences_directory where id >= %(since)s::uuid"
_ON_TIME = "coalesce(received_at - produced_at <= %(delivered)s::interval, false)"
_ENTRY_COUNT = f"select region, count(*), count(*) filter (where {_ON_TIME}) {_ENTRIES} group by region"
_ENTRY_ROWS = f"""select id, operation || ' ' || (record->>'certificate_number'), produced_at, {_ON_TIME} {_ENTRIES}
  and region = any(%(regions)s::varchar[]) and id > %(after)s::uuid order by id limit %(most)s::int"""
_REGIONS = "select distinct region from licences_licence where id >= %(since)s::uuid"


def signed_at_once() -> Mapping[str, Reading]:
    """15.dC: licences from cases, sealed within KAPOK_LICENCE_AT_ONCE seconds of their issue."""
    return _by_city(_SIGNED_COUNT, {"limit": settings.KAPOK_LICENCE_AT_ONCE})


def signed_rows(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """The licences behind a city's figure; those that are late say so."""
    return _evidence(_SIGNED_ROWS, city, after, limit, {"limit": settings.KAPOK_LICENCE_AT_ONCE}, "/work/licences/{}/")


def delivered_in_time() -> Mapping[str, Reading]:
    """15.dD: catalogue entries the province had within two hours."""
    return _by_city(_ENTRY_COUNT, {"delivered": DELIVERED})


def delivered_rows(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """The entries behind a city's figure."""
    return _evidence(_ENTRY_ROWS, city, after, limit, {"delivered": DELIVERED}, "")


def sealed() -> Mapping[str, Reading]:
    """18.dB, part 证照: issued licences that bear a seal."""
    return _by_city(_SEALED_COUNT, {})


def sealed_rows(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """The licences behind a city's figure."""
    return _evidence(_SEALED_ROWS, city, after, limit, {}, "/work/licences/{}/")


def _since() -> UUID:
    return uuid7_floor(clock.wall() - LOOKED_BACK)


def _by_city(statement: str, params: dict[str, Any]) -> dict[str, Reading]:
    done: dict[str, int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    for region, count, good in _rows(statement, params):
        city = _city(region)
        if city:
            owed[city] += count
            done[city] += good
    return {city: Reading(done[city], owed[city]) for city in owed}


def _evidence(statement: str, city: str, after: str, limit: int, params: dict[str, Any], href: str) -> list[EvidenceRow]:
    regions = [region for (region,) in _rows(_REGIONS, {}) if _city(region) == city]
    asked = {**params, "regions": regions, "after": UUID(after) if after else UUID(int=0), "most": limit}
    return [EvidenceRow(str(id), label, good, at=at, href=href.format(id)) for id, label, at, good in _rows(statement, asked)]


def _city(region: str) -> str:
    place = city_of(region)
    return place.code if place else ""


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": _since(), **params})
        return list(cursor.fetchall())
