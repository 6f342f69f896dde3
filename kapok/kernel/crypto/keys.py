"""Making, finding and destroying the keys of subjects."""

import os
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.crypto import keyring, queries
from kapok.kernel.crypto.ciphers import KEY_BYTES, lock, unlock
from kapok.kernel.crypto.errors import KeyUnknown, SealBroken, SubjectForgotten
from kapok.kernel.crypto.master import derived

NODE = UUID(int=0)
"""The node itself as a subject: its key is derived from the master key and has no row."""

KeyRow = tuple[UUID, bytes, datetime]


def new_key(subject: UUID) -> KeyRow:
    """Make the key of a subject that has none yet; returns the row (subject, wrapped, made_at) for the caller to insert.

    The caller inserts the row in the running transaction, alone (`queries.INSERT_KEY`) or folded into a larger statement,
    always so that an existing row aborts it. The key seals at once and is shared with other transactions on commit.
    """
    key = os.urandom(KEY_BYTES)
    keyring.hold_until_commit({subject: key})
    return subject, _wrap(subject, key), clock.wall()


def ensure_key(subject: UUID) -> None:
    """See that the subject has a key: nothing if it is in memory, else one insert."""
    ensure_keys([subject])


def ensure_keys(subjects: Iterable[UUID]) -> None:
    """The same for many subjects, in at most two statements."""
    missing = [s for s in dict.fromkeys(subjects) if s != NODE and keyring.find(s) is None]
    if not missing:
        return
    offered = {subject: os.urandom(KEY_BYTES) for subject in missing}
    now = clock.wall()
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        wrapped = [_wrap(subject, key) for subject, key in offered.items()]
        cursor.execute(queries.INSERT_MISSING_KEYS, [missing, wrapped, [now] * len(missing)])
        taken = {row[0] for row in cursor.fetchall()}
        keyring.hold_until_commit({subject: key for subject, key in offered.items() if subject in taken})
        load_keys([subject for subject in missing if subject not in taken])


def load_keys(subjects: Iterable[UUID]) -> None:
    """Read many keys into memory in one statement, before a list of their data is opened; destroyed ones are left out."""
    missing = [s for s in dict.fromkeys(subjects) if s != NODE and keyring.find(s) is None]
    if missing:
        keyring.hold({s: _unwrap(s, w) for s, w in _read(missing).items() if w is not None})


def take_key(subject: UUID, wrapped: bytes | None) -> None:
    """Keep a key that the caller's own statement read with `queries.KEY_OF`, so that a hot verb needs no statement more."""
    if wrapped is not None and keyring.find(subject) is None:
        keyring.hold({subject: _unwrap(subject, bytes(wrapped))})


def key_of(subject: UUID) -> bytes:
    """The subject's key; `SubjectForgotten` if destroyed, `KeyUnknown` if there never was one."""
    if subject == NODE:
        return derived("node")[:KEY_BYTES]
    key = keyring.find(subject)
    if key is None:
        rows = _read([subject])
        if subject not in rows:
            raise KeyUnknown(subject=str(subject))
        wrapped = rows[subject]
        if wrapped is None:
            raise SubjectForgotten(subject=str(subject))
        key = _unwrap(subject, wrapped)
        keyring.hold({subject: key})
    return key


def forget(subject: UUID) -> None:
    """Destroy the subject's key: what it sealed is unreadable for ever, in this process at once, in others in a minute.

    Copies of the key table in backups still hold the wrapped key until they expire; the operator's retention decides.
    """
    if subject == NODE:
        raise ValueError("the node's own key is not a subject's")
    now = clock.wall()
    keyring.drop([subject])
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(queries.DESTROY_KEY, [subject, now, now])
        transaction.on_commit(lambda: keyring.drop([subject]))


def _read(subjects: list[UUID]) -> dict[UUID, bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute(queries.READ_KEYS, [subjects])
        return {subject: None if wrapped is None else bytes(wrapped) for subject, wrapped in cursor.fetchall()}


def _wrap(subject: UUID, key: bytes) -> bytes:
    return lock(derived("wrap")[:KEY_BYTES], key, subject.bytes)


def _unwrap(subject: UUID, wrapped: bytes) -> bytes:
    key = unlock(derived("wrap")[:KEY_BYTES], wrapped, subject.bytes)
    if key is None:
        raise SealBroken(about="key")
    return key
