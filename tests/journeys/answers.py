"""Answers that hold for any item's form, made from its compiled questions (tests, bench and demonstration use the same)."""

from typing import Any

from kapok.services.intake.public import Given, ask, choose
from kapok.services.items.public import CompiledItem, FormField


def situation_for(item: CompiledItem) -> dict[str, str]:
    """The first choice of every question of the 情形 tree that comes up."""
    answers: dict[str, str] = {}
    while True:
        open_questions = [question for question in ask(item, answers) if question.key not in answers]
        if not open_questions:
            return answers
        answers[open_questions[0].key] = open_questions[0].choices[0].key


def answers_for(
    item: CompiledItem, situation: dict[str, str], *, name: str, number: str, phone: str, company: str = "", uscc: str = ""
) -> tuple[dict[str, Any], tuple[Given, ...]]:
    """A complete form and every required material (as paper shown at the window, so that no file is needed)."""
    chosen = choose(item, situation)
    known = {"name": name, "number": number, "phone": phone, "uscc": uscc or "11440000MB2D0164XH", "address": "东风路1号"}
    answers: dict[str, Any] = {}
    for field in chosen.fields:
        if field.required and all(answers.get(key) == value for key, value in field.shown_when):
            answers[field.key] = _answer(field, known, company)
    materials = tuple(Given(m.key, "paper", (), max(m.originals, 1), m.copies) for m in chosen.materials if m.required)
    return answers, materials


def _answer(field: FormField, known: dict[str, str], company: str) -> Any:
    if field.type in ("choice",):
        return field.options[0][0]
    if field.type == "choices":
        return [field.options[0][0]]
    fixed = {
        "yesno": "yes", "date": field.minimum or "2026-01-05", "citizen_id": known["number"], "uscc": known["uscc"],
        "phone": known["phone"],
        "region": "440104000000",
    }  # fmt: skip
    if field.type in fixed:
        return fixed[field.type]
    if field.type in ("number", "amount"):
        return field.minimum or "1"
    part = field.prefill.split(".")[-1]
    if field.prefill.startswith("company") and part == "name":
        return company or "示例有限公司"
    return known.get(part, "示例内容") if field.prefill else "示例内容"
