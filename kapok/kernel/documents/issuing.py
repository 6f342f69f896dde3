"""Issuing: the document exists from the deciding transaction on; nothing is rendered there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.documents.events import DocumentIssued
from kapok.kernel.documents.models import Document
from kapok.kernel.documents.templates import template as template_of
from kapok.kernel.journal.public import action, record
from kapok.kernel.numbers.public import take_text

COLUMNS = "id, about_kind, about, subject, template, template_version, number, sealed, state, issued_at, issued_by"
"""Columns of `documents_document` in the order of `DocumentRow.params`, for statements that fold the insert."""

CASTS = (
    "%s::uuid, %s::varchar, %s::uuid, %s::uuid, %s::varchar, %s::smallint, %s::varchar, %s::bytea, %s::varchar, %s::timestamptz, %s::uuid"
)
ABOUT = "documents.data"
_NUMBER = COLUMNS.split(", ").index("number")


@dataclass(frozen=True)
class DocumentRow:
    """A document ready to be inserted."""

    id: UUID
    params: tuple[Any, ...]

    def fold(self, source: str, number_sql: str = "") -> tuple[str, list[Any]]:
        """The insert as part of a larger statement, hanging on the rows of `source`, and its parameters.

        `number_sql` gives the number as an expression over `source`, where only the statement itself knows it.
        """
        casts, params = CASTS.split(", "), list(self.params)
        if number_sql:
            casts[_NUMBER] = f"({number_sql})::varchar"
            del params[_NUMBER]
        return f"insert into documents_document ({COLUMNS}) select {', '.join(casts)} from {source}", params


def issue_row(
    template: str,
    *,
    about_kind: str,
    about: UUID,
    subject: UUID,
    number: str,
    data: dict[str, Any],
    at: datetime | None = None,
    by: By | None = None,
) -> DocumentRow:
    """The row of a new document, sealed under its subject's key; the caller inserts it in the deciding transaction.

    Costs one encryption, no statement (the key being in memory). `data` is what the template's head asks for. Where only the
    statement itself knows the number, leave `number` empty and give `DocumentRow.fold` its expression; with `number_is: "case"` in
    the data the paper shows it as the case's number too.
    """
    kind = template_of(template)
    state = Document.UNSEALED if kind.needs_seal else Document.ISSUED
    issued_by = by.ref.account if by is not None else None
    document = uuid7()
    params = (
        document, about_kind, about, subject, kind.key, kind.version, number,
        seal_json(subject, data, about=ABOUT), state, at or clock.now(), issued_by,
    )  # fmt: skip
    return DocumentRow(document, params)


@action("documents.issue")
def issue_document(
    template: str,
    *,
    about_kind: str,
    about: UUID,
    subject: UUID,
    data: dict[str, Any],
    by: By,
    number: str = "",
    number_profile: str = "serial4",
    number_key: str = "",
) -> Document:
    """Issue a document: with the number given, or with the next one of a profile and key; three statements."""
    text = number or f"{number_key}{take_text(number_profile, number_key)}"
    row = issue_row(template, about_kind=about_kind, about=about, subject=subject, number=text, data=data, by=by)
    document = Document(**dict(zip(COLUMNS.split(", "), row.params, strict=True)))
    document.save(force_insert=True)
    event = DocumentIssued(document=str(row.id), template=template, number=text, state=document.state)
    record(by, event, about=about, kind=about_kind)
    return document


def data_of(document: Document) -> dict[str, Any]:
    """What the document says, opened with its subject's key."""
    data: dict[str, Any] = unseal_json(document.subject, document.sealed, about=ABOUT)
    return data
