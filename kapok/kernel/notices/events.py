"""What is announced about notices: never their words."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class NoticeSent:
    """A message stands in an inbox; the channels named are to carry it too."""

    name: ClassVar[str] = "notices.sent"
    notice: str
    template: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class NoticesRead:
    """Somebody read messages of the own inbox."""

    name: ClassVar[str] = "notices.read"
    count: int


@dataclass(frozen=True)
class PreferenceSet:
    """A wish about a channel changed."""

    name: ClassVar[str] = "notices.preference_set"
    channel: str
    topic: str
    wanted: bool
