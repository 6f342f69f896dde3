"""From marks and open parts to the state of every row."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.features.marks import REPORT_TO, Mark
from tests.features.matrices import ROOT, Matrix, OpenPart, Row, all_rows, whole_rows


class State(StrEnum):
    """How far a row is proven."""

    PROVEN = "proven"
    PART = "part"
    OPEN = "open"


@dataclass(frozen=True)
class Standing:
    """A row, how far it is proven, by how many tests, and what is missing."""

    row: Row
    state: State
    tests: int
    missing: tuple[OpenPart, ...] = ()


class CollectionFailed(Exception):
    """The tests could not be collected, so nothing can be said of any row."""


def collect_marks() -> list[Mark]:
    """The feature marks of every test in the repository, without running one or touching a database."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "marks.json"
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "tests.features.marks"]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {REPORT_TO: str(target)}, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 5) or not target.exists():
            raise CollectionFailed("\n".join((done.stdout + done.stderr).splitlines()[-40:]))
        return [Mark(**entry) for entry in json.loads(target.read_text(encoding="utf-8"))]


Wholes = Mapping[str, frozenset[str]]


def standings(marks: Iterable[Mark], missing: Iterable[OpenPart], wholes: Wholes | None = None) -> dict[str, Standing]:
    """The state of every row: a part that is listed as missing keeps a row at `part` whatever its tests say."""
    wholes = whole_rows() if wholes is None else wholes
    by_row: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_row[mark.row].append(mark)
    waits: dict[str, list[OpenPart]] = defaultdict(list)
    for part in missing:
        waits[part.row].append(part)
    return {
        row_id: Standing(
            row,
            _state(by_row[row_id], waits[row_id], wholes.get(row_id)),
            len({mark.test for mark in by_row[row_id]}),
            tuple(waits[row_id]),
        )
        for row_id, row in all_rows().items()
    }


def faults(marks: Iterable[Mark], missing: Iterable[OpenPart], wholes: Wholes | None = None) -> list[str]:
    """What makes the listing untrue: unknown rows, pieces nobody proves, and parts nobody says what is missing of."""
    wholes = whole_rows() if wholes is None else wholes
    marks, known, listed = list(marks), all_rows(), {part.row for part in missing}
    rows = standings(marks, missing, wholes)
    proven_parts = {(mark.row, mark.part) for mark in marks}
    found = [f"{mark.test} names row {mark.row}, which stands in no matrix" for mark in marks if mark.row not in known]
    found += [f"docs/open-parts.md names row {row}, which stands in no matrix" for row in sorted(listed - set(known))]
    found += [f"whole.toml names row {row}, which stands in no matrix" for row in wholes if row not in known]
    found += [
        f"whole.toml: no test proves the part {part!r} of {row}"
        for row, parts in wholes.items()
        for part in sorted(parts)
        if (row, part) not in proven_parts
    ]
    found += [
        f"{row} is proven in part only, and neither docs/open-parts.md says what is missing nor whole.toml that nothing is"
        for row, standing in rows.items()
        if standing.state is State.PART and row not in listed and row not in wholes
    ]
    return found


def counts(matrix: Matrix, rows: dict[str, Standing]) -> Counter[State]:
    """How many rows of a system are proven, in part, open."""
    return Counter(rows[row.id].state for row in matrix.rows)


def _state(marks: list[Mark], missing: list[OpenPart], whole: frozenset[str] | None) -> State:
    if not marks:
        return State.OPEN
    parts = {mark.part for mark in marks}
    if missing or (None not in parts and not (whole and whole <= parts)):
        return State.PART
    return State.PROVEN
