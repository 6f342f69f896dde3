"""Leave to sign: minted for one seal, person and document, fresh for two minutes, good once for each key of the seal."""

import hmac
import os
import re
import threading
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.custody.base import GUARDED, is_guarded
from kapok.kernel.crypto.custody.data import Authorisation
from kapok.kernel.crypto.errors import AuthorisationRefused
from kapok.kernel.crypto.queries import FORGET_SPENT, SPEND
from kapok.kernel.crypto.sealing import signature
from kapok.kernel.crypto.transactions import in_transaction

FRESH = timedelta(seconds=120)
AHEAD = timedelta(seconds=5)
"""How far the clock of another machine may be in front."""

KEPT = timedelta(days=1)
_SEAL = re.compile(r"[a-z0-9_.-]{1,100}")


def authorise(document_sm3: bytes, *, seal: str, person: str, purpose: str, request: str = "") -> Authorisation:
    """Mint leave to use a seal once on the document of that SM3; the caller has checked that the person may.

    `seal` is the second part of its keys' labels; `request` names the use, so that a seal server answers a repetition alike.
    """
    if len(document_sm3) != 32 or _SEAL.fullmatch(seal) is None or not person or not purpose:
        raise ValueError("an authorisation names a document by its SM3, a seal, a person and a purpose")
    issued_at, nonce = clock.wall(), os.urandom(16)
    mac = _mac(document_sm3, seal, person, purpose, request, issued_at, nonce)
    return Authorisation(document_sm3, seal, person, purpose, request, issued_at, nonce, mac)


def check(label: str, authorisation: Authorisation | None, *, now: datetime) -> None:
    """Refuse what is missing, altered, for another seal, stale or from the future; a key that is not guarded needs none."""
    if not is_guarded(label):
        return
    if authorisation is None:
        raise AuthorisationRefused(key=label, why="missing")
    a = authorisation
    if not hmac.compare_digest(a.mac, _mac(a.document_sm3, a.seal, a.person, a.purpose, a.request, a.issued_at, a.nonce)):
        raise AuthorisationRefused(key=label, why="altered")
    if not label.startswith(f"{GUARDED}{a.seal}/"):
        raise AuthorisationRefused(key=label, why="other_seal")
    if not -AHEAD <= now - a.issued_at <= FRESH:
        raise AuthorisationRefused(key=label, why="stale")


def check_document(authorisation: Authorisation, document_sm3: bytes) -> None:
    """Refuse another document than the one authorised."""
    if not hmac.compare_digest(authorisation.document_sm3, document_sm3):
        raise AuthorisationRefused(key=authorisation.seal, why="other_document")


def spend(label: str, authorisation: Authorisation, data: bytes) -> None:
    """Note in the node's table that this leave was used with this key; refused when it was before.

    Never in a transaction: rolled back, it would give the leave a second life.
    """
    if in_transaction():
        raise RuntimeError("leave to sign is spent in a transaction, whose end could undo it: sign before it begins")
    now = clock.wall()
    row: tuple[Any, ...] = (authorisation.nonce, label, authorisation.document_sm3, sm3(data), authorisation.person, now)
    with connection.cursor() as cursor:
        cursor.execute(SPEND, row)
        if cursor.rowcount != 1:
            raise AuthorisationRefused(key=label, why="spent")
        if authorisation.nonce[0] == 0:
            cursor.execute(FORGET_SPENT, [now - KEPT])


class SpentHere:
    """What a process without a database remembers of spent leave: as long as it would be fresh."""

    def __init__(self) -> None:
        self.since = clock.wall()
        self._lock = threading.Lock()
        self._spent: dict[tuple[bytes, str], datetime] = {}

    def spend(self, label: str, authorisation: Authorisation) -> None:
        """Refuse what was used here, and what is older than this memory."""
        if authorisation.issued_at < self.since:
            raise AuthorisationRefused(key=label, why="restarted")
        with self._lock:
            if (authorisation.nonce, label) in self._spent:
                raise AuthorisationRefused(key=label, why="spent")
            self._spent[authorisation.nonce, label] = authorisation.issued_at
            if len(self._spent) % 1000 == 0:
                oldest = clock.wall() - 2 * FRESH
                self._spent = {key: at for key, at in self._spent.items() if at >= oldest}


def _mac(document_sm3: bytes, seal: str, person: str, purpose: str, request: str, issued_at: datetime, nonce: bytes) -> bytes:
    parts = [document_sm3.hex(), seal, person, purpose, request, issued_at.isoformat(), nonce.hex()]
    return signature("custody.authorise", b"".join(len(p := part.encode()).to_bytes(4, "big") + p for part in parts))
