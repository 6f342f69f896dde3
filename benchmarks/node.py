"""The node that is measured: `kapok up` as it is delivered, in a folder that is kept for the next run, and its processor time."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from kapok.site import places
from kapok.site.supervisor.database import Database
from kapok.site.supervisor.lifetime import end_with_parent

KAPOK = (sys.executable, "-m", "kapok.site.cli")
NOTE = "crowd.json"


class BenchError(RuntimeError):
    """The measure cannot go on; the message says why."""


class Node:
    """A home, its `kapok up`, and what was filled in."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.port, self.operator_port = _free_port(), _free_port()
        self.parent: subprocess.Popen[bytes] | None = None
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KAPOK_")},
            "KAPOK_HOME": str(self.home),
            "KAPOK_PORT": str(self.port),
            "KAPOK_OPERATOR_PORT": str(self.operator_port),
            "KAPOK_LOG": "json",
            "PYTHONPATH": str(places.ROOT),
        }

    def fill(self, rows: int) -> dict[str, Any]:
        """What the clients need; from an earlier run if that made the same rows, else everything is made anew."""
        note, stamp = self.home / NOTE, _stamp(rows)
        if note.exists():
            known: dict[str, Any] = json.loads(note.read_text())
            if known.get("stamp") == stamp:
                self.run(*KAPOK, "db", "start")
                self.run(*KAPOK, "setup")
                return known
        self.remove()
        self.home.mkdir(parents=True)
        self.run(*KAPOK, "db", "start")
        self.run(*KAPOK, "setup")
        made: dict[str, Any] = json.loads(self.run(sys.executable, "-m", "benchmarks.run", "crowd", str(rows)).splitlines()[-1])
        note.write_text(json.dumps({**made, "stamp": stamp}, ensure_ascii=False))
        return made

    def run(self, *words: str, seconds: float = 900) -> str:
        """Run a program in the node's environment; what it says on stderr is shown as it comes."""
        try:
            done = subprocess.run(words, env=self.variables, stdout=subprocess.PIPE, text=True, timeout=seconds, preexec_fn=end_with_parent)
        except subprocess.TimeoutExpired as late:
            raise BenchError(f"{' '.join(words[1:])} was not done after {seconds:.0f} s") from late
        if done.returncode:
            raise BenchError(f"{' '.join(words[1:])} ended with {done.returncode}: {done.stdout[-2000:]}")
        return done.stdout

    def start(self, seconds: float = 90) -> None:
        """`kapok up`, until both faces say ready."""
        with (self.home / "up.log").open("wb") as log:
            self.parent = subprocess.Popen(
                [*KAPOK, "up"], env=self.variables, stdout=log, stderr=log, start_new_session=True, preexec_fn=end_with_parent
            )
        until = time.monotonic() + seconds
        for port in (self.port, self.operator_port):
            while (lacking := _lacking(port)) is not None:
                if time.monotonic() > until or self.parent.poll() is not None:
                    raise BenchError(f"the node is not ready: {lacking}; {self.last_words()}")
                time.sleep(0.2)

    def stop(self) -> None:
        """Stop web, worker and database; the folder stays."""
        if self.parent is not None and self.parent.poll() is None:
            self.parent.send_signal(signal.SIGTERM)
            try:
                self.parent.wait(60)
            except subprocess.TimeoutExpired:
                self.parent.kill()
        self.parent = None
        Database(self.home).stop()

    def remove(self) -> None:
        """The folder too, and the database's own where it lies elsewhere."""
        if self.home.exists():
            folder = Database(self.home).folder()
            self.stop()
            for each in filter(None, (folder, self.home)):
                shutil.rmtree(each, ignore_errors=True)

    def last_words(self) -> str:
        """The end of what the node said."""
        with suppress(OSError):
            return (self.home / "up.log").read_text(errors="replace")[-2000:]
        return "it said nothing"

    def connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(**self.libpq(), autocommit=True)

    def libpq(self) -> dict[str, Any]:
        return dict(Database(self.home).ensure_up().as_libpq())

    def cpu(self) -> dict[str, float]:
        """Processor seconds so far of the citizen face, the worker and the database: of this node's own processes, nobody else's."""
        roots = {"web": self._pid("citizen"), "worker": self._pid("worker"), "database": Database(self.home).pid()}
        times, below = _processes()
        return {name: sum(times.get(pid, 0.0) for pid in _tree(root, below)) if root else 0.0 for name, root in roots.items()}

    def _pid(self, name: str) -> int | None:
        with suppress(OSError, ValueError):
            return int((self.home / "run" / f"{name}.pid").read_text())
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _lacking(port: int) -> str | None:
    """What the node says it lacks to be ready; None when it lacks nothing."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5)
    except httpx.HTTPError as error:
        return str(error)
    return None if answer.status_code == 200 else answer.text[:1000]


def _stamp(rows: int) -> str:
    """Rows and the crowd's own text: a folder made by other ones is made anew. Tables are brought up to date by `kapok setup`."""
    digest = hashlib.sha256(str(rows).encode())
    for path in sorted(Path(__file__).parent.glob("crowd*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _processes() -> tuple[dict[int, float], dict[int, list[int]]]:
    """Seconds used by every process (with those it has waited for), and the children of each."""
    ticks, times, below = os.sysconf("SC_CLK_TCK"), {}, dict[int, list[int]]()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            pid = int(folder.name)
            times[pid] = sum(map(int, fields[11:15])) / ticks
            below.setdefault(int(fields[1]), []).append(pid)
    return times, below


def _tree(root: int, below: dict[int, list[int]]) -> list[int]:
    found = [root]
    for pid in found:
        found.extend(below.get(pid, ()))
    return found
