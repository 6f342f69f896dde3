"""The tree of powers, base items, implementers and handling items; gaps; one base item with its layers and the bulk adoption."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.regions.public import ancestors, children
from kapok.kernel.ui.public import Link, Slice, error_lines, render
from kapok.services.items.actions.adopting import adopt_base
from kapok.services.items.models import PROVINCE, BaseItem, BaseLayer
from kapok.services.items.queries.children import children_of
from kapok.services.items.queries.tree import branches, gaps_of, items_without_power, leaves, powers_without_item
from kapok.services.items.rules.table import code_sets, table, word
from kapok.services.items.rules.wording import read
from kapok.services.items.web.pages import actor_of, number_of, place_of

SIZE = 50


@guard("items.read")
def show_tree(request: HttpRequest) -> HttpResponse:
    """Base items under their powers with counts for a region, and what is missing."""
    place = place_of(request.GET.get("region", PROVINCE)) or place_of(PROVINCE)
    if place is None:
        raise NotHere("regions.region", id=PROVINCE)
    type_code = request.GET.get("type", "")
    rows = branches(place.code, after=number_of(request.GET.get("after", "")), limit=SIZE + 1, type_code=type_code)
    here, after = reverse("items:tree"), str(rows[SIZE - 1].base.id) if len(rows) > SIZE else None
    context = {
        "place": place, "rows": rows[:SIZE], "slice": Slice(rows[:SIZE], after, size=SIZE),
        "above": [Link(p.name, f"{here}?region={p.code}") for p in ancestors(place.code)],
        "below": [Link(p.name, f"{here}?region={p.code}") for p in children(place.code)],
        "gaps": gaps_of(place.code), "powers": powers_without_item(), "orphans": items_without_power(), "word": word,
        "types": code_sets()["type_code"], "type": type_code,
    }  # fmt: skip
    return render(request, "items/tree.jinja", context)


@guard("items.read")
def show_base(request: HttpRequest, base_code: str) -> HttpResponse:
    """A base item: its layers, its implementers with what a change does to each, and bulk adoption (POST)."""
    base = BaseItem.objects.select_related("power").filter(base_code=base_code).first()
    if base is None:
        raise NotHere("items.base", id=base_code)
    errors: list[Any] = []
    if request.method == "POST":
        try:
            done = adopt_base(
                base,
                [number_of(n) for n in request.POST.getlist("items")] or None,
                conflicts=request.POST.get("conflicts", ""),
                by=actor_of(request),
            )
            said = _("已发布%(published)s项，开草稿%(drafts)s项，跳过%(skipped)s项。")
            messages.success(request, said % {"published": len(done.published), "drafts": len(done.drafts), "skipped": len(done.skipped)})
            return HttpResponseRedirect(reverse("items:base", args=[base_code]))
        except KapokError as refused:
            errors = error_lines(getattr(refused, "faults", None) or [refused.message()])
    layers = list(BaseLayer.objects.filter(base=base).order_by("region", "-number"))
    context = {
        "base": base, "children": children_of(base), "leaves": leaves(base, after=number_of(request.GET.get("after", "")), limit=SIZE),
        "layers": [(row, _said(row)) for row in layers],
        "word": word, "errors": errors, "titles": table().elements, "may_adopt": actor_of(request).may("items.base"),
        "child_id": lambda child: child.item.id,
    }  # fmt: skip
    return render(request, "items/base.jinja", context, status=409 if errors else 200)


def _said(row: BaseLayer) -> list[tuple[str, str]]:
    """A layer's elements in the table's order, as they read."""
    return [(element.title, read(element, row.elements[key])) for key, element in table().elements.items() if key in row.elements]
