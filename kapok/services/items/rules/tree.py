"""The 情形 tree: questions asked one after another, whose answers choose exactly one 业务办理项."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from kapok.kernel.common.errors import FieldFault
from kapok.services.items.data import NO_FEE, CompiledItem, HandlingItem, SituationQuestion
from kapok.services.items.errors import fault

MOST_PATHS = 5000
Answers = Mapping[str, str]
T = TypeVar("T")


def holds(when: Sequence[tuple[str, str]], answers: Answers) -> bool:
    """Whether every (question, answer) is given."""
    return all(answers.get(question) == choice for question, choice in when)


def next_question(questions: Sequence[SituationQuestion], answers: Answers) -> SituationQuestion | None:
    """The first question that is to be asked and not yet answered; None when all are."""
    for question in questions:
        if question.key not in answers and holds(question.when, answers):
            return question
    return None


def select(questions: Sequence[SituationQuestion], handling: Sequence[HandlingItem], answers: Answers) -> HandlingItem | None:
    """The handling item of a complete set of answers; None while a question is open or an answer is not one of its choices."""
    given = asked(questions, answers)
    if next_question(questions, given) is not None:
        return None
    found = [h for h in handling if holds(h.when, given)]
    return found[0] if len(found) == 1 else None


def asked(questions: Sequence[SituationQuestion], answers: Answers) -> dict[str, str]:
    """The answers that count: to questions that are asked, and among their choices."""
    given: dict[str, str] = {}
    while (question := next_question(questions, given)) is not None:
        answer = answers.get(question.key)
        if answer is None or answer not in {c.key for c in question.choices}:
            break
        given[question.key] = answer
    return given


def narrowed(item: CompiledItem, handling: HandlingItem) -> CompiledItem:
    """The item as one of its handling items has it: its materials, form, conditions, 环节, fees and result."""
    return replace(
        item,
        materials=_named(item.materials, handling.materials, "key"),
        form=_named(item.form, handling.fields, "key"),
        conditions=(*item.conditions, *handling.conditions),
        steps=_named(item.steps, handling.steps, "key"),
        fees=() if handling.fees == (NO_FEE,) else _named(item.fees, handling.fees, "name"),
        result_name=handling.result_name or item.result_name,
    )


def _named(parts: tuple[T, ...], names: Sequence[str], by: str) -> tuple[T, ...]:
    return tuple(part for part in parts if getattr(part, by) in names) if names else parts


def check_tree(questions: Sequence[SituationQuestion], handling: Sequence[HandlingItem]) -> list[FieldFault]:
    """Every fault: unknown names, contradictions, cycles, what is never reached, paths with none or several handling items."""
    faults = _names(questions, handling)
    if faults:
        return faults
    if circle := _cycle(questions):
        return [fault("questions", "items.tree_cycle", found=" → ".join(circle))]
    return _walk(questions, handling)


def paths(questions: Sequence[SituationQuestion]) -> Iterator[dict[str, str]]:
    """All complete sets of answers."""
    open_sets: list[dict[str, str]] = [{}]
    while open_sets:
        answers = open_sets.pop()
        question = next_question(questions, answers)
        if question is None:
            yield answers
        else:
            open_sets.extend({**answers, question.key: choice.key} for choice in reversed(question.choices))


def _names(questions: Sequence[SituationQuestion], handling: Sequence[HandlingItem]) -> list[FieldFault]:
    choices = {q.key: {c.key for c in q.choices} for q in questions}
    faults = []
    places = [(f"questions.{i}", q.text, q.when) for i, q in enumerate(questions)]
    places += [(f"handling.{i}", h.name, h.when) for i, h in enumerate(handling)]
    for path, title, when in places:
        for question, choice in when:
            if choice not in choices.get(question, ()):
                faults.append(fault(f"{path}.when", "items.dangling", title=title, found=f"{question}={choice}"))
        if len({question for question, _ in when}) < len(set(when)):
            faults.append(fault(f"{path}.when", "items.tree_contradiction", found=title))
    return faults


def _cycle(questions: Sequence[SituationQuestion]) -> list[str]:
    """The names on a circle of conditions, or nothing."""
    needs = {q.key: [name for name, _ in q.when] for q in questions}
    done: set[str] = set()

    def visit(name: str, above: list[str]) -> list[str]:
        if name in above:
            return [*above[above.index(name) :], name]
        if name in done:
            return []
        for below in needs[name]:
            if circle := visit(below, [*above, name]):
                return circle
        done.add(name)
        return []

    for name in needs:
        if circle := visit(name, []):
            return circle
    return []


def _walk(questions: Sequence[SituationQuestion], handling: Sequence[HandlingItem]) -> list[FieldFault]:
    faults: list[FieldFault] = []
    reached: set[str] = set()
    chosen: set[str] = set()
    for count, answers in enumerate(paths(questions), 1):
        if count > MOST_PATHS:
            return [fault("questions", "items.tree_big", most=MOST_PATHS)]
        reached.update(answers)
        found = [h for h in handling if holds(h.when, answers)]
        chosen.update(h.code for h in found)
        if len(found) != 1 and len(faults) < 20:
            faults.append(_wrong_count(questions, answers, found))
    faults += [fault(f"questions.{i}", "items.tree_unreachable", found=q.text) for i, q in enumerate(questions) if q.key not in reached]
    faults += [fault(f"handling.{i}", "items.tree_unreachable", found=h.name) for i, h in enumerate(handling) if h.code not in chosen]
    return faults


def _wrong_count(questions: Sequence[SituationQuestion], answers: Answers, found: Sequence[HandlingItem]) -> FieldFault:
    words = {(q.key, c.key): c.text for q in questions for c in q.choices}
    path = "、".join(words[pair] for pair in answers.items()) or "（无问题）"
    if found:
        return fault("handling", "items.tree_many", found=path, items="、".join(h.name for h in found))
    return fault("handling", "items.tree_none", found=path)
