"""What two places must agree on: the head of the journal, and the content of every table that holds records.

Digests are made by the database, one statement a table: rows leave it only as one number.
"""

import hashlib
from dataclasses import dataclass

import psycopg
from psycopg import sql

PASSING = ("django_session", "django_migrations", "procrastinate_%")
"""Tables whose rows come and go by themselves: sessions, queues."""

_TABLES = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public' and not c.relname like any (%s::text[])
order by 1
"""

# Order-free: the sum of the rows' hashes, so that no sort of millions of rows is needed.
_CONTENT = """
select count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0)::text from {} t
"""


@dataclass(frozen=True)
class Digest:
    """The state of a database at one instant."""

    tables: dict[str, str]

    @property
    def whole(self) -> str:
        return hashlib.sha256("\n".join(f"{name} {value}" for name, value in sorted(self.tables.items())).encode()).hexdigest()

    def differences(self, other: "Digest") -> list[str]:
        """Names of tables that differ or that only one side has."""
        names = self.tables.keys() | other.tables.keys()
        return sorted(name for name in names if self.tables.get(name) != other.tables.get(name))


def digest(connection: "psycopg.Connection[tuple[object, ...]]") -> Digest:
    """Digest within the connection's transaction: one snapshot if it is repeatable read."""
    return Digest({name: _content(connection, name) for name in tables(connection)})


def tables(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """Names of the tables that hold records, quoted where need be."""
    return [str(row[0]) for row in connection.execute(_TABLES, [list(PASSING)]).fetchall()]


def _content(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> str:
    row = connection.execute(sql.SQL(_CONTENT).format(sql.SQL(name))).fetchone()  # type: ignore[arg-type]  # a name the catalogue gave, quoted by it
    assert row is not None
    return f"{row[0]}:{row[1]}"
