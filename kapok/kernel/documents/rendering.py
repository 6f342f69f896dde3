"""Renditions: made on first download, kept, and equal byte for byte ever after."""

from uuid import UUID

from django.db import transaction

from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.documents.issuing import data_of
from kapok.kernel.documents.models import Document
from kapok.kernel.documents.ports import sealer
from kapok.kernel.documents.templates import template
from kapok.kernel.documents.typesetting import typeset
from kapok.kernel.files.public import discard, open_file, store


def document(document_id: UUID) -> Document:
    """The row with its file; `NotHere` if there is none. Who may see it is asked by `access.document_for`."""
    found = Document.objects.select_related("file").filter(id=document_id).first()
    if found is None:
        raise NotHere("documents.document", id=str(document_id))
    return found


def documents_about(about: UUID) -> list[Document]:
    """All documents about one thing, oldest first, without their data."""
    return list(Document.objects.filter(about=about).defer("sealed").order_by("issued_at", "id")[:200])


def render(document_id: UUID) -> bytes:
    """The PDF: from the store if it was made before, else made, sealed if there is a sealer, and kept.

    Two first downloads at once get the same bytes: the second to finish throws its own away. A sealer that cannot seal now leaves
    the paper unsealed, marked 待用印, and not kept, so that the next download tries again.
    """
    row = document(document_id)
    if row.file is not None:
        return open_file(row.file)
    pdf, final = _made(row)
    return _keep(row, pdf) if final else pdf


def reseal(document_id: UUID) -> bytes:
    """Replace the rendition of a document that was downloaded while 待用印, once there is a sealer."""
    row = document(document_id)
    if row.state == Document.ISSUED or sealer() is None:
        return render(document_id)
    pdf, final = _made(row)
    if not final:
        return pdf
    before = row.file.id if row.file else None
    with transaction.atomic():
        Document.objects.filter(id=row.id).update(file=None)
        row.file = None
        kept = _keep(row, pdf)
        if before:
            discard(before)
    return kept


def _made(row: Document) -> tuple[bytes, bool]:
    """The paper, and whether it is the one to keep."""
    kind, data, port = template(row.template, row.template_version), data_of(row), sealer()
    if not kind.needs_seal:
        return typeset(kind, data, number=row.number, issued_at=row.issued_at, sealed=False), True
    if port is None:
        return typeset(kind, data, number=row.number, issued_at=row.issued_at, sealed=False), row.state == Document.UNSEALED
    pdf = typeset(kind, data, number=row.number, issued_at=row.issued_at, sealed=True)
    try:
        return port.seal(pdf, document=row.id, agency=str(data.get("agency", ""))), True
    except KapokError:
        return typeset(kind, data, number=row.number, issued_at=row.issued_at, sealed=False), False


def _keep(row: Document, pdf: bytes) -> bytes:
    """Store the rendition and name it in the row, unless somebody was faster."""
    title = template(row.template, row.template_version).title
    state = Document.ISSUED if sealer() or row.state == Document.ISSUED else row.state
    file = store(pdf, name=f"{title} {row.number}.pdf", media_type="application/pdf", subject=row.subject, by=None)
    if Document.objects.filter(id=row.id, file=None).update(file=file, state=state):
        return pdf
    discard(file.id)
    return render(row.id)
