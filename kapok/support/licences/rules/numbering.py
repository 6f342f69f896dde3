"""How the number of a licence is written: a pattern of the type, filled with a counter's value and what is known of the licence."""

import re
from collections.abc import Mapping
from datetime import date

from kapok.kernel.common.codes import mod_11_10, uscc
from kapok.kernel.common.errors import FieldFault
from kapok.support.licences.data import Numbering

PLACES = re.compile(r"\{([a-z_0-9]+)\}")
KNOWN = ("year", "month", "day", "region", "city", "province", "org", "serial", "check", "company", "trader")
"""Placeholders: the date, six, four and two digits of the region, the issuer's credit code, the counter, a check digit over all
digits before it (GB/T 17710 MOD 11,10), and a new credit code of a company or of an individual trader. Any other names a map."""
PER = ("org", "year", "month", "day", "region", "city", "type")


def counter_key(rule: Numbering, type_code: str, *, org: str, region: str, on: date) -> str:
    """What the counter is kept for."""
    known = {"org": org, "region": region[:6], "city": region[:4], "year": f"{on:%Y}", "month": f"{on:%Y%m}", "day": f"{on:%Y%m%d}"}
    return "/".join([type_code, *(known[each] for each in rule.per if each in known)])


def written(rule: Numbering, value: int, values: Mapping[str, str], *, org: str, region: str, on: date) -> str:
    """The number with a counter's value."""
    serial = f"{value:0{rule.width}d}"
    body = f"MK{value:06d}"
    known = {
        "year": f"{on:%Y}", "month": f"{on:%m}", "day": f"{on:%d}", "region": region[:6], "city": region[:4], "province": region[:2],
        "org": org, "serial": serial, "company": uscc.make("91", region, body), "trader": uscc.make("92", region, body),
    }  # fmt: skip
    text = ""
    for index, part in enumerate(PLACES.split(rule.pattern)):
        if index % 2 == 0:
            text += part
        elif part == "check":
            text += mod_11_10.check_digit("".join(c for c in text if c.isascii() and c.isdigit()))
        elif part in known:
            text += known[part]
        else:
            text += rule.maps.get(part, {}).get(values.get(part, ""), "0")
    return text


def faults_of(rule: Numbering, keys: set[str]) -> list[FieldFault]:
    """What is wrong with a rule: unknown placeholders, maps of no field, no counter in it, counted per nothing known."""
    places = PLACES.findall(rule.pattern)
    found = [
        FieldFault("numbering.pattern", "licences.place_unknown", f"编号规则中的“{{{place}}}”没有说明。")
        for place in places
        if place not in KNOWN and place not in rule.maps
    ]
    if not {"serial", "company", "trader"} & set(places):
        found.append(FieldFault("numbering.pattern", "licences.no_serial", "编号规则中没有流水号 {serial}。"))
    found += [
        FieldFault("numbering.maps", "licences.map_unknown", f"编号规则中的对照“{each}”不是照面字段。")
        for each in rule.maps
        if each not in keys
    ]
    found += [FieldFault("numbering.per", "licences.per_unknown", f"不能按“{each}”编流水号。") for each in rule.per if each not in PER]
    if not 1 <= rule.width <= 12:
        found.append(FieldFault("numbering.width", "licences.width", "流水号应为 1 至 12 位。"))
    return found
