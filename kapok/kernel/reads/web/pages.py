"""谁看过我的资料."""

from django.http import HttpRequest, HttpResponse

from kapok.kernel.common.guards import SIGNED_IN, guard
from kapok.kernel.orgs.public import org
from kapok.kernel.reads.notes import as_reading, notes_of
from kapok.kernel.ui.public import keyset, render


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """The readings of the record of the party the person now acts as, newest first."""
    party = request.actor.for_party  # type: ignore[attr-defined]  # set by kernel.access
    page = keyset(notes_of(party), request, size=20) if party else None
    rows = [(as_reading(note), org(note.org).name if note.org else note.reader) for note in page.items] if page else []
    return render(request, "reads/mine.jinja", {"rows": rows, "page": page})
