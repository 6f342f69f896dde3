"""The server that tests use: one embedded cluster shared by all pytest processes of a clone, or KAPOK_DATABASE_URL's.

The cluster is stopped by the last to leave. Who is there is told by shared locks on a file, which the kernel
takes from a process that is killed.
"""

import fcntl
from typing import IO

from kapok.site import environment
from kapok.site.supervisor.address import Address, from_url
from kapok.site.supervisor.database import FOR_TESTS, Database
from kapok.site.testing.home import SHARED

_presence: IO[str] | None = None


def _database() -> Database:
    return Database(SHARED, FOR_TESTS, print)


def enter() -> Address:
    """The address of a server that answers."""
    global _presence
    url = environment.read("KAPOK_DATABASE_URL")
    if url:
        return from_url(url)
    if _presence is None:
        SHARED.mkdir(parents=True, exist_ok=True)
        _presence = open(SHARED / "present.lock", "w")  # noqa: SIM115  (held until the process leaves)
        fcntl.flock(_presence, fcntl.LOCK_SH)
    return _database().ensure_up()


def leave() -> None:
    """Stop the server if nobody else is there; a newcomer waits for that and starts it anew."""
    global _presence
    if _presence is None:
        return
    try:
        fcntl.flock(_presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _database().stop()
    except BlockingIOError:
        pass
    _presence.close()
    _presence = None
