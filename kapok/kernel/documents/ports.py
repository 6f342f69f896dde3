"""What higher apps plug into documents: who seals them, and who may read them."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from kapok.kernel.common.registry import Registry
from kapok.kernel.documents.models import Document


class Sealer(Protocol):
    """Puts the agency's electronic seal on a paper (support.seals registers the real one)."""

    def seal(self, pdf: bytes, *, document: UUID, agency: str) -> bytes:
        """The same paper, sealed; raises KapokError when the seal cannot be used now."""


sealers: Registry[Sealer] = Registry("documents.sealers")
"""At most one entry, "seal". Without it documents stay 待用印 and say so on the paper."""

Reader = Callable[[Any, Document], bool]
readers: Registry[Reader] = Registry("documents.readers")
"""Per kind of thing a document is about (`about_kind`): whether an actor may read the document; notes the read where due."""


def sealer() -> Sealer | None:
    return sealers.find("seal")
