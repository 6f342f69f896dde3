"""The command line: from any folder, with sentences instead of tracebacks."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kapok.site import discovery, places

pytestmark = pytest.mark.processes


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path("/tmp") / f"kapok-cli-{os.getpid()}-{time.monotonic_ns() % 100_000}"
    yield folder
    kapok(folder, "db", "stop")
    subprocess.run(["rm", "-rf", folder], check=True)


def kapok(home: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command from the root folder, as if nothing were known of the clone but the package."""
    environment = {"PATH": "/usr/bin:/bin", "KAPOK_HOME": str(home), "PYTHONPATH": str(places.ROOT), **variables}
    return subprocess.run([sys.executable, "-m", "kapok.site.cli", *words], cwd="/", env=environment, capture_output=True, text=True)


def test_the_database_is_started_found_and_stopped_from_any_folder(home: Path) -> None:
    assert kapok(home, "db", "status").returncode == 3
    assert kapok(home, "db", "start").returncode == 0
    assert "running as process" in kapok(home, "db", "status").stdout
    assert kapok(home, "db", "shell", "-Atc", "select 40 + 2").stdout.strip() == "42"
    assert "has stopped" in kapok(home, "db", "stop").stdout
    assert "was not running" in kapok(home, "db", "stop").stdout


def test_a_server_that_is_not_ours_is_neither_started_nor_stopped(home: Path) -> None:
    done = kapok(home, "db", "stop", KAPOK_DATABASE_URL="postgresql://kapok@127.0.0.1:1/kapok")
    assert done.returncode == 1
    assert "not ours" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_is_a_sentence_and_a_code(home: Path) -> None:
    done = kapok(home, "db", "start", KAPOK_POSTGRES_BIN="/nonexistent")
    assert done.returncode == 1
    assert "no PostgreSQL binaries in /nonexistent" in done.stderr
    assert "Traceback" not in done.stderr


def test_legal_time_moves_ahead_in_a_sandbox_and_never_back(home: Path) -> None:
    home.mkdir()
    file = str(home / "clock")
    assert kapok(home, "clock", "move", "3d", KAPOK_CLOCK_FILE=file).returncode == 0
    assert kapok(home, "clock", "move", "12h", KAPOK_CLOCK_FILE=file).returncode == 0
    assert float(Path(file).read_text()) == pytest.approx(3.5 * 86_400)
    assert "not moved back" in kapok(home, "clock", "move", "-1d", KAPOK_CLOCK_FILE=file).stderr
    assert "cannot be moved" in kapok(home, "clock", "move", "1d").stderr


def test_every_app_with_commands_is_a_part_of_the_command(home: Path) -> None:
    page = kapok(home, "--help").stdout
    for name in discovery.having("cli.py"):
        assert f" {discovery.label_of(name)} " in page
