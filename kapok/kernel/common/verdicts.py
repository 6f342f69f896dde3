"""A rule answers with a named verdict, never a bare bool."""

from dataclasses import dataclass, field
from typing import Any

from kapok.kernel.common.errors import Refused


@dataclass(frozen=True)
class Verdict:
    """Allowed, or refused with the code of the one cause and its data."""

    allowed: bool
    code: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    status: int = 409

    def __bool__(self) -> bool:
        return self.allowed

    def or_raise(self) -> None:
        if not self.allowed:
            raise Refused(self.code, self.status, **self.data)


_ALLOWED = Verdict(True)


def allow() -> Verdict:
    """Nothing stands against it."""
    return _ALLOWED


def refuse(code: str, *, status: int = 409, **data: Any) -> Verdict:
    """Refused, for the one cause that `code` names."""
    return Verdict(False, code, data, status)
