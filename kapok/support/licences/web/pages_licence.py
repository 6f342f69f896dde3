"""One licence at the desk: its face, its life, its files, what may be done to it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, NotHere, Refused
from kapok.kernel.crypto.public import SubjectForgotten
from kapok.kernel.files.public import file_response, open_file
from kapok.kernel.ofd.public import read_ofd, reading_view, svg_of
from kapok.kernel.parties.public import mask_number
from kapok.kernel.reads.public import note_read
from kapok.kernel.ui.public import FieldView, Option, Point, render
from kapok.support.licences.actions.changing import Change, change_status, decide_request
from kapok.support.licences.data import Asked
from kapok.support.licences.models import DirectoryEntry, Licence, Signing, Use
from kapok.support.licences.queries.drawing import drawing_of
from kapok.support.licences.queries.licences import facts_of_licence, history_of, holders_in, opened, versions_of
from kapok.support.licences.queries.searching import licence_for, open_request
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.rules.status import Verb, may, status_table
from kapok.support.licences.web.pages import actor_of
from kapok.support.licences.web.words import CAUSES, LEADS, SOURCES, STATES, TONES, VERBS


@guard("licences.see")
def licence(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """Everything about one licence; opening its face is noted for the holder to read."""
    return _show(request, licence_id)


def _show(request: HttpRequest, licence_id: UUID, error: KapokError | None = None) -> HttpResponse:
    actor = actor_of(request)
    row = licence_for(actor, licence_id)
    facts = facts_of_licence(row)
    handles, confirms = actor.may("licences.handle", row), actor.may("licences.confirm", row)
    asked = open_request(row.id)
    works = handles or confirms
    context: dict[str, Any] = {
        "row": row,
        "facts": facts,
        "states": STATES,
        "tones": TONES,
        "sources": SOURCES,
        "verb_words": VERBS,
        "type": type_version(row.type_version_id),
        "face": _face(actor, row) if works else None,
        "works": works,
        "points": _points(row),
        "error": words_of(error),
        "paper": _paper(row) if works else None,
        "pages": _pages(row) if works and row.ofd is None else [],
        "versions": versions_of(row.lineage),
        "directory": list(DirectoryEntry.objects.filter(licence=row).order_by("id")[:50]),
        "uses": list(Use.objects.filter(licence=row).order_by("-id")[:20]) if works else [],
        "signing": Signing.objects.filter(licence=row).first() if row.state == Licence.PENDING else None,
        "verbs": [(v, VERBS[v.key]) for v in status_table().allowed(row.state)] if handles and asked is None else [],
        "asked": asked,
        "asked_verb": VERBS[asked.verb] if asked else "",
        "own": asked is not None and asked.asked_by == actor.account,
        "confirms": confirms,
        "handles": handles,
        "may_use": actor.may("licences.use"),
        "done": VERBS.get(request.GET.get("done", ""), ""),
    }
    return render(request, "licences/licence.jinja", context, status=error.status if error else 200)


def words_of(error: KapokError | None) -> str:
    """What a refusal says, each fault of it."""
    faults = getattr(error, "faults", [])
    return " ".join(str(fault.says) for fault in faults) or (error.message() if error else "")


def _face(actor: Any, row: Licence) -> list[tuple[str, str]] | None:
    """What stands on it, numbers masked; None where the holder was forgotten."""
    try:
        data = opened(row)
    except SubjectForgotten:
        return None
    note_read(actor, row.subject, f"管理证照“{row.name}”", row.id, what="licence")
    numbers = {h.number for h in holders_in(data) if h.number_type != "001"}
    values, type = data["values"], type_version(row.type_version_id)
    return [(each.label, mask_number(text) if (text := values.get(each.key, "")) in numbers else text) for each in type.fields]


def _pages(row: Licence) -> list[Markup]:
    """The pages as pictures; nothing where they cannot be drawn (a holder forgotten, a font gone)."""
    try:
        drawing = drawing_of(row, qr=row.identifier)
        return [Markup(svg_of(page, drawing, title=row.name, prefix=f"p{n}")) for n, page in enumerate(drawing.pages)]
    except KapokError:
        return []


def _paper(row: Licence) -> Any:
    """The sealed file to read, seals and all; None while there is none, or where it cannot be opened."""
    if row.ofd is None:
        return None
    try:
        return reading_view(read_ofd(open_file(row.ofd)), title=f"{row.name} {row.number}")
    except KapokError:
        return None


def _points(row: Licence) -> list[Point]:
    return [
        Point(
            each.at,
            VERBS.get(each.verb, each.verb),
            who=f"{each.doer}（{_('复核')} {each.confirmed_by}）" if each.confirmed_by else each.doer,
            note=each.reason,
        )
        for each in history_of(row.id)
    ]


@guard("licences.see")
def file(request: HttpRequest, licence_id: UUID, kind: str) -> HttpResponse:
    """The sealed file, for those who handle licences of this body; noted for the holder. Others use it through 用证."""
    actor = actor_of(request)
    row = licence_for(actor, licence_id)
    stored = {"ofd": row.ofd, "pdf": row.pdf}.get(kind)
    if stored is None or not (actor.may("licences.handle", row) or actor.may("licences.confirm", row)):
        raise NotHere("licences.file", id=str(licence_id))
    note_read(actor, row.subject, f"查看证照“{row.name}”文件", row.id, what="licence")
    return file_response(stored, open_file(stored), inline=kind == "pdf")


@guard("licences.handle")
def verb(request: HttpRequest, licence_id: UUID, verb: str) -> HttpResponse:
    """One verb: reason, what it needs, shown once more before it is done."""
    actor, known = actor_of(request), status_table().verbs.get(verb)
    row = licence_for(actor, licence_id)
    if known is None or verb in ("issue", "seal"):
        raise NotHere("licences.verb", id=verb)
    posted = request.POST
    error: KapokError | None = None
    try:
        may(known.key, row.state, reason="—", cause=next(iter(known.causes), "")).or_raise()
        if open_request(row.id) is not None:
            raise Refused("licences.request_open")
    except KapokError as refused:
        return _show(request, licence_id, refused)
    if request.method == "POST" and "change" not in posted:
        try:
            said = _said(known, posted, row)
            if "sure" in posted:
                done = change_status(licence_id, said, by=actor)
                to = licence_id if isinstance(done, Asked) else done.licence
                told = "asked" if isinstance(done, Asked) else known.key
                return HttpResponseRedirect(f"{reverse('licences:licence', args=[to])}?done={told}")
            return _confirm(request, row, known, said)
        except KapokError as refused:
            error = refused
    return _form(request, row, known, error)


def _said(known: Verb, posted: Any, row: Licence) -> Change:
    values = {key.removeprefix("value."): str(text).strip() for key, text in posted.items() if key.startswith("value.")}
    try:
        until = date.fromisoformat(posted.get("valid_to", "")) if posted.get("valid_to") else None
    except ValueError:
        until = None
    before = opened(row)["values"] if values else {}
    changed = {key: text for key, text in values.items() if text != before.get(key, "")}
    if known.key == "change" and not changed:
        raise Invalid([FieldFault("values", "licences.unchanged", _("没有改动任何内容，请至少修改一项。"))])
    return Change(known.key, posted.get("reason", ""), posted.get("cause", ""), changed, until)


def _form(request: HttpRequest, row: Licence, known: Verb, error: KapokError | None) -> HttpResponse:
    type = type_version(row.type_version_id)
    context = {
        "row": row,
        "verb": known,
        "title": VERBS[known.key],
        "fields": [*_own_fields(request, row, known, error), *_why_fields(request.POST, known, error)],
        "lead": LEADS[known.key],
        "error": words_of(error),
        "second": known.key in type.second_person,
    }
    return render(request, "licences/verb.jinja", context, status=error.status if error else 200)


def _own_fields(request: HttpRequest, row: Licence, known: Verb, error: KapokError | None) -> list[FieldView]:
    """What a change changes, and the new last day of an extension."""
    posted, faults = request.POST, {fault.field: fault.says for fault in getattr(error, "faults", [])}
    if known.key == "extend":
        errors = [faults["valid_to"]] if "valid_to" in faults else []
        return [
            FieldView("valid_to", _("新的有效期截止日期"), kind="date", value=posted.get("valid_to", ""), required=False,
                      hint=_("不填为长期。"), errors=errors)
        ]  # fmt: skip
    if known.key != "change":
        return []
    before = opened(row)["values"]
    note_read(actor_of(request), row.subject, f"变更证照“{row.name}”", row.id, what="licence")
    return [
        FieldView(
            f"value.{each.key}",
            each.label,
            value=posted.get(f"value.{each.key}", before.get(each.key, "")),
            max_length=each.max_length,
            required=each.required,
            errors=[faults[each.key]] if each.key in faults else [],
        )
        for each in type_version(row.type_version_id).fields
        if each.source.startswith(("answers.", "party.name", "const."))
    ]


def _why_fields(posted: Any, known: Verb, error: KapokError | None) -> list[FieldView]:
    """The reason, and its kind where the table asks for one; what is missing is said at its field."""
    wrong = {"licences.reason_missing": "reason", "licences.cause_missing": "cause"}.get(error.code if error else "", "")
    says = {wrong: [words_of(error)]}
    options = [Option(key, CAUSES[key]) for key in known.causes]
    cause = FieldView(
        "cause", _("原因类别"), kind="radios", options=options, value=posted.get("cause", ""), errors=says.get("cause", [])
    )  # fmt: skip
    reason = FieldView(
        "reason", _("理由"), kind="textarea", rows=3, max_length=300, value=posted.get("reason", ""), errors=says.get("reason", [])
    )  # fmt: skip
    return [cause, reason] if options else [reason]


def _confirm(request: HttpRequest, row: Licence, known: Verb, said: Change) -> HttpResponse:
    """What will be done, once more."""
    may(known.key, row.state, reason=said.reason, cause=said.cause).or_raise()
    type = type_version(row.type_version_id)
    labels = {each.key: each.label for each in type.fields}
    lines = [(labels.get(key, key), text) for key, text in said.values.items()]
    if known.key == "extend":
        lines.append((_("有效期至"), said.valid_to.isoformat() if said.valid_to else _("长期")))
    if said.cause:
        lines.append((_("原因类别"), CAUSES[said.cause]))
    context = {
        "row": row,
        "verb": known,
        "title": VERBS[known.key],
        "lines": [*lines, (_("理由"), said.reason)],
        "posted": list(request.POST.items()),
        "second": known.key in type.second_person,
        "after": STATES.get(known.after, known.after),
    }
    return render(request, "licences/verb_confirm.jinja", context)


@guard("licences.handle")
def decide(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    """The second person's word; or the first takes it back."""
    if request.method == "POST":
        row = licence_for(actor_of(request), licence_id)
        asked = open_request(row.id)
        if asked is None:
            raise NotHere("licences.request", id=str(licence_id))
        try:
            decide_request(asked.id, request.POST.get("what") == "agree", request.POST.get("opinion", "").strip(), by=actor_of(request))
        except KapokError as error:
            return _show(request, licence_id, error)
    return HttpResponseRedirect(reverse("licences:licence", args=[licence_id]))
