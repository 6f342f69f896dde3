"""What operators do to entries that a subscriber could not take."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class LetterSentAgain:
    """The subscriber is to try the entry once more."""

    name: ClassVar[str] = "journal.letter_sent_again"
    follower: str
    seq: int


@dataclass(frozen=True)
class LetterSetAside:
    """The subscriber will not take the entry."""

    name: ClassVar[str] = "journal.letter_set_aside"
    follower: str
    seq: int
