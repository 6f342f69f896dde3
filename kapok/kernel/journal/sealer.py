"""The sealer: gives committed entries their one order.

Entries are appended without a sequence. Each batch is the difference between the last snapshot and the current one,
ordered by id: a horizon over transaction ids would put entries before their predecessor of the same subject.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.common.jsontext import as_value, canonical
from kapok.kernel.crypto.public import sm3

ORIGIN = bytes(32)
_LOCK = 0x6B61706F  # one sealer per cluster

_HEAD = "select seq, link, snapshot, cluster, (select system_identifier::text from pg_control_system()) from journal_head"
_FIELDS = "id, run, cause, action, event, about_kind, about, actor, occurred_at, data, commitment"
_NEW = f"""
with h as materialized (select pg_current_snapshot() as s)
select h.s::text, {_FIELDS} from h, journal_entry
 where xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
   and not pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
 order by id
"""  # everything committed since the last snapshot, with the snapshot that shows it
_PLACE = "insert into journal_place (seq, entry, link) select * from unnest(%s::bigint[], %s::uuid[], %s::bytea[])"


class OtherCluster(KapokError):
    """The head was written in another cluster, where transaction ids meant something else."""

    code, status, fields = "journal.other_cluster", 500, ("head", "here")


def begin() -> None:
    """Write the head of an empty journal (once, at setup)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_head (id, cluster, snapshot, seq, link)"
            " select 1, system_identifier::text, '1:1:', 0, %s from pg_control_system() on conflict do nothing",
            [ORIGIN],
        )


def seal_new() -> int:
    """Seal everything committed since the last call; returns how many entries. A second sealer waits its turn by doing nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_HEAD)
        seq, link, seen, cluster, here = cursor.fetchone()
        if cluster != here:
            raise OtherCluster(head=cluster, here=here)
        cursor.execute(_NEW, {"seen": seen})
        rows = cursor.fetchall()
        if not rows:
            return 0
        links = _chain(bytes(link), rows)
        cursor.execute(_PLACE, [list(range(seq + 1, seq + 1 + len(rows))), [row[1] for row in rows], links])
        cursor.execute(
            "update journal_head set snapshot = %s, seq = %s, link = %s where id = 1",
            [rows[0][0], seq + len(rows), links[-1]],
        )
        cursor.execute(
            "insert into journal_root (first, last, link, sealed_at) values (%s, %s, %s, %s)",
            [seq + 1, seq + len(rows), links[-1], clock.wall()],
        )
        return len(rows)


def _chain(link: bytes, rows: Sequence[Sequence[Any]]) -> list[bytes]:
    links = []
    for row in rows:
        link = sm3(link + digest(row[1:]))
        links.append(link)
    return links


def digest(fields: Sequence[Any]) -> bytes:
    """SM3 over the canonical form of an entry's fields, in the order of the entry's columns without its transaction."""
    entry_id, run, cause, action, event, kind, about, actor, occurred_at, data, commitment = fields
    return sm3(
        canonical(
            [
                entry_id, run, cause, action, event, kind, about, as_value(actor), occurred_at.astimezone(clock.PROVINCE).isoformat(),
                as_value(data), commitment and bytes(commitment).hex(),
            ]
        )
    )  # fmt: skip


def verify(first: int = 1, batch: int = 5000) -> tuple[int, int | None]:
    """Recompute the chain from `first`; returns (entries that hold, the sequence of the first that does not or None)."""
    held, link = 0, _link_before(first)
    while True:
        rows = _sealed(first, batch)
        for seq, stored, *fields in rows:
            if seq != first or fields[0] is None:
                return held, first
            link = sm3(link + digest(fields))
            if link != bytes(stored):
                return held, seq
            held, first = held + 1, first + 1
        if len(rows) < batch:
            return held, None


def _link_before(first: int) -> bytes:
    if first == 1:
        return ORIGIN
    with connection.cursor() as cursor:
        cursor.execute("select link from journal_place where seq = %s", [first - 1])
        return bytes(cursor.fetchone()[0])


def _sealed(first: int, limit: int) -> list[tuple[Any, ...]]:
    columns = ", ".join(f"e.{name.strip()}" for name in _FIELDS.split(","))
    with connection.cursor() as cursor:
        cursor.execute(
            f"select p.seq, p.link, {columns} from journal_place p left join journal_entry e on e.id = p.entry"
            " where p.seq >= %s order by p.seq limit %s",
            [first, limit],
        )
        return cursor.fetchall()
