"""A copy of the node's own certificates beside their keys.

Keys are files and outlive a database: a new one made for the same node takes up the certificates of the keys that are
there, instead of new keys each time. Written when a change is committed; read only where tables are empty.
"""

import base64
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from kapok.kernel.crypto.custody.custodian import socket_path
from kapok.kernel.crypto.custody.file import keys_folder
from kapok.kernel.crypto.custody.signing import custody_health

FILE_NAME = "certificates.json"
HERE = ("file", "custodian")


_in_person: ContextVar[bool] = ContextVar("in_person", default=False)


def custody() -> str:
    """Where the node's own keys are: not at a seal server, nor in a token without SM2, but with the custodian where one runs."""
    named = str(getattr(settings, "KAPOK_CUSTODY", "") or "file")
    if named not in HERE:
        named = "custodian" if socket_path().exists() else "file"
    return "file" if _in_person.get() else named


@contextmanager
def in_person() -> Iterator[None]:
    """Within, keys are used by this process itself where the custodian does not run (set-up before the first start)."""
    away = custody() == "custodian" and bool(custody_health("custodian"))
    token = _in_person.set(away or _in_person.get())
    try:
        yield
    finally:
        _in_person.reset(token)


def folder() -> Path:
    return keys_folder() / "pki"


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time makes keys and writes the copy."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder() / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_copy() -> list[dict[str, Any]]:
    """Authorities first, then own certificates, as `write_copy` was given them; nothing where there is no whole copy."""
    try:
        rows = orjson.loads((folder() / FILE_NAME).read_bytes())
        return [{**row, "certificate": base64.b64decode(row["certificate"])} for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write_copy(rows: list[dict[str, Any]]) -> None:
    """Put rows beside those that are there; a row with a known id takes its place."""
    with alone():
        kept = {row["id"]: row for row in read_copy()} | {row["id"]: row for row in rows}
        text = orjson.dumps([{**row, "certificate": base64.b64encode(row["certificate"]).decode()} for row in kept.values()])
        draft = folder() / f".{FILE_NAME}.{os.getpid()}"
        draft.write_bytes(text)
        draft.replace(folder() / FILE_NAME)
