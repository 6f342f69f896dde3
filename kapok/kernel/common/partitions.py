"""Monthly partitions over UUIDv7 keys: made ahead, never by default, and missed by /health/ready.

Monthly because terms of keeping are in months, and thirteen ahead because a year may pass without a restart.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7_floor
from kapok.kernel.common.registry import Registry

AHEAD = 13


@dataclass(frozen=True)
class Partitioned:
    """A table partitioned by range of a UUIDv7 column; `back` months are made for seeded history."""

    table: str
    back: int = 6


tables: Registry[Partitioned] = Registry("partitioned tables")


def partitioned(table: str, back: int = 6) -> None:
    """Declare a table whose monthly partitions this module keeps."""
    tables.put(table, Partitioned(table, back))


def ensure(table: Partitioned | None = None) -> int:
    """Make every missing partition from `back` months ago to thirteen ahead; returns how many were made."""
    wanted = [table] if table else list(tables)
    return sum(_make(each, month) for each in wanted for month in _missing(each, each.back))


def missing() -> list[str]:
    """Names of partitions of this and the next month that do not exist (asked by /health/ready)."""
    return [_name(each, month) for each in tables for month in _missing(each, 0, ahead=1)]


def partition_sql(table: str, month: date) -> str:
    """The statement that makes one month's partition."""
    lower, upper = (uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, _after(month, 1)))
    name = _name(Partitioned(table), month)
    return f"create table if not exists {name} partition of {table} for values from ('{lower}') to ('{upper}')"


def _missing(table: Partitioned, back: int, ahead: int = AHEAD) -> list[date]:
    this = clock.wall().date().replace(day=1)
    months = [_after(this, n) for n in range(-back, ahead + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass(%s)",
            [table.table],
        )
        there = {row[0] for row in cursor.fetchall()}
    return [month for month in months if _name(table, month) not in there]


def _make(table: Partitioned, month: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(partition_sql(table.table, month))
    return 1


def _name(table: Partitioned, month: date) -> str:
    return f"{table.table}_p{month:%Y%m}"


def _after(month: date, months: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(years, index + 1, 1)
