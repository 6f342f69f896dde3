"""Backups: what comes back is what was there, up to the instant asked for; what is damaged does not come back."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kapok.kernel.common import clock
from kapok.site.backup import making, rehearsing, restoring, sealed, store
from kapok.site.supervisor.database import Database

pytestmark = pytest.mark.processes


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A running node of its own, with a table, a file and a key."""
    home = Path("/tmp") / f"kapok-backup-{os.getpid()}-{time.monotonic_ns() % 100_000}"
    monkeypatch.setenv("KAPOK_HOME", str(home))
    monkeypatch.delenv("KAPOK_DATABASE_URL", raising=False)
    database = Database(home)
    (home / "files").mkdir(parents=True)
    (home / "files" / "one").write_text("content")
    (home / "secrets").mkdir()
    (home / "secrets" / "master.key").write_text("secret")
    with connect(database) as connection:
        connection.execute("create table deed (id int primary key, words text)")
        connection.execute("insert into deed select n, 'deed ' || n from generate_series(1, 500) n")
    yield database
    database.stop()
    Database(Path(f"{home}-again")).stop()
    subprocess.run(["rm", "-rf", home, f"{home}-again"], check=True)


def connect(database: Database) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(**database.ensure_up().as_libpq())


def add(database: Database, number: int) -> None:
    with connect(database) as connection:
        connection.execute("insert into deed values (%s, 'later')", [number])


def quiet(line: str) -> None:
    """Nobody listens."""


@pytest.mark.feature("00.12", part="database and files of one node; peers and the board's line come later")
def test_a_rehearsal_under_load_finds_both_places_equal(node: Database) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        with connect(node) as connection:
            for number in range(1000, 100_000):
                if stop.is_set():
                    return
                connection.execute("insert into deed values (%s, 'under load')", [number])
                connection.commit()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        result = rehearsing.rehearse(quiet)
    finally:
        stop.set()
        writer.join()
    assert result.good, result
    assert rehearsing.last() == result


@pytest.mark.feature("00.12", part="database and files of one node; peers and the board's line come later")
def test_restored_to_an_instant_it_holds_what_was_committed_before_and_nothing_after(node: Database) -> None:
    manifest = making.make(quiet)
    add(node, 1001)
    time.sleep(0.1)
    instant = clock.wall()
    time.sleep(0.1)
    add(node, 1002)
    making.ship()
    again = restoring.restore(manifest.name, Path(f"{node.home}-again"), until=instant)
    with connect(again) as connection:
        rows = connection.execute("select count(*), max(id) from deed").fetchone()
    assert rows == (501, 1001)
    assert (again.home / "files" / "one").read_text() == "content"
    assert (again.home / "secrets" / "master.key").read_text() == "secret"
    add(again, 1003)


@pytest.mark.parametrize("part", [store.DATABASE, store.FILES, store.MANIFEST])
@pytest.mark.feature("00.12", part="database and files of one node; peers and the board's line come later")
def test_a_damaged_backup_is_refused_before_anything_is_written(node: Database, part: str) -> None:
    manifest = making.make(quiet)
    path = store.folder() / manifest.name / part
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    target = Path(f"{node.home}-again")
    with pytest.raises(sealed.Damaged):
        restoring.restore(manifest.name, target)
    assert not target.exists()


def test_nothing_of_the_content_stands_readable_in_a_backup(node: Database) -> None:
    making.make(quiet)
    for path in (p for p in store.folder().rglob("*") if p.is_file()):
        assert b"deed 4" not in path.read_bytes(), path


def test_a_backup_never_goes_over_a_node_that_is_there(node: Database) -> None:
    manifest = making.make(quiet)
    with pytest.raises(restoring.Occupied):
        restoring.restore(manifest.name, node.home)
