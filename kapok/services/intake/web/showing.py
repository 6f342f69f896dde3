"""A case in words for those who work on it: answers, materials, papers, acts, its line in time, its limits."""

import re
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.accounts.public import Account
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.documents.public import documents_about, template
from kapok.kernel.parties.public import Identity, mask_number, mask_phone
from kapok.kernel.regions.public import find_region, path_names
from kapok.kernel.ui.public import Point
from kapok.services.intake.data import Dues
from kapok.services.intake.models import Act, Case, Handed
from kapok.services.intake.queries import Opened
from kapok.services.intake.rules import table
from kapok.services.intake.rules.wording import LIMITS
from kapok.services.items.public import CompiledItem, FormField

_LONG_NUMBER = re.compile(r"\d{8,}[0-9Xx]*")
_OPEN_KINDS = frozenset({"number", "amount", "date", "region", "uscc"})
"""Kinds of answers whose digits are nobody's number."""


def answers(fields: tuple[FormField, ...], opened: Opened | None, *, plain: bool) -> list[tuple[str, str]]:
    """What was answered, by the questions; numbers of persons and accounts masked unless they are to be read plainly."""
    if opened is None:
        return []
    return [(each.label, _shown(each, opened.answers[each.key], plain)) for each in fields if each.key in opened.answers]


def _shown(field: FormField, value: Any, plain: bool) -> str:
    if field.type == "region":
        found = find_region(str(value))
        return "".join(path_names(found.code)) if found else str(value)
    words = {"yes": _("是"), "no": _("否")} if field.type == "yesno" else dict(field.options)
    text = "、".join(str(words.get(str(one), one)) for one in (value if isinstance(value, list) else [value]))
    return text if plain or field.type in _OPEN_KINDS else _LONG_NUMBER.sub(lambda found: _masked(found.group(0)), text)


def _masked(number: str) -> str:
    return mask_phone(number) if len(number) == 11 else mask_number(number)


def person(identity: Identity, *, plain: bool) -> list[tuple[str, str]]:
    """Who somebody is, with number and phone masked unless they are to be read plainly."""
    number, phone = (identity.number, identity.phone) if plain else (mask_number(identity.number), mask_phone(identity.phone))
    return [(_("姓名或名称"), identity.name), (_("证件号码"), number), (_("联系电话"), phone if identity.phone else "")]


def handed(case: Case, *, files: bool) -> list[dict[str, Any]]:
    """Materials, the newest hand-in first; files open only for those who work on the case."""
    rows = Handed.objects.filter(case=case).order_by("-at", "-id")
    return [
        {"name": row.name, "method": row.method, "originals": row.originals, "copies": row.copies, "at": row.at,
         "files": row.files if files else [], "licence": row.id if files and row.licence else None}
        for row in rows
    ]  # fmt: skip


def papers(case_id: UUID) -> list[dict[str, Any]]:
    """The documents issued in a case, the first one first."""
    return [
        {"id": one.id, "title": template(one.template, one.template_version).title, "number": one.number, "template": one.template}
        for one in documents_about(case_id)
    ]


def names_of(item: CompiledItem) -> dict[str, str]:
    """What the questions and materials of an item are called, by kind and key."""
    return {f"field.{each.key}": each.label for each in item.form} | {f"material.{each.key}": each.name for each in item.materials}


def told(fault: dict[str, str], names: dict[str, str]) -> str:
    """A line of a 补正告知."""
    return f"{names.get(fault['kind'] + '.' + fault['key'], fault['key'])}：{fault['says']}"


def lines(acts: list[Act], names: dict[str, str]) -> list[dict[str, Any]]:
    """The acts with their data in words."""
    named = [value for done in acts if as_uuid(value := done.data.get("approver"))]
    people = {str(one.id): one.name for one in Account.objects.filter(id__in=named)} if named else {}
    return [_line(done, names, people) for done in acts]


def _line(done: Act, names: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    words, said = table(), []
    for key, value in done.data.items():
        if key == "faults":
            said += [told(fault, names) for fault in value]
        elif key == "approver":
            said.append(f"{words.data_name(key)}：{people.get(str(value), value)}")
        elif key not in ("channel", "file") and key in words.data:
            said.append(f"{words.data_name(key)}：{value}")
    return {
        "at": done.occurred_at, "name": words.act_name(done.act), "outcome": words.outcome_name(done.act, done.outcome), "doer": done.doer,
        "said": said, "file": done.data["file"] if as_uuid(done.data.get("file")) else "",
    }  # fmt: skip


def points(found: Case, said: list[dict[str, Any]], *, files: bool) -> list[Point]:
    """The case as points in time: its acts as `lines` has them, and the limit that runs."""
    line = []
    for each in said:
        state = "now" if found.open and each is said[-1] else "done"
        href = reverse("intake:file", args=[found.id, each["file"]]) if files and each["file"] else ""
        line.append(Point(each["at"], each["name"], state, each["doer"], "；".join([str(each["outcome"]), *each["said"]]), href))
    if found.open and found.due_at:
        line.append(Point(found.due_at, LIMITS[running_limit(found)], "due"))
    return line


def running_limit(found: Case) -> str:
    """Which limit `due_at` is the end of."""
    if found.accepted_at:
        return "promised" if found.due_promised else "statutory"
    return "correction" if found.state == "correcting" else "acceptance"


def limits(found: Case, dues: Dues) -> list[tuple[Any, Any]]:
    """Each limit that runs or has run, with its end; whoever has none says why."""
    ends = [(LIMITS[key], getattr(dues, key)) for key in ("acceptance", "correction", "statutory", "promised")]
    rows: list[tuple[Any, Any]] = [(label, due.due_at) for label, due in ends if due is not None]
    if found.state == "correcting" and not found.accepted_at:
        rows.insert(0, (LIMITS["acceptance"], _("已告知补正，停止计算")))
    return rows
