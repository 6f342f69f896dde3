"""收件 at the window: choose an item, who stands there, the form, the papers; then the receipt."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import Actor, guard
from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere, Refused, sentences
from kapok.kernel.parties.public import Party, PartyMismatch
from kapok.kernel.regions.public import find_region, path_names
from kapok.kernel.ui.public import FieldView, Option, render
from kapok.services.intake.access import locked_for
from kapok.services.intake.access.configured import hours_for
from kapok.services.intake.actions.apply import Given
from kapok.services.intake.actions.receiving import Presented, receive, serves
from kapok.services.intake.data import Chosen, GivenMaterial
from kapok.services.intake.errors import DuplicateApplication, WindowNotServing
from kapok.services.intake.models import Handed
from kapok.services.intake.queries import acts_of, case_row
from kapok.services.intake.rules import ask, check_answers, check_materials, choose
from kapok.services.intake.web.forms import (
    ANSWER,
    MATERIAL,
    SITUATION,
    answer_sections,
    count_of,
    material_lines,
    situation_views,
    typed_answers,
)  # fmt: skip
from kapok.services.intake.web.pages import actor_of
from kapok.services.intake.web.showing import papers
from kapok.services.items.public import Asked, CompiledItem, Line, compiled, item_in_force, search_items

SHOWN = 30
KINDS = {Party.NATURAL: gettext_lazy("自然人"), Party.LEGAL: gettext_lazy("法人或其他组织")}
NATURAL_AUDIENCE = "1"
"""服务对象 A.4: 自然人."""


@guard("intake.receive")
def window(request: HttpRequest) -> HttpResponse:
    """Choose what to take in: the items this window serves, by words or code."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:100]
    return render(request, "intake/window.jinja", {"lines": _served(actor, text), "query": text, "shown": SHOWN})


def _served(actor: Actor, text: str) -> list[Line]:
    asked = Asked(text=text) if text else Asked(org_id=actor.org) if actor.org else Asked()
    found = search_items(asked, size=100, facets=False).lines
    return [line for line in found if serves(actor, compiled(line.version_id))][:SHOWN]


@dataclass
class _Sheet:
    """What was filled in at the window, and what is wrong with it."""

    item: CompiledItem
    chosen: Chosen
    posted: Any
    applicant: Presented
    agent: Presented | None
    answers: dict[str, Any]
    faults: list[FieldFault]


@guard("intake.receive")
def take_in(request: HttpRequest, impl_code: str) -> HttpResponse:
    """One item's sheet: 情形 first where the item has one, then everything on one page."""
    actor = actor_of(request)
    item = item_in_force(impl_code) if len(impl_code) <= 64 else None
    if item is None:
        raise NotHere("items.item", id=impl_code)
    if not serves(actor, item):
        raise WindowNotServing(item=item.name)
    given = request.POST if request.method == "POST" else request.GET
    situation = {q.key: given[SITUATION + q.key] for q in item.questions if given.get(SITUATION + q.key)}
    chosen = choose(item, situation)
    if chosen.faults:
        wrong = [fault for fault in chosen.faults if situation and fault.code != "situation.unanswered"]
        fields = situation_views(ask(item, situation), situation, wrong)
        return render(request, "intake/situation.jinja", {"item": item, "fields": fields}, status=422 if wrong else 200)
    sheet = _sheet(item, chosen, request.POST)
    if request.method == "POST" and not request.POST.get("check"):
        sheet.faults = _check(sheet)
        done = None if sheet.faults else _receive(sheet, actor)
        if done is not None:
            return done
    return _draw(request, sheet)


def _sheet(item: CompiledItem, chosen: Chosen, posted: Any) -> _Sheet:
    kinds = _kinds(item)
    kind = posted.get("kind", "")
    applicant = Presented(
        kind if kind in kinds else kinds[0], _number(posted, "number"), posted.get("name", "").strip(), posted.get("phone", "").strip()
    )
    agent = Presented(
        Party.NATURAL, _number(posted, "agent_number"), posted.get("agent_name", "").strip(), posted.get("agent_phone", "").strip()
    )
    acting = agent if agent.number or agent.name else None
    return _Sheet(item, chosen, posted, applicant, acting, typed_answers(chosen.fields, posted, applicant), [])


def _number(posted: Any, name: str) -> str:
    return str(posted.get(name, "")).strip().upper()


def _kinds(item: CompiledItem) -> list[str]:
    """Who may apply, by the item's 服务对象; an item that names nobody takes all."""
    natural = [Party.NATURAL] if not item.audience or NATURAL_AUDIENCE in item.audience else []
    legal = [Party.LEGAL] if not item.audience or set(item.audience) - {NATURAL_AUDIENCE} else []
    return natural + legal


def _check(sheet: _Sheet) -> list[FieldFault]:
    """Every fault of the sheet at once; nothing is written."""
    faults = _who_faults(sheet.applicant, "")
    if sheet.agent:
        faults += _who_faults(sheet.agent, "agent_")
    answers = check_answers(sheet.chosen.fields, sheet.answers, today=clock.today())
    faults += [replace(fault, field=ANSWER + fault.field) for fault in answers.faults] + _strange(sheet)
    papers = [GivenMaterial(g.key, g.method, (), g.originals, g.copies) for g in _papers(sheet)]
    return faults + [replace(fault, field=MATERIAL + fault.field) for fault in check_materials(sheet.chosen.materials, papers)]


def _strange(sheet: _Sheet) -> list[FieldFault]:
    """What was sent for questions and materials that this sheet does not have."""
    known = {ANSWER + each.key for each in sheet.chosen.fields} | {MATERIAL + each.key for each in sheet.chosen.materials}
    known |= {f"{MATERIAL}{each.key}-{part}" for each in sheet.chosen.materials for part in ("originals", "copies")}
    found = []
    for name in sheet.posted:
        if name.startswith((ANSWER, MATERIAL)) and name not in known:
            code = "form.unknown_field" if name.startswith(ANSWER) else "material.unknown"
            found.append(FieldFault(name[:64], code, str(sentences[code]).format(key=name[2:64])))
    return found


def _who_faults(who: Presented, prefix: str) -> list[FieldFault]:
    verdict = uscc.check(who.number) if who.kind == Party.LEGAL else citizen.check(who.number, today=clock.today())
    faults = [] if verdict else [FieldFault(f"{prefix}number", verdict.code, Refused(verdict.code, **verdict.data).message())]
    if not 2 <= len(who.name) <= 100:
        faults.append(FieldFault(f"{prefix}name", "parties.name", _("请填写姓名或名称（2 至 100 字）。")))
    if who.phone and not (who.phone.isascii() and who.phone.isdigit() and len(who.phone) == 11 and who.phone.startswith("1")):
        faults.append(FieldFault(f"{prefix}phone", "parties.phone", _("手机号码应为 1 开头的 11 位数字。")))
    return faults


def _papers(sheet: _Sheet) -> tuple[Given, ...]:
    """What is ticked as received, with its counts."""
    found = []
    for material in sheet.chosen.materials:
        name = MATERIAL + material.key
        if sheet.posted.get(name):
            counts = [count_of(sheet.posted.get(f"{name}-{part}", "")) for part in ("originals", "copies")]
            found.append(Given(material.key, "paper", (), counts[0], counts[1]))
    return tuple(found)


def _receive(sheet: _Sheet, actor: Actor) -> HttpResponse | None:
    """The application, handed in; None when it was refused, with the faults on the sheet."""
    again = bool(sheet.posted.get("again"))
    try:
        applied = receive(
            sheet.item, sheet.applicant, sheet.answers, sheet.chosen.answers, _papers(sheet), agent=sheet.agent, again=again, by=actor
        )
    except Invalid as error:
        sheet.faults = error.faults
    except PartyMismatch as error:
        sheet.faults = [FieldFault("name", error.code, error.message())]
    except DuplicateApplication as error:
        says = _("同一申请人刚刚申请过该事项。核对后确需再次申请的，请勾选确认。")
        sheet.faults = [FieldFault("again", error.code, says)]
    except KapokError as error:
        sheet.faults = [FieldFault("form", error.code, error.message())]
    else:
        return HttpResponseRedirect(reverse("intake:receipt", args=[applied.case]))
    return None


def _draw(request: HttpRequest, sheet: _Sheet) -> HttpResponse:
    context = {
        "item": sheet.item, "chosen": sheet.chosen, "faults": sheet.faults, "situation": dict(sheet.chosen.answers),
        "who": _who_views(sheet), "agent": _agent_views(sheet), "acting": sheet.agent is not None, "read": _read(sheet.applicant),
        "sections": answer_sections(sheet.chosen.fields, sheet.answers, sheet.faults),
        "materials": material_lines(sheet.chosen.materials, sheet.posted, sheet.faults),
        "again": [fault.says for fault in sheet.faults if fault.field == "again"], "prefix": SITUATION,
    }  # fmt: skip
    return render(request, "intake/take_in.jinja", context, status=422 if sheet.faults else 200)


def _who_views(sheet: _Sheet) -> list[FieldView]:
    kinds, who = _kinds(sheet.item), sheet.applicant
    label = (
        _("统一社会信用代码")
        if kinds == [Party.LEGAL]
        else _("公民身份号码")
        if kinds == [Party.NATURAL]
        else _("公民身份号码或统一社会信用代码")
    )
    views = [FieldView("kind", _("申请人类型"), kind="radios", value=who.kind, options=[Option(kind, KINDS[kind]) for kind in kinds])]
    return [*(views if len(kinds) > 1 else ()), *_person_views(sheet, who, "", (label, _("姓名或名称"), _("手机号码")))]


def _agent_views(sheet: _Sheet) -> list[FieldView]:
    who = sheet.agent or Presented(Party.NATURAL, "", "")
    return _person_views(sheet, who, "agent_", (_("代办人公民身份号码"), _("代办人姓名"), _("代办人手机号码")))


def _person_views(sheet: _Sheet, who: Presented, prefix: str, labels: tuple[str, str, str]) -> list[FieldView]:
    """Number, name and phone; of the applicant the first two are needed, of an agent none while there is none."""
    parts = (("number", "citizen_id", who.number, 18), ("name", "text", who.name, 100), ("phone", "phone", who.phone, 11))
    return [
        FieldView(
            prefix + part, label, kind=kind, value=value, errors=_said(sheet, prefix + part), max_length=longest, autocomplete="off",
            required=not prefix and part != "phone",
        )
        for label, (part, kind, value, longest) in zip(labels, parts, strict=True)
    ]  # fmt: skip


def _said(sheet: _Sheet, field: str) -> list[Any]:
    return [fault.says for fault in sheet.faults if fault.field == field]


def _read(who: Presented) -> list[tuple[str, str]]:
    """What the number says of its holder, for the clerk to hold against the card."""
    if who.kind == Party.LEGAL:
        return [(_("登记机关所在地"), _place(who.number[2:8]))] if uscc.check(who.number) else []
    if not citizen.check(who.number):
        return []
    number = citizen.parse(who.number)
    sex = _("男") if number.sex == "male" else _("女")
    return [(_("出生日期"), f"{number.born:%Y-%m-%d}"), (_("性别"), sex), (_("首次登记地"), _place(number.region))]


def _place(code: str) -> str:
    """A place by six digits; a code that is no longer in use is shown as it is."""
    found = find_region(code.ljust(12, "0"))
    return "".join(path_names(found.code)) if found else code


@guard("intake.receive")
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt, to print: what was received, under which number, and by when there is a word."""
    actor = actor_of(request)
    with transaction.atomic():
        locked = locked_for(actor, case_id)
    case = case_row(case_id)
    if case is None or not locked.actor.may("intake.receive", locked):
        raise NotHere("intake.case", id=case_id)
    handed = list(Handed.objects.filter(case=case).order_by("at", "id"))
    context = {
        "case": case, "item": locked.item, "handed": handed, "filed": acts_of(case_id)[0], "hours": hours_for(locked.item),
        "paper": next((one for one in papers(case_id) if one["template"] == "intake.receipt"), None),
    }  # fmt: skip
    return render(request, "intake/receipt.jinja", context)
