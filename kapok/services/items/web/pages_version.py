"""One version: reading it with its findings, editing it by section, its differences, publishing it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.flows.public import runs_of
from kapok.kernel.inherit.public import LOCKED, Layer, Origin, diff, resolve, values
from kapok.kernel.ui.public import Link, error_lines, render
from kapok.services.items.access import version_for, version_to_review
from kapok.services.items.actions.editing import delete_draft, save_elements
from kapok.services.items.actions.publishing import current_validity, next_day, publish
from kapok.services.items.actions.review import submit, take_back
from kapok.services.items.models import ItemVersion, State
from kapok.services.items.queries.chain import CHAIN
from kapok.services.items.queries.filling import delegated_elements, may_fill
from kapok.services.items.queries.impact import POLICIES, Touched, preview_impact
from kapok.services.items.queries.resolving import compile_version, defaults, layers_of, missing_by_section, origins_of
from kapok.services.items.queries.working import comments_of
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import pack_on
from kapok.services.items.rules.table import table, word
from kapok.services.items.rules.wording import read
from kapok.services.items.web.forms import ElementView, element_view, posted, summary, why_of
from kapok.services.items.web.pages import STATES, actor_of, day_of, policies_of


@guard("items.read")
def show_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Every element with its origin; findings; remarks; the way through review; the next step."""
    return render(request, "items/version.jinja", version_context(request, version_to_review(actor_of(request), version_id)))


def version_context(request: HttpRequest, version: ItemVersion) -> dict[str, Any]:
    """What the page of a version and the page of its review both show."""
    actor, layers = actor_of(request), layers_of(version.item.base_id, version.item.region_id)
    origins = origins_of(version, layers)
    report = judge(compile_version(version, layers), pack_on(clock.today()))
    sections = [
        (
            key,
            title,
            [(e, read(e, origins[e.key].value), why_of(origins[e.key])) for e in table().of_section(key) if origins[e.key].how != "absent"],
        )
        for key, title in table().sections.items()
    ]
    return {
        "version": version, "item": version.item, "sections": sections, "report": report, "states": STATES, "word": word,
        "missing": missing_by_section(report, version.item.base.type_code), "comments": comments_of(version),
        "runs": runs_of(version.id), "steps": {step.key: step.title for step in CHAIN.steps}, "titles": table().elements,
        "may_edit": actor.may("items.edit", version.item), "may_publish": actor.may("items.publish", version.item),
    }  # fmt: skip


@guard("items.edit")
def edit(request: HttpRequest, version_id: UUID, section: str) -> HttpResponse:
    """One section of a draft; what was typed stays on the page when it is refused. "add" gives another empty row and saves nothing."""
    if section not in table().sections:
        raise NotHere("items.section", id=section)
    version = version_for(actor_of(request), version_id, "items.edit")
    if request.method != "POST":
        return _ask(request, version, section, _Refused())
    given = posted(section, request.POST)
    adding = request.POST.get("add", "")
    if adding in table().elements:
        return _ask(request, version, section, _Refused(given, adding=adding))
    try:
        revision = request.POST.get("revision", "")
        save_elements(version.id, given, revision=int(revision) if revision.isdigit() else None, by=actor_of(request))
    except Invalid as wrong:
        return _ask(request, version, section, _Refused(given, tuple(wrong.faults), status=422))
    except KapokError as refused:
        return _ask(request, version, section, _Refused(given, said=(refused.message(),), status=refused.status))
    messages.success(request, _("已保存。"))
    return HttpResponseRedirect(reverse("items:edit", args=[version.id, _next(section) if "next" in request.POST else section]))


def _next(section: str) -> str:
    order = list(table().sections)
    return order[min(order.index(section) + 1, len(order) - 1)]


@dataclass(frozen=True)
class _Refused:
    """What was typed and why it was not saved; `adding` is the element that gets another empty row."""

    typed: dict[str, Any] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()
    said: tuple[str, ...] = ()
    adding: str = ""
    status: int = 200


def _ask(request: HttpRequest, version: ItemVersion, section: str, refused: _Refused) -> HttpResponse:
    layers = layers_of(version.item.base_id, version.item.region_id)
    report = judge(compile_version(version, layers), pack_on(clock.today()))
    views = _views(request, version, section, layers, refused)
    context = {
        "version": version, "item": version.item, "section": section, "title": table().sections[section], "views": views,
        "errors": [*summary(refused.faults, [view for view, _shown in views]), *error_lines(refused.said)],
        "steps": [Link(t, reverse("items:edit", args=[version.id, k]), current=k == section) for k, t in table().sections.items()],
        "report": report, "missing": missing_by_section(report, version.item.base.type_code), "states": STATES,
        "comments": [c for c in comments_of(version) if _section_of(c.element) == section], "titles": table().elements,
        "last": section == list(table().sections)[-1],
    }  # fmt: skip
    return render(request, "items/edit.jinja", context, status=refused.status)


def _views(
    request: HttpRequest, version: ItemVersion, section: str, layers: list[Layer], refused: _Refused
) -> list[tuple[ElementView, str]]:
    """The section's elements as drawn, each with its value as it reads."""
    actor = actor_of(request)
    origins, above = origins_of(version, layers), resolve(layers, defaults(), table().elements)
    delegated = delegated_elements(actor, version.item)
    views = []
    for element in table().of_section(section):
        verdict = may_fill(actor, version.item, element, above[element.key], delegated)
        view = element_view(
            element,
            refused.typed.get(element.key, origins[element.key].value),
            origins[element.key],
            closed=_closed(verdict, above[element.key]),
            faults=refused.faults,
            extra=int(refused.adding == element.key),
            required=version.item.base.type_code in element.required,
        )
        views.append((view, read(element, origins[element.key].value)))
    return views


def _closed(verdict: Verdict, above: Origin) -> str:
    """Why an element is not this person's to type; empty where it is."""
    if not verdict:
        return _("由%(owner)s维护") % {"owner": verdict.data.get("owner", "")}
    if above.rule == LOCKED and above.how != "absent":
        return _("已被%(owner)s锁定") % {"owner": above.locked_by or above.owner}
    return ""


def _section_of(path: str) -> str:
    element = table().elements.get(path.partition(".")[0])
    return element.section if element else ""


@guard("items.read")
def differences(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Against the version before, or against what the levels above give."""
    version = version_to_review(actor_of(request), version_id)
    layers = layers_of(version.item.base_id, version.item.region_id)
    against = request.GET.get("against", "previous")
    new = values(origins_of(version, layers))
    old = values(resolve(layers, defaults(), table().elements)) if against == "parent" else _previous(version, layers)
    changes = [
        (table().elements[c.element], c, read(table().elements[c.element], c.old), read(table().elements[c.element], c.new))
        for c in diff(old, new)
    ]
    here = reverse("items:diff", args=[version.id])
    tabs = [
        Link(_("与上一版本比较"), f"{here}?against=previous", current=against != "parent"),
        Link(_("与上级内容比较"), f"{here}?against=parent", current=against == "parent"),
    ]
    return render(request, "items/diff.jinja", {"version": version, "item": version.item, "changes": changes, "tabs": tabs})


def _previous(version: ItemVersion, layers: list[Layer]) -> dict[str, Any]:
    before = ItemVersion.objects.filter(item=version.item, number__lt=version.number, state=State.PUBLISHED).order_by("-number").first()
    if before is None:
        return {}
    before.item = version.item
    return values(origins_of(before, layers))


@guard("items.edit")
def hand_in(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Submit for review; what stands against it is shown on the version's page."""
    try:
        submit(version_id, by=actor_of(request))
        messages.success(request, _("已提交审核。"))
    except KapokError as refused:
        messages.error(request, refused.message())
    return HttpResponseRedirect(reverse("items:version", args=[version_id]))


@guard("items.edit")
def withdraw(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Back to the editor."""
    take_back(version_id, by=actor_of(request))
    messages.success(request, _("已撤回，可继续编辑。"))
    return HttpResponseRedirect(reverse("items:version", args=[version_id]))


@guard("items.edit")
def discard(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Delete a draft."""
    version = version_for(actor_of(request), version_id, "items.edit")
    delete_draft(version_id, by=actor_of(request))
    messages.success(request, _("草稿已删除。"))
    return HttpResponseRedirect(reverse("items:item", args=[version.item.impl_code]))


@guard("items.publish")
def show_publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """From when, what is touched, and what becomes of it; then publish."""
    actor = actor_of(request)
    version = version_for(actor, version_id, "items.publish")
    day = day_of(request.POST.get("effective_on")) or next_day(version.item_id)
    before = current_validity(version.item_id, day)
    impacts = preview_impact(Touched(version.item_id, version.item.impl_code, before.version_id if before else None, version.id, day))
    errors: list[Any] = []
    if request.method == "POST" and request.POST.get("step") == "publish":
        try:
            publish(
                version_id, day, cancel_on=day_of(request.POST.get("cancel_on")), policies=policies_of(request),
                note=request.POST.get("note", ""), by=actor,
            )  # fmt: skip
            messages.success(request, _("已发布，%(day)s起生效。") % {"day": day.isoformat()})
            return HttpResponseRedirect(reverse("items:item", args=[version.item.impl_code]))
        except KapokError as refused:
            errors = error_lines(getattr(refused, "faults", None) or [refused.message()])
    layers = layers_of(version.item.base_id, version.item.region_id)
    context = {
        "version": version, "item": version.item, "impacts": impacts, "policies": POLICIES, "errors": errors, "day": day, "before": before,
        "report": judge(compile_version(version, layers), pack_on(clock.today())), "post": request.POST, "states": STATES,
        "titles": table().elements,
    }  # fmt: skip
    return render(request, "items/publish.jinja", context, status=409 if errors else 200)
