"""Keys in memory: those of committed subjects for a minute, those of the running transaction until it ends.

A key made in a transaction that is rolled back must vanish with it: data sealed with a key that no row holds would be
lost. Such keys therefore wait in the connection's own list of things to do on commit, which a rollback empties.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

CAPACITY = 20_000
SECONDS = 60.0
"""How long another process may go on reading with a key after `forget`."""

_lock = threading.Lock()
_held: OrderedDict[UUID, tuple[bytes, float]] = OrderedDict()


class _Fresh(dict[UUID, bytes]):
    """Keys made in this transaction; called when it commits."""

    def __call__(self) -> None:
        hold(self)


def hold(keys: dict[UUID, bytes]) -> None:
    """Keep keys whose rows are committed."""
    until = time.monotonic() + SECONDS
    with _lock:
        for subject, key in keys.items():
            _held[subject] = (key, until)
            _held.move_to_end(subject)
        while len(_held) > CAPACITY:
            _held.popitem(last=False)


def hold_until_commit(keys: dict[UUID, bytes]) -> None:
    """Keep keys just inserted: usable at once in this transaction, by others when it commits."""
    todo = connection.run_on_commit
    if todo and isinstance(todo[-1][1], _Fresh) and todo[-1][0] == set(connection.savepoint_ids):
        todo[-1][1].update(keys)
    else:
        transaction.on_commit(_Fresh(keys))


def find(subject: UUID) -> bytes | None:
    """The key in memory, if this transaction or an earlier committed one left it here."""
    found = _held.get(subject)
    if found is not None:
        if found[1] > time.monotonic():
            return found[0]
        drop([subject])
    for fresh in _waiting():
        if subject in fresh:
            return fresh[subject]
    return None


def drop(subjects: Iterable[UUID]) -> None:
    """Forget keys in memory, committed or not."""
    subjects = list(subjects)
    with _lock:
        for subject in subjects:
            _held.pop(subject, None)
    for fresh in _waiting():
        for subject in subjects:
            fresh.pop(subject, None)


def _waiting() -> list[_Fresh]:
    """What the running transaction made; the list holds (savepoints, what to do, …)."""
    return [entry[1] for entry in connection.run_on_commit if isinstance(entry[1], _Fresh)]


def clear() -> None:
    """Empty the memory (tests, a changed master key)."""
    with _lock:
        _held.clear()
