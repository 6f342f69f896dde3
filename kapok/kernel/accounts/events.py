"""What is announced of accounts."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AccountOpened:
    name: ClassVar[str] = "accounts.opened"
    kind: str


@dataclass(frozen=True)
class TokenMade:
    name: ClassVar[str] = "accounts.token_made"
    label: str
