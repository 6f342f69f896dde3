"""Setting up the handling of cases: what holds in a region, who set it and why, what may be changed here.

Guarded by whom one administers (`admin_of`), not by a deed: a deed reaches over agencies, and a town may have none yet.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import SIGNED_IN, Actor, guard
from kapok.kernel.common.errors import Forbidden, Invalid, NotHere
from kapok.kernel.inherit.public import EXTENDABLE, LOCKED, OVERRIDABLE, diff, resolve
from kapok.kernel.regions.public import children, path_names
from kapok.kernel.regions.public import region as place_of
from kapok.kernel.ui.public import Link, keyset, render
from kapok.services.intake.access import administered, require_admin
from kapok.services.intake.access.configured import layers_of
from kapok.services.intake.actions.configuring import keeper_of, set_element, unset_element
from kapok.services.intake.models import SetupLayer
from kapok.services.intake.rules.setup import DEFAULT_RULES, ELEMENTS
from kapok.services.intake.web.forms_setup import element_views, rule_view, typed_value, words_of
from kapok.services.intake.web.pages import actor_of

SIZE = 20


def rule_name(rule: str) -> str:
    """What levels below may do, in words."""
    return {LOCKED: _("下级不能改"), OVERRIDABLE: _("下级可改"), EXTENDABLE: _("下级可增补")}.get(rule, "")


@guard(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The regions one administers; a single one is opened at once."""
    codes = administered(actor_of(request))
    if not codes:
        raise Forbidden(deed="intake.configure")
    if len(codes) == 1:
        return HttpResponseRedirect(reverse("intake:setup-region", args=codes))
    links = [Link("".join(path_names(code)), reverse("intake:setup-region", args=[code])) for code in codes]
    return render(request, "intake/setup_home.jinja", {"links": links})


@guard(SIGNED_IN)
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Every element as it stands here: its value, who gave it, whether it may be changed."""
    actor = admin_of(request, code)
    layers = layers_of(code)
    origins, above = resolve(layers, DEFAULT_RULES, ELEMENTS), resolve(layers[:-1], DEFAULT_RULES, ELEMENTS)
    rows = [
        {
            "element": element, "origin": origins[element.key], "words": words_of(element, origins[element.key].value),
            "keeper": keeper_of(element, code, above[element.key], by=actor), "rule": rule_name(origins[element.key].rule),
            "own": origins[element.key].how in ("own", "extended") and element.key in layers[-1].values,
        }
        for element in ELEMENTS.values()
    ]  # fmt: skip
    below = [Link(place.name, reverse("intake:setup-region", args=[place.code])) for place in children(code) if place.level <= 4]
    return render(request, "intake/setup.jinja", {"rows": rows, "place": place_of(code), "names": path_names(code), "below": below})


@guard(SIGNED_IN)
def element(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One element: its form, or who keeps it."""
    actor, what = admin_of(request, code), ELEMENTS.get(key)
    if what is None:
        raise NotHere("intake.setup", id=key)
    layers = layers_of(code)
    origin = resolve(layers, DEFAULT_RULES, [key])[key]
    above = resolve(layers[:-1], DEFAULT_RULES, [key])[key]
    value, faults, posted = origin.value, [], request.POST
    if request.method == "POST":
        value = typed_value(what, posted)
        try:
            if posted.get("follow"):
                unset_element(code, key, posted.get("reason", ""), by=actor)
            else:
                set_element(code, key, value, posted.get("reason", ""), rule=posted.get("rule", ""), by=actor)
            messages.success(request, _("已保存，立即生效。"))
            return HttpResponseRedirect(reverse("intake:setup-region", args=[code]))
        except Invalid as refused:
            faults = refused.faults
    keeper = keeper_of(what, code, above, by=actor)
    context = {
        "what": what, "place": place_of(code), "names": path_names(code), "origin": origin, "above": above, "keeper": keeper,
        "rule": rule_name(origin.rule), "words": words_of(what, origin.value), "above_words": words_of(what, above.value),
        "views": element_views(what, value, faults, above), "faults": faults, "reason": posted.get("reason", ""),
        "rule_view": rule_view(what, posted.get("rule", layers[-1].rules.get(key, "")), rule_name, faults),
        "own": key in layers[-1].values and not keeper,
        "reason_errors": [fault.says for fault in faults if fault.field == "reason"],
    }  # fmt: skip
    return render(request, "intake/setup_element.jinja", context, status=422 if faults else 200)


@guard(SIGNED_IN)
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """Every layer of a region, the newest first: who changed what, from what to what, and why."""
    admin_of(request, code)
    page = keyset(SetupLayer.objects.filter(region=code), request, order=("-number",), size=SIZE)
    rows = list(page.items)
    numbers = [row.number - 1 for row in rows]
    before = {row.number: row for row in SetupLayer.objects.filter(region=code, number__in=numbers)}
    lines = [_line(row, before.get(row.number - 1)) for row in rows]
    return render(request, "intake/setup_history.jinja", {"page": page, "lines": lines, "place": place_of(code), "names": path_names(code)})


def _line(row: SetupLayer, before: SetupLayer | None) -> dict[str, Any]:
    what = ELEMENTS[row.element]
    changed = diff({row.element: (before.elements if before else {}).get(row.element)}, {row.element: row.elements.get(row.element)})
    was, now = (before.rules if before else {}).get(row.element, ""), row.rules.get(row.element, "")
    return {
        "number": row.number, "at": row.made_at, "by": row.made_by, "reason": row.reason, "title": what.title,
        "was": words_of(what, changed[0].old) if changed else [], "becomes": words_of(what, changed[0].new) if changed else [],
        "changed": bool(changed), "rule": rule_name(now) if now != was else "",
    }  # fmt: skip


def admin_of(request: HttpRequest, code: str) -> Actor:
    """Who asks, if he administers the region."""
    actor = actor_of(request)
    if not (code.isascii() and code.isdigit() and len(code) == 12):
        raise NotHere("regions.region", id=code)
    require_admin(actor, code)
    return actor
