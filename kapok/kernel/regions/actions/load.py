"""Reading the published divisions into an empty or incomplete tree, set-based."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import sm3
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.access import require
from kapok.kernel.regions.events import RegionsLoaded
from kapok.kernel.regions.models import Jurisdiction, Region, TreeState
from kapok.kernel.regions.queries import forget_generation
from kapok.kernel.regions.source import COLUMNS, SourceRow, columns_of, read_province

EPOCH = date(1980, 1, 1)
"""Validity of what the source gives without a date: before anything Kapok keeps."""

SEED = Path(__file__).resolve().parents[1] / "jurisdictions.toml"


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows made, and codes whose name or parent differs here (they change by amendment only)."""

    made: int
    known: int
    differing: tuple[str, ...]


@action("regions.load")
def load_regions(folder: Path, province: str, *, by: By, seed: Path | None = SEED) -> Loaded:
    """Add a province's regions from the source, and the local zones and jurisdictions of `seed`.

    Never changes a region that is there: a newer edition's merges and renames are amendments with a date.
    """
    require(by, "regions.amend")
    rows = list(read_province(folder, province[:2]))
    edges: dict[str, Any] = tomllib.loads(seed.read_text("utf-8")) if seed else {}
    with connection.cursor() as cursor:
        cursor.execute("create temp table regions_staged (like regions_region including defaults) on commit drop")
        staged = _stage(rows, edges.get("zone", ()))
        cursor.execute(_DIFFERING)
        differing = tuple(code for (code,) in cursor.fetchall())
        cursor.execute(f"insert into regions_region ({COLUMNS}) select {COLUMNS} from regions_staged on conflict (code) do nothing")
        made = cursor.rowcount
        cursor.execute("drop table regions_staged")
    runs = _run(edges.get("run", ()))
    touch_tree()
    digest = sm3("".join(f"{row.code} {row.name}\n" for row in rows).encode()).hex()
    event = RegionsLoaded(made, runs, digest)
    record(by, event, about=region_uuid(province[:2].ljust(12, "0")), kind="region")
    return Loaded(made, staged - made, differing)


_DIFFERING = """
select s.code from regions_staged s join regions_region r using (code)
 where (s.name, s.parent_id) is distinct from (r.name, r.parent_id) order by s.code
"""


def _stage(rows: Iterable[SourceRow], zones: Iterable[dict[str, Any]]) -> int:
    """Copy the rows, and the zones whose parent is among them; returns how many."""
    paths: dict[str, str] = {}
    zones_made = 0
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(f"copy regions_staged ({COLUMNS}) from stdin") as copy:
        for row in rows:
            paths[row.code] = row.path
            copy.write_row(columns_of(row, EPOCH))
        for zone in zones:
            if zone["parent"] in paths:
                row = SourceRow(zone["code"], zone["name"], 3, f"{paths[zone['parent']]}/{zone['code']}")
                copy.write_row(columns_of(row, zone["starts"], kind="zone", local=True))
                zones_made += 1
    return len(paths) + zones_made


def _run(edges: Iterable[dict[str, Any]]) -> int:
    there = set(Region.objects.filter(code__in=[edge["area"] for edge in edges]).values_list("code", flat=True))
    wanted = [
        Jurisdiction(area_id=edge["area"], run_by_id=edge["run_by"], starts=edge["starts"], reason=edge["reason"])
        for edge in edges
        if edge["area"] in there
    ]
    before = Jurisdiction.objects.count()
    Jurisdiction.objects.bulk_create(wanted, ignore_conflicts=True)
    return Jurisdiction.objects.count() - before


def touch_tree() -> None:
    """Give the tree a fresh generation: processes read it again."""
    TreeState.objects.update_or_create(id=1, defaults={"generation": uuid7()})
    forget_generation()


def region_uuid(code: str) -> UUID:
    """The id under which the journal knows a region: its code as a number."""
    return UUID(int=int(code))
