"""The node's master key: one file outside the repository and outside the database, and what is derived from it."""

import os
import stat
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kapok.kernel.crypto.ciphers import hmac_sm3
from kapok.kernel.crypto.errors import MasterKeyMissing, MasterKeyUnsafe

FILE_NAME = "master.key"
_HEADER = "kapok-master-key-1 "
_BYTES = 32


def create_master_key(folder: Path | str | None = None) -> Path:
    """Make the master key file (0600 in a 0700 folder) if there is none; an existing key is never touched.

    Losing this file loses all sealed data: it belongs into the operator's key safe, apart from the backups.
    """
    home = Path(folder or settings.KAPOK_SECRETS)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = home / FILE_NAME
    draft = home / f".{FILE_NAME}.{os.urandom(6).hex()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, f"{_HEADER}{os.urandom(_BYTES).hex()}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, target)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return target


def derived(purpose: str) -> bytes:
    """A 32-byte key for one purpose; knowing it tells nothing about the master key or any other purpose."""
    return _derived(str(settings.KAPOK_SECRETS), purpose)


def derived_in(folder: Path, purpose: str) -> bytes:
    """The same from the master key of another folder (that of signing keys has its own)."""
    return _derived(str(folder), purpose)


@lru_cache(maxsize=1024)
def _derived(folder: str, purpose: str) -> bytes:
    return hmac_sm3(_master(folder), b"kapok/" + purpose.encode())


@lru_cache(maxsize=8)
def _master(folder: str) -> bytes:
    path = Path(folder) / FILE_NAME
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise MasterKeyMissing(path=str(path)) from None
    with os.fdopen(handle, "rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise MasterKeyUnsafe(path=str(path), why="readable by others")
        text = file.read(200).decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text.removeprefix(_HEADER))
    except ValueError:
        key = b""
    if not text.startswith(_HEADER) or len(key) != _BYTES:
        raise MasterKeyUnsafe(path=str(path), why="not a master key")
    return key
