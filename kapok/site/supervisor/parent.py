"""`kapok up`: the one parent of database, custodian of keys, web and worker.

It restarts what dies (soon at first, then more slowly), takes over what an earlier parent left, and stops in the order
that loses nothing: web first, so that nothing new comes in, then the worker, the custodian, and then the database.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from kapok.site import places
from kapok.site.supervisor import room, serving
from kapok.site.supervisor.database import CannotStart, Database, node_database
from kapok.site.supervisor.lifetime import end_with_parent, tie_database

TICK = 0.05
QUICK, SLOW, STABLE = 0.1, 5.0, 10.0
GRACE = 25.0
Say = Callable[[str], None]


@dataclass
class Child:
    """One process that is to be there: how to start it, and how it has fared."""

    name: str
    command: list[str]
    variables: Callable[[], dict[str, str]]
    process: "subprocess.Popen[bytes] | None" = None
    begun: float = 0.0
    pause: float = QUICK
    next_try: float = 0.0
    starts: int = 0

    @property
    def pid_file(self) -> Path:
        return places.run_folder() / f"{self.name}.pid"

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=self.variables(), stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=end_with_parent
        )
        self.begun, self.starts = time.monotonic(), self.starts + 1
        self.pid_file.write_text(str(self.process.pid))

    def tend(self, now: float, say: Say) -> None:
        """Notice a death, and start again when its pause is over."""
        if self.process is not None and (code := self.process.poll()) is not None:
            self.pause = QUICK if now - self.begun > STABLE else min(self.pause * 2, SLOW)
            self.next_try, self.process = now + self.pause, None
            say(f"{self.name} ended with {code}; starting again in {self.pause:.1f} s")
        if self.process is None and now >= self.next_try:
            self.start()

    def stop(self, until: float) -> None:
        """Ask, wait, insist."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.pid_file.unlink(missing_ok=True)


@dataclass
class Node:
    """The processes of a node. `groups` are stopped one after another, each group at once."""

    database: Database | None
    groups: tuple[tuple[Child, ...], ...]
    ports: tuple[int, ...] = ()
    stopping: bool = field(default=False)

    def children(self) -> Iterable[Child]:
        return (child for group in self.groups for child in group)

    def run(self, say: Say) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        ours = self.database is not None and self.database.pid() is None
        if self.database is not None:
            self.database.ensure_up(tie_database)
        try:
            while not self.stopping:
                self._tend_database(say)
                for child in self.children():
                    child.tend(time.monotonic(), say)
                time.sleep(TICK)
        finally:
            self._stop_all()
            if ours and self.database is not None:
                self.database.stop()

    def _tend_database(self, say: Say) -> None:
        if self.database is not None and self.database.pid() is None and not self.stopping:
            say("the database ended; starting it again")
            try:
                self.database.ensure_up(tie_database)
            except CannotStart as error:
                say(f"{error}; trying again")
                time.sleep(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _stop_all(self) -> None:
        for group in self.groups:
            until = time.monotonic() + GRACE
            for child in group:
                if child.process is not None:
                    with suppress(ProcessLookupError):
                        child.process.send_signal(signal.SIGTERM)
            for child in group:
                child.stop(until)


def whole_node(port: int, operator_port: int) -> Node:
    """Citizen and operator faces in separate processes on their own ports, one worker, and who holds their signing keys."""
    web = (
        Child("citizen", serving.command(port), lambda: serving.environment_for(port, "citizen,api,verify") | _custody()),
        Child("operator", serving.command(operator_port), lambda: serving.environment_for(operator_port, "clerk,ops,api") | _custody()),
    )
    worker = Child("worker", _command("work"), _worker_environment)
    holder = Child("custodian", _command("custodian"), _worker_environment)
    groups = (web, (worker,)) if _custody()["KAPOK_CUSTODY"] == "file" else (web, (worker,), (holder,))
    return Node(node_database(print), groups, (port, operator_port))


def _command(verb: str) -> list[str]:
    return [sys.executable, "-m", "kapok.site.cli", verb]


def _custody() -> dict[str, str]:
    """Where web and worker have seals sign: at the custodian beside them, unless the node is set to something else.

    The custodian holds the node's own keys also where a token or a seal server holds those of seals.
    """
    return {"KAPOK_CUSTODY": os.environ.get("KAPOK_CUSTODY", "") or "custodian"}


def _worker_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(places.ROOT), "DJANGO_SETTINGS_MODULE": "kapok.site.settings", **_custody()}


def run(node: Node, say: Say) -> int:
    """Run until told to stop; 1 when this home has a parent already, or the machine lacks what a node needs."""
    with _only_parent() as alone:
        if (lack := _lack(node, alone, say)) != "":
            say(lack)
            return 1
        (places.run_folder() / "up.pid").write_text(str(os.getpid()))
        node.run(say)
        (places.run_folder() / "up.pid").unlink(missing_ok=True)
    return 0


def may_run(node: Node, say: Say) -> bool:
    """Whether `run` would begin, asked ahead by those who do long work first."""
    with _only_parent() as alone:
        lack = _lack(node, alone, say)
    if lack:
        say(lack)
    return not lack


@contextmanager
def _only_parent() -> Iterator[bool]:
    """The lock of this home's one parent; False when somebody holds it."""
    folder = places.run_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "up.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lack(node: Node, alone: bool, say: Say) -> str:
    """What stands against beginning, once what an earlier parent left is ended."""
    if not alone:
        pid = places.run_folder() / "up.pid"
        who = f" (process {pid.read_text()})" if pid.exists() else ""
        return f"this node is running already{who}: use it, or stop that process first ({places.home()})"
    end_left_over(node.children(), say)
    return room.lacks_room(places.home()) or room.taken_ports(node.ports)


def end_left_over(children: Iterable[Child], say: Say) -> None:
    """End what an earlier parent left: the process a pid file names, if it still is what it was started as."""
    for child in children:
        try:
            pid = int(child.pid_file.read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            continue
        if b"kapok" in b" ".join(words):
            say(f"ending {child.name} ({pid}), left by an earlier parent")
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            _wait_gone(pid)
        child.pid_file.unlink(missing_ok=True)


def _wait_gone(pid: int, within: float = 3.0) -> None:
    """Until its port is free again, more or less: the process and its threads are gone."""
    until = time.monotonic() + within
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.02)
