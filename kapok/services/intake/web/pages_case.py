"""One case at the desk: what is known, what may be done now, and doing it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.accounts.public import Account
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common.errors import Conflict, FieldFault, Invalid, KapokError, NotHere, Refused
from kapok.kernel.documents.public import documents_about, template
from kapok.kernel.files.public import file_response, inspect, open_file, store, stored
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import Pause, Point, render
from kapok.services.intake.access import Locked, capacities, locked_for
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.data import CaseFacts, Doer, Hand
from kapok.services.intake.models import Act, Case, Handed
from kapok.services.intake.queries import Opened, acts_of, case_row, colleagues, open_dossier
from kapok.services.intake.rules import ClockState, allowed_acts, choose, explain, table
from kapok.services.intake.rules.wording import LIMITS, explained
from kapok.services.intake.web.forms import NOTHING_TRIED, USUAL, Tried, act_form, faults_of, payload_from
from kapok.services.intake.web.pages import actor_of
from kapok.services.items.public import CompiledItem, FormField

ACCEPT = ("application/pdf", "image/jpeg", "image/png")
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class _Desk:
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
        return self.case.open and any(
            self.actor.may(deed, self.locked.deciding()) for deed in ("intake.accept", "intake.examine", "intake.lead")
        )

    @property
    def may_give(self) -> bool:
        """Its holder may give it back or hand it on, and a leader."""
        leads = self.actor.may("intake.lead", self.locked.deciding())
        return self.case.open and self.case.holder_id is not None and (self.case.holder_id == self.actor.account or leads)

    @property
    def facts(self) -> CaseFacts:
        c = self.locked
        return CaseFacts(
            c.state, c.item, accepted=c.accepted_at is not None, step=c.step, extended=c.extended, paused=c.paused,
            corrections=c.corrections, hands=tuple(Hand(*hand) for hand in c.hands),
        )  # fmt: skip


def _desk(request: HttpRequest, case_id: UUID) -> _Desk:
    actor = actor_of(request)
    with transaction.atomic():
        locked = locked_for(actor, case_id)
    case = case_row(case_id)
    if case is None or not actor.may("intake.see", locked):
        raise NotHere("intake.case", id=case_id)
    return _Desk(actor, case, locked, capacities(actor, locked))


@guard("intake.see")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case with everything needed to decide, and the acts allowed now."""
    return _show(request, case_id)


def _show(request: HttpRequest, case_id: UUID, *, tried: Tried = NOTHING_TRIED, error: KapokError | None = None) -> HttpResponse:
    desk = _desk(request, case_id)
    found, item = desk.case, desk.locked.item
    opened = open_dossier(desk.actor, found) if desk.works else None
    chosen = choose(item, found.situation)
    staff = colleagues(desk.actor) if desk.works else []
    allowed = allowed_acts(desk.facts, doer=Doer(desk.capacities, str(desk.actor.account))) if desk.works else ()
    allowed = tuple(sorted(allowed, key=lambda each: each.outcome not in USUAL))
    acts, names = acts_of(case_id), _names(item)
    clock_state = ClockState.load(found.clock)
    context: dict[str, Any] = {
        "case": found, "item": item, "table": table(), "desk": desk, "opened": opened, "acts": [_line(each, names) for each in acts],
        "answers": _answers(chosen.fields, opened), "handed": _handed(desk),
        "forms": [act_form(each, desk.facts, chosen, staff, tried) for each in allowed], "staff": staff, "expect": found.sequence,
        "step": next((s.name for s in item.steps if s.key == found.step), ""), "documents": _documents(case_id),
        "points": _points(found, acts), "pauses": _pauses(clock_state), "explained": explained(explain(clock_state, current_calendar())),
        "marked": [_told(fault, names) for fault in found.marked], "error": _sentence(error) if error else "",
        "done": acts[-1] if "done" in request.GET and acts else None,
    }  # fmt: skip
    return render(request, "intake/case.jinja", context, status=error.status if error else 200)


def _sentence(error: KapokError) -> str:
    if type(error) is Conflict:
        return _("案件已被他人更新，您刚才的操作没有生效。请核对下面的最新情况后再办理。")
    return error.message()


def _answers(fields: tuple[FormField, ...], opened: Opened | None) -> list[tuple[str, str]]:
    if opened is None:
        return []
    return [(each.label, _shown(each, opened.answers[each.key])) for each in fields if each.key in opened.answers]


def _shown(field: FormField, value: Any) -> str:
    words = {"yes": _("是"), "no": _("否")} if field.type == "yesno" else dict(field.options)
    values = value if isinstance(value, list) else [value]
    return "、".join(str(words.get(str(one), one)) for one in values)


def _handed(desk: _Desk) -> list[dict[str, Any]]:
    """Materials, the newest hand-in of a key first; files open only for those who work on the case."""
    rows = Handed.objects.filter(case=desk.case).order_by("-at", "-id")
    return [
        {"name": row.name, "method": row.method, "originals": row.originals, "copies": row.copies, "at": row.at,
         "files": row.files if desk.works else []}
        for row in rows
    ]  # fmt: skip


def _documents(case_id: UUID) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "title": template(one.template, one.template_version).title, "number": one.number}
        for one in documents_about(case_id)
    ]


def _names(item: CompiledItem) -> dict[str, str]:
    """What the questions and materials of an item are called, by kind and key."""
    return {f"field.{each.key}": each.label for each in item.form} | {f"material.{each.key}": each.name for each in item.materials}


def _told(fault: dict[str, str], names: dict[str, str]) -> str:
    return f"{names.get(fault['kind'] + '.' + fault['key'], fault['key'])}：{fault['says']}"


def _line(done: Act, names: dict[str, str]) -> dict[str, Any]:
    """An act with its data in words."""
    words, said = table(), []
    for key, value in done.data.items():
        if key == "faults":
            said += [_told(fault, names) for fault in value]
        elif key == "approver":
            account = Account.objects.filter(id=value).first() if _is_uuid(value) else None
            said.append(f"{words.data[key].name}：{account.name if account else value}")
        elif key not in ("channel", "file") and key in words.data:
            said.append(f"{words.data[key].name}：{value}")
    return {
        "at": done.occurred_at, "name": words.act_name(done.act), "outcome": words.outcome_name(done.act, done.outcome), "doer": done.doer,
        "said": said, "file": done.data.get("file", ""),
    }  # fmt: skip


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def _points(found: Case, acts: list[Act]) -> list[Point]:
    words = table()
    points = []
    for each in acts:
        state = "now" if found.open and each is acts[-1] else "done"
        points.append(Point(each.occurred_at, words.act_name(each.act), state, each.doer, words.outcome_name(each.act, each.outcome)))
    if found.open and found.due_at:
        points.append(Point(found.due_at, LIMITS["promised" if found.accepted_at else "acceptance"], "due"))
    return points


def _pauses(state: ClockState) -> list[Pause]:
    found: list[Pause] = []
    for event in state.events:
        at = datetime.fromtimestamp(event.at, UTC)
        if event.letter == "p":
            found.append(Pause(at, None, table().act_name(event.why)))
        elif event.letter in "rz" and found and found[-1].ends is None:
            found[-1] = Pause(found[-1].starts, at, found[-1].why)
    return found


@guard("intake.see")
def do_act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do an act; a refusal is shown on the case's page, which is as it was."""
    if request.method != "POST":
        return _back(case_id)
    posted = request.POST.dict()
    name, outcome = posted.get("act", ""), posted.get("outcome", "")
    desk = _desk(request, case_id)
    try:
        payload = payload_from(posted, name, outcome, desk.locked.state)
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


def _take_file(request: HttpRequest, desk: _Desk, payload: dict[str, Any]) -> None:
    upload = request.FILES.get("file")
    if upload is None or not desk.works:
        return
    content = upload.read()
    verdict = inspect(upload.name or "file", content, allow=ACCEPT, limit=LARGEST)
    if not verdict:
        raise Invalid([FieldFault("file", verdict.code, Refused(verdict.code, **verdict.data).message())])
    kept = store(content, name=upload.name or "file", media_type=upload.content_type or "", subject=desk.case.applicant_id, by=desk.actor)
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
            to, reason = request.POST.get("to", ""), request.POST.get("reason", "").strip()[:200]
            if not _is_uuid(to) or not reason:
                raise Refused("intake.transfer_incomplete", 422, says=_("请选择转给谁，并写明原因。"))
            transfer(case_id, UUID(to), reason, by=actor)
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
    desk = _desk(request, case_id)
    if not desk.works or not _belongs(desk.case, file_id):
        raise NotHere("files.file", id=file_id)
    row = stored(file_id)
    note_read(desk.actor, desk.case.applicant_id, f"办理“{desk.case.item_name}”时查看材料", case_id, what="case")
    return file_response(row, open_file(row), inline=True)


def _belongs(found: Case, file_id: UUID) -> bool:
    if Handed.objects.filter(case=found, files__contains=[str(file_id)]).exists():
        return True
    return Act.objects.filter(case_id=found.id, data__file=str(file_id)).exists()
