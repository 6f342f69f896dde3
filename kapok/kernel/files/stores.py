"""Where sealed bytes lie. A folder now; an S3 store is a further entry of the registry with the same three verbs."""

import os
from pathlib import Path
from typing import Protocol

from django.conf import settings

from kapok.kernel.common.registry import Registry


class Store(Protocol):
    """A place for sealed objects by address (64 hexadecimal digits); an object never changes once it is there."""

    def put(self, address: str, sealed: bytes) -> None:
        """Keep the object durably before answering; nothing if it is there already."""

    def get(self, address: str) -> bytes | None:
        """The object, or None."""

    def drop(self, address: str) -> None:
        """Remove the object; nothing if it is not there."""


stores: Registry[Store] = Registry("files.stores")


class FolderStore:
    """Objects as files of KAPOK_FILES, in 65,536 folders by the first four digits."""

    def _path(self, address: str) -> Path:
        if len(address) != 64 or not set(address) <= set("0123456789abcdef"):
            raise ValueError(address)
        return Path(settings.KAPOK_FILES) / address[:2] / address[2:4] / address

    def put(self, address: str, sealed: bytes) -> None:
        path = self._path(address)
        if path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{address[:16]}.{os.urandom(6).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        self._sync(path.parent)

    def get(self, address: str) -> bytes | None:
        try:
            return self._path(address).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, address: str) -> None:
        self._path(address).unlink(missing_ok=True)

    def _sync(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


stores.put("folder", FolderStore())


def current() -> Store:
    """The store of setting KAPOK_FILE_STORE (absent: the folder)."""
    return stores.get(getattr(settings, "KAPOK_FILE_STORE", "folder"))
