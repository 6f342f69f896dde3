"""Who may read a document: the app whose thing it is about says so."""

from typing import Any
from uuid import UUID

from kapok.kernel.common.errors import NotHere
from kapok.kernel.documents.models import Document
from kapok.kernel.documents.ports import readers
from kapok.kernel.documents.rendering import document


def document_for(actor: Any, document_id: UUID) -> Document:
    """The document if the actor may read it; absent and forbidden look alike."""
    found = document(document_id)
    reader = readers.find(found.about_kind)
    if reader is None or not reader(actor, found):
        raise NotHere("documents.document", id=str(document_id))
    return found
