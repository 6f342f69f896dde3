"""What a process remembers of the database."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """A dictionary that can be emptied like an `lru_cache`: whoever gives the process another database empties them all."""

    def cache_clear(self) -> None:
        self.clear()
