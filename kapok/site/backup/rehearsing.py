"""A rehearsal: back up the node while it works, restore it elsewhere, and compare the two at one instant."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.site import places
from kapok.site.backup import making, store
from kapok.site.backup.digest import Digest, digest, tables
from kapok.site.backup.restoring import restore
from kapok.site.supervisor.address import Address


@dataclass(frozen=True)
class Result:
    """How a rehearsal went; kept, so that the node can show its last good one."""

    backup: str
    rehearsed_at: str
    seconds: float
    tables: int
    differing: tuple[str, ...]
    files_equal: bool

    @property
    def good(self) -> bool:
        return not self.differing and self.files_equal


def rehearse(say: Callable[[str], None], beside: Path | None = None) -> Result:
    """One whole rehearsal; the second place is removed afterwards, the result is kept."""
    begun = time.monotonic()
    manifest = making.make(say)
    point, here = freeze(making.embedded().ensure_up())
    files = files_of(places.files_folder())
    making.ship()
    elsewhere = beside or places.home() / "rehearsal"
    shutil.rmtree(elsewhere, ignore_errors=True)
    database = restore(manifest.name, elsewhere, point=point, keys=False)
    try:
        with psycopg.connect(**database.ensure_up().as_libpq()) as connection:  # type: ignore[arg-type]  # keywords by dict
            there = digest(connection)
        result = Result(
            backup=manifest.name,
            rehearsed_at=clock.wall().isoformat(),
            seconds=round(time.monotonic() - begun, 1),
            tables=len(here.tables),
            differing=tuple(here.differences(there)),
            files_equal=files.items() <= files_of(elsewhere / "files").items(),
        )
    finally:
        database.stop()
        shutil.rmtree(elsewhere, ignore_errors=True)
    (store.folder() / "rehearsal.json").write_text(json.dumps(asdict(result), ensure_ascii=False))
    return result


def freeze(address: Address) -> tuple[str, Digest]:
    """A named point in the log, and the digest of what is committed exactly there.

    All writers are held for the moment in which a snapshot is taken and the point is written, no longer.
    """
    point = f"rehearsal-{uuid7().hex}"
    keywords = address.as_libpq()
    with psycopg.connect(**keywords) as reader, psycopg.connect(**keywords) as holder:  # type: ignore[arg-type]  # keywords by dict
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _hold_writers(holder)
        reader.execute("select 1")
        holder.execute("select pg_create_restore_point(%s)", [point])
        holder.rollback()
        return point, digest(reader)


def _hold_writers(holder: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Lock every digested table against writing. Gives up before the server would look for a deadlock, and tries again:
    a rehearsal must never cost a citizen his transaction."""
    names = sql.SQL(", ").join(sql.SQL(name) for name in tables(holder))  # type: ignore[arg-type]  # the catalogue's own names
    while True:
        try:
            holder.execute("set local lock_timeout = '300ms'")
            holder.execute(sql.SQL("lock table {} in share mode").format(names))
            return
        except psycopg.errors.LockNotAvailable:
            holder.rollback()
            time.sleep(0.05)


def files_of(folder: Path) -> dict[str, str]:
    """The digest of every file of a folder."""
    return {path.relative_to(folder).as_posix(): store.digest_of(path) for path in store.files_below(folder)}


def last() -> Result | None:
    """The last rehearsal of this node."""
    kept = store.folder() / "rehearsal.json"
    if not kept.exists():
        return None
    parts = json.loads(kept.read_text())
    return Result(**{**parts, "differing": tuple(parts["differing"])})
