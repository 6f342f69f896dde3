"""Backends left behind by a killed postmaster.

They hold its shared memory, and a new server refuses to start until they are gone: for as long as their query runs.
They are told by their working folder (the cluster) and their name, and ended one by one, by id.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def backends_of(cluster: Path) -> list[int]:
    """Ids of all PostgreSQL processes that work in this cluster, postmaster included."""
    return [pid for pid in _pids() if _works_in(pid, cluster) and b"postgres" in _command(pid)]


def postmaster_of(cluster: Path) -> int | None:
    """The postmaster that postmaster.pid names, if that process lives and is this cluster's."""
    pid = _claimed(cluster)
    return pid if pid is not None and _works_in(pid, cluster) and b"postgres" in _command(pid) else None


def sweep(cluster: Path, patience: float = 3.0) -> int:
    """End the backends of a postmaster that is gone; returns how many there were.

    SIGQUIT is what a postmaster itself sends after a crash: leave at once, recovery will put things right.
    """
    if postmaster_of(cluster) is not None:
        return 0
    found = backends_of(cluster)
    _send(found, signal.SIGQUIT)
    until = time.monotonic() + patience
    while (left := [pid for pid in found if _works_in(pid, cluster)]) and time.monotonic() < until:
        time.sleep(0.02)
    _send(left, signal.SIGKILL)
    return len(found)


def clear_lock(cluster: Path, patience: float = 5.0) -> None:
    """Deal with a postmaster.pid whose process is no postmaster of this cluster, which PostgreSQL alone would take for one.

    A killed postmaster is still a process for a moment (and a zombie until its parent has looked): that is waited for.
    A number given to another program since (a restarted machine) is no claim: the file goes. A number that is not here at
    all is left to PostgreSQL, which then also looks at the shared memory the file names.
    """
    until = time.monotonic() + patience
    while (pid := _claimed(cluster)) is not None and _there(pid) and postmaster_of(cluster) is None:
        if time.monotonic() > until:
            (cluster / "postmaster.pid").unlink(missing_ok=True)
            return
        time.sleep(0.02)


def _claimed(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _there(pid: int) -> bool:
    """Whether the number is in use; a child of ours that has ended is looked at here, which sets its number free."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return Path(f"/proc/{pid}").exists()


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _works_in(pid: int, cluster: Path) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(cluster.resolve()) and _state(pid) != "Z"
    except OSError:
        return False


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
