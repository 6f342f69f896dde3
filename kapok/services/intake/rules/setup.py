"""What may be configured for the handling of cases, by whom, and what it does to an item's 环节. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import FieldFault, sentences
from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.kernel.inherit.public import EXTENDABLE, LOCKED, OVERRIDABLE, Origin, may_set
from kapok.services.items.public import CompiledItem

PROVINCE, CITY, COUNTY, TOWN = 1, 2, 3, 4
TEXT, PLACE, WINDOWS, STEPS, POWER = "text", "place", "windows", "steps", "power"
YES, NO = "yes", "no"
LONGEST, MOST_ROWS = 200, 60
ROLES = ("", "approver", "leader")
"""Who works at a 环节: as the item says, an approver, or a leader."""


@dataclass(frozen=True)
class Element:
    """One thing that is configured. `level` is the lowest that may set it without having been delegated it."""

    key: str
    title: Any
    says: Any
    kind: str
    rule: str
    level: int


ELEMENTS: dict[str, Element] = {
    element.key: element
    for element in (
        Element("hours", _("办公时间"), _("窗口对外办公的时间；事项自己写明的以事项为准。"), TEXT, OVERRIDABLE, TOWN),
        Element("hall", _("政务服务大厅"), _("名称、地址和电话。"), PLACE, OVERRIDABLE, TOWN),
        Element("windows", _("窗口"), _("大厅里的窗口和各自的时间；下级可以增补。"), WINDOWS, EXTENDABLE, TOWN),
        Element("steps", _("环节"), _("各环节由谁办理、是否必须换人复核。"), STEPS, EXTENDABLE, CITY),
        Element("handlers", _("指定承办人"), _("本级及下级管理员可否指定和撤换承办人。"), POWER, OVERRIDABLE, CITY),
        Element("deputies", _("指定代理人"), _("本级及下级管理员可否为请假的承办人指定代理人。"), POWER, OVERRIDABLE, CITY),
    )
}
DEFAULT_RULES = {element.key: element.rule for element in ELEMENTS.values()}


def may_change(element: Element, above: Origin | None, value: Any, *, level: int, delegated: bool, keeper: str) -> Verdict:
    """Whether an administrator of a level may set an element below `above`.

    Codes: inherit.locked and inherit.only_add (owner), intake.setup_not_delegated (owner: whose it is as long as he delegates nothing).
    """
    verdict = may_set(above, value)
    if not verdict:
        return verdict
    if level > element.level and not delegated:
        return refuse("intake.setup_not_delegated", status=403, element=element.key, owner=keeper)
    return allow()


def is_delegated(element: str, rules_above: Sequence[Mapping[str, str]]) -> bool:
    """Whether a level above has said in so many words that the levels below may change it."""
    stated = [rules[element] for rules in rules_above if element in rules]
    return bool(stated) and LOCKED not in stated


def clean(element: Element, value: Any) -> tuple[Any, list[FieldFault]]:
    """The value as it is kept, and everything wrong with it."""
    if element.kind == POWER:
        return value, [] if value in (YES, NO) else [_fault("value", "choose")]
    if element.kind == TEXT:
        text = str(value).strip()
        return text, [] if 0 < len(text) <= LONGEST else [_fault("value", "text")]
    if element.kind == PLACE:
        place = {part: str(value.get(part, "")).strip() for part in ("name", "address", "phone")}
        return place, [_fault(part, "text") for part, text in place.items() if not 0 < len(text) <= LONGEST]
    return _rows(element, value)


def _rows(element: Element, value: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[FieldFault]]:
    parts = ("name", "place", "hours") if element.kind == WINDOWS else ("step", "item")
    kept: list[dict[str, Any]] = []
    faults = [_fault("rows", "many")] if len(value) > MOST_ROWS else []
    for number, row in enumerate(value):
        said: dict[str, Any] = {part: str(row.get(part, "")).strip() for part in parts}
        if not said[parts[0]] or any(len(text) > LONGEST for text in said.values()):
            faults.append(_fault(f"{number}-{parts[0]}", "text"))
        if element.kind == STEPS:
            said |= {"role": row.get("role", ""), "four_eyes": bool(row.get("four_eyes")), "handlers": list(row.get("handlers", ()))}
            if said["role"] not in ROLES:
                faults.append(_fault(f"{number}-role", "choose"))
        said["key"] = ":".join(said[part] for part in (("item", "step") if element.kind == STEPS else ("name",)))
        if any(said["key"] == other["key"] for other in kept):
            faults.append(_fault(f"{number}-{parts[0]}", "twice"))
        kept.append(said)
    return kept, faults


def _fault(name: str, code: str) -> FieldFault:
    return FieldFault(name, f"intake.setup_{code}", sentences[f"intake.setup_{code}"])


def tightened(item: CompiledItem, steps: Sequence[Mapping[str, Any]]) -> tuple[CompiledItem, dict[str, Mapping[str, Any]]]:
    """An item with the region's 环节 laid over its own, and what was said of each. Four eyes may be asked for, never let off."""
    said = {step.key: line for step in item.steps if (line := _line(item, step.key, step.name, steps)) is not None}
    if not said:
        return item, {}
    laid = tuple(
        replace(step, role=said[step.key]["role"] or step.role, four_eyes=step.four_eyes or bool(said[step.key]["four_eyes"]))
        if step.key in said
        else step
        for step in item.steps
    )
    return replace(item, steps=laid), said


def _line(item: CompiledItem, key: str, name: str, steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The line about one 环节: the one that names this item before the one that names none."""
    fitting = [line for line in steps if line["step"] in (key, name) and line["item"] in ("", item.impl_code)]
    return next((line for line in fitting if line["item"]), fitting[-1] if fitting else None)


def works_at(line: Mapping[str, Any] | None, *, selves: Sequence[str], leads: bool) -> bool:
    """Whether somebody who may examine works at a 环节: as leader where a leader is asked for, and as one of those named, if any are."""
    if line is None:
        return True
    if line["role"] == "leader" and not leads:
        return False
    return not line["handlers"] or any(account in line["handlers"] for account in selves)
