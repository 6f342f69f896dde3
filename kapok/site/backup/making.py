"""Making a backup of a running node: the database, its log since then, the files, and the keys apart.

The database is copied while it works (pg_basebackup); the log that follows is kept by a replication slot until it is
shipped, with the files stored since, so that a restore reaches any instant up to the last shipping. The slot keeps a bounded amount.
"""

import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.site import environment, places
from kapok.site.backup import sealed, store
from kapok.site.supervisor import binaries
from kapok.site.supervisor.address import Address
from kapok.site.supervisor.database import CLEAN, Database, node_database

SLOT = "kapok_backup"
SEGMENT = re.compile(r"[0-9A-F]{24}|[0-9A-F]{8}\.history")


class NotOurs(KapokError):
    """The database is a server of its own, with its own backups."""

    code, status = "backup.not_ours", 409
    says = "KAPOK_DATABASE_URL 指向独立的数据库服务器，请使用该服务器自己的备份工具。"


class Failed(KapokError):
    """The database would not be copied."""

    code, status, fields = "backup.failed", 500, ("why",)
    says = "数据库备份失败：{why}"


def embedded() -> Database:
    """The node's own server; another's backups are another's."""
    database = node_database()
    if database is None:
        raise NotOurs()
    return database


def make(say: Callable[[str], None]) -> store.Manifest:
    """One whole backup; it counts once its manifest is written."""
    address = embedded().ensure_up()
    name = f"{clock.local(clock.wall()):%Y%m%d-%H%M%S}"
    target = store.folder() / name
    target.mkdir(parents=True, mode=0o700)
    system, first_wal = _reserve(address)
    _seal_database(address, target / store.DATABASE)
    say(f"database: {(target / store.DATABASE).stat().st_size // 1024:,} KiB")
    _seal_folder(places.files_folder(), target / store.FILES, store.FILES)
    store.keys_file(name).parent.mkdir(exist_ok=True, mode=0o700)
    _seal_folder(places.secrets_folder(), store.keys_file(name), "keys", leave_out="backup.key")
    manifest = store.Manifest(
        name=name,
        made_at=clock.wall().isoformat(),
        node=environment.read("KAPOK_NODE"),
        system=system,
        version=binaries.major_version(binaries.bin_folder()),
        first_wal=first_wal,
        digests={part: store.digest_of(target / part) for part in (store.DATABASE, store.FILES)},
    )
    store.write_manifest(manifest)
    shipped = ship()
    say(f"backup {name} is whole; {shipped} pieces of log and files shipped")
    return manifest


def ship() -> int:
    """Seal the log and the files written since the last shipping, and let the server forget the log; returns the pieces shipped."""
    database = embedded()
    address = database.ensure_up()
    folder = database.folder()
    assert folder is not None
    store.wal_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with psycopg.connect(**address.as_libpq(), autocommit=True) as connection:  # type: ignore[arg-type]  # keywords by dict
        connection.execute("select pg_switch_wal()")
        row = connection.execute("select pg_walfile_name(pg_current_wal_lsn()), pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        writing, reached = row
        count = sum(_seal_segment(path) for path in sorted((folder / "cluster" / "pg_wal").iterdir()) if _is_complete(path, writing))
        connection.execute("select pg_replication_slot_advance(%s, %s::pg_lsn)", [SLOT, reached])
    return count + _ship_files()


def _is_complete(path: Path, writing: str) -> bool:
    return bool(SEGMENT.fullmatch(path.name)) and (path.suffix == ".history" or path.name[8:] < writing[8:])


def _ship_files() -> int:
    """After the log: a file is stored before the row that names it. Those an hour older than the oldest backup stand in every backup."""
    oldest = next(iter(store.names()), None)
    root = places.files_folder()
    if oldest is None:
        return 0
    since = (store.folder() / oldest / store.DATABASE).stat().st_mtime - 3600
    names = [path.relative_to(root).as_posix() for path in store.files_below(root) if path.stat().st_mtime >= since]
    return sum(_seal_once(root / name, store.files_folder() / f"{name}.sealed", name) for name in names)


def _seal_segment(path: Path) -> bool:
    return _seal_once(path, store.wal_folder() / f"{path.name}.sealed", path.name)


def _seal_once(path: Path, target: Path, part: str) -> bool:
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("rb") as plain, target.with_suffix(".new").open("wb") as out:
        sealed.write(plain, out, store.key(), part)
    target.with_suffix(".new").replace(target)
    return True


def _reserve(address: Address) -> tuple[str, str]:
    """Make the server keep its log from here on; returns the cluster's identity and the first piece a restore needs."""
    with psycopg.connect(**address.as_libpq(), autocommit=True) as connection:  # type: ignore[arg-type]  # keywords by dict
        there = connection.execute("select 1 from pg_replication_slots where slot_name = %s", [SLOT]).fetchone()
        if not there:
            connection.execute("select pg_create_physical_replication_slot(%s, true)", [SLOT])
        row = connection.execute(
            "select system_identifier::text, pg_walfile_name(redo_lsn) from pg_control_system(), pg_control_checkpoint()"
        ).fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def _seal_database(address: Address, target: Path) -> None:
    """pg_basebackup writes a tar to its output, which is sealed as it comes: no plain copy touches a disk."""
    words = [str(binaries.bin_folder() / "pg_basebackup"), "-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast", "--no-sync"]
    with tempfile.TemporaryFile() as errors, target.open("wb") as out:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, env=CLEAN | address.as_environment(), cwd="/")
        assert process.stdout is not None
        sealed.write(process.stdout, out, store.key(), store.DATABASE)
        if process.wait():
            errors.seek(0)
            raise Failed(why=errors.read().decode(errors="replace").strip()[-500:])


def _seal_folder(folder: Path, target: Path, part: str, leave_out: str = "") -> None:
    with tempfile.TemporaryFile(dir=target.parent) as plain, target.open("wb") as out:
        _tar(folder, plain, leave_out)
        plain.seek(0)
        sealed.write(plain, out, store.key(), part)


def _tar(folder: Path, out: IO[bytes], leave_out: str) -> None:
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path in store.files_below(folder):
            if path.name != leave_out:
                archive.add(path, path.relative_to(folder).as_posix())
