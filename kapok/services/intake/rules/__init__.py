"""The law of a case, pure: which act may follow (acts.toml), when it is due, what must be handed in."""

from kapok.services.intake.rules.clock import ClockState, advance, begin, days_left, due
from kapok.services.intake.rules.columns import After, after
from kapok.services.intake.rules.explain import ClockStep, Explanation, explain, verify
from kapok.services.intake.rules.form import check_answers, check_correction, visible_fields
from kapok.services.intake.rules.materials import check_materials
from kapok.services.intake.rules.situation import ask, choose
from kapok.services.intake.rules.table import ActTable, table
from kapok.services.intake.rules.transition import allowed_acts, data_of, transition

__all__ = [
    "ActTable",
    "After",
    "ClockState",
    "ClockStep",
    "Explanation",
    "advance",
    "after",
    "allowed_acts",
    "ask",
    "begin",
    "check_answers",
    "check_correction",
    "check_materials",
    "choose",
    "data_of",
    "days_left",
    "due",
    "explain",
    "table",
    "transition",
    "verify",
    "visible_fields",
]
