"""What higher apps plug into documents: who seals them, and who may read them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kapok.kernel.common.registry import Registry
from kapok.kernel.documents.models import Document


@dataclass(frozen=True)
class SealPlace:
    """The place a paper leaves free for its seal: page from 1, upper left corner in millimetres."""

    page: int
    x: float
    y: float


class Sealer(Protocol):
    """Puts the agency's electronic seal on a paper (support.seals registers the real one)."""

    def ready(self, agency: str) -> bool:
        """Whether the agency of this name has a seal in use."""

    def seal(self, pdf: bytes, *, document: UUID, agency: str, place: SealPlace | None) -> bytes:
        """The same paper, sealed; raises KapokError when the seal cannot be used now."""


sealers: Registry[Sealer] = Registry("documents.sealers")
"""At most one entry, "seal". Without it, or where the agency has no seal, documents stay 待用印 and say so on the paper."""

Reader = Callable[[Any, Document], bool]
readers: Registry[Reader] = Registry("documents.readers")
"""Per kind of thing a document is about (`about_kind`): whether an actor may read the document; notes the read where due."""


def sealer() -> Sealer | None:
    return sealers.find("seal")
