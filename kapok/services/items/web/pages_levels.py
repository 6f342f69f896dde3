"""分级管理 on screen: delegated elements and review terms of one's jurisdiction."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import FieldFault, KapokError
from kapok.kernel.regions.public import Place, ancestors, children
from kapok.kernel.ui.public import Link, Option, error_lines, render
from kapok.services.items.actions.levels import MONTHS, delegate, end_delegation, set_review_term
from kapok.services.items.models import Delegation, ReviewTerm
from kapok.services.items.queries.levels import homes_of, may_order
from kapok.services.items.rules.table import code_sets, table, word
from kapok.services.items.web.pages import actor_of, number_of, place_of


@guard("items.delegate")
def show_levels(request: HttpRequest) -> HttpResponse:
    """What a region lets those below it fill and how often its items are looked through; forms where it is one's own."""
    homes = homes_of(actor_of(request))
    place = place_of(request.GET.get("region", "")) or (homes[0] if homes else place_of("44"))
    assert place is not None
    errors: list[Any] = []
    if request.method == "POST":
        try:
            messages.success(request, _do(request, place))
            return HttpResponseRedirect(f"{reverse('items:levels')}?region={place.code}")
        except KapokError as refused:
            errors = error_lines([_placed(fault, request) for fault in getattr(refused, "faults", ())] or [refused.message()])
    here = reverse("items:levels")
    context = {
        "place": place, "errors": errors, "post": request.POST, "mine": may_order(actor_of(request), place.code), "word": word,
        "above": [Link(p.name, f"{here}?region={p.code}") for p in ancestors(place.code)],
        "below": [Link(p.name, f"{here}?region={p.code}") for p in children(place.code)],
        "delegations": Delegation.objects.filter(region=place.code, ends=None).order_by("element"),
        "terms": ReviewTerm.objects.filter(region=place.code).order_by("-starts", "-id")[:20], "titles": table().elements,
        "elements": [Option(e.key, e.title) for e in table().elements.values() if e.fill < LOWEST],
        "levels": [Option(code, text) for code, text in code_sets()["level"].items() if place.level + 1 < int(code) <= LOWEST],
        "months": (MONTHS.start, MONTHS.stop - 1),
    }  # fmt: skip
    return render(request, "items/levels.jinja", context, status=422 if errors else 200)


LOWEST = 6
"""The village (A.2)."""


def _placed(fault: FieldFault, request: HttpRequest) -> FieldFault:
    """A fault at the field of the form that was sent: both forms ask for a reason."""
    return replace(fault, field="term_reason") if fault.field == "reason" and request.POST.get("step") == "term" else fault


def _do(request: HttpRequest, place: Place) -> str:
    """One of the page's three forms."""
    actor, said = actor_of(request), request.POST
    if said.get("step") == "end":
        end_delegation(number_of(said.get("delegation", "")), by=actor)
        return _("已收回。")
    if said.get("step") == "term":
        set_review_term(place.code, number_of(said.get("months", "")), said.get("term_reason", ""), by=actor)
        return _("复核周期已设定。")
    delegate(said.get("element", ""), place.code, number_of(said.get("level", "")), said.get("reason", ""), by=actor)
    return _("已下放。")
