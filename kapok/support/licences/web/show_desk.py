"""At the desk: using a licence for a case by duty, by the holder's code or by an authorisation; answering objections to uses."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.access.public import guard
from kapok.kernel.api.public import Key, first_answer, store_answer
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.common.ids import as_uuid, uuid7
from kapok.kernel.crypto.public import sm3
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import Due, FieldView, Link, Option, keyset, render
from kapok.support.licences.actions.using import use_licence
from kapok.support.licences.actions.using_copies import copy_of_use
from kapok.support.licences.actions.using_objections import answer_objection
from kapok.support.licences.models import Objection, Use
from kapok.support.licences.queries.licences import held_by, licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import consented, objection_at_desk, objections_at_desk, words_of
from kapok.support.licences.queries.using_desks import case_facts, item_facts
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame

SIZE = 50
WAYS: dict[str, Any] = {
    rules.DUTY: gettext_lazy("依职能查验"), rules.HOLDER: gettext_lazy("持证人出示用证码"), rules.CONSENT: gettext_lazy("持证人已授权"),
}  # fmt: skip
TAKES: dict[str, Any] = {
    rules.FACE: gettext_lazy("看照面内容"),
    rules.FILE: gettext_lazy("取归档文件（加注件）"),
    rules.VIEW: gettext_lazy("生成一次性查看链接"),
}
TABS: dict[str, Any] = {"waiting": gettext_lazy("待处理"), "answered": gettext_lazy("已处理")}


@guard("licences.use")
def use(request: HttpRequest) -> HttpResponse:
    """A case's number brings up which licences its item asks for and which of them the applicant holds; then one is used."""
    actor, posted = frame.actor_of(request), request.POST
    number = (posted.get("case_number") or request.GET.get("case") or "").strip()[:64]
    case = case_facts(number) if number else None
    item = item_facts(case.item_code) if case else None
    faults: list[FieldFault] = []
    used = None
    if number and (case is None or item is None or not actor.may("licences.use", item)):
        faults = [FieldFault("case_number", "licences.no_case", _("没有找到这个办件，或不在您的办理范围内。"))]
        case = item = None
    elif request.method == "POST" and "way" in posted:
        try:
            if posted.get("result") == rules.FILE:
                return frame.download(copy_of_use(_file_use(actor, posted, case, item), _medium(posted), by=actor).file)
            used = _use(actor, posted, case, item)
        except KapokError as error:
            faults = frame.faults_of(error, "licence")
    context = {
        "number": number,
        "case": case,
        "item": item,
        "faults": faults,
        "used": _shown(request, used) if used else None,
        "sending": posted.get("sending", "")[:36] or str(uuid7()),
        "fields": _fields(actor, posted, case, item, faults) if case and item and used is None else [],
        "ask": FieldView(
            "case_number", _("办件编号"), kind="search", value=number, max_length=64, errors=frame.said(faults, "case_number")
        ),
    }
    return render(request, "licences/show_desk.jinja", context, status=422 if faults else 200)


def _medium(posted: Any) -> str:
    return "pdf" if posted.get("media") == "pdf" else "ofd"


def _file_use(actor: Any, posted: Any, case: Any, item: Any) -> Any:
    """The use by which a file is taken: one for one form, clicked twice or sent again because the seal had to be waited for."""
    said = "\0".join([case.number, *(posted.get(name, "")[:64] for name in ("sending", "licence", "way", "code"))])
    key = Key(actor.account, sm3(said.encode()).hex(), "licences.desk_file", b"")
    try:
        with transaction.atomic():
            use = _use(actor, posted, case, item).id
            store_answer(key, 201, {"use": str(use)})
            return use
    except (IntegrityError, KapokError):
        known = first_answer(key)
        if known is None:
            raise
        return as_uuid(known[1]["use"])


def _use(actor: Any, posted: Any, case: Any, item: Any) -> Any:
    way, chosen = posted.get("way", rules.DUTY), as_uuid(posted.get("licence", ""))
    if way not in WAYS:
        raise Invalid([FieldFault("way", "licences.way", _("请选择依据。"))])
    code = posted.get("code", "") if way == rules.HOLDER else ""
    if way == rules.HOLDER and not code.strip():
        raise Invalid([FieldFault("code", "licences.code", _("请填写持证人出示的用证码。"))])
    if chosen is None and not code:
        raise Invalid([FieldFault("licence", "licences.choose", _("请选择一份证照。"))])
    return use_licence(
        chosen if way != rules.HOLDER else None, way, item_code=item.code, case_number=case.number,
        result=posted.get("result", rules.FACE), code=code, by=actor,
        fields=_all_fields(chosen) if way == rules.DUTY and posted.get("result") != rules.FILE else (),
    )  # fmt: skip


def _all_fields(chosen: UUID | None) -> tuple[str, ...]:
    """By duty the whole face may be seen: the material list asks for the licence, not for a part of it."""
    return tuple(each.key for each in type_version(licence(chosen).type_version).fields) if chosen else ()


def _fields(actor: Any, posted: Any, case: Any, item: Any, faults: list[FieldFault]) -> list[FieldView]:
    """Only what there is a ground for is listed: asked for by the item, or allowed by the holder; a code names its licence itself."""
    allowed = consented(actor.org, item.code, case.number)
    own = [one for one in held_by(case.applicant, live=True) if one.type_code in item.needs or one.id in allowed]
    options = [
        Option(str(one.id), f"{one.name} {one.number}", f"{one.issuer_name} · {frame.state_of(one)[0]}", disabled=not one.usable)
        for one in own
    ]
    return [
        FieldView(
            "licence",
            _("证照"),
            kind="radios",
            options=options,
            value=posted.get("licence", options[0].value if options else ""),
            errors=frame.said(faults, "licence"),
            hint="" if options else _("申请人没有该事项材料目录要求的证照。持证人当面出示的，可以用用证码。"),
        ),
        FieldView(
            "way",
            _("依据"),
            kind="radios",
            options=[Option(key, word) for key, word in WAYS.items()],
            value=posted.get("way", rules.DUTY if options else rules.HOLDER),
            errors=frame.said(faults, "way"),
        ),
        FieldView(
            "code",
            _("用证码"),
            value=posted.get("code", ""),
            required=False,
            max_length=20,
            width="medium",
            errors=frame.said(faults, "code"),
            hint=_("持证人手机上显示的 8 位码。"),
            shown_when=(("way", rules.HOLDER),),
        ),
        FieldView(
            "result",
            _("要什么"),
            kind="radios",
            options=[Option(key, word) for key, word in TAKES.items()],
            value=posted.get("result", rules.FACE),
            hint=_("每次使用都登记，持证人可以看到。"),
        ),
    ]


def _shown(request: HttpRequest, used: Any) -> dict[str, Any]:
    facts = licence(used.licence)
    labels = {each.key: each.label for each in type_version(facts.type_version).fields}
    address = request.build_absolute_uri(reverse("licences:show-view", args=[used.token])) if used.token else ""
    return {
        "facts": facts,
        "state": frame.state_of(facts),
        "rows": [(labels.get(key, key), value) for key, value in used.face.items()],
        "address": address,
        "minutes": rules.terms()["token"]["minutes"],
    }


@guard("licences.supervise")
def objections(request: HttpRequest) -> HttpResponse:
    """Objections within reach, by due date; or those answered, the newest first."""
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    rows = objections_at_desk(frame.actor_of(request))
    if tab == "waiting":
        page = keyset(rows.filter(state=Objection.WAITING), request, order=("due_at", "id"), size=SIZE)
    else:
        page = keyset(rows.exclude(state=Objection.WAITING), request, size=SIZE)
    calendar = current_calendar()
    context = {
        "page": page, "rows": [(row, _due(row, calendar)) for row in page.items], "tab": tab, "done": request.GET.get("done", ""),
        "tabs": [Link(title, f"?tab={key}", current=key == tab) for key, title in TABS.items()], "modes": frame.MODES,
    }  # fmt: skip
    return render(request, "licences/show_objections.jinja", context)


def _due(row: Objection, calendar: WorkingCalendar) -> Due:
    day, today = clock.local(row.due_at).date(), clock.today()
    if row.state != Objection.WAITING:
        return Due(day, "done")
    left = calendar.working_days_between(today, day) if day >= today else -max(1, calendar.working_days_between(day, today))
    return Due(day, "overdue" if clock.now() > row.due_at else "soon" if left <= 2 else "ok", left)


@guard("licences.supervise")
def objection(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """One objection, opened (its holder sees that it was), with the box for the answer."""
    actor, posted = frame.actor_of(request), request.POST
    row = objection_at_desk(actor, objection_id)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            answer_objection(row.id, {"yes": True, "no": False}.get(posted.get("founded", "")), posted.get("text", ""), by=actor)
            return HttpResponseRedirect(request.path.rsplit("/", 2)[0] + "/?tab=answered&done=answered")
        except KapokError as error:
            faults = frame.faults_of(error, "text")
    note_read(actor, row.holder, f"处理关于“{row.use.licence.name}”的用证异议", row.id, what="licence")
    options = [Option("yes", _("异议成立：不应当这样用")), Option("no", _("异议不成立：使用有依据"))]
    context = {
        "row": row,
        "use": row.use,
        "words": words_of(row),
        "due": _due(row, current_calendar()),
        "rows": _use_rows(row.use),
        "faults": faults,
        "fields": [
            FieldView(
                "founded",
                _("处理结论"),
                kind="radios",
                options=options,
                value=posted.get("founded", ""),
                errors=frame.said(faults, "founded"),
            ),
            FieldView(
                "text",
                _("答复"),
                kind="textarea",
                rows=6,
                max_length=rules.terms()["objection"]["length"][1],
                value=posted.get("text", ""),
                errors=frame.said(faults, "text"),
                hint=_("持证人会看到。"),
            ),
        ],
    }
    return render(request, "licences/show_objection.jinja", context, status=422 if faults else 200)


def _use_rows(row: Use) -> list[tuple[Any, Any]]:
    said = [
        (_("证照"), f"{row.licence.name} {row.licence.number}"),
        (_("谁用的"), frame.caller_words(row)),
        (_("经办人"), row.person),
        (_("怎样用的"), frame.MODES.get(row.mode, row.mode)),
        (_("办理事项"), row.item_name or row.item_code),
        (_("办件编号"), row.case_number),
        (_("依据"), frame.ground_words(row)),
    ]
    return [(label, value) for label, value in said if value]
