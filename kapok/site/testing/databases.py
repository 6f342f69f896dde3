"""A database for each pytest process, copied from one that was migrated once.

The template's name is the digest of all migrations, so it is made anew exactly when they change.
Names carry the process: what a killed run left is found and dropped by the next.
"""

import hashlib
import os
import re
import socket
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from kapok.kernel.common import clock, partitions
from kapok.site.supervisor.address import Address

TEMPLATES_KEPT = 6
_HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:4]
_COPY = re.compile(rf"kapok_c_{_HOST}_(\d+)")


def digest_of_migrations(folders: Iterable[Path]) -> str:
    """Twelve digits that change with any migration, with the libraries that bring some, and with the partitions of the month."""
    ground = [*(version(name) for name in ("django", "procrastinate")), f"{clock.wall():%Y%m}", *sorted(partitions.tables.all())]
    total = hashlib.sha256(" ".join(ground).encode())
    for path in sorted(path for folder in folders for path in (folder / "migrations").rglob("*") if path.is_file()):
        if path.suffix != ".pyc":
            total.update(str(path).encode() + path.read_bytes())
    return total.hexdigest()[:12]


def template_for(digest: str, server: Address, migrate: Callable[[str], None]) -> str:
    """The template's name; made by whoever comes first, while the others wait."""
    name = f"kapok_t_{digest}"
    with _connect(server) as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", [name])
        if not _exists(connection, name):
            draft = f"{name}_new"
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(draft)))
            connection.execute(sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(draft)))
            migrate(draft)
            connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name)))
        _drop_old_templates(connection, keep=name)
    return name


def own_name() -> str:
    """The name of this process's database."""
    return f"kapok_c_{_HOST}_{os.getpid()}"


def copy(template: str, name: str, server: Address) -> None:
    """Copy a template; copies of dead processes go."""
    with _connect(server) as connection:
        _drop_stale(connection)
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop_own(server: Address) -> None:
    """Drop everything that carries this process's name."""
    with _connect(server) as connection:
        for name in _names(connection, own_name().replace("_", r"\_") + "%"):
            drop(name, server)


def drop(name: str, server: Address) -> None:
    with _connect(server) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _connect(server: Address) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(**server.as_libpq("postgres"), autocommit=True)  # type: ignore[arg-type]  # keywords by dict


def _names(connection: "psycopg.Connection[tuple[object, ...]]", like: str) -> list[str]:
    """Database names, newest first (ids of databases rise)."""
    rows = connection.execute("select datname from pg_database where datname like %s order by oid desc", [like])
    return [str(row[0]) for row in rows.fetchall()]


def _exists(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> bool:
    return bool(_names(connection, name.replace("_", r"\_")))


def _drop_stale(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    for name in _names(connection, "kapok\\_c\\_%"):
        found = _COPY.match(name)
        if found and not os.path.exists(f"/proc/{found.group(1)}"):
            _quietly_drop(connection, name)


def _drop_old_templates(connection: "psycopg.Connection[tuple[object, ...]]", keep: str) -> None:
    finished = [n for n in _names(connection, "kapok\\_t\\_%") if not n.endswith("_new")]
    for name in finished[TEMPLATES_KEPT:]:
        if name != keep:
            _quietly_drop(connection, name)


def _quietly_drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    """Another process may be dropping or copying the same one: then it is not ours to drop."""
    try:
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
    except psycopg.Error:
        return
