"""A type as its owner writes it (TOML): read, checked with every fault named, and made into facts."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.kernel.common.codes import uscc
from kapok.kernel.common.errors import FieldFault
from kapok.support.licences.data import Binding, FieldSpec, Numbering, Operation, TypeFacts
from kapok.support.licences.rules.numbering import faults_of as numbering_faults
from kapok.support.licences.rules.status import status_table

SOURCES = re.compile(
    r"(answers\.[a-z0-9_]+|party\.(name|number)|org\.(name|uscc)|case\.(number|item)|issue\.(number|date|from|to|identifier)|const\..+)"
)
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
META = re.compile(r"KZ_[A-Za-z0-9_]{1,40}")
TYPES = ("text", "date", "choice", "choices", "number", "amount", "yesno", "photo")
SUFFIX = re.compile(r"[0-9A-Z]{3}")
OPERATIONS = ("issue", "reissue", "change", "extend", "cancel")
SEALS = ("agency", "licence", "approval")


def read(text: str) -> tuple[dict[str, Any], list[FieldFault]]:
    """The document as data, or where it is no TOML."""
    try:
        return tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        says = _("不是有效的 TOML：第 %(line)s 行第 %(column)s 列有误，请检查括号、引号和逗号。") % {
            "line": at[1] if at else text.count("\n") + 1, "column": at[2] if at else 1,
        }  # fmt: skip
        return {}, [FieldFault("spec", "licences.toml", says)]


def code_of(definer: str, suffix: str) -> str:
    """The 21 characters of a type."""
    return f"{definer}{suffix}"


def code_faults(code: str) -> list[FieldFault]:
    """What is wrong with a type's code: 18 characters of a credit code, and three of its own."""
    if len(code) != 21:
        return [FieldFault("code", "licences.code_length", "证照类型代码应为 21 位：定义机构统一社会信用代码 18 位和自编 3 位。")]
    faults = []
    if not uscc.check(code[:18]):
        faults.append(FieldFault("code", "licences.code_definer", "证照类型代码前 18 位不是有效的统一社会信用代码。"))
    if not SUFFIX.fullmatch(code[18:]):
        faults.append(FieldFault("code", "licences.code_suffix", "证照类型代码后 3 位应为数字或大写字母。"))
    return faults


def check(spec: Mapping[str, Any]) -> list[FieldFault]:
    """Every fault of a type's description (without its layout)."""
    faults: list[FieldFault] = []
    try:
        facts = facts_of(spec, {}, code="", id=UUID(int=0), number=0, definer="", definer_name="")
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        return [FieldFault("spec", "licences.shape", f"类型说明的结构不对：{error}")]
    if not str(spec.get("name", "")).strip():
        faults.append(FieldFault("name", "licences.name", "请填写证照名称。"))
    if not facts.fields:
        faults.append(FieldFault("fields", "licences.no_fields", "至少要有一个照面字段。"))
    seen: set[str] = set()
    for index, each in enumerate(facts.fields, 1):
        faults += [FieldFault(f"fields.{index}", code, f"第 {index} 个字段：{says}") for code, says in _field_faults(each, seen)]
        seen.add(each.key)
    faults += numbering_faults(facts.numbering, seen)
    faults += _holder_faults(facts, seen)
    faults += [
        FieldFault("operations", "licences.operation", f"情形不能对应“{each.do}”。")
        for each in facts.operations if each.do not in OPERATIONS
    ]  # fmt: skip
    unknown = facts.second_person - set(status_table().verbs)
    faults += [FieldFault("second_person", "licences.verb_unknown", f"没有“{each}”这种操作。") for each in sorted(unknown)]
    if facts.years is not None and not 1 <= facts.years <= 100:
        faults.append(FieldFault("years", "licences.years", "有效期应为 1 至 100 年。"))
    if facts.seal not in SEALS:
        faults.append(FieldFault("seal", "licences.seal", "印章种类应为 agency、licence 或 approval。"))
    return faults


def _field_faults(each: FieldSpec, seen: set[str]) -> list[tuple[str, str]]:
    faults = []
    if not KEY.fullmatch(each.key):
        faults.append(("licences.key", f"键“{each.key}”应为小写字母、数字和下划线。"))
    if each.key in seen:
        faults.append(("licences.key_twice", f"键“{each.key}”重复。"))
    if not each.label.strip():
        faults.append(("licences.label", "没有名称。"))
    if not SOURCES.fullmatch(each.source):
        faults.append(("licences.source", f"来源“{each.source}”无法识别。"))
    if each.type not in TYPES:
        faults.append(("licences.type", f"类型“{each.type}”无法识别。"))
    if each.meta and not META.fullmatch(each.meta):
        faults.append(("licences.meta", f"元数据名“{each.meta}”应以 KZ_ 开头。"))
    return faults


def _holder_faults(facts: TypeFacts, keys: set[str]) -> list[FieldFault]:
    named = {"party.name", "party.number", "issue.number"}
    return [
        FieldFault(f"holder.{part}", "licences.holder", f"持证主体的“{part}”取自“{facts.holder[part]}”，没有这个字段。")
        for part in ("name", "number") if part in facts.holder and facts.holder[part] not in named | keys
    ]  # fmt: skip


def facts_of(
    spec: Mapping[str, Any], layout: Mapping[str, Any], *, code: str, id: UUID, number: int, definer: str, definer_name: str, text: str = ""
) -> TypeFacts:
    """The frozen form of a description."""
    numbering = spec.get("numbering", {})
    return TypeFacts(
        id=id, code=code, name=str(spec.get("name", "")), definer=definer, definer_name=definer_name, number=number,
        fields=tuple(_field(each) for each in spec.get("fields", [])),
        numbering=Numbering(
            str(numbering.get("pattern", "")), tuple(numbering.get("per", ("org", "year"))), int(numbering.get("width", 6)),
            {key: dict(values) for key, values in numbering.get("maps", {}).items()},
        ),
        holder=dict(spec.get("holder", {})),
        items=tuple(Binding(str(i["code"]), str(i.get("name", "")), tuple(i.get("handlings", ()))) for i in spec.get("items", [])),
        layout=layout, text=text, seal=str(spec.get("seal", "agency")), trust=str(spec.get("trust", "A")), years=spec.get("years"),
        second_person=frozenset(spec.get("second_person", ())), example=tuple(spec.get("example", ())),
        also=tuple(spec.get("also", ())), operations=tuple(Operation(dict(o["when"]), str(o["do"])) for o in spec.get("operations", [])),
    )  # fmt: skip


def _field(said: Mapping[str, Any]) -> FieldSpec:
    return FieldSpec(
        str(said["key"]), str(said.get("label", "")), str(said.get("from", "")), str(said.get("type", "text")),
        bool(said.get("required", True)), str(said.get("meta", "")), bool(said.get("personal", False)),
        int(said.get("max_length", 200)), dict(said.get("options", {})), bool(said.get("minimal", False)),
    )  # fmt: skip


def operation(type: TypeFacts, situation: Mapping[str, str]) -> str:
    """What a case in this 情形 does: the first of the type's operations whose `when` holds, else a new licence (issue)."""
    for each in type.operations:
        if all(situation.get(key) == value for key, value in each.when.items()):
            return each.do
    return "issue"


def cut_layout(text: str, said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A file's layout as text of its own (everything from the first `[layout` line on, the prefix taken away), and the rest as data."""
    rest = {key: value for key, value in said.items() if key != "layout"}
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if re.match(r"\[{1,2}layout[.\]]", line)), len(lines))
    cut = [re.sub(r"^(\[{1,2})layout\.", r"\1", line) for line in lines[begin:] if line.strip() != "[layout]"]
    return "\n".join(cut).strip() + "\n" if cut else "", rest


def written(spec: Mapping[str, Any], layout: str) -> str:
    """A description and its layout as one text, as the editor shows it; read again it gives the same."""
    lines = [f"{key} = {_toml(value)}" for key, value in spec.items() if not isinstance(value, Mapping) and not _is_tables(value)]
    for key, value in spec.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{key}]", *(f"{inner} = {_toml(part)}" for inner, part in value.items())]
    for key, value in spec.items():
        if _is_tables(value):
            for table in value:
                lines += ["", f"[[{key}]]", *(f"{inner} = {_toml(part)}" for inner, part in table.items())]
    lines += ["", "[layout]"]
    for line in layout.splitlines():
        lines.append(re.sub(r"^(\[{1,2})([A-Za-z])", r"\1layout.\2", line))
    return "\n".join(lines) + "\n"


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(part)}" for key, part in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, (int, float)):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
