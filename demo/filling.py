"""Plausible answers to any form and materials for any list: what a person of the demonstration would hand in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.people import FEMALE, MALE, SURNAMES, Company, Person
from kapok.kernel.common.codes import uscc
from kapok.services.items.public import CompiledItem, FormField, Material

_TEXTS = {
    "ethnic": "汉族", "birth_place": "广东", "bank": "示例银行肇庆分行", "account": "6200990000012345678",
    "fund_account": "440199000012345", "industry": "餐饮业", "scope": "餐饮服务；食品销售", "road": "端州四路", "species": "桉树",
    "purpose": "服务会员，开展公益活动和行业交流",
    "equipment": "电梯", "education": "本科", "school": "广东示例职业学院", "hospital": "肇庆市示例医院", "department": "内科",
    "measures": "使用低噪声设备并设置隔声屏", "content": "公益宣传", "reason": "经营需要", "place": "端州区星湖大道旁", "member": "三人",
}  # fmt: skip

_USUAL = {
    "price": (800_000, 3_500_000, 1000), "amount": (30_000, 400_000, 100), "capital": (500_000, 5_000_000, 10_000),
    "fund": (30_000, 300_000, 1000), "income": (800, 4_500, 10), "area": (45, 280, 1), "floor_area": (80, 360, 1), "floors": (1, 4, 1),
    "staff": (2, 30, 1), "employees": (1, 12, 1), "workers": (2, 30, 1), "members": (1, 6, 1), "household": (1, 6, 1),
    "built": (1975, 2005, 1), "exam_year": (2022, 2026, 1), "beds": (20, 160, 1), "height": (3, 60, 1), "led_light": (300, 5000, 100),
    "max_weight": (4_501, 49_000, 100), "teachers": (12, 60, 1), "vehicles": (1, 20, 1), "audience": (200, 5000, 50),
}  # fmt: skip
"""What people usually enter in a field of this key, as (least, most, step); the form's own bounds are kept."""
_OTHERS = frozenset({
    "spouse_name", "child_name", "guardian", "guardian_name", "other_name", "landlord", "agent_name", "supervisor", "pharmacist",
    "safety_officer", "quality_head", "principal", "driver",
})  # fmt: skip
"""Fields that name somebody who is not the applicant."""


@dataclass(frozen=True)
class Filled:
    """An application filled in: answers of the 情形 tree, of the form, and materials as (key, how, originals, copies)."""

    situation: dict[str, str]
    answers: dict[str, Any]
    materials: tuple[tuple[str, str, int, int], ...]


def fill(
    item: CompiledItem, person: Person, company: Company | None, dice: random.Random, *, today: date, window: bool = False,
    situation: dict[str, str] | None = None,
) -> Filled:  # fmt: skip
    """Fill in an item for a person, or for the company the person represents; what is asked follows the answers given."""
    situation, handling = situation_of(item, dice, situation)
    fields = [f for f in item.form if handling is None or not handling.fields or f.key in handling.fields]
    materials = [m for m in item.materials if handling is None or not handling.materials or m.key in handling.materials]
    answers: dict[str, Any] = {}
    for field in fields:
        stands = all(answers.get(key) == value for key, value in field.shown_when)
        if stands and (field.required or dice.random() < 0.3):
            answers[field.key] = _answer(field, person, company, dice, today)
    return Filled(situation, answers, tuple(_hand_in(m, window) for m in materials if m.required))


def situation_of(item: CompiledItem, dice: random.Random, wanted: dict[str, str] | None = None) -> tuple[dict[str, str], Any]:
    """Answers to the 情形 questions that stand (`wanted`, else drawn), and the 业务办理项 they lead to (None where the item has none)."""
    wanted = wanted or {}
    given: dict[str, str] = {}
    for question in item.questions:
        if all(given.get(key) == value for key, value in question.when):
            given[question.key] = wanted.get(question.key) or dice.choice(question.choices).key
    fitting = [one for one in item.handling if all(given.get(key) == value for key, value in one.when)]
    return given, max(fitting, key=lambda one: len(one.when), default=None)


def _hand_in(material: Material, window: bool) -> tuple[str, str, int, int]:
    if material.source == "licence":
        return material.key, "licence", 0, 0
    if window:
        return material.key, "paper", max(material.originals, 1), material.copies
    return material.key, "promised" if material.grade == "D" else "paper", max(material.originals, 1), material.copies


def _answer(field: FormField, person: Person, company: Company | None, dice: random.Random, today: date) -> Any:
    prefilled = _prefill(person, company).get(field.prefill)
    if prefilled:
        return prefilled
    return _BY_TYPE[field.type](field, person, company, dice, today)


def _prefill(person: Person, company: Company | None) -> Mapping[str, str]:
    known = {"party.name": person.name, "party.number": person.number, "party.phone": person.phone, "party.address": person.address}
    if company:
        known |= {"company.name": company.name, "company.uscc": company.uscc, "company.representative": company.representative.name}
    return known


def _text(field: FormField, person: Person, company: Company | None, dice: random.Random, today: date) -> str:
    if field.key.endswith(("address", "site", "premises", "place", "point")):
        text = company.address if company else person.address
    elif field.key in _OTHERS:
        text = dice.choice(SURNAMES) + dice.choice(FEMALE) + dice.choice(MALE)
    elif field.personal and "account" not in field.key and "number" not in field.key:
        text = person.name
    elif "number" in field.key or "code" in field.key or "card" in field.key:
        text = f"示例{dice.randrange(10**8, 10**9)}"
    elif field.key == "company_name" or "name" in field.key:
        text = company.name if company else f"{person.name}工作室"
    else:
        text = _TEXTS.get(field.key, "按实际情况填写")
    return text[: field.max_length]


def _number(field: FormField, person: Person, company: Company | None, dice: random.Random, today: date) -> str:
    least, most, step = _USUAL.get(field.key, (1, 40, 1))
    low, high = int(float(field.minimum or 1)), int(float(field.maximum or 1000))
    low = max(low, min(least, high))
    return str(dice.randrange(low, max(min(most, high), low) + 1, step))


def _date(field: FormField, person: Person, company: Company | None, dice: random.Random, today: date) -> str:
    ahead = field.key.startswith(("to_", "end_", "due_", "start_", "from_")) or field.key.endswith(("_end", "until"))
    return (today + timedelta(days=dice.randrange(5, 200) * (1 if ahead else -1))).isoformat()


_BY_TYPE = {
    "text": _text,
    "textarea": _text,
    "number": _number,
    "amount": _number,
    "date": _date,
    "choice": lambda f, p, c, d, t: d.choice(f.options)[0],
    "choices": lambda f, p, c, d, t: [d.choice(f.options)[0]],
    "yesno": lambda f, p, c, d, t: "yes" if f.key.startswith("promise") else d.choice(("yes", "no")),
    "region": lambda f, p, c, d, t: p.region.ljust(12, "0"),
    "phone": lambda f, p, c, d, t: p.phone,
    "citizen_id": lambda f, p, c, d, t: p.number,
    "uscc": lambda f, p, c, d, t: c.uscc if c else uscc.make("12", "441202", "MX700001"),
}
