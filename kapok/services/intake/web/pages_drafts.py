"""Begun elsewhere, finished at the window: the applicant shows the draft's number, the clerk goes on where he stopped."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere
from kapok.kernel.parties.public import Identity, identity_of, party
from kapok.kernel.ui.public import FieldView, render
from kapok.services.intake.actions.drafts import (
    Content,
    DraftState,
    confirm_changes_at_window,
    content_of,
    draft_at_window,
    save_draft_at_window,
    state_of_draft,
    submit_draft_at_window,
)
from kapok.services.intake.actions.receiving import Presented
from kapok.services.intake.data import Chosen
from kapok.services.intake.models import Draft
from kapok.services.intake.rules import ask, choose
from kapok.services.intake.web.forms import (
    MATERIAL,
    SITUATION,
    answer_sections,
    count_of,
    material_lines,
    situation_views,
    typed_answers,
)
from kapok.services.intake.web.pages import actor_of
from kapok.services.intake.web.showing import person

PICKUPS = "intake.pickups"
REMEMBERED = 20


@guard("intake.receive")
def pick_up(request: HttpRequest) -> HttpResponse:
    """The number the applicant shows. By POST: it opens a draft and stands in no address."""
    number = "".join(request.POST.get("pickup", "").split())[:20] if request.method == "POST" else ""
    errors: list[str] = []
    if number:
        try:
            found = draft_at_window(actor_of(request), number)
        except NotHere:
            errors = [_("没有这个取件号的草稿，或本窗口不收取该事项。")]
        else:
            known = dict(list(request.session.get(PICKUPS, {}).items())[-REMEMBERED:])
            request.session[PICKUPS] = {**known, str(found.id): number}
            return HttpResponseRedirect(reverse("intake:draft", args=[found.id]))
    view = FieldView(
        "pickup", _("取件号"), hint=_("申请人在网上草稿页看到的 10 位数字"), value=number, max_length=20, autocomplete="off", errors=errors,
        attrs={"autofocus": "", "inputmode": "numeric"},
    )  # fmt: skip
    return render(request, "intake/pick_up.jinja", {"view": view, "faults": [view] if errors else []}, 422 if errors else 200)


@dataclass
class _Sheet:
    """The draft as it lies on the counter."""

    draft: Draft
    content: Content
    state: DraftState
    chosen: Chosen
    kind: str
    who: Identity
    plain: bool
    faults: list[FieldFault] = field(default_factory=list)


@guard("intake.receive")
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """One draft, opened by its number: look through, fill in what is missing, tick the papers, hand in."""
    number = request.session.get(PICKUPS, {}).get(str(draft_id), "")
    plain = request.method == "POST" and "plain" in request.POST
    sheet = _opened(request, number, plain=plain)
    if request.method == "POST" and not plain:
        done = _take(request, sheet, number)
        if done is not None:
            return done
    return _draw(request, sheet)


def _opened(request: HttpRequest, number: str, *, plain: bool) -> _Sheet:
    found = draft_at_window(actor_of(request), number, plain=plain)
    content = content_of(found)
    state, owner = state_of_draft(found, content), party(found.party_id)
    if owner is None:
        raise NotHere("intake.draft", id=found.id)
    return _Sheet(found, content, state, choose(state.law, content.situation), owner.kind, identity_of(owner), plain)


def _take(request: HttpRequest, sheet: _Sheet, number: str) -> HttpResponse | None:
    """Keep or hand in what is on the page; None when something is wrong, with the faults on the sheet."""
    posted, actor = request.POST, actor_of(request)
    try:
        if posted.get("seen"):
            confirm_changes_at_window(number, sheet.state.law.version_id, by=actor)
            return HttpResponseRedirect(request.path)
        _fill(sheet, posted)
        with transaction.atomic():
            save_draft_at_window(number, sheet.content, by=actor)
            if not posted.get("submit"):
                return HttpResponseRedirect(request.path)
            applied = submit_draft_at_window(number, again=bool(posted.get("again")), by=actor)
    except Invalid as error:
        sheet.faults = [FieldFault(_control(sheet, fault.field), fault.code, fault.says) for fault in error.faults]
    except KapokError as error:
        sheet.faults = [FieldFault("again" if error.code == "intake.duplicate" else "form", error.code, error.message())]
    else:
        return HttpResponseRedirect(reverse("intake:receipt", args=[applied.case]))
    return None


def _control(sheet: _Sheet, name: str) -> str:
    if any(material.key == name for material in sheet.chosen.materials):
        return MATERIAL + name
    return "f-" + name if any(each.key == name for each in sheet.chosen.fields) else name


def _fill(sheet: _Sheet, posted: Any) -> None:
    """What is on the page goes into the draft; materials uploaded by the applicant stay unless a paper takes their place."""
    law, content = sheet.state.law, sheet.content
    chosen_now = {q.key: posted[SITUATION + q.key] for q in law.questions if posted.get(SITUATION + q.key)}
    if sheet.chosen.faults:
        content.situation = chosen_now
        sheet.chosen = choose(law, content.situation)
        return
    content.answers = typed_answers(sheet.chosen.fields, posted, Presented(sheet.kind, sheet.who.number, sheet.who.name, sheet.who.phone))
    there = {given["key"]: given for given in content.materials}
    for material in sheet.chosen.materials:
        name = MATERIAL + material.key
        if posted.get(name):
            counts = [count_of(posted.get(f"{name}-{part}", "")) for part in ("originals", "copies")]
            there[material.key] = {"key": material.key, "method": "paper", "originals": counts[0], "copies": counts[1]}
        elif there.get(material.key, {}).get("method") == "paper":
            del there[material.key]
    content.materials = list(there.values())


def _draw(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    law, content, uploaded = sheet.state.law, sheet.content, {m["key"] for m in sheet.content.materials if m.get("method") == "upload"}
    ticked = {MATERIAL + m["key"]: "on" for m in content.materials if m.get("method") == "paper"}
    counts = {
        f"{MATERIAL}{m['key']}-{part}": str(m.get(part, 0)) for m in content.materials if m.get("method") == "paper"
        for part in ("originals", "copies")
    }  # fmt: skip
    lines = material_lines(sheet.chosen.materials, {**ticked, **counts}, sheet.faults)
    context = {
        "draft": sheet.draft, "state": sheet.state, "item": law, "chosen": sheet.chosen, "faults": sheet.faults,
        "who": person(sheet.who, plain=sheet.plain), "plain": sheet.plain,
        "questions": situation_views(ask(law, content.situation), content.situation, []) if sheet.chosen.faults else [],
        "sections": [] if sheet.chosen.faults else answer_sections(sheet.chosen.fields, content.answers, sheet.faults),
        "materials": [] if sheet.chosen.faults else [(line, line.material.key in uploaded) for line in lines],
        "again": [fault.says for fault in sheet.faults if fault.field == "again"],
    }  # fmt: skip
    return render(request, "intake/draft.jinja", context, status=422 if sheet.faults else 200)
