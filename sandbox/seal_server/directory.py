"""The directory of seals the platform knows: every change has a number, and is read by who asks for what came after one."""

from typing import Any

PAGE = 100


class Directory:
    """Entries by seal number; the latest word about a seal is the one that counts."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Any]] = {}
        self._last = 0

    def put(self, said: dict[str, Any]) -> None:
        """Say something of a seal: es_id, name, owner, owner_uscc, state, valid_to."""
        self._last += 1
        self._entries[str(said["es_id"])] = {**said, "number": self._last}

    def page(self, after: int) -> dict[str, Any]:
        """What came after a number, in order."""
        later = sorted((entry for entry in self._entries.values() if entry["number"] > after), key=lambda entry: entry["number"])
        return {"seals": later[:PAGE], "last": self._last, "more": len(later) > PAGE}

    def find(self, es_id: str) -> dict[str, Any] | None:
        return self._entries.get(es_id)
