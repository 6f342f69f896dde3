"""谁用过我的证照: the log of uses, one use with its objection; and what the holder allowed others."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import SIGNED_IN, guard
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, KapokError, NotHere
from kapok.kernel.orgs.public import org_by_uscc, search_orgs
from kapok.kernel.ui.public import FieldView, Option, keyset, render
from kapok.support.licences.actions.using_codes import Allowed, consent, withdraw_consent
from kapok.support.licences.actions.using_objections import due_of, object_to_use
from kapok.support.licences.models import Objection, Use
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import own_consents, own_licence, own_use, own_uses, words_of
from kapok.support.licences.rules import using as rules
from kapok.support.licences.web import holder_frame as frame

SIZE = 20


@guard(SIGNED_IN)
def uses(request: HttpRequest) -> HttpResponse:
    """Every use of the party's licences, the newest first."""
    page = keyset(own_uses(frame.actor_of(request)), request, size=SIZE)
    rows = [(use, frame.caller_words(use)) for use in page.items]
    return render(request, "licences/holder_uses.jinja", {"page": page, "rows": rows, "modes": frame.MODES, "results": frame.RESULTS})


@guard(SIGNED_IN)
def use(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """One use: who, for what, on what ground, which fields, when; objecting to it, and the answer."""
    actor = frame.actor_of(request)
    row = own_use(actor, use_id)
    faults: list[FieldFault] = []
    if request.method == "POST":
        try:
            object_to_use(row.id, request.POST.get("text", ""), by=actor)
            return HttpResponseRedirect(request.path + "?done=objected")
        except KapokError as error:
            faults = frame.faults_of(error, "text")
    objection = Objection.objects.filter(use=row.id).select_related("org").first()
    _least, most = rules.terms()["objection"]["length"]
    context = {
        "use": row,
        "rows": _facts(row),
        "objection": objection,
        "words": words_of(objection) if objection else None,
        "faults": faults,
        "text": FieldView(
            "text",
            _("哪里不对"),
            kind="textarea",
            rows=5,
            max_length=most,
            value=request.POST.get("text", ""),
            errors=frame.said(faults, "text"),
            hint=_("例如：我没有办过这件事，也没有同意别人使用。"),
        ),
        "done": request.GET.get("done", ""),
        "due": due_of(clock.now()),
        "may": row.mode != rules.OWN and objection is None,
        "days": rules.terms()["objection"]["answer"],
        "overdue": bool(objection and objection.state == Objection.WAITING and clock.now() > objection.due_at),
        "modes": frame.MODES,
    }
    return render(request, "licences/holder_use.jinja", context, status=422 if faults else 200)


def _facts(row: Use) -> list[tuple[Any, Any]]:
    """What the log says of a use, as label and value."""
    labels = {each.key: each.label for each in type_version(row.licence.type_version_id).fields}
    said = [
        (_("谁用的"), frame.caller_words(row)),
        (_("经办人"), row.person),
        (_("怎样用的"), frame.MODES.get(row.mode, row.mode)),
        (_("结果"), frame.RESULTS.get(row.result, row.result)),
        (_("办理事项"), f"{row.item_name}（{row.item_code}）" if row.item_name else row.item_code),
        (_("办件编号"), row.case_number),
        (_("依据"), frame.ground_words(row)),
        (_("看到的内容"), "、".join(labels.get(key, key) for key in row.fields)),
    ]
    return [(label, value) for label, value in said if value]


@guard(SIGNED_IN)
def allow(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """委托授权: allow an agency to use the licence for one item."""
    actor = frame.actor_of(request)
    row = own_licence(actor, licence_id)
    posted, faults = request.POST, []
    if request.method == "POST" and "search" not in posted:
        try:
            consent(row.id, _allowed(posted), by=actor)
            return HttpResponseRedirect(reverse("licences:holder-one", args=[row.id]) + "?done=allowed")
        except KapokError as error:
            faults = frame.faults_of(error)
    context = {
        "row": row,
        "facts": facts_of_licence(row),
        "fields": _consent_fields(posted, faults),
        "faults": faults,
        "orgs": _orgs(posted),
    }
    return render(request, "licences/holder_allow.jinja", context, status=422 if faults else 200)


def _orgs(posted: Any) -> list[Any]:
    words = posted.get("words", "").strip()[:40]
    if not words:
        return []
    exact = org_by_uscc(words) if len(words) == 18 else None
    return [exact] if exact else list(search_orgs(words)[:8])


def _allowed(posted: Any) -> Allowed:
    return Allowed(
        org=frame.whole(posted.get("org", "")),
        item_code=posted.get("item_code", ""),
        purpose=posted.get("purpose", ""),
        until=frame.until_of(posted.get("until", "")),
        case_number=posted.get("case_number", ""),
        most=frame.whole(posted.get("most", ""), 0),
    )


def _consent_fields(posted: Any, faults: list[FieldFault]) -> list[FieldView]:
    terms = rules.terms()["consent"]
    later = clock.today() + timedelta(days=terms["days"])
    found = [Option(str(each.id), each.name, each.address) for each in _orgs(posted)]
    words = posted.get("words", "")
    which = [
        FieldView("org", _("授权给"), kind="radios", options=found, value=posted.get("org", str(found[0].value) if len(found) == 1 else ""),
                  errors=frame.said(faults, "org"), hint="" if found or not words else _("没有找到这个单位，请换个词再找。")),
    ] if found or words else []  # fmt: skip
    return [
        FieldView("words", _("单位名称"), kind="search", value=words, max_length=40, errors=[] if found else frame.said(faults, "org"),
                  hint=_("填写单位名称或简称，点“查找单位”后选择。")),
        *which,
        FieldView("item_code", _("办理事项编码"), value=posted.get("item_code", ""), max_length=64, errors=frame.said(faults, "item_code"),
                  hint=_("在办事指南上可以找到。")),
        FieldView("case_number", _("办件编号"), value=posted.get("case_number", ""), required=False, max_length=64,
                  hint=_("填写后只能用于这一个办件。")),
        FieldView("purpose", _("用途"), value=posted.get("purpose", ""), max_length=200, errors=frame.said(faults, "purpose")),
        FieldView("until", _("授权到哪天"), kind="date", value=posted.get("until", later.isoformat()), errors=frame.said(faults, "until"),
                  minimum=clock.today().isoformat()),
        FieldView("most", _("最多使用几次"), kind="number", value=posted.get("most", "1"), width="short", errors=frame.said(faults, "most"),
                  minimum="1", maximum=str(terms["most_uses"])),
    ]  # fmt: skip


@guard(SIGNED_IN)
def withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Take an authorisation back, after a word of what it was."""
    actor = frame.actor_of(request)
    row = own_consents(actor).filter(id=consent_id).first()
    if row is None:
        raise NotHere("licences.consent", id=consent_id)
    if request.method == "POST":
        withdraw_consent(row.id, by=actor)
        return HttpResponseRedirect(reverse("licences:holder-one", args=[row.licence_id]) + "?done=withdrawn")
    return render(request, "licences/holder_withdraw.jinja", {"consent": row})
