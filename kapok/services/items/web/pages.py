"""Lists of the workbench: one's own items, the whole catalogue, one item with its history, a new item, cancelling."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.orgs.public import org
from kapok.kernel.regions.public import Place, ancestors, children, find_region, normalise
from kapok.kernel.ui.public import ErrorLine, Link, Option, Slice, error_lines, keyset, render
from kapok.services.items.access import item_for
from kapok.services.items.actions.editing import create_item, open_draft
from kapok.services.items.actions.publishing import cancel_item
from kapok.services.items.models import BaseItem, State
from kapok.services.items.queries.impact import POLICIES, Policy, Touched, preview_impact
from kapok.services.items.queries.reading import history_of, item_in_force
from kapok.services.items.queries.searching import ABOVE, HERE, KEYS, WITHIN, Asked, facet_label, search_items
from kapok.services.items.queries.working import ALL, IN_FORCE, NONE, worked_on
from kapok.services.items.rules.table import code_sets, word

SIZE = 50
TABS: dict[str, Any] = {
    ALL: gettext_lazy("全部"),
    State.DRAFT.value: gettext_lazy("编辑"),
    State.RETURNED.value: gettext_lazy("退回"),
    State.IN_REVIEW.value: gettext_lazy("待审核"),
    State.REVIEWED.value: gettext_lazy("已审核"),
    IN_FORCE: gettext_lazy("生效中"),
    NONE: gettext_lazy("没有版本"),
}
STATES: dict[str, tuple[Any, str]] = {
    "draft": (gettext_lazy("编辑"), "plain"),
    "in_review": (gettext_lazy("待审核"), "wait"),
    "returned": (gettext_lazy("退回"), "bad"),
    "reviewed": (gettext_lazy("已审核"), "run"),
    "published": (gettext_lazy("已发布"), "ok"),
    "cancelled": (gettext_lazy("已取消"), "mute"),
}
WHERE: dict[str, Any] = {WITHIN: gettext_lazy("本级及下级"), ABOVE: gettext_lazy("本级及上级"), HERE: gettext_lazy("只看本级")}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


@guard("items.read")
def show_list(request: HttpRequest) -> HttpResponse:
    """Items within reach, by where their version stands."""
    state = request.GET.get("state", ALL)
    state = state if state in TABS else ALL
    text, type_code = request.GET.get("q", ""), request.GET.get("type", "")
    rows = worked_on(actor_of(request), state=state, text=text, type_code=type_code)
    context = {
        "page": keyset(rows, request, order=("name", "id"), size=SIZE),
        "tabs": [Link(title, _address(request, state=key), current=key == state) for key, title in TABS.items()],
        "q": text, "type": type_code, "types": options_of(code_sets()["type_code"]), "states": STATES, "word": word,
        "state": state, "may_edit": actor_of(request).may("items.edit"),
    }  # fmt: skip
    return render(request, "items/list.jinja", context)


def options_of(codes: dict[str, str]) -> list[Option]:
    """A code set as the options of a field."""
    return [Option(code, text) for code, text in codes.items()]


def _address(request: HttpRequest, **changes: str) -> str:
    asked = request.GET.copy()
    for name in ("after", "before"):
        asked.pop(name, None)
    for name, value in changes.items():
        asked[name] = value
    return f"{request.path}?{asked.urlencode()}"


@guard("items.read")
def find(request: HttpRequest) -> HttpResponse:
    """The whole catalogue in force: words, facets, and the region switched up and down."""
    asked = asked_of(request)
    found = search_items(asked, after=request.GET.get("after"), size=SIZE)
    place = find_region(asked.region) if asked.region else None
    context = {
        "found": found, "slice": Slice(found.lines, found.after, None, found.total, SIZE), "asked": asked, "word": word,
        "facets": [(facet, [(value, _toggled(request, facet.key, value.value)) for value in facet.values]) for facet in found.facets],
        "chosen": [(KEYS[k], facet_label(k, v), _toggled(request, k, v)) for k, v in asked.facets],
        "place": place,
        "above": [Link(p.name, _address(request, region=p.code)) for p in ancestors(place.code)] if place else [],
        "below": [Link(p.name, _address(request, region=p.code)) for p in children(place.code)] if place else [],
        "where": [Link(title, _address(request, where=key), current=key == asked.where) for key, title in WHERE.items()],
    }  # fmt: skip
    return render(request, "items/find.jinja", context)


def asked_of(request: HttpRequest) -> Asked:
    """The search an address asks for; what it does not know it leaves out."""
    known = place_of(request.GET.get("region", ""))
    facets = tuple((k, v[:60]) for pair in request.GET.getlist("f")[:12] for k, _sep, v in [pair.partition(":")] if k in KEYS and v)
    where = request.GET.get("where", WITHIN)
    return Asked(request.GET.get("q", "")[:100], normalise(known.code) if known else "", where if where in WHERE else WITHIN, facets)


def place_of(text: str) -> Place | None:
    """The region an address names by its code, or None."""
    return find_region(text) if text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12) else None


def number_of(text: str) -> int:
    """A number from an address or form; what is none is 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _toggled(request: HttpRequest, key: str, value: str) -> str:
    """The address with one facet value put in or taken out."""
    asked, pair = request.GET.copy(), f"{key}:{value}"
    chosen = asked.getlist("f")
    asked.setlist("f", [f for f in chosen if f != pair] if pair in chosen else [*chosen, pair])
    asked.pop("after", None)
    return f"{request.path}?{asked.urlencode()}"


@guard("items.read")
def show_item(request: HttpRequest, impl_code: str) -> HttpResponse:
    """One item: the law in force, its versions by date and digest, what can be done."""
    item = item_for(actor_of(request), impl_code)
    lines = history_of(item)
    context = {
        "item": item, "law": item_in_force(impl_code), "lines": lines, "states": STATES, "word": word,
        "open": next((line for line in lines if line.state in ("draft", "in_review", "returned", "reviewed")), None),
        "may_edit": actor_of(request).may("items.edit", item), "may_publish": actor_of(request).may("items.publish", item),
    }  # fmt: skip
    return render(request, "items/item.jinja", context)


@guard("items.edit")
def new_draft(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Begin a version."""
    version = open_draft(impl_code, by=actor_of(request))
    messages.success(request, _("已新建版本%(number)s。") % {"number": version.number})
    return HttpResponseRedirect(reverse("items:edit", args=[version.id, "basic"]))


@guard("items.edit")
def new_item(request: HttpRequest) -> HttpResponse:
    """Take up a base item for one's own office: choose it, and its first draft opens."""
    actor = actor_of(request)
    home = org(actor.org) if actor.org else None
    text = request.GET.get("q", "").strip()[:100]
    rows = BaseItem.objects.filter(ended_on=None).order_by("base_code")
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(base_code__startswith=text)
    if home is not None:
        rows = rows.exclude(items__org=home)
    errors: list[ErrorLine] = []
    if request.method == "POST":
        base = BaseItem.objects.filter(base_code=request.POST.get("base", "")).first()
        if base is None or home is None:
            raise NotHere("items.base")
        try:
            item = create_item(base, home, by=actor)
            return HttpResponseRedirect(reverse("items:edit", args=[open_draft(item.impl_code, by=actor).id, "basic"]))
        except KapokError as refused:
            errors = error_lines(getattr(refused, "faults", None) or [refused.message()])
    page = keyset(rows, request, order=("base_code",), size=SIZE)
    context = {"page": page, "home": home, "q": text, "errors": errors, "word": word}
    return render(request, "items/new.jinja", context, status=422 if errors else 200)


@guard("items.publish")
def cancel(request: HttpRequest, impl_code: str) -> HttpResponse:
    """End an item: from when, why, and what becomes of what depends on it."""
    actor = actor_of(request)
    item = item_for(actor, impl_code, "items.publish")
    law = item_in_force(impl_code)
    day = day_of(request.POST.get("on")) or clock.today()
    impacts = preview_impact(Touched(item.id, impl_code, law.version_id if law else None, None, day))
    errors: list[ErrorLine] = []
    if request.method == "POST":
        try:
            cancel_item(impl_code, day, request.POST.get("reason", ""), policies=policies_of(request), by=actor)
            messages.success(request, _("已取消，自%(day)s起不再办理。") % {"day": day.isoformat()})
            return HttpResponseRedirect(reverse("items:item", args=[impl_code]))
        except KapokError as refused:
            errors = [ErrorLine("id_reason", refused.message())]
    context = {
        "item": item,
        "impacts": impacts,
        "policies": POLICIES,
        "errors": errors,
        "day": day,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "items/cancel.jinja", context, status=409 if errors else 200)


def day_of(text: str | None) -> date | None:
    """A day from an address or form, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def policies_of(request: HttpRequest) -> dict[str, Policy]:
    """The chosen policies, by source."""
    found = {}
    for name, value in request.POST.items():
        if name.startswith("policy.") and value:
            source = name.removeprefix("policy.")
            found[source] = Policy(str(value), day_of(request.POST.get(f"until.{source}")))
    return found
