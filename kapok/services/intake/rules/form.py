"""Answers to the form compiled from an item version: every fault at once, values in the form they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kapok.kernel.common.errors import FieldFault, sentences
from kapok.services.intake.data import Checked
from kapok.services.intake.rules.fields import READERS, Problem

if TYPE_CHECKING:
    from kapok.services.items.public import FormField

MISSING: tuple[Any, ...] = (None, "", [], ())


def visible_fields(form: tuple[FormField, ...], answers: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The questions these answers show: a question hidden itself hides those that hang on it."""
    by_key = {field.key: field for field in form}
    known: dict[str, bool] = {}

    def shown(key: str, asking: frozenset[str]) -> bool:
        if key in known:
            return known[key]
        field = by_key.get(key)
        if field is None or key in asking:
            return False
        deeper = asking | {key}
        known[key] = all(shown(on, deeper) and _holds(answers.get(on), value) for on, value in field.shown_when)
        return known[key]

    return tuple(field for field in form if shown(field.key, frozenset()))


def check_answers(form: tuple[FormField, ...], answers: Mapping[str, Any], *, today: date, only: frozenset[str] | None = None) -> Checked:
    """Values as kept, and all faults. Hidden questions are dropped. `only`: check these keys (one page of a long form)."""
    shown = visible_fields(form, answers)
    known = {field.key for field in form}
    faults = [_fault(str(key)[:64], "form.unknown_field", key=str(key)[:64]) for key in answers if key not in known]
    values: dict[str, Any] = {}
    for field in shown:
        if only is not None and field.key not in only:
            continue
        given = answers.get(field.key)
        if isinstance(given, str):
            given = given.replace("\r\n", "\n").replace("\r", "\n").strip(" \n\u3000")
        if given in MISSING:
            if field.required:
                faults.append(_fault(field.key, "form.required", label=field.label))
            continue
        try:
            values[field.key] = READERS[field.type](field, given, today)
        except Problem as problem:
            faults.append(_fault(field.key, problem.code, **{"label": field.label, **problem.data}))
    return Checked(values, faults)


def check_correction(
    form: tuple[FormField, ...], before: Mapping[str, Any], after: Mapping[str, Any], marked: frozenset[str], *, today: date
) -> Checked:
    """Answers handed in after a 补正告知: only marked fields may differ, and fields that a marked one brings into view.

    `after` may leave out what is not marked; it stays. A marked field left as it was is a fault (form.not_corrected).
    """
    labels = {field.key: field.label for field in form}
    shown_before = {field.key for field in visible_fields(form, before)}
    merged = {**before, **after}
    brought = {field.key for field in visible_fields(form, merged)} - shown_before
    checked = check_answers(form, merged, today=today)
    # What the correction hides is no answer any more, and no edit either.
    shown_after = {field.key for field in visible_fields(form, merged)}
    locked = [
        key
        for key in after
        if key in labels
        and key not in marked
        and key not in brought
        and key in shown_after
        and _kept(checked.values, merged, key) != before.get(key)
    ]
    bad = {fault.field for fault in checked.faults}
    same = [key for key in sorted(marked & shown_after) if key not in bad and checked.values.get(key) == before.get(key)]
    faults = [_fault(key, "form.locked", label=labels[key]) for key in locked]
    faults += [_fault(key, "form.not_corrected", label=labels[key]) for key in same]
    return Checked(checked.values, [*checked.faults, *faults])


def _kept(values: Mapping[str, Any], merged: Mapping[str, Any], key: str) -> Any:
    if key in values:
        return values[key]
    return None if merged.get(key) in MISSING else merged.get(key)


def _holds(given: Any, value: str) -> bool:
    return value in given if isinstance(given, (list, tuple)) else given == value


def _fault(key: str, code: str, /, **data: Any) -> FieldFault:
    return FieldFault(key, code, str(sentences.get(code, code)).format(**data))
