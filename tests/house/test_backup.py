"""Backups: what comes back is what was there, up to the instant asked for; what is damaged does not come back."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from kapok.kernel.common import clock
from kapok.site.backup import making, rehearsing, restoring, sealed, store
from kapok.site.backup.digest import digest
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


@pytest.mark.feature("00.12", part="database, files and keys of one node")
def test_a_rehearsal_under_load_finds_both_places_equal(node: Database) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        with connect(node) as connection:
            for number in range(1000, 100_000):
                if stop.is_set():
                    return
                (node.home / "files" / ".draft").write_text("under load")
                (node.home / "files" / ".draft").rename(node.home / "files" / str(number))
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


@pytest.mark.feature("00.12", part="database, files and keys of one node")
def test_restored_to_an_instant_it_holds_what_was_committed_before_and_nothing_after(node: Database) -> None:
    manifest = making.make(quiet)
    add(node, 1001)
    (node.home / "files" / "ab").mkdir()
    (node.home / "files" / "ab" / "two").write_text("stored since")
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
    assert (again.home / "files" / "ab" / "two").read_text() == "stored since"
    assert (again.home / "secrets" / "master.key").read_text() == "secret"
    add(again, 1003)


@pytest.mark.parametrize("part", [store.DATABASE, store.FILES, store.MANIFEST])
@pytest.mark.feature("00.12", part="database, files and keys of one node")
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


LIVED = """
import json, random, sys, time, django
django.setup()
import psycopg
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.access.public import system_actor
from kapok.kernel.files.public import store
from kapok.kernel.jobs.public import drain
from kapok.kernel.journal.public import action, record, state
from kapok.kernel.jobs.events import JobRetried
from kapok.site.backup.digest import digest
from kapok.site.migrating import migrate
from kapok.site.setting_up import lay_ground
from kapok.site.supervisor.address import current_address

@action("test.deed")
def deed(number):
    record(system_actor("测试"), JobRetried(number, "test"), about=uuid7(), kind="test")

def state_now():
    with psycopg.connect(**current_address().as_libpq()) as connection:
        return {"instant": clock.wall().isoformat(), "digest": digest(connection).whole, "head": state()["sealed"]}

migrate(), lay_ground()
print("ready", flush=True)
sys.stdin.readline()
seen = []
for step in range(8):
    for number in range(5):
        deed(number)
    drain()
    time.sleep(0.05)
    seen.append(state_now())
    time.sleep(0.05)
print(json.dumps(seen), flush=True)
"""

VERIFIED = """
import json, django
django.setup()
from kapok.kernel.journal.public import state, verify
print(json.dumps({"head": state()["sealed"], "broken": verify()[1]}))
"""


@pytest.mark.feature("00.12", part="database, files and keys of one node")
def test_a_whole_node_restored_to_a_random_instant_has_the_journal_and_the_content_of_that_instant(node: Database) -> None:
    living = subprocess.Popen([sys.executable, "-c", LIVED], env=_node(node.home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert living.stdin is not None and living.stdout is not None
    assert living.stdout.readline() == "ready\n"
    manifest = making.make(quiet)
    living.stdin.write("go\n")
    living.stdin.flush()
    wanted = random.choice(json.loads(living.stdout.readline())[:-1])
    assert living.wait(30) == 0
    making.ship()
    again = restoring.restore(manifest.name, Path(f"{node.home}-again"), until=datetime.fromisoformat(wanted["instant"]))
    with connect(again) as connection:
        assert digest(connection).whole == wanted["digest"]
    proved = subprocess.run([sys.executable, "-c", VERIFIED], env=_node(again.home), capture_output=True, text=True, check=True)
    assert json.loads(proved.stdout) == {"head": wanted["head"], "broken": None}


def _node(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAPOK_")}
    return {**kept, "KAPOK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "kapok.site.settings"}


def test_nothing_of_the_content_stands_readable_in_a_backup(node: Database) -> None:
    making.make(quiet)
    for path in (p for p in store.folder().rglob("*") if p.is_file()):
        assert b"deed 4" not in path.read_bytes(), path


def test_a_backup_never_goes_over_a_node_that_is_there(node: Database) -> None:
    manifest = making.make(quiet)
    with pytest.raises(restoring.Occupied):
        restoring.restore(manifest.name, node.home)
