"""What is announced about documents."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DocumentIssued:
    """A document exists, with number and data; its paper is made when somebody asks for it."""

    name: ClassVar[str] = "documents.issued"

    document: str
    template: str
    number: str
    state: str
