"""Channels outside the inbox, and the programs that carry them."""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kapok.kernel.common.registry import Registry


@dataclass(frozen=True)
class Outgoing:
    """A message for one channel; `delivery` is the key by which a connector knows a repetition."""

    delivery: int
    recipient: UUID
    address: str
    text: str


class Connector(Protocol):
    """Carries messages of one channel to the world."""

    title: Any
    channel: str

    def send(self, message: Outgoing) -> None:
        """Hand the message over, once per `delivery`; raises OSError when it should be tried again."""


connectors: Registry[Connector] = Registry("notices.connectors")


@dataclass(frozen=True)
class Channel:
    """A way to reach people beside the inbox; `default`: whether it is used unless the person says no."""

    key: str
    title: Any
    default: bool


channels: Registry[Channel] = Registry("notices.channels")
