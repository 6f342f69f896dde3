"""Who did it, as the record keeps it."""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class ActorRef:
    """A reference that outlives accounts: kind is person, staff, system or clock."""

    kind: str
    label: str
    account: UUID | None = None
    party: UUID | None = None
    on_behalf_of: UUID | None = None
    org: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The reference without empty parts; it holds no personal data but the label of staff."""
        parts: dict[str, Any] = {"kind": self.kind, "label": self.label}
        for name in ("account", "party", "on_behalf_of", "org"):
            value = getattr(self, name)
            if value is not None:
                parts[name] = value if isinstance(value, int) else str(value)
        return parts


class By(Protocol):
    """Whoever does something: `kernel.access` makes these; lower modules need no more than this of them."""

    @property
    def ref(self) -> ActorRef: ...

    def may(self, deed: str, thing: Any = None) -> bool:
        """Whether the deed is allowed, on this thing if one is named."""
        ...
