"""What a node needs of its machine before it begins: free ports, and room on the disk. Each lack is a sentence that says what to do."""

import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from kapok.site import environment

MIB = 1024 * 1024
NEEDED, TIGHT = 1024, 256
"""MiB free on the disk of the node's folder: to begin, and below which it is no longer ready."""


def free_mib(folder: Path) -> int:
    """Free room where the folder is, or will be."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return shutil.disk_usage(there).free // MIB


def lacks_room(home: Path) -> str:
    """Why a node cannot begin in this folder; empty when it can."""
    free = free_mib(home)
    if free >= NEEDED:
        return ""
    return f"only {free} MiB free on the disk of {home}, a node needs {NEEDED}: make room, or set KAPOK_HOME to a folder on another disk"


def taken_ports(ports: Iterable[int]) -> str:
    """Which ports somebody listens on already, and what to do; empty when all are free."""
    host = environment.read("KAPOK_BIND")
    taken = [str(port) for port in ports if not _is_free(host, port)]
    if not taken:
        return ""
    what, verb = ("ports", "are") if len(taken) > 1 else ("port", "is")
    return (
        f"{what} {' and '.join(taken)} of {host} {verb} taken: stop what listens there (`ss -ltnp` names it), "
        "or choose others with --port and --operator-port (KAPOK_PORT, KAPOK_OPERATOR_PORT)"
    )


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what is only waiting to be forgotten counts as free
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
