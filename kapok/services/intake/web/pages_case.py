"""One case at the desk: what is known, what may be done now, and doing it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common.errors import Conflict, KapokError, NotHere, Refused
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.crypto.public import SubjectForgotten
from kapok.kernel.files.public import file_response, open_file, store, stored
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import Pause, render
from kapok.services.intake.access import Locked, capacities, locked_for
from kapok.services.intake.actions.act import act, foresee
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.data import CaseFacts, Chosen, Doer, Hand
from kapok.services.intake.models import Act, Case, Handed
from kapok.services.intake.queries import Opened, acts_of, case_row, colleagues, leaders, open_dossier
from kapok.services.intake.rules import ClockState, allowed_acts, choose, explain, table
from kapok.services.intake.rules.wording import explained, stood_still
from kapok.services.intake.web import showing
from kapok.services.intake.web.foreseeing import CONFIRMED, confirm_page
from kapok.services.intake.web.forms import NOTHING_TRIED, USUAL, Tried, act_form, faults_of, payload_from
from kapok.services.intake.web.pages import actor_of
from kapok.services.intake.web.uploads import checked_file
from kapok.support.licences.public import licence_of_case, type_for

ACCEPT = ("application/pdf", "image/jpeg", "image/png")
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Desk:
    """A case as the one asking may see it."""

    actor: Actor
    case: Case
    locked: Locked
    capacities: frozenset[str]

    @property
    def works(self) -> bool:
        """Whether the actor has work to do here, and so may open the dossier; seeing alone is not enough."""
        return bool(self.capacities - {"applicant", "agent", "clock"})

    @property
    def may_hold(self) -> bool:
        return self.case.open and any(self.locked.lets(deed) for deed in ("intake.accept", "intake.examine", "intake.lead"))

    @property
    def may_give(self) -> bool:
        """Its holder may give it back or hand it on, and a leader."""
        holds = str(self.case.holder_id) in self.locked.selves
        return self.case.open and self.case.holder_id is not None and (holds or self.locked.lets("intake.lead"))

    @property
    def facts(self) -> CaseFacts:
        c = self.locked
        return CaseFacts(
            c.state, c.item, accepted=c.accepted_at is not None, step=c.step, extended=c.extended, paused=c.paused,
            corrections=c.corrections, hands=tuple(Hand(*hand) for hand in c.hands),
        )  # fmt: skip


def desk_of(request: HttpRequest, case_id: UUID) -> Desk:
    """The case as the one asking may see it; NotHere for who has no part in it."""
    actor = actor_of(request)
    with transaction.atomic():
        locked = locked_for(actor, case_id)
    case = case_row(case_id)
    if case is None or not locked.actor.may("intake.see", locked):
        raise NotHere("intake.case", id=case_id)
    return Desk(actor, case, locked, capacities(actor, locked))


@guard("intake.see")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case with everything needed to decide, and the acts allowed now."""
    return _show(request, case_id)


@guard("intake.see")
def opened(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The same with numbers in full, by POST: each opening is noted with its purpose for the applicant to read."""
    return _show(request, case_id, plain=True) if request.method == "POST" else _back(case_id)


def _show(
    request: HttpRequest, case_id: UUID, *, tried: Tried = NOTHING_TRIED, error: KapokError | None = None, plain: bool = False
) -> HttpResponse:
    desk = desk_of(request, case_id)
    found, item = desk.case, desk.locked.item
    dossier = _dossier(desk, plain=plain)
    chosen = choose(item, found.situation)
    acts, names, state = acts_of(case_id), showing.names_of(item), ClockState.load(found.clock)
    explanation, pauses = explain(state, current_calendar()), [Pause(*each) for each in stood_still(state)]
    said = showing.lines(acts, names)
    context: dict[str, Any] = {
        "case": found, "item": item, "table": table(), "desk": desk, "dossier": dossier, "plain": plain and desk.works,
        "acts": said, "people": _people(dossier, plain=plain),
        "answers": showing.answers(chosen.fields, dossier, plain=plain), "handed": showing.handed(found, files=desk.works),
        "expect": found.sequence, "step": next((s.name for s in item.steps if s.key == found.step), ""),
        "documents": showing.papers(case_id), "points": showing.points(found, said, files=desk.works), "pauses": pauses,
        "limits": showing.limits(found, explanation.dues), "explained": explained(explanation),
        "marked": [showing.told(fault, names) for fault in found.marked], "error": _sentence(error) if error else "",
        "done": acts[-1] if "done" in request.GET and acts else None, **_licence(desk),
        **_forms(desk, chosen, tried),
    }  # fmt: skip
    return render(request, "intake/case.jinja", context, status=error.status if error else 200)


def _licence(desk: Desk) -> dict[str, Any]:
    """The licence the case ended in, or whether it will end in one."""
    item = desk.locked.item
    kind = type_for(item.base_code, item.impl_code)
    closed = desk.case.closed_at is not None
    return {
        "licence": licence_of_case(desk.case.id) if kind and closed else None,
        "yields": kind if kind and desk.works and not closed else None, "may_see_licence": desk.actor.may("licences.see"),
    }  # fmt: skip


def _dossier(desk: Desk, *, plain: bool) -> Opened | None:
    """What the applicant said, for those who work on the case, as long as it is there: a destroyed key opens nothing."""
    with suppress(SubjectForgotten):
        return open_dossier(desk.actor, desk.case, plain=plain) if desk.works else None
    return None


def _people(dossier: Opened | None, *, plain: bool) -> list[tuple[str, str]]:
    if dossier is None or dossier.identity is None:
        return []
    agent = showing.person(dossier.agent, plain=plain) if dossier.agent else []
    return showing.person(dossier.identity, plain=plain) + ([(_("代办人"), " ".join(value for _label, value in agent))] if agent else [])


def _forms(desk: Desk, chosen: Chosen, tried: Tried) -> dict[str, Any]:
    """The acts allowed now as forms, those of a case that goes well first; and the colleagues they may name."""
    if not desk.works:
        return {"forms": [], "staff": []}
    staff = colleagues(desk.actor)
    doer = Doer(desk.capacities, str(desk.actor.account), desk.locked.stands_for)
    allowed = () if desk.locked.held_back else allowed_acts(desk.facts, doer=doer)
    # At the last step both are allowed, and the decision is what is due.
    ordered = sorted(allowed, key=lambda each: (each.outcome not in USUAL, each.act == "examine"))
    asks_leader = any(each.act == "request_special" for each in ordered)
    approving = leaders(desk.actor) if asks_leader else []
    return {"forms": [act_form(each, desk.facts, chosen, approving, tried) for each in ordered], "staff": staff}


def _sentence(error: KapokError) -> str:
    if type(error) is Conflict:
        return _("案件已被他人更新，您刚才的操作没有生效。请核对下面的最新情况后再办理。")
    return error.message()


@guard("intake.see")
def do_act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do an act; a refusal is shown on the case's page, which is as it was. What touches the clock is first shown with its dates."""
    if request.method != "POST":
        return _back(case_id)
    posted = request.POST.dict()
    name, outcome = posted.get("act", ""), posted.get("outcome", "")
    desk = desk_of(request, case_id)
    try:
        payload = payload_from(posted, name, outcome, desk.locked.state)
        if "change" in posted:
            return _show(request, case_id, tried=Tried(name, outcome, posted))
        if name in CONFIRMED and "sure" not in posted:
            done = foresee(case_id, name, outcome, payload, by=desk.actor, expect=_sequence(posted.get("expect", "")))
            return confirm_page(request, desk.case, done, posted, colleagues(desk.actor))
        with transaction.atomic():
            _take_file(request, desk, payload)
            act(case_id, name, outcome, payload, by=desk.actor, expect=_sequence(posted.get("expect", "")))
    except NotHere:
        raise
    except KapokError as error:
        return _show(request, case_id, tried=Tried(name, outcome, posted, faults_of(error, posted)), error=error)
    return HttpResponseRedirect(reverse("intake:case", args=[case_id]) + "?done=1")


def _sequence(text: str) -> int:
    """The sequence the page was drawn with; without one nothing is done."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Conflict()
    return int(text)


def _take_file(request: HttpRequest, desk: Desk, payload: dict[str, Any]) -> None:
    upload = request.FILES.get("file")
    if upload is None or not desk.works:
        return
    content, name = upload.read(), upload.name or ""
    taken = checked_file("file", name, content, allow=ACCEPT, limit=LARGEST)
    kept = store(content, name=name, media_type=taken, subject=desk.case.applicant_id, by=desk.actor)
    payload["file"] = str(kept.id)


@guard("intake.see")
def hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Claim a case, give it back, or hand it on to a colleague."""
    if request.method != "POST":
        return _back(case_id)
    actor = actor_of(request)
    try:
        what = request.POST.get("what", "")
        if what == "claim":
            claim(case_id, by=actor)
        elif what == "release":
            release(case_id, by=actor)
        elif what == "transfer":
            to, reason = as_uuid(request.POST.get("to", "")), request.POST.get("reason", "").strip()[:200]
            if to is None or not reason:
                raise Refused("intake.transfer_incomplete", 422, says=_("请选择转给谁，并写明原因。"))
            transfer(case_id, to, reason, by=actor)
    except NotHere as error:
        if error.data.get("kind") != "accounts.account":
            raise
        return _show(request, case_id, error=error)
    except KapokError as error:
        return _show(request, case_id, error=error)
    return _back(case_id)


def _back(case_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("intake:case", args=[case_id]))


@guard("intake.see")
def file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """A file handed in with a case, or added by an act, for those who work on it; the reading is noted."""
    desk = desk_of(request, case_id)
    if not desk.works or not _belongs(desk.case, file_id):
        raise NotHere("files.file", id=file_id)
    row = stored(file_id)
    note_read(desk.actor, desk.case.applicant_id, f"办理“{desk.case.item_name}”时查看材料", case_id, what="case")
    return file_response(row, open_file(row), inline=True)


def _belongs(found: Case, file_id: UUID) -> bool:
    if Handed.objects.filter(case=found, files__contains=[str(file_id)]).exists():
        return True
    return Act.objects.filter(case_id=found.id, data__file=str(file_id)).exists()
