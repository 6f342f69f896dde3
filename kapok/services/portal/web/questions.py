"""From an item's compiled questions to drawn fields, and from a posted form to answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.parties.public import Identity
from kapok.kernel.regions.public import find_region, path_names
from kapok.kernel.ui.public import FieldView, Option
from kapok.services.intake.public import check_answers
from kapok.services.items.public import FormField, Material, SituationQuestion
from kapok.services.portal.web.holding import UPLOAD, Held, choice, name_of

_KINDS = {"choice": "radios", "choices": "checkboxes", "yesno": "radios"}
_YES_NO = (("yes", _("是")), ("no", _("否")))


def answers_from(posted: Any, fields: Sequence[FormField]) -> tuple[dict[str, Any], list[FieldFault]]:
    """The answers as typed, and what is wrong with them."""
    answers: dict[str, Any] = {}
    for field in fields:
        value: Any = posted.getlist(field.key) if field.type == "choices" else posted.get(field.key, "").strip()
        if value not in ("", []):
            answers[field.key] = value
    return answers, check_answers(tuple(fields), answers, today=clock.today()).faults


def sections(
    fields: Sequence[FormField], answers: Mapping[str, Any], faults: Sequence[FieldFault], known: Identity | None
) -> list[tuple[str, list[FieldView]]]:
    """The form's fields by section, prefilled where the platform knows the answer."""
    grouped: dict[str, list[FieldView]] = {}
    for field in fields:
        grouped.setdefault(field.section or str(_("申请信息")), []).append(_view(field, answers, faults, known, _asked_when(field, fields)))
    return list(grouped.items())


def _asked_when(field: FormField, fields: Sequence[FormField]) -> str:
    """When a question that hangs on others is to be answered, in words; the form shows every question."""
    by_key = {each.key: each for each in fields}
    asked = [_("“%(label)s”选“%(value)s”时填写。") % {"label": by_key[on].label, "value": _word(by_key[on], value)}
             for on, value in field.shown_when if on in by_key]  # fmt: skip
    return "".join(str(each) for each in asked)


def _word(field: FormField, value: Any) -> str:
    """An answer as the form words it."""
    if field.type == "region" and (found := find_region(str(value))):
        return "".join(path_names(found.code))
    words = dict(_YES_NO if field.type == "yesno" else field.options)
    return "、".join(str(words.get(each, each)) for each in (value if isinstance(value, list) else [value]))


def told(fields: Sequence[FormField], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was answered, by the questions, to be looked over before handing in."""
    return [(each.label, _word(each, answers[each.key])) for each in fields if each.key in answers]


def _view(field: FormField, answers: Mapping[str, Any], faults: Sequence[FieldFault], known: Identity | None, asked: str) -> FieldView:
    value: Any = answers.get(field.key)
    source: Any = ""
    if value is None:
        value = _prefill(field.prefill, known)
        source = _("来自您的账号") if value else ""
    return FieldView(
        name=field.key, label=field.label, kind=_KINDS.get(field.type, field.type), value=value, hint=asked + field.help, source=source,
        options=[Option(key, label) for key, label in (_YES_NO if field.type == "yesno" else field.options)], required=field.required,
        max_length=field.max_length, minimum=field.minimum, maximum=field.maximum, errors=[f.says for f in faults if f.field == field.key],
        shown_when=field.shown_when,
    )  # fmt: skip


def _prefill(source: str, known: Identity | None) -> str:
    if known is None or not source:
        return ""
    names = {"name": known.name, "number": known.number, "uscc": known.number, "phone": known.phone, "address": known.address}
    wanted_type = {"party": "111", "company": "001"}.get(source.split(".")[0])
    return names.get(source.split(".")[-1], "") if wanted_type == known.number_type else ""


def situation_fields(questions: Sequence[SituationQuestion], answers: Mapping[str, str], faults: Sequence[FieldFault]) -> list[FieldView]:
    """The questions of the 情形 tree to answer now."""
    return [
        FieldView(
            name=q.key,
            label=q.text,
            kind="radios",
            value=answers.get(q.key, ""),
            options=[Option(c.key, c.text) for c in q.choices],
            errors=[f.says for f in faults if f.field == q.key],
        )
        for q in questions
    ]


def material_fields(
    materials: Sequence[Material], given: Sequence[Mapping[str, Any]], faults: Sequence[FieldFault], held: Held | None = None
) -> list[FieldView]:
    """One upload a material, with what is there already; where a held licence may stand for it, the choice between the two first."""
    there, views = {each["key"]: each for each in given}, []
    for material in materials:
        licences = (held or {}).get(material.key, ())
        if licences:
            views.append(choice(material, licences, there.get(material.key)))
        views.append(_upload(material, there.get(material.key), faults, optional=bool(licences)))
    return views


def _upload(material: Material, given: Mapping[str, Any] | None, faults: Sequence[FieldFault], *, optional: bool) -> FieldView:
    size = _("文件不超过 %(size)s MB。") % {"size": material.max_megabytes}
    uploaded = given.get("name", "") if given and given.get("method", "upload") == "upload" else ""
    return FieldView(
        name=f"material-{material.key}", label=_("上传：%s") % material.name if optional else material.name, kind="file",
        required=material.required and not given and not optional, accept=",".join(material.accept),
        hint=f"{material.standard.rstrip('。；')}。{size}" if material.standard else size,
        source=_("已上传：%s") % uploaded if uploaded else "", errors=[f.says for f in faults if f.field == f"material-{material.key}"],
        shown_when=((name_of(material), UPLOAD),) if optional else (),
    )  # fmt: skip
