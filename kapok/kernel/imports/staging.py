"""The dry run: rows read, checked, sealed and staged by COPY, some thousand at a time; then what only the whole can tell."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
from django.db import connection

from kapok.kernel.crypto.public import blind_index, ensure_key, seal_json
from kapok.kernel.imports.checking import faults_of, normalised
from kapok.kernel.imports.errors import NoRows, TooLarge
from kapok.kernel.imports.kinds import ImportKind, Row, RowFault, Run
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.reading.tables import Table

MOST_ROWS = 1_000_000
ABOUT = "imports.row"

_COPY = 'copy imports_row (batch_id, number, key, digest, "group", file, state, faults, sealed) from stdin'

_TWICE = """
update imports_row r
   set state = 1,
       faults = r.faults || jsonb_build_array(jsonb_build_array('', 'imports.twice', jsonb_build_object('first', d.first)))
  from (select key, min(number) as first from imports_row where batch_id = %s and key is not null group by key having count(*) > 1) d
 where r.batch_id = %s and r.key = d.key and r.number > d.first
"""
"""Of rows with one key the first stands; the others name its line."""

_KNOWN = """
update imports_row r
   set state = case when t.digest = r.digest then 2 else 1 end,
       faults = case when t.digest = r.digest then r.faults else r.faults || '[["", "imports.differs", {}]]'::jsonb end
  from imports_taken t
 where r.batch_id = %s and r.state = 0 and t.kind = %s and t.key = r.key
"""
"""Rows taken before are known by their key: the same row again is no fault, another content under the same key is."""


def stage(batch: Batch, kind: ImportKind, table: Table, run: Run, *, tell: Callable[[int], None]) -> None:
    """Fill the batch's rows; `tell` is given the count after each portion and may stop it by raising."""
    ensure_key(batch.id)
    done = 0
    for rows in _portions(table.rows, kind.chunk):
        done += len(rows)
        if done > MOST_ROWS:
            raise TooLarge(limit=f"{MOST_ROWS:,}")
        _copy(batch, kind, rows, run)
        tell(done)
    if not done:
        raise NoRows
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, [batch.id, batch.id])
        cursor.execute(_KNOWN, [batch.id, kind.key])


def _portions(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while portion := list(islice(rows, size)):
        yield portion


def _copy(batch: Batch, kind: ImportKind, rows: Sequence[Row], run: Run) -> None:
    """One portion: the form of each row, then the kind's own check of those whose form holds, then the COPY."""
    clean = [Row(row.number, normalised(kind, row.values), row.file) for row in rows]
    faults: dict[int, list[RowFault]] = {}
    for raw, row in zip(rows, clean, strict=True):
        found = list(_form_faults(kind, raw, row))
        if found:
            faults[row.number] = found
    if kind.check_rows:
        for fault in kind.check_rows(run, [row for row in clean if row.number not in faults]):
            faults.setdefault(fault.number, []).append(fault)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in clean:
            copy.write_row(_line(batch, kind, row, faults.get(row.number, ())))


def _form_faults(kind: ImportKind, raw: Row, row: Row) -> Iterator[RowFault]:
    if "!" in raw.values:
        yield RowFault(row.number, "", "imports.unreadable", {"file": raw.file[-60:], "code": raw.values["!"]})
        return
    if "" in raw.values:
        yield RowFault(row.number, "", "imports.too_wide", {"more": raw.values[""]})
    yield from faults_of(kind, row)


def _line(batch: Batch, kind: ImportKind, row: Row, faults: Sequence[RowFault]) -> tuple[Any, ...]:
    group = row.values.get(kind.group, "")[:100] if kind.group else ""
    state = StagedRow.FAULTY if faults else StagedRow.SOUND
    sealed = seal_json(batch.id, dict(row.values), about=ABOUT)
    return str(batch.id), row.number, key_of(kind, row), digest_of(row), group, row.file[:300], state, as_json(faults), sealed


def key_of(kind: ImportKind, row: Row) -> bytes | None:
    """The row's key as a blind index; None while a part of it is missing."""
    parts = [row.values.get(name, "") for name in kind.key_columns]
    return blind_index(f"imports.{kind.key}", "\x1f".join(part.upper() for part in parts)) if parts and all(parts) else None


def digest_of(row: Row) -> bytes:
    """What tells a row of the same key and another content; keyed, so that nobody can try contents against it."""
    return blind_index(ABOUT, orjson.dumps(dict(row.values), option=orjson.OPT_SORT_KEYS).decode())


def as_json(faults: Sequence[RowFault]) -> str:
    """Faults as they are stored: column, code, what the sentence needs."""
    return json.dumps([[fault.column, fault.code, dict(fault.data)] for fault in faults], ensure_ascii=False)
