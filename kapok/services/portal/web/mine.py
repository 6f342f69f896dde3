"""我的: own cases, a case with its line of acts, receipt, correction, withdrawal."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kapok.kernel.access.public import SIGNED_IN, Actor, guard
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common.errors import FieldFault, Invalid, Refused
from kapok.kernel.files.public import inspect, store
from kapok.kernel.ui.public import Point, render
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
    own_cases,
    own_drafts,
    table,
)  # fmt: skip
from kapok.services.items.public import compiled
from kapok.services.portal.queries import wording_for
from kapok.services.portal.web.questions import answers_from, material_fields, sections


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


@guard(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """All own cases and drafts, what needs doing first."""
    cases = [(case, wording_for(case)) for case in own_cases(_actor(request))]
    return render(request, "portal/mine.jinja", {"cases": cases, "drafts": own_drafts(_actor(request))})


@guard(SIGNED_IN)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: what to do, by when and why, who holds it, what happened."""
    found = case_of_applicant(_actor(request), case_id)
    acts = acts_of(case_id)
    state = ClockState.load(found.clock)
    return render(
        request, "portal/case.jinja",
        {"case": found, "words": wording_for(found), "points": _points(found, acts), "acts": acts, "table": table(),
         "explained": explained(explain(state, current_calendar())), "item": compiled(found.version)},
    )  # fmt: skip


def _points(found: Case, acts: list[Act]) -> list[Point]:
    points = [
        Point(a.occurred_at, table().act_name(a.act), "done" if a is not acts[-1] or not found.open else "now", a.doer,
              table().outcome_name(a.act, a.outcome))
        for a in acts
    ]  # fmt: skip
    if found.open and found.due_at:
        points.append(Point(found.due_at, "承诺办结" if found.accepted_at else "受理期限", "due"))
    return points


@guard(SIGNED_IN)
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was handed in, under which number, and what happens next by when."""
    found = case_of_applicant(_actor(request), case_id)
    return render(request, "portal/receipt.jinja", {"case": found, "item": compiled(found.version)})


@guard(SIGNED_IN)
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """补正: exactly the marked fields and materials, nothing else."""
    actor, found = _actor(request), case_of_applicant(_actor(request), case_id)
    item = compiled(found.version)
    if item is None or found.state != "correcting":
        return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
    fields = [f for f in item.form if _says(found, "field", f.key)]
    materials = [m for m in item.materials if _says(found, "material", m.key)]
    faults: list[FieldFault] = []
    answers: dict[str, Any] = {}
    if request.method == "POST":
        answers, faults = answers_from(request.POST, fields)
        given, bad = _uploads(request, actor, materials)
        faults += bad
        if not faults:
            try:
                hand_in(case_id, answers, given, by=actor)
                return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
            except Invalid as error:
                faults = error.faults
    return render(
        request, "portal/correct.jinja",
        {"case": found, "faults": faults, "sections": sections(fields, answers, faults, None),
         "materials": material_fields(materials, (), faults)},
        status=422 if faults else 200,
    )  # fmt: skip


def _says(found: Case, kind: str, key: str) -> bool:
    return any(fault["kind"] == kind and fault["key"] == key for fault in found.marked)


def _uploads(request: HttpRequest, actor: Actor, materials: Any) -> tuple[tuple[Given, ...], list[FieldFault]]:
    given: list[Given] = []
    faults: list[FieldFault] = []
    for material in materials:
        upload = request.FILES.get(f"material-{material.key}")
        if upload is None:
            continue
        body = upload.read()
        verdict = inspect(upload.name or "", body, allow=material.accept, limit=material.max_megabytes * 1024 * 1024)
        if not verdict:
            faults.append(FieldFault(f"material-{material.key}", verdict.code, Refused(verdict.code, **verdict.data).message()))
            continue
        kept = store(body, name=upload.name or "", media_type=upload.content_type or "", subject=actor.for_party, by=actor)
        given.append(Given(material.key, "upload", ((str(kept.id), kept.media_type, kept.size),)))
    return tuple(given), faults


@guard(SIGNED_IN)
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Withdraw an application, after a page that says what that means."""
    actor, found = _actor(request), case_of_applicant(_actor(request), case_id)
    if request.method == "POST":
        act(case_id, "decide", "withdrawn", {}, by=actor)
        return HttpResponseRedirect(reverse("portal:case", args=[case_id]))
    return render(request, "portal/withdraw.jinja", {"case": found})
