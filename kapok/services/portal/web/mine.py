"""我的: own cases, materials, favourites. The consultations and appointments stand beside, in `asking` and `booking`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.documents.public import Document
from kapok.kernel.documents.public import template as document_kind
from kapok.kernel.files.public import file_response, open_file, stored
from kapok.kernel.ui.public import Link, keyset, render
from kapok.services.intake.public import case_of_applicant, handed_of, own_drafts
from kapok.services.items.public import item_of
from kapok.services.portal.access import own_cases
from kapok.services.portal.actions.keeping import keep_favourite
from kapok.services.portal.queries.mine import asked_of, asking, favourites, is_favourite, lines
from kapok.services.portal.web.frame import actor_of
from kapok.support.licences.public import count_in_force

SIZE = 20
SHOWN_ASKED = 3
SHOWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "all": (_("全部"), {}),
    "asked": (_("需要我办理"), {}),
    "open": (_("在办"), {"open": True}),
    "done": (_("已办结"), {"open": False}),
}


@guard(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """Own cases, what needs doing first, and drafts."""
    actor = actor_of(request)
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    rows = asking(actor) if show == "asked" else own_cases(actor).filter(**SHOWS[show][1])
    page = keyset(rows, request, size=SIZE)
    cases = lines(page.items)
    first = show == "all" and not {"after", "before"} & set(request.GET)
    tabs = [Link(title, f"?show={key}" if key != "all" else request.path, current=key == show) for key, (title, _f) in SHOWS.items()]
    context = {
        "page": page, "cases": [line for line in cases if show != "asked" or line.words.action], "tabs": tabs, "show": show,
        "asked": asked_of(actor, SHOWN_ASKED) if first else [], "drafts": own_drafts(actor) if first else [], "as_of": clock.now(),
        "licences": count_in_force(actor) if first else 0,
    }  # fmt: skip
    return render(request, "portal/mine.jinja", context)


@guard(SIGNED_IN)
def materials(request: HttpRequest) -> HttpResponse:
    """The papers of own cases: what the agency issued, and what was handed in."""
    page = keyset(own_cases(actor_of(request)), request, size=SIZE)
    ids = [case.id for case in page.items]
    handed: dict[UUID, list[Any]] = {key: [] for key in ids}
    for each in handed_of(ids):
        handed[each.case_id].append(each)
    papers = documents_of(ids)
    rows = [(case, papers[case.id], handed[case.id]) for case in page.items]
    return render(request, "portal/materials.jinja", {"page": page, "rows": rows})


def documents_of(cases: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The papers issued about some cases, with what they are called; one statement."""
    found: dict[UUID, list[dict[str, Any]]] = {case: [] for case in cases}
    for one in Document.objects.filter(about__in=cases).defer("sealed").order_by("issued_at", "id"):
        title = document_kind(one.template, one.template_version).title
        found[one.about].append({"id": one.id, "title": title, "number": one.number, "at": one.issued_at})
    return found


@guard(SIGNED_IN)
def file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """A file the applicant handed in, given back."""
    case_of_applicant(actor_of(request), case_id)
    if not any(str(file_id) in each.files for each in handed_of([case_id])):
        raise NotHere("files.file", id=file_id)
    row = stored(file_id)
    return file_response(row, open_file(row), inline=True)


@guard(SIGNED_IN)
def kept(request: HttpRequest) -> HttpResponse:
    """The items kept to be found again."""
    return render(request, "portal/favourites.jinja", {"page": keyset(favourites(actor_of(request)), request, size=SIZE)})


@guard(SIGNED_IN)
def favourite(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Keep an item or take it out; the page says which it is, so that the guide itself holds nothing of a person."""
    actor = actor_of(request)
    item = item_of(impl_code) if len(impl_code) <= 64 else None
    if item is None:
        raise NotHere("items.item", id=impl_code)
    if request.method == "POST":
        keep_favourite(impl_code, request.POST.get("keep") != "no", by=actor)
        return HttpResponseRedirect(reverse("portal:favourites"))
    return render(request, "portal/favourite.jinja", {"item": item, "kept": is_favourite(actor, item.id)})
