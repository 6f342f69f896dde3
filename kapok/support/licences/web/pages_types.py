"""Types of licences: list, editor with live preview and faults at their line, review, publication, stop."""

import tomllib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kapok.kernel.access.public import guard
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.ofd.public import svg_of
from kapok.kernel.orgs.public import Org
from kapok.kernel.ui.public import FieldView, Option, fragment, render
from kapok.support.licences.actions.types import draft_type, review_type, save_type, stop_type, submit_type
from kapok.support.licences.data import HolderFacts, TypeFacts
from kapok.support.licences.models import TypeVersion
from kapok.support.licences.queries.drawing import preview
from kapok.support.licences.queries.layouts import layout_faults
from kapok.support.licences.queries.types import facts_from, types_for, version_for
from kapok.support.licences.rules import spec as rules
from kapok.support.licences.web.pages import actor_of
from kapok.support.licences.web.pages_licence import words_of
from kapok.support.licences.web.words import FIELD_SOURCES, TYPE_STATES, TYPE_TONES

LONGEST = 60_000
START = """name = "新证照"
years = 5
second_person = ["cancel", "revoke"]

[numbering]
pattern = "{region}{year}{serial}"
per = ["org", "year"]
width = 5

[[items]]
code = ""

[[fields]]
key = "holder_name"
label = "持证人"
from = "party.name"
minimal = true

[layout]
title = "新证照"

[layout.paper]
size = "A4"

[[layout.part]]
text = "新证照"
size = 26
align = "center"

[[layout.part]]
kind = "fields"
rows = [
    { label = "编号", value = "{number}" },
    { label = "持证人", value = "{holder_name}" },
]

[[layout.part]]
kind = "signoff"
lines = ["{issuer}", "{issued_on|date}"]
"""


@guard("licences.types")
def types(request: HttpRequest) -> HttpResponse:
    """Types within reach, with their newest version."""
    actor = actor_of(request)
    context = {"rows": types_for(actor), "states": TYPE_STATES, "tones": TYPE_TONES, "edits": actor.may("licences.edit")}
    return render(request, "licences/types.jinja", context)


@guard("licences.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new type, or the next version of one (`?from=` a version)."""
    actor, error = actor_of(request), None
    source = request.GET.get("from", "")
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    code, begin = request.POST.get("code", ""), START
    if source:
        earlier = version_for(actor, UUID(source)) if _is_uuid(source) else None
        if earlier:
            begin, code = text_of(earlier), earlier.type.code
    if request.method == "POST":
        try:
            org = _own_org(actor, request.POST.get("org", ""))
            said, layout = _read(text)
            made = draft_type(org, code.strip().upper(), said, layout, by=actor)
            return HttpResponseRedirect(reverse("licences:type", args=[made.id]))
        except KapokError as refused:
            error = refused
    orgs = [Option(str(each.id), each.name) for each in _orgs(actor)]
    errors = [fault.says for fault in getattr(error, "faults", []) if fault.field == "code"]
    fields = [
        FieldView("org", _("定义和维护单位"), kind="select", options=orgs, value=request.POST.get("org", "")),
        FieldView(
            "code",
            _("证照类型代码"),
            value=code,
            max_length=21,
            hint=_("21 位：定义机构统一社会信用代码 18 位，加自编 3 位。"),
            errors=errors,
        ),
        _text_field(text or begin, [f.says for f in getattr(error, "faults", []) if f.field != "code"]),
    ]
    drawn, faults = drawn_from(text or begin)
    return render(
        request,
        "licences/type_new.jinja",
        {"fields": fields, "error": error.message() if error else "", "pages": drawn, "faults": [fault.says for fault in faults]},
        status=error.status if error else 200,
    )


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _orgs(actor: Any) -> list[Org]:
    """Bodies whose types the actor edits: the own one first."""
    if actor.org is None:
        return []
    return list(Org.objects.filter(id=actor.org, dissolved_on=None))


def _own_org(actor: Any, text: str) -> int:
    known = {str(each.id): each.id for each in _orgs(actor)}
    if text not in known:
        raise Invalid([FieldFault("org", "licences.owner", _("请选择单位。"))])
    return int(known[text])


def _read(text: str) -> tuple[dict[str, Any], str]:
    said, faults = rules.read(text)
    if faults:
        raise Invalid(faults)
    layout, spec = rules.cut_layout(text, said)
    for own in ("code", "owner"):
        spec.pop(own, None)
    return spec, layout


def _text_field(text: str, errors: list[Any]) -> FieldView:
    preview_at = {
        "hx-post": reverse("licences:type-preview"),
        "hx-trigger": "input changed delay:600ms",
        "hx-target": "#preview",
        "spellcheck": "false",
        "hx-include": "closest form",
    }
    hint = _("TOML：说明、编号规则、关联事项、照面字段在前，版式（[layout]）在后。")
    return FieldView(
        "text", _("类型说明和版式"), kind="textarea", rows=26, value=text, hint=hint, errors=errors, attrs=preview_at, max_length=LONGEST
    )


def text_of(version: TypeVersion) -> str:
    """A version as one text, as its editor writes it."""
    return rules.written(version.spec, version.layout)


@guard("licences.types")
def type(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A version: to edit while it is a draft, to review, to read."""
    return _show(request, version_id)


def _show(request: HttpRequest, version_id: UUID, error: KapokError | None = None, text: str = "") -> HttpResponse:
    actor = actor_of(request)
    version = version_for(actor, version_id)
    edits = actor.may("licences.edit", version.type) and version.state == TypeVersion.DRAFT
    said = text or text_of(version)
    drawn, faults = drawn_from(said)
    shown_faults = [fault.says for fault in getattr(error, "faults", [])]
    context: dict[str, Any] = {
        "version": version,
        "states": TYPE_STATES,
        "tones": TYPE_TONES,
        "edits": edits,
        "text": said,
        "field": _text_field(said, shown_faults),
        "pages": drawn,
        "facts": _facts(version),
        "faults": [fault.says for fault in faults],
        "error": words_of(error),
        "sources": FIELD_SOURCES,
        "reviews": actor.may("licences.review", version.type)
        and version.state == TypeVersion.REVIEW
        and version.edited_by != actor.account,
        "stops": actor.may("licences.review", version.type) and version.state == TypeVersion.PUBLISHED,
        "next": actor.may("licences.edit", version.type)
        and version.state in (TypeVersion.PUBLISHED, TypeVersion.REPLACED, TypeVersion.STOPPED),
        "versions": list(TypeVersion.objects.filter(type=version.type_id).defer("spec", "layout").order_by("-number")),
    }
    return render(request, "licences/type.jinja", context, status=error.status if error else 200)


def _facts(version: TypeVersion) -> TypeFacts | None:
    """The description as facts, once it is frozen: a draft may hold anything."""
    return None if version.state == TypeVersion.DRAFT else facts_from(version)


@guard("licences.types")
def type_act(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Save, submit, review, stop."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("licences:type", args=[version_id]))
    actor, what = actor_of(request), request.POST.get("what", "")
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    opinion = request.POST.get("opinion", "").strip()
    try:
        if what in ("save", "submit"):
            save_type(version_id, *_read(text), by=actor)
        if what == "submit":
            submit_type(version_id, by=actor)
        elif what in ("agree", "refuse"):
            review_type(version_id, what == "agree", opinion, by=actor)
        elif what == "stop":
            stop_type(version_id, opinion, by=actor)
    except KapokError as error:
        return _show(request, version_id, error, text)
    return HttpResponseRedirect(reverse("licences:type", args=[version_id]))


@guard("licences.types")
def type_preview(request: HttpRequest) -> HttpResponse:
    """What the text draws, or what is wrong with it and where."""
    drawn, faults = drawn_from(request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n"))
    return HttpResponse(fragment(request, "licences/_preview.jinja", {"pages": drawn, "faults": [fault.says for fault in faults]}))


def drawn_from(text: str) -> tuple[list[Markup], list[FieldFault]]:
    """The pages of a type's text with sample values, and every fault."""
    try:
        said, layout = _read(text)
    except Invalid as error:
        return [], error.faults
    faults = rules.check(said) or layout_faults(said, layout)
    if faults:
        return [], faults
    facts = rules.facts_of(said, tomllib.loads(layout), code="", id=UUID(int=0), number=0, definer="", definer_name="")
    values = {each.key: _sample(each) for each in facts.fields}
    try:
        drawing = preview(
            facts, values, issuer="示例颁发机关", number="示例2026000001", holder=HolderFacts("示例持证人", "440300199001019999", "111")
        )
    except KapokError as error:
        return [], [FieldFault("layout", error.code, error.message())]
    return [Markup(svg_of(page, drawing, title=facts.name, anchors=True, prefix=f"pv{n}")) for n, page in enumerate(drawing.pages)], []


def _sample(each: Any) -> str:
    if each.type == "date":
        return "2026年11月25日"
    if each.type in ("number", "amount"):
        return "100000"
    return next(iter(each.options.values()), f"{each.label}（示例）")
