"""Applying: 情形, form, materials, check, hand in. One task a page; every step is kept on the server."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import SIGNED_IN, Actor, guard
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused
from kapok.kernel.files.public import inspect, store
from kapok.kernel.parties.public import identity_of, party
from kapok.kernel.ui.public import render
from kapok.services.intake.public import (
    Content,
    Draft,
    DraftMoved,
    DraftStopped,
    DuplicateApplication,
    ask,
    begin_draft,
    choose,
    confirm_changes,
    content_of,
    draft_for,
    drop_draft,
    held_for,
    save_draft,
    state_of_draft,
    submit_draft,
)  # fmt: skip
from kapok.services.items.public import CompiledItem, item_in_force
from kapok.services.portal.errors import InMaintenance
from kapok.services.portal.queries.upkeep import refuse_in_maintenance
from kapok.services.portal.web.guide import facts
from kapok.services.portal.web.holding import chosen as chosen_licences
from kapok.services.portal.web.holding import says
from kapok.services.portal.web.questions import answers_from, material_fields, sections, situation_fields, told

STEPS = ("situation", "form", "materials", "check")
TITLES = {"situation": _("选择情形"), "form": _("填写表单"), "materials": _("上传材料"), "check": _("核对提交")}


@guard(SIGNED_IN)
def begin(request: HttpRequest, impl_code: str) -> HttpResponse:
    """Begin or go on with an application for an item."""
    item = item_in_force(impl_code) if len(impl_code) <= 64 else None
    if item is None or not item.online:
        raise NotHere("items.item", id=impl_code)
    refuse_in_maintenance(item)
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    kept = begin_draft(item, by=actor)
    return _to(kept, kept.step or ("situation" if item.questions else "form"))


@guard(SIGNED_IN)
def draft(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One step of a draft: shown, or kept and on to the next."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    kept = draft_for(actor, draft_id)
    if step not in STEPS:
        raise NotHere("intake.draft", id=draft_id)
    content = content_of(kept)
    item = state_of_draft(kept).law
    if request.method == "POST" and request.POST.get("drop"):
        drop_draft(kept.id, by=actor)
        return HttpResponseRedirect(reverse("portal:mine"))
    if request.method == "POST" and request.POST.get("seen"):
        confirm_changes(kept.id, item.version_id, by=actor)
        return _to(kept, step)
    faults = _take(request, actor, kept, item, content, step) if request.method == "POST" else []
    if isinstance(faults, HttpResponse):
        return faults
    return _show(request, actor, kept, item, content, step, faults)


def _take(request: HttpRequest, actor: Actor, kept: Draft, item: CompiledItem, content: Content, step: str) -> Any:
    """Keep what was sent; the next page when it is in order, else the faults."""
    if step == "check":
        return _submit(request, actor, kept)
    faults: list[FieldFault] = []
    if step == "situation":
        content.situation = {q.key: request.POST[q.key] for q in item.questions if q.key in request.POST}
        unanswered = [q for q in ask(item, content.situation) if q.key not in content.situation]
        chosen = choose(item, content.situation)
        if unanswered or chosen.faults:
            save_draft(kept.id, content, step, by=actor)
            return _to(kept, step) if unanswered and len(content.situation) else chosen.faults
    chosen = choose(item, content.situation)
    if step == "form":
        content.answers, faults = answers_from(request.POST, chosen.fields)
    if step == "materials":
        faults = _take_files(request, actor, content, chosen.materials)
    following = STEPS[STEPS.index(step) + 1]
    save_draft(kept.id, content, step if faults else following, by=actor)
    return faults or _to(kept, following)


def _take_files(request: HttpRequest, actor: Actor, content: Content, materials: Any) -> list[FieldFault]:
    """Store the uploads that are in order; a material already uploaded stays unless replaced, and a held licence needs none."""
    faults: list[FieldFault] = []
    there = {given["key"]: given for given in content.materials}
    held = held_for(actor.for_party, materials)
    licensed = {material.key: licence for material, licence in chosen_licences(request.POST, materials, held)}
    for material in materials:
        if licence := licensed.get(material.key):
            there[material.key] = {"key": material.key, "method": "licence", "licence": str(licence.id), "name": says(licence), "files": []}
            continue
        if there.get(material.key, {}).get("licence"):
            del there[material.key]
        upload = request.FILES.get(f"material-{material.key}")
        if upload is None:
            if material.required and material.key not in there:
                faults.append(FieldFault(f"material-{material.key}", "intake.material_missing", _("请上传“%s”。") % material.name))
            continue
        body = upload.read()
        verdict = inspect(upload.name or "", body, allow=material.accept, limit=material.max_megabytes * 1024 * 1024)
        if not verdict:
            faults.append(FieldFault(f"material-{material.key}", verdict.code, Refused(verdict.code, **verdict.data).message()))
            continue
        kept = store(body, name=upload.name or "", media_type=upload.content_type or "", subject=actor.for_party, by=actor)
        there[material.key] = {
            "key": material.key,
            "method": "upload",
            "name": kept.name,
            "files": [[str(kept.id), kept.media_type, kept.size]],
        }
    content.materials = list(there.values())
    return faults


def _submit(request: HttpRequest, actor: Actor, kept: Draft) -> Any:
    try:
        applied = submit_draft(kept.id, again=bool(request.POST.get("again")), by=actor)
    except DuplicateApplication as error:
        return [FieldFault("again", error.code, error.message())]
    except Invalid as error:
        return error.faults
    except (DraftMoved, DraftStopped, InMaintenance) as error:
        return [FieldFault("seen", error.code, error.message())]
    return HttpResponseRedirect(reverse("portal:receipt", args=[applied.case]))


def _show(
    request: HttpRequest, actor: Actor, kept: Draft, item: CompiledItem, content: Content, step: str, faults: list[FieldFault]
) -> HttpResponse:  # fmt: skip
    chosen = choose(item, content.situation)
    steps = [name for name in STEPS if name != "situation" or item.questions]
    context: dict[str, Any] = {
        "item": item, "draft": kept, "step": step, "steps": [TITLES[name] for name in steps], "current": steps.index(step),
        "faults": faults, "title": TITLES[step], "back": steps[steps.index(step) - 1] if steps.index(step) else "",
        "state": state_of_draft(kept, content), "facts": [(title, value) for title, value, _note in facts(item)],
    }  # fmt: skip
    if step == "situation":
        context["fields"] = situation_fields(ask(item, content.situation), content.situation, faults)
    elif step == "form":
        owner = party(actor.for_party) if actor.for_party else None
        known = identity_of(owner) if owner else None
        context["sections"] = sections(chosen.fields, content.answers, faults, known)
    elif step == "materials":
        held = held_for(actor.for_party, chosen.materials)
        context["fields"] = material_fields(chosen.materials, content.materials, faults, held)
    else:
        context |= {"answers": told(chosen.fields, content.answers), "content": content, "again": any(f.field == "again" for f in faults)}
    return render(request, "portal/draft.jinja", context, status=422 if faults else 200)


def _to(kept: Draft, step: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:draft", args=[kept.id, step]))
