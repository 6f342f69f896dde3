"""A node of its own under `kapok up`, and who may be killed in it."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from kapok.site import places
from kapok.site.supervisor.address import Address
from kapok.site.supervisor.database import Database
from kapok.site.supervisor.lifetime import end_with_parent

KAPOK = (sys.executable, "-m", "kapok.site.cli")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Node:
    """A home, its `kapok up`, and its legal time."""

    def __init__(self) -> None:
        self.home = Path("/tmp") / f"kapok-faults-{os.getpid()}"
        self.port, self.operator_port = free_port(), free_port()
        self.parent: subprocess.Popen[bytes] | None = None
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KAPOK_")},
            "KAPOK_HOME": str(self.home),
            "KAPOK_MODE": "sandbox",
            "KAPOK_CLOCK_FILE": str(self.home / "clock"),
            "KAPOK_PORT": str(self.port),
            "KAPOK_OPERATOR_PORT": str(self.operator_port),
            "KAPOK_WORKERS": "2",
            "KAPOK_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(places.ROOT),
        }

    def prepare(self, *words: str) -> str:
        """Run a program against the node's database; its output."""
        done = subprocess.run(words, env=self.variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def start(self) -> None:
        log = (self.home / "up.log").open("ab")
        self.parent = subprocess.Popen(
            [*KAPOK, "up"], env=self.variables, stdout=log, stderr=log, start_new_session=True, preexec_fn=end_with_parent
        )

    def await_ready(self, seconds: float = 60) -> None:
        """Both faces say ready. A limit here is a finding: `kapok up` did not bring it back."""
        until = time.monotonic() + seconds
        for port in (self.port, self.operator_port):
            while True:
                with suppress(httpx.HTTPError):
                    if httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200:
                        break
                assert time.monotonic() < until, f"not ready after {seconds} s: {self.last_words()}"
                time.sleep(0.05)

    def move_clock(self, seconds: float) -> None:
        draft = self.home / "clock.draft"
        draft.write_text(str(seconds))
        draft.replace(self.home / "clock")

    def last_words(self) -> str:
        return (self.home / "up.log").read_text(errors="replace")[-3000:]

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(**self.address().as_libpq(), autocommit=True)

    def address(self) -> Address:
        return self.database().ensure_up()

    def database(self) -> Database:
        return Database(self.home)

    def stop(self) -> None:
        if self.parent is not None and self.parent.poll() is None:
            self.parent.send_signal(signal.SIGTERM)
            self.parent.wait(60)

    def left_over(self) -> list[str]:
        """What still runs for this node once its parent has stopped: nothing should."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                told = (process / "environ").read_bytes().split(b"\0"), (process / "cmdline").read_bytes().replace(b"\0", b" ")
                if f"KAPOK_HOME={self.home}".encode() in told[0] and b"python" in told[1]:
                    found.append(f"{process.name} {told[1][:120]!r}")
        return found

    def remove(self) -> None:
        self.stop()
        self.database().stop()
        shutil.rmtree(self.home, ignore_errors=True)


VICTIMS = ("database", "backend", "web worker", "web parent", "job worker")


def victim_of(node: Node, kind: str, chance: random.Random) -> int | None:
    """A process of a kind, or None where there is none at this instant (it is being restarted)."""
    if kind == "database":
        return node.database().pid()
    if kind == "backend":
        postmaster = node.database().pid()
        return _one(children_of(postmaster), chance) if postmaster else None
    name = {"job worker": "worker", "custodian": "custodian"}.get(kind) or chance.choice(("citizen", "operator"))
    with suppress(OSError, ValueError):
        pid = int((node.home / "run" / f"{name}.pid").read_text())
        return _one(children_of(pid), chance) if kind == "web worker" else pid
    return None


def kill(node: Node, kind: str, chance: random.Random) -> bool:
    pid = victim_of(node, kind, chance)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _one(pids: list[int], chance: random.Random) -> int | None:
    return chance.choice(pids) if pids else None
