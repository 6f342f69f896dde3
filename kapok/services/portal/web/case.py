"""One own case: where it stands, what to do, by when and why, its papers; and what can be done from there."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import SIGNED_IN, Actor, guard
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere, Refused
from kapok.kernel.files.public import inspect, store
from kapok.kernel.parties.public import represented_by
from kapok.kernel.ui.public import Pause, Point, render
from kapok.services.intake.public import (
    Act,
    Case,
    ClockState,
    Given,
    act,
    acts_of,
    case_of_applicant,
    explain,
    explained,
    hand_in,
    handed_of,
    held_for,
    stood_still,
    supplement,
    table,
)  # fmt: skip
from kapok.services.items.public import CompiledItem, Material, compiled
from kapok.services.portal.models import Appointment, Question
from kapok.services.portal.queries import wording_for
from kapok.services.portal.queries.asking import opened_all, own_questions
from kapok.services.portal.queries.booking import own_appointments
from kapok.services.portal.web.frame import actor_of, faults_of
from kapok.services.portal.web.holding import chosen
from kapok.services.portal.web.mine import documents_of
from kapok.services.portal.web.questions import answers_from, material_fields, sections
from kapok.services.portal.web.words import listed, translated
from kapok.support.licences.public import licence_of_case, type_for


def _of_another_identity(actor: Actor, case_id: UUID) -> bool:
    """Whether the case belongs to somebody else the actor may act as: its own person, or a company it represents."""
    others = [actor.party, *(company.id for company in represented_by(actor.party))] if actor.party else []
    for other in others:
        with suppress(NotHere):
            return bool(case_of_applicant(Actor(actor.ref, party=other), case_id))
    return False


@guard(SIGNED_IN)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: what to do, by when and why, who holds it, what happened, what comes next."""
    actor = actor_of(request)
    try:
        found = case_of_applicant(actor, case_id)
    except NotHere:
        if not _of_another_identity(actor, case_id):
            raise
        return HttpResponseRedirect(f"{reverse('access:switch')}?{urlencode({'next': request.path})}")
    item, acts, words, state = compiled(found.version), acts_of(case_id), wording_for(found), ClockState.load(found.clock)
    pauses = [Pause(*each) for each in stood_still(state)]
    names = {("field", f.key): f.label for f in item.form} | {("material", m.key): m.name for m in item.materials}
    context: dict[str, Any] = {
        "case": found, "words": words, "item": item, "acts": acts, "points": _points(found, acts), "pauses": pauses,
        "explained": explained(explain(state, current_calendar())), "next": next_says(found, item), "as_of": clock.now(),
        "marked": [(names.get((fault["kind"], fault["key"]), fault["key"]), fault["says"]) for fault in found.marked],
        "documents": documents_of([case_id])[case_id], "handed": handed_of([case_id]), "may_withdraw": may_withdraw(found),
        "appointments": list(own_appointments(actor).filter(case=found).order_by("-id")[:5]),
        "questions": opened_all(list(own_questions(actor).filter(case=found).order_by("-id")[:10])), "BOOKED": Appointment.BOOKED,
        "licence": licence_of_case(case_id) if found.closed_at and type_for(item.base_code, item.impl_code) else None,
        "WAITING": Question.WAITING, "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(request, "portal/case.jinja", context)


def may_withdraw(found: Case) -> bool:
    """Whether the table lets the applicant withdraw from this state."""
    return any(row.act == "decide" and row.outcome == "withdrawn" and "applicant" in row.who for row in table().rows_from(found.state))


def _points(found: Case, acts: list[Act]) -> list[Point]:
    """The acts as points in time, and the limit that runs."""
    words = table()
    points = [
        Point(a.occurred_at, words.act_name(a.act), "now" if found.open and a is acts[-1] else "done", a.doer,
              words.outcome_name(a.act, a.outcome))
        for a in acts
    ]  # fmt: skip
    if found.open and found.due_at:
        limit = _("补正期限") if found.state == "correcting" else _("承诺办结") if found.accepted_at else _("受理期限")
        points.append(Point(found.due_at, limit, "due"))
    return points


def next_says(found: Case, item: CompiledItem) -> str:
    """What happens next, in a sentence; empty where nothing does."""
    if found.state in ("applied", "preaccepted"):
        return _("%(org)s决定是否受理；在期限内没有告知的，视为受理。") % {"org": found.org.name}
    if found.state == "correcting":
        if found.answered:
            return _("%(org)s核对补正内容；齐全的即继续办理，办理时限同时恢复计算。") % {"org": found.org.name}
        return _("您补正后，%(org)s核对并继续办理，办理时限恢复计算。") % {"org": found.org.name}
    if found.state == "special":
        return _("特别程序结束后，办理时限恢复计算，继续审查。")
    if found.state in ("accepted", "examining"):
        rest = [step.name for step in item.steps]
        keys = [step.key for step in item.steps]
        rest = rest[keys.index(found.step) :] if found.step in keys else rest
        return _("依次经过：%(steps)s。办结后会通知您领取“%(result)s”。") % {
            "steps": listed(translated(name) for name in rest),
            "result": item.result_name,
        }
    return ""


@guard(SIGNED_IN)
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was handed in, under which number, and what happens next by when."""
    found = case_of_applicant(actor_of(request), case_id)
    return render(
        request, "portal/receipt.jinja", {"case": found, "item": compiled(found.version), "documents": documents_of([case_id])[case_id]}
    )


@guard(SIGNED_IN)
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """补正: exactly the marked fields and materials, nothing else."""
    actor, found = actor_of(request), case_of_applicant(actor_of(request), case_id)
    item = compiled(found.version)
    if found.state != "correcting":
        return _back(case_id)
    fields = [f for f in item.form if _says(found, "field", f.key)]
    materials = [m for m in item.materials if _says(found, "material", m.key)]
    faults: list[FieldFault] = []
    answers: dict[str, Any] = {}
    if request.method == "POST":
        answers, faults = answers_from(request.POST, fields)
        faults += locked_faults(request, found, item)
        with transaction.atomic():
            given, bad = uploads(request, actor, materials, missing=_("请上传“%s”。"))
            faults += bad
            if not faults:
                try:
                    with transaction.atomic():
                        hand_in(case_id, answers, given, by=actor)
                    return _back(case_id, "correct")
                except Invalid as error:
                    faults = error.faults
            transaction.set_rollback(True)
    names = {("field", f.key): f.label for f in fields} | {("material", m.key): m.name for m in materials}
    context = {
        "case": found, "faults": faults, "sections": sections(fields, answers, faults, None),
        "materials": material_fields(materials, (), faults, held_for(actor.for_party, materials)),
        "marked": [(names.get((fault["kind"], fault["key"]), fault["key"]), fault["says"]) for fault in found.marked],
    }  # fmt: skip
    return render(request, "portal/correct.jinja", context, status=422 if faults else 200)


def locked_faults(request: HttpRequest, found: Case, item: CompiledItem) -> list[FieldFault]:
    """Whatever was sent beside the marked things: a page shows none of it, so somebody made it up."""
    fields = [f for f in item.form if f.key in request.POST and not _says(found, "field", f.key)]
    files = [m for m in item.materials if f"material-{m.key}" in request.FILES and not _says(found, "material", m.key)]
    return [
        *(FieldFault(f.key, "form.locked", Refused("form.locked", label=f.label).message()) for f in fields),
        *(FieldFault(f"material-{m.key}", "material.locked", Refused("material.locked", label=m.name).message()) for m in files),
    ]


def _says(found: Case, kind: str, key: str) -> bool:
    return any(fault["kind"] == kind and fault["key"] == key for fault in found.marked)


def uploads(
    request: HttpRequest, actor: Actor, materials: list[Material], *, missing: str = ""
) -> tuple[tuple[Given, ...], list[FieldFault]]:  # fmt: skip
    """The files sent for some materials, stored; with `missing`, a material without a file is a fault that says so."""
    faults: list[FieldFault] = []
    licensed = {m.key: licence for m, licence in chosen(request.POST, materials, held_for(actor.for_party, materials))}
    given = [Given(key, "licence", licence=licence.id) for key, licence in licensed.items()]
    for material in materials:
        if material.key in licensed:
            continue
        name = f"material-{material.key}"
        upload = request.FILES.get(name)
        if upload is None:
            if missing:
                faults.append(FieldFault(name, "intake.material_missing", missing % material.name))
            continue
        body = upload.read()
        verdict = inspect(upload.name or "", body, allow=material.accept, limit=material.max_megabytes * 1024 * 1024)
        if not verdict:
            faults.append(FieldFault(name, verdict.code, Refused(verdict.code, **verdict.data).message()))
            continue
        kept = store(body, name=upload.name or "", media_type=upload.content_type or "", subject=actor.for_party, by=actor)
        given.append(Given(material.key, "upload", ((str(kept.id), kept.media_type, kept.size),)))
    return tuple(given), faults


@guard(SIGNED_IN)
def upload(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add materials to an open case, where its state allows that (07.05)."""
    actor, found = actor_of(request), case_of_applicant(actor_of(request), case_id)
    if not (found.open and wording_for(found).upload):
        raise Refused("portal.upload_not_allowed")
    materials = list(compiled(found.version).materials)
    faults: list[FieldFault] = []
    if request.method == "POST":
        with transaction.atomic():
            given, faults = uploads(request, actor, materials)
            if not given and not faults:
                faults = [FieldFault("form", "portal.nothing_chosen", _("请至少选择一个文件。"))]
            if not faults:
                try:
                    supplement(case_id, given, by=actor)
                    return _back(case_id, "upload")
                except KapokError as error:
                    faults = faults_of(error)
            transaction.set_rollback(True)
    fields = [replace(field, required=False) for field in material_fields(materials, (), faults)]
    return render(request, "portal/upload.jinja", {"case": found, "fields": fields, "faults": faults}, status=422 if faults else 200)


@guard(SIGNED_IN)
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Withdraw an application, after a page that says what that means."""
    actor, found = actor_of(request), case_of_applicant(actor_of(request), case_id)
    if request.method == "POST":
        act(case_id, "decide", "withdrawn", {}, by=actor)
        return _back(case_id, "withdraw")
    if not may_withdraw(found):
        return _back(case_id)
    return render(request, "portal/withdraw.jinja", {"case": found})


@guard(SIGNED_IN)
def collect(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How to get the result; who has it from the net says so, and the case is 已领取."""
    actor, found = actor_of(request), case_of_applicant(actor_of(request), case_id)
    if found.state != "closed":
        return _back(case_id)
    if request.method == "POST":
        given = {"collected_by": "申请人本人", "method": "online", "collected_at": clock.now().isoformat()}
        act(case_id, "collect", "collected", given, by=actor)
        return _back(case_id, "collect")
    return render(
        request, "portal/collect.jinja", {"case": found, "item": compiled(found.version), "documents": documents_of([case_id])[case_id]}
    )  # fmt: skip


def _back(case_id: UUID, done: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:case", args=[case_id]) + (f"?done={done}" if done else ""))
