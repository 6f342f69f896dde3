"""Downloads of documents and of files by signed link."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from kapok.kernel.common.guards import PUBLIC, SIGNED_IN, guard
from kapok.kernel.documents.access import document_for
from kapok.kernel.documents.rendering import document, render
from kapok.kernel.files.public import file_response, open_file, open_link, stored


@guard(SIGNED_IN)
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The PDF of a document, for whoever the app it belongs to lets read it."""
    found = document_for(request.actor, document_id)  # type: ignore[attr-defined]  # set by kernel.access
    pdf = render(found.id)
    kept = document(found.id).file
    if kept is not None:
        return file_response(kept, pdf, inline=True)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Cache-Control": "private, no-store"})


@guard(PUBLIC, why="the signature in the address is the permission, for a few minutes and for one reader")
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A file by signed link; a link for one account opens for that account alone."""
    actor = request.actor  # type: ignore[attr-defined]  # as above
    row = stored(open_link(token, to=actor.account))
    return file_response(row, open_file(row))
