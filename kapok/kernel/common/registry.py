"""One typed registry per question: what varies is a row here, not an if."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from kapok.kernel.common.errors import KapokError

T = TypeVar("T")


class NotRegistered(KapokError):
    """Nothing answers to this key."""

    code, status, fields = "kapok.not_registered", 500, ("registry", "key")


class Registry(Generic[T]):
    """Named entries of one kind; filled by higher apps when they load, read by the lower one that owns it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def put(self, key: str, entry: T) -> T:
        """Add an entry; a key is given once (a module loaded twice gives the same entry)."""
        self._entries[key] = entry
        return entry

    def add(self, key: str) -> Callable[[T], T]:
        """Decorator form of `put`."""
        return lambda entry: self.put(key, entry)

    def get(self, key: str) -> T:
        if key not in self._entries:
            raise NotRegistered(registry=self.name, key=key)
        return self._entries[key]

    def find(self, key: str) -> T | None:
        return self._entries.get(key)

    def all(self) -> dict[str, T]:
        """Entries by key, in the order they came."""
        return dict(self._entries)

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __contains__(self, key: str) -> bool:
        return key in self._entries
