"""What is announced of parties."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class PartyRegistered:
    name: ClassVar[str] = "parties.registered"
    kind: str
