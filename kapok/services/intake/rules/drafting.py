"""What becomes of a draft when its item changes: which version counts, what differs for the applicant. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kapok.services.items.public import FORWARD, OLD_UNTIL, STOP, CompiledItem, FormField, Limit, Material

CURRENT, OLD, MOVED, STOPPED = "current", "old", "moved", "stopped"
"""How a draft stands: with the version in force, still with an older one, on to the new one, at an end."""

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Ruling:
    """What was chosen for drafts of a version when the next (`to`; none: the item ended) was published. `until` with OLD_UNTIL."""

    policy: str
    until: date | None = None
    to: UUID | None = None


@dataclass(frozen=True)
class Standing:
    """Where a draft stands: current, old or stopped, and on which version."""

    kind: str
    version: UUID
    until: date | None = None


@dataclass(frozen=True)
class DraftChange:
    """One thing that is different in the new version. `part` is field, material, question, limit, fee or item; `key` names it.

    `touches`: what the applicant has filled in or handed in here must be looked at again.
    """

    part: str
    key: str
    label: str
    how: str
    was: str = ""
    becomes: str = ""
    touches: bool = False


def standing(version: UUID, in_force: UUID | None, rulings: Mapping[UUID, Ruling], today: date) -> Standing:
    """Follow the rulings from a draft's version on. Where nothing was ruled (there was nothing to rule on) it goes on to the next."""
    for _step in range(len(rulings) + 1):
        if version == in_force:
            return Standing(CURRENT, version)
        ruling = rulings.get(version, Ruling(FORWARD, None, in_force))
        if ruling.policy == OLD_UNTIL and ruling.until and today <= ruling.until:
            return Standing(OLD, version, ruling.until)
        following = ruling.to or in_force
        if ruling.policy == STOP or following is None:
            return Standing(STOPPED, version)
        version = following
    return Standing(CURRENT, version) if version == in_force else Standing(STOPPED, version)


def differences(old: CompiledItem, new: CompiledItem, answers: Mapping[str, Any], handed: Iterable[str]) -> tuple[DraftChange, ...]:
    """Field by field what the applicant meets in the new version, what touches his own work first."""
    given = set(handed)
    found = [
        *_things("field", {f.key: f for f in old.form}, {f.key: f for f in new.form}, _field_words, set(answers)),
        *_things("material", {m.key: m for m in old.materials}, {m.key: m for m in new.materials}, _material_words, given),
        *_things("question", {q.key: q for q in old.questions}, {q.key: q for q in new.questions}, _question_words, set()),
        *_plain(old, new),
    ]
    return tuple(sorted(found, key=lambda change: not change.touches))


def adapted(answers: Mapping[str, Any], materials: Iterable[Mapping[str, Any]], law: CompiledItem) -> tuple[dict[str, Any], list[Any]]:
    """The part of a draft that the version still asks for; what it does not know is left behind."""
    fields, wanted = {field.key for field in law.form}, {material.key for material in law.materials}
    return {k: v for k, v in answers.items() if k in fields}, [dict(m) for m in materials if m["key"] in wanted]


def _things(part: str, old: Mapping[str, Any], new: Mapping[str, Any], words: Any, mine: set[str]) -> list[DraftChange]:
    found = []
    for key, thing in new.items():
        label = _label(thing)
        if key not in old:
            found.append(DraftChange(part, key, label, ADDED, becomes=words(thing), touches=bool(getattr(thing, "required", False))))
        elif words(old[key]) != words(thing):
            found.append(DraftChange(part, key, label, CHANGED, words(old[key]), words(thing), key in mine))
    found += [
        DraftChange(part, key, _label(thing), REMOVED, was=words(thing), touches=key in mine)
        for key, thing in old.items()
        if key not in new
    ]
    return found


def _label(thing: Any) -> str:
    return str(getattr(thing, "label", "") or getattr(thing, "name", "") or getattr(thing, "text", ""))


def _field_words(field: FormField) -> str:
    parts = [field.label, "必填" if field.required else "选填", "、".join(label for _value, label in field.options), field.help]
    return "，".join(part for part in parts if part)


def _material_words(material: Material) -> str:
    counts = [f"原件{material.originals}份" if material.originals else "", f"复印件{material.copies}份" if material.copies else ""]
    return "，".join(part for part in (material.name, "必交" if material.required else "选交", *counts, material.standard) if part)


def _question_words(question: Any) -> str:
    return f"{question.text}（{'、'.join(choice.text for choice in question.choices)}）"


def _plain(old: CompiledItem, new: CompiledItem) -> list[DraftChange]:
    pairs = (
        ("item", "name", "事项名称", old.name, new.name),
        ("limit", "promised", "承诺办结时限", _limit(old.promised), _limit(new.promised)),
        ("limit", "statutory", "法定办结时限", _limit(old.statutory), _limit(new.statutory)),
        ("fee", "fees", "收费", _fees(old), _fees(new)),
        ("item", "conditions", "受理条件", "；".join(old.conditions), "；".join(new.conditions)),
    )
    return [DraftChange(part, key, label, CHANGED, was, becomes) for part, key, label, was, becomes in pairs if was != becomes]


_UNITS = {"work_day": "个工作日", "natural_day": "个自然日", "hour": "小时"}


def _limit(limit: Limit) -> str:
    return f"{limit.value}{_UNITS.get(limit.unit, limit.unit)}"


def _fees(item: CompiledItem) -> str:
    return "；".join(f"{fee.name} {fee.standard}" for fee in item.fees) or "不收费"
