"""What clerks fill in: a small form for each act, and the form of an item at the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError, sentences
from kapok.kernel.ui.public import FieldView, Option
from kapok.services.intake.actions.receiving import Presented
from kapok.services.intake.data import AllowedAct, CaseFacts, Chosen
from kapok.services.intake.rules import data_of, table
from kapok.services.intake.rules.guards import extension_limit, special_names
from kapok.services.intake.rules.law import law
from kapok.services.items.public import FormField, Material, SituationQuestion

METHODS: dict[str, Any] = {
    "window": gettext_lazy("窗口自取"),
    "express": gettext_lazy("邮寄"),
    "online": gettext_lazy("网上下载"),
    "terminal": gettext_lazy("自助终端"),
}
GRAVE = frozenset({"refused", "denied", "terminated"})
USUAL = frozenset({"accepted", "complete", "pass", "granted", "concluded", "collected"})
"""Outcomes of a case that goes well: their forms come first."""
_KINDS = {"choice": "radios", "choices": "checkboxes", "yesno": "radios"}
_YES_NO = (Option("yes", gettext_lazy("是")), Option("no", gettext_lazy("否")))
_LONG = 100
"""A datum longer than this is asked in a box of several lines."""


@dataclass(frozen=True)
class Thing:
    """A line of the 补正告知 checklist: a question of the form or a material, and what is wrong with it."""

    key: str
    tick: FieldView
    says: FieldView


@dataclass(frozen=True)
class ActForm:
    """An act that may be done now, as a form."""

    act: str
    outcome: str
    title: str
    grave: bool
    views: tuple[FieldView, ...]
    fields: tuple[Thing, ...] = ()
    materials: tuple[Thing, ...] = ()
    files: bool = False
    open: bool = False

    @property
    def faulty(self) -> list[FieldView]:
        """What the error summary links to."""
        return [view for view in (*self.views, *(t.says for t in (*self.fields, *self.materials))) if view.errors]


@dataclass(frozen=True)
class Tried:
    """An act that was refused: what was typed, and the faults by the name of their control."""

    act: str = ""
    outcome: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, list[str]] = field(default_factory=dict)


NOTHING_TRIED = Tried()


def act_form(allowed: AllowedAct, facts: CaseFacts, chosen: Chosen, staff: Sequence[Account], tried: Tried = NOTHING_TRIED) -> ActForm:
    """The form of one act, with what was typed before if this act was the one refused."""
    needs, takes = data_of(allowed.act, allowed.outcome, facts.state)
    mine = tried if (tried.act, tried.outcome) == (allowed.act, allowed.outcome) else NOTHING_TRIED
    build = _Builder(f"id_{allowed.act}_{allowed.outcome}_", facts, staff, mine)
    keys = [key for key in (*needs, *takes) if key != "faults"]
    words = table()
    name, outcome = words.act_name(allowed.act), words.outcome_name(allowed.act, allowed.outcome)
    listed = "faults" in needs
    return ActForm(
        allowed.act, allowed.outcome, name if name == outcome else f"{name} · {outcome}", allowed.outcome in GRAVE,
        tuple(view for key in keys for view in build.views(key, key in needs)),
        build.things("field", [(f.key, f.label) for f in chosen.fields]) if listed else (),
        build.things("material", [(m.key, m.name) for m in chosen.materials]) if listed else (),
        files="file" in keys, open=mine is tried and bool(tried.act),
    )  # fmt: skip


class _Builder:
    """Fields of one act's form; ids carry the act, for several forms stand on the page."""

    def __init__(self, prefix: str, facts: CaseFacts, staff: Sequence[Account], tried: Tried) -> None:
        self.prefix, self.facts, self.staff, self.tried = prefix, facts, staff, tried

    def views(self, key: str, needed: bool) -> list[FieldView]:
        datum = table().data[key]
        if datum.type == "moment":
            now = clock.local(clock.now())
            return [
                self._view(key, "date", needed, f"{now:%Y-%m-%d}"),
                self._view(f"{key}_time", "time", needed, f"{now:%H:%M}", _("时间")),
            ]
        if key == "file":
            return [self._view(key, "file", needed, accept="application/pdf,image/jpeg,image/png")]
        if key == "approver" and self.staff:
            people = [Option("", _("请选择")), *(Option(str(one.id), one.name) for one in self.staff)]
            return [self._view(key, "select", needed, options=people)]
        if key == "procedure":
            return [self._view(key, "radios", needed, options=[Option(name, name) for name in special_names(self.facts)])]
        if datum.type == "option":
            return [self._view(key, "radios", needed, options=[Option(one, METHODS.get(one, one)) for one in datum.options])]
        if datum.type == "days":
            most = extension_limit(self.facts, law())
            return [self._view(key, "number", needed, hint=_("1 至 %(most)s 天") % {"most": most})]
        kind = "textarea" if datum.longest > _LONG else "text"
        return [self._view(key, kind, needed, max_length=datum.longest, rows=3)]

    def _view(self, key: str, kind: str, needed: bool, value: str = "", label: Any = "", **more: Any) -> FieldView:
        return FieldView(
            name=key, label=label or table().data_name(key), kind=kind, value=self.tried.typed.get(key, value), required=needed,
            id=self.prefix + key, errors=self.tried.faults.get(key, ()), **more,
        )  # fmt: skip

    def things(self, kind: str, named: Sequence[tuple[str, str]]) -> tuple[Thing, ...]:
        return tuple(self._thing(kind, key, label) for key, label in named)

    def _thing(self, kind: str, key: str, label: str) -> Thing:
        tick, says = f"mark-{kind}-{key}", f"says-{kind}-{key}"
        typed = self.tried.typed
        return Thing(
            key,
            FieldView(tick, label, kind="checkbox", value=bool(typed.get(tick)), required=False, id=self.prefix + tick),
            FieldView(
                says, _("“%(name)s”需要怎样补正") % {"name": label}, value=typed.get(says, ""), required=False, max_length=200,
                id=self.prefix + says, errors=self.tried.faults.get(says, ()),
            ),
        )  # fmt: skip


def payload_from(posted: Mapping[str, str], act: str, outcome: str, state: str) -> dict[str, Any]:
    """The data of an act as typed; files are added by the page that stores them."""
    needs, takes = data_of(act, outcome, state)
    found: dict[str, Any] = {}
    for key in (*needs, *takes):
        if key == "faults":
            found[key] = marked_things(posted)
        elif table().data[key].type == "moment":
            found[key] = _moment(posted.get(key, ""), posted.get(f"{key}_time", ""))
        elif key != "file":
            found[key] = posted.get(key, "")
    return found


def marked_things(posted: Mapping[str, str]) -> list[dict[str, str]]:
    """What is ticked or written on in the checklist, in its order."""
    found = []
    for name in posted:
        start, _dash, rest = name.partition("-")
        kind, _dash, key = rest.partition("-")
        if start == "says" and (posted.get(f"mark-{rest}") or posted[name].strip()):
            found.append({"kind": kind, "key": key, "says": posted[name]})
    return found


def _moment(day: str, minute: str) -> str:
    """A date and a time as an instant; anything else is left for the rule to refuse."""
    return f"{day}T{minute or '00:00'}+08:00" if day else ""


def _says(fault: Mapping[str, Any]) -> str:
    """The fault's sentence; one that names what is missing."""
    if fault["code"] != "act.data.missing":
        return str(sentences.get(fault["code"], fault["code"])).format(**fault)
    if fault["field"] == "faults":
        return _("请至少勾选一项需要补正的内容，并写明怎样补正。")
    if fault["field"] in table().data:
        asked = _("请上传“%(name)s”。") if fault["field"] == "file" else _("请填写“%(name)s”。")
        return asked % {"name": table().data_name(fault["field"])}
    return _("请写明怎样补正。")


def faults_of(error: KapokError, posted: Mapping[str, str]) -> dict[str, list[str]]:
    """The faults of a refused act by the name of the control they belong to."""
    raw: list[tuple[str, str]] = []
    if isinstance(error, Invalid):
        raw = [(fault.field, str(fault.says)) for fault in error.faults]
    for fault in error.data.get("faults", ()):
        raw.append((fault["field"], _says(fault)))
    things = marked_things(posted)
    found: dict[str, list[str]] = {}
    for name, says in raw:
        if name == "faults":  # nothing is listed: said at the list's first line
            name = next((each for each in posted if each.startswith("says-")), name)
        place = name.removeprefix("faults.")
        if place != name and place.isdigit() and int(place) < len(things):
            name = f"says-{things[int(place)]['kind']}-{things[int(place)]['key']}"
        found.setdefault(name, []).append(says)
    return found


ANSWER, MATERIAL, SITUATION = "f-", "m-", "s-"
"""Prefixes of controls at the window: an item names its questions as it likes."""


def typed_answers(fields: Sequence[FormField], posted: Any, who: Presented) -> dict[str, Any]:
    """The answers as typed, with what the platform knows of the applicant filled in where nothing is."""
    found: dict[str, Any] = {}
    for each in fields:
        name = ANSWER + each.key
        value: Any = posted.getlist(name) if each.type == "choices" else posted.get(name, "").strip()
        value = value or _known(each.prefill, who)
        if value:
            found[each.key] = value
    return found


def _known(source: str, who: Presented) -> str:
    subject, _dot, part = source.partition(".")
    if {"party": "natural", "company": "legal"}.get(subject) != who.kind:
        return ""
    return {"name": who.name, "number": who.number, "uscc": who.number, "phone": who.phone}.get(part, "")


def answer_sections(
    fields: Sequence[FormField], answers: Mapping[str, Any], faults: Sequence[FieldFault]
) -> list[tuple[str, list[FieldView]]]:
    """The questions of an item by section."""
    grouped: dict[str, list[FieldView]] = {}
    for each in fields:
        options = _YES_NO if each.type == "yesno" else [Option(value, label) for value, label in each.options]
        view = FieldView(
            name=ANSWER + each.key, label=each.label, kind=_KINDS.get(each.type, each.type), value=answers.get(each.key, ""),
            hint=each.help or (_("留空则取申请人的信息") if each.prefill else ""), options=options,
            required=each.required and not each.shown_when, max_length=each.max_length,
            errors=[fault.says for fault in faults if fault.field == ANSWER + each.key],
            shown_when=[(ANSWER + on, value) for on, value in each.shown_when],
        )  # fmt: skip
        grouped.setdefault(each.section or _("申请信息"), []).append(view)
    return list(grouped.items())


@dataclass(frozen=True)
class MaterialLine:
    """One material at the window: received or not, originals, copies."""

    material: Material
    tick: FieldView
    originals: FieldView
    copies: FieldView


def material_lines(materials: Sequence[Material], posted: Mapping[str, str], faults: Sequence[FieldFault]) -> list[MaterialLine]:
    """The checklist of materials; the counts start as the item asks."""
    lines = []
    for each in materials:
        name = MATERIAL + each.key
        wanted = each.originals or (0 if each.copies else 1)
        said = [fault.says for fault in faults if fault.field == name]
        lines.append(
            MaterialLine(
                each,
                FieldView(name, each.name, kind="checkbox", value=bool(posted.get(name)), required=False, errors=said,
                          hint="" if each.required else _("选交")),
                FieldView(f"{name}-originals", _("原件份数：%(name)s") % {"name": each.name}, kind="number",
                          value=posted.get(f"{name}-originals", str(wanted)), max_length=3),
                FieldView(f"{name}-copies", _("复印件份数：%(name)s") % {"name": each.name}, kind="number",
                          value=posted.get(f"{name}-copies", str(each.copies)), max_length=3),
            )
        )  # fmt: skip
    return lines


def count_of(text: str) -> int:
    """A count of papers as typed; anything that is no small number counts as none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def situation_views(questions: Sequence[SituationQuestion], answers: Mapping[str, str], faults: Sequence[FieldFault]) -> list[FieldView]:
    """The questions of the 情形 tree to be answered now."""
    return [
        FieldView(
            name=SITUATION + each.key, label=each.text, kind="radios", value=answers.get(each.key, ""),
            options=[Option(choice.key, choice.text) for choice in each.choices],
            errors=[fault.says for fault in faults if fault.field == each.key],
        )
        for each in questions
    ]  # fmt: skip
