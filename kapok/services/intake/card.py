"""System 8, 统一申办平台. Measured is 08.dB: counted from cases and acts, for all cities at once, with every case as evidence.

The other duties of the row (08.dA, 08.dC, 08.dD, 08.pA, 08.pB) speak of connected systems, conformance results and probes, which
nothing here can show yet: they stay unbound, and the board says so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CLERK, Entry, EvidenceRow, Measure, Reading, SystemCard
from kapok.kernel.calendar.public import recompute_sources as calendar_sources
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7_floor
from kapok.kernel.common.partitions import partitioned
from kapok.kernel.documents.public import readers
from kapok.kernel.regions.public import city_of
from kapok.kernel.regions.public import recompute_sources as region_sources
from kapok.services.intake import jobs  # noqa: F401 - registers the timers
from kapok.services.intake.access import reads_paper
from kapok.services.intake.access.licensed import IntakeDesk
from kapok.services.intake.actions import ruling
from kapok.services.intake.actions.recomputing import CasesByRegion, OpenCases
from kapok.services.items.public import impact_sources
from kapok.support.licences.public import case_desks

LOOKED_BACK = timedelta(days=90)
"""Decided cases of so many days are judged: a case that is still open may yet be examined."""
ACTS_BACK = timedelta(days=400)
"""How old a case's acts can be, for the bound on their partitions."""

_EXAMINED = """exists (select 1 from intake_act a where a.case_id = c.id and a.case_id >= %(oldest)s::uuid
  and a.act = 'examine' and a.step <> '' and a.account is not null and a.occurred_at between c.accepted_at and c.closed_at)"""
_JUDGED = """from intake_case c where c.kind = '2' and c.accepted_at is not null and c.closed_at >= %(since)s::timestamptz
  and c.id >= %(oldest)s::uuid and c.outcome in ('granted', 'denied', 'other')"""
_COUNT = f"select c.region, count(*), count(*) filter (where {_EXAMINED}) {_JUDGED} group by c.region"
_ROWS = f"""select c.id, c.serial, c.item_name, c.closed_at, {_EXAMINED} {_JUDGED}
  and c.region = any(%(regions)s::varchar[]) and c.id > %(after)s::uuid order by c.id limit %(limit)s::int"""
_REGIONS = f"select distinct c.region {_JUDGED}"


def examined_by_city() -> Mapping[str, Reading]:
    """08.dB: of the accepted 承诺件 decided in the last 90 days, those with a 审批 at a named 环节 by a named person in between."""
    done: dict[str, int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    for region, count, examined in _rows(_COUNT, {}):
        city = _city(region)
        if city:
            owed[city] += count
            done[city] += examined
    return {city: Reading(done[city], owed[city]) for city in owed}


def examined_cases(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """The cases behind a city's figure, in the order they were applied for."""
    regions = [region for (region,) in _rows(_REGIONS, {}) if _city(region) == city]
    rows = _rows(_ROWS, {"regions": regions, "after": UUID(after) if after else UUID(int=0), "limit": limit})
    return [
        EvidenceRow(str(case), f"{serial} {item}", examined, at=closed, href=f"/work/intake/cases/{case}/")
        for case, serial, item, closed, examined in rows
    ]


def _city(region: str) -> str:
    """The city that runs a place (功能区 included); none for the province's own."""
    place = city_of(region)
    return place.code if place else ""


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    now = clock.now()
    bounds: dict[str, Any] = {"since": now - LOOKED_BACK, "oldest": uuid7_floor(now - ACTS_BACK)}
    with connection.cursor() as cursor:
        cursor.execute(statement, bounds | params)
        return list(cursor.fetchall())


partitioned("intake_act", back=12)
card = SystemCard(
    cards=(8,),
    title=_("统一申办平台"),
    deeds={
        "intake.see": ("clerk", "approver", "leader", "admin", "auditor"),
        "intake.receive": ("clerk", "leader"),
        "intake.accept": ("clerk", "leader"),
        "intake.examine": ("approver", "leader"),
        "intake.lead": ("leader",),
        "intake.configure": ("admin",),
    },
    measures=(Measure("08.dB", examined_by_city, evidence=examined_cases),),
    settings=("KAPOK_ACCEPTANCE_LIMIT", "KAPOK_CORRECTION_LIMIT", "KAPOK_UNCORRECTED"),
    menu=(
        Entry(_("办件"), "intake:queue", CLERK, deed="intake.see", icon="list-check", order=10),
        Entry(_("收件"), "intake:window", CLERK, deed="intake.receive", icon="inbox", order=20),
        Entry(_("草稿续办"), "intake:pick-up", CLERK, deed="intake.receive", icon="file-text", order=25),
        Entry(_("查找办件"), "intake:find", CLERK, deed="intake.see", icon="search", order=30),
        Entry(_("办件设置"), "intake:setup", CLERK, deed="intake.configure", icon="settings", order=90),
    ),
)
case_desks.put("intake", IntakeDesk())
readers.put("case", reads_paper)
for source in ruling.SOURCES:
    impact_sources.put(source.key, source)
calendar_sources.put("intake", OpenCases())
region_sources.put("intake", CasesByRegion())
