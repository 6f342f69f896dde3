"""What is read of a batch: how far it is, what its report says, which rows have which faults."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.imports.checking import sentence
from kapok.kernel.imports.kinds import ImportKind
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.staging import ABOUT


@dataclass(frozen=True)
class Progress:
    """How far a batch is: rows a second, and the seconds left if that is kept up."""

    done: int
    total: int
    rate: float
    left: float | None


@dataclass(frozen=True)
class FaultCount:
    """How often one fault of one column stands in a batch, and where first."""

    column: str
    code: str
    count: int
    first: int
    says: str


@dataclass(frozen=True)
class GroupCount:
    """A line of the reconciliation."""

    group: str
    rows: int
    sound: int
    added: int
    same: int
    faulty: int


@dataclass(frozen=True)
class FaultyRow:
    """A row with its faults in words; the values are opened only for whoever downloads them."""

    number: int
    file: str
    faults: tuple[tuple[str, str, str], ...]
    values: dict[str, str]


_CODES = """
select f->>0, f->>1, count(*), min(number), (array_agg(f->2 order by number))[1]
  from imports_row, jsonb_array_elements(faults) f where batch_id = %s and state = 1 group by 1, 2 order by 3 desc, 2, 1 limit 100
"""
_GROUPS = """
select "group", count(*), count(*) filter (where state in (0, 3)), count(*) filter (where state = 3), count(*) filter (where state = 2),
       count(*) filter (where state = 1)
  from imports_row where batch_id = %s group by 1 order by 2 desc, 1 limit %s
"""


def progress_of(batch: Batch) -> Progress:
    """By the machine's clock, since this step began."""
    seconds = (clock.wall() - batch.began).total_seconds() if batch.began else 0.0
    rate = batch.done / seconds if seconds > 0.5 and batch.done else 0.0
    left = (batch.total - batch.done) / rate if rate and batch.total > batch.done else None
    return Progress(batch.done, max(batch.total, batch.done), rate, left)


def fault_counts(batch: Batch, kind: ImportKind) -> list[FaultCount]:
    """The faults of a batch, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [batch.id])
        rows = cursor.fetchall()
    return [
        FaultCount(column, code, count, first, sentence(kind, column, code, _object(data))) for column, code, count, first, data in rows
    ]


def _object(data: Any) -> dict[str, Any]:
    found = json.loads(data) if isinstance(data, str) else data
    return found if isinstance(found, dict) else {}


def group_counts(batch: Batch, limit: int = 200) -> list[GroupCount]:
    """The reconciliation: per group (such as the issuing body) what came, what was good, what was added."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [batch.id, limit])
        return [GroupCount(*row) for row in cursor.fetchall()]


def faulty_rows(batch: Batch, kind: ImportKind, *, values: bool = True) -> Iterator[FaultyRow]:
    """The rows with faults in the order of the file."""
    rows = StagedRow.objects.filter(batch=batch, state=StagedRow.FAULTY).order_by("number")
    for row in rows.iterator(chunk_size=1000):
        said = tuple((column, code, sentence(kind, column, code, data)) for column, code, data in row.faults)
        opened = unseal_json(UUID(str(batch.id)), row.sealed, about=ABOUT) if values and not batch.forgotten else {}
        yield FaultyRow(row.number, row.file, said, opened)
