"""What stands on a licence: the type's fields filled from a case, and how each is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kapok.kernel.common.errors import FieldFault
from kapok.support.licences.data import FieldSpec, HolderFacts, TypeFacts

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONG_TERM = "长期"


@dataclass(frozen=True)
class Given:
    """Everything a licence's values are taken from. `number` and `identifier` are empty in a preview before the number is taken."""

    answers: Mapping[str, Any]
    party_name: str
    party_number: str
    party_type: str
    org_name: str
    org_code: str
    valid_from: date
    valid_to: date | None
    issued_on: date
    number: str = ""
    identifier: str = ""
    case_number: str = ""
    item_name: str = ""


def fill(type: TypeFacts, given: Given) -> tuple[dict[str, str], list[FieldFault]]:
    """The values as they are kept and printed, and every fault at once: missing, too long, invisible characters."""
    values: dict[str, str] = {}
    faults: list[FieldFault] = []
    for each in type.fields:
        text = shown(each, _raw(each, given))
        if not text and each.required:
            faults.append(FieldFault(each.key, "licences.value_missing", f"证照上的“{each.label}”没有内容（取自 {each.source}）。"))
        if len(text) > each.max_length:
            faults.append(FieldFault(each.key, "licences.value_too_long", f"证照上的“{each.label}”超过 {each.max_length} 个字。"))
        if CONTROL.search(text):
            faults.append(FieldFault(each.key, "licences.value_control", f"证照上的“{each.label}”含有不可见的控制字符。"))
        values[each.key] = text
    return values, faults


def _raw(each: FieldSpec, given: Given) -> Any:
    space, _, name = each.source.partition(".")
    if space == "answers":
        return given.answers.get(name)
    if space == "const":
        return name
    return {
        "party.name": given.party_name, "party.number": given.party_number, "org.name": given.org_name, "org.uscc": given.org_code,
        "case.number": given.case_number, "case.item": given.item_name, "issue.number": given.number, "issue.date": given.issued_on,
        "issue.from": given.valid_from, "issue.to": given.valid_to or LONG_TERM, "issue.identifier": given.identifier,
    }.get(each.source)  # fmt: skip


def shown(each: FieldSpec, value: Any) -> str:
    """A value as it stands on the licence: keys of a choice become words, dates are written out, amounts with two places."""
    if value is None or value == "":
        return ""
    if isinstance(value, (list, tuple)):
        return "、".join(each.options.get(str(one), str(one)) for one in value)
    if each.type == "yesno" or isinstance(value, bool):
        return "是" if value in (True, "yes", "true", "1") else "否"
    text = each.options.get(str(value), str(value)).strip()
    return _long_date(text) if each.type == "date" or isinstance(value, date) else text


def _long_date(text: str) -> str:
    """2026-11-25 → 2026年11月25日; what is no date stays."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(T.*)?", text)
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else text


def holders_of(type: TypeFacts, values: Mapping[str, str], given: Given) -> list[HolderFacts]:
    """Who holds the licence: the party, or whom the type's fields name (a company that this licence itself brings into being).

    Several names in one field, joined by a separator, are several holders of one number each.
    """
    said = type.holder
    taken = {"party.name": given.party_name, "party.number": given.party_number, "issue.number": given.number, **values}
    name = taken.get(said.get("name", "party.name"), "") or given.party_name
    number = taken.get(said.get("number", "party.number"), "") or given.party_number
    kind = said.get("type", "") or given.party_type
    names, numbers = split(name), split(number)
    if len(names) == len(numbers) > 1:
        return [HolderFacts(one, two.upper(), kind) for one, two in zip(names, numbers, strict=True)]
    return [HolderFacts(name, number.upper(), kind)]


def split(text: str) -> list[str]:
    """Several holders in one string: joined by a comma, a semicolon, 、 or | in the wild."""
    return [part.strip() for part in re.split(r"[,，;；、|]", text) if part.strip()]


def valid_until(type: TypeFacts, valid_from: date, asked: date | None) -> date | None:
    """The last day: what the decision says, else the type's years from the first day, else none (长期)."""
    if asked is not None or type.years is None:
        return asked
    year = valid_from.year + type.years
    try:
        end = valid_from.replace(year=year)
    except ValueError:  # the 29th of February
        end = date(year, 3, 1)
    return date.fromordinal(end.toordinal() - 1)
