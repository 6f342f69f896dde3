"""Renditions: made on first download, kept, and equal byte for byte ever after."""

from typing import Any
from uuid import UUID

from django.db import transaction

from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.documents.issuing import data_of
from kapok.kernel.documents.models import Document
from kapok.kernel.documents.ports import sealer
from kapok.kernel.documents.templates import template
from kapok.kernel.documents.typesetting import typeset, typeset_for_seal
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

    Two first downloads at once get the same bytes: the second to finish throws its own away. Of an agency without a seal the paper is
    kept marked 待用印, until a download finds that it has one. A seal that cannot be used now leaves the paper unsealed and not kept,
    so that the next download tries again.
    """
    row = document(document_id)
    if row.file is not None:
        return reseal(row.id) if row.state == Document.UNSEALED and _ready(row) else open_file(row.file)
    pdf, state = _made(row)
    return _keep(row, pdf, state) if state else pdf


def reseal(document_id: UUID) -> bytes:
    """Replace the rendition of a document that was downloaded while 待用印, once its agency has a seal."""
    row = document(document_id)
    if row.state == Document.ISSUED or row.file is None or not _ready(row):
        return open_file(row.file) if row.file else render(document_id)
    pdf, state = _made(row)
    if state != Document.ISSUED:
        return pdf
    before = row.file.id
    with transaction.atomic():
        Document.objects.filter(id=row.id, file=before).update(file=None)
        row.file = None
        kept = _keep(row, pdf, state)
        discard(before)
    return kept


def _ready(row: Document) -> bool:
    port = sealer()
    return port is not None and port.ready(str(data_of(row).get("agency", "")))


def _made(row: Document) -> tuple[bytes, str]:
    """The paper, and the state in which it is kept; empty where it is not the one to keep."""
    kind, data, port = template(row.template, row.template_version), data_of(row), sealer()
    said: dict[str, Any] = {"number": row.number, "issued_at": row.issued_at}
    agency = str(data.get("agency", ""))
    if not kind.needs_seal or port is None or not port.ready(agency):
        return typeset(kind, data, **said, sealed=False), row.state
    pdf, place = typeset_for_seal(kind, data, **said)
    try:
        return port.seal(pdf, document=row.id, agency=agency, place=place), Document.ISSUED
    except KapokError:
        return typeset(kind, data, **said, sealed=False), ""


def _keep(row: Document, pdf: bytes, state: str) -> bytes:
    """Store the rendition and name it in the row, unless somebody was faster."""
    title = template(row.template, row.template_version).title
    file = store(pdf, name=f"{title} {row.number}.pdf", media_type="application/pdf", subject=row.subject, by=None)
    if Document.objects.filter(id=row.id, file=None).update(file=file, state=state):
        return pdf
    discard(file.id)
    return render(row.id)
