"""What is announced of grants."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Granted:
    name: ClassVar[str] = "access.granted"
    account: str
    role: str
    org: int | None
    region: str
    reason: str


@dataclass(frozen=True)
class Revoked:
    name: ClassVar[str] = "access.revoked"
    account: str
    role: str
    reason: str
