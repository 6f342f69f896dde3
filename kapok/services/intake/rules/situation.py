"""The 情形 tree: which questions to ask, and which 业务办理项 with its materials and fields the answers lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kapok.kernel.common.errors import FieldFault, sentences
from kapok.services.intake.data import Chosen

if TYPE_CHECKING:
    from kapok.services.items.public import CompiledItem, HandlingItem, SituationQuestion


def ask(item: CompiledItem, answers: Mapping[str, str]) -> tuple[SituationQuestion, ...]:
    """The questions that stand, given these answers; a question falls away with the one it hangs on."""
    standing: list[SituationQuestion] = []
    valid: dict[str, str] = {}
    left = list(item.questions)
    moved = True
    while moved:
        moved = False
        for question in tuple(left):
            if not all(valid.get(key) == value for key, value in question.when):
                continue
            left.remove(question)
            standing.append(question)
            moved = True
            given = answers.get(question.key)
            if given in {choice.key for choice in question.choices}:
                valid[question.key] = str(given)
    order = {question.key: place for place, question in enumerate(item.questions)}
    return tuple(sorted(standing, key=lambda question: order[question.key]))


def choose(item: CompiledItem, answers: Mapping[str, str]) -> Chosen:
    """What the case asks for. Answers to questions that do not stand are dropped; of several fitting items the most specific wins."""
    kept: dict[str, str] = {}
    faults: list[FieldFault] = []
    for question in ask(item, answers):
        given = answers.get(question.key)
        if not given:
            faults.append(_fault(question.key, "situation.unanswered", question=question.text))
        elif given not in {choice.key for choice in question.choices}:
            faults.append(_fault(question.key, "situation.option", question=question.text))
        else:
            kept[question.key] = given
    found = _best(item.handling, kept)
    if item.handling and found is None and not faults:
        faults.append(_fault(item.questions[0].key if item.questions else "", "situation.no_match"))
    materials, fields = item.materials, item.form
    if found is not None and found.materials:
        materials = tuple(material for material in materials if material.key in found.materials)
    if found is not None and found.fields:
        fields = tuple(field for field in fields if field.key in found.fields)
    return Chosen(found.code if found else "", found.name if found else "", materials, fields, kept, faults)


def _best(handling: tuple[HandlingItem, ...], answers: Mapping[str, str]) -> HandlingItem | None:
    fitting = [one for one in handling if all(answers.get(key) == value for key, value in one.when)]
    return max(fitting, key=lambda one: len(one.when), default=None)


def _fault(key: str, code: str, /, **data: Any) -> FieldFault:
    return FieldFault(key, code, str(sentences.get(code, code)).format(**data))
