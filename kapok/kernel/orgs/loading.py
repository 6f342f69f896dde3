"""Agencies from a file: `[[org]]` tables, parents named by key; read again, only what differs changes."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kapok.kernel.common.actors import By
from kapok.kernel.journal.public import action
from kapok.kernel.orgs.actions import change_org, create_org, fields_of
from kapok.kernel.orgs.data import OrgFields
from kapok.kernel.orgs.errors import NoSuchOrg
from kapok.kernel.orgs.models import Org

_SAID = {field.name for field in fields(OrgFields)} - {"parent"}


@dataclass(frozen=True)
class LoadedOrgs:
    """How many organisations a load made, changed and left."""

    made: int
    changed: int
    same: int


@action("orgs.load")
def load_agencies(source: Path | str | Iterable[Mapping[str, Any]], *, by: By) -> LoadedOrgs:
    """Enter the organisations of a TOML file (`[[org]]` or `[[agency]]`) or of a list of such tables; idempotent.

    All or nothing. An organisation is known again by its key, else by its credit code; `parent` is a key or a code.
    """
    ids: dict[str, int] = {}
    counts = {"made": 0, "changed": 0, "same": 0}
    for row in _parents_first(list(_rows(source))):
        said = OrgFields(**{name: row[name] for name in _SAID if name in row}, parent=_parent(row, ids))
        there = _known(said)
        if there is None:
            there = create_org(said, by=by)
            counts["made"] += 1
        else:
            before = fields_of(there)
            there = change_org(there.id, said, by=by)
            counts["same" if fields_of(there) == before else "changed"] += 1
        ids.update({name: there.id for name in (row.get("key"), there.uscc) if name})
    return LoadedOrgs(**counts)


def _rows(source: Path | str | Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    if isinstance(source, str | Path):
        said = tomllib.loads(Path(source).read_text("utf-8"))
        return [*said.get("org", ()), *said.get("agency", ())]
    return source


def _parents_first(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """In an order in which a parent named in the file comes before those below it; a circle stays as it came."""
    ordered: list[Mapping[str, Any]] = []
    waiting, named = rows, {name for row in rows for name in _names(row)}
    while waiting:
        done = {name for row in ordered for name in _names(row)}
        ready = [row for row in waiting if row.get("parent") in done or row.get("parent") not in named]
        if not ready:
            return ordered + waiting
        ordered += ready
        waiting = [row for row in waiting if row not in ready]
    return ordered


def _names(row: Mapping[str, Any]) -> list[str]:
    return [row[name] for name in ("key", "uscc") if row.get(name)]


def _parent(row: Mapping[str, Any], ids: dict[str, int]) -> int | None:
    name = row.get("parent")
    if not name:
        return None
    if name in ids:
        return ids[name]
    found = Org.objects.filter(key=name).first() or Org.objects.filter(uscc=name, dissolved_on=None).first()
    if found is None:
        raise NoSuchOrg(name)
    return found.id


def _known(said: OrgFields) -> Org | None:
    if said.key:
        found = Org.objects.filter(key=said.key, dissolved_on=None).first()
        if found:
            return found
    return Org.objects.filter(uscc=said.uscc, dissolved_on=None).first() if said.uscc else None
