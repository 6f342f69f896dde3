"""What only shows when several elements are read together, and is refused when it is saved."""

from collections.abc import Mapping
from typing import Any

from kapok.kernel.common.errors import FieldFault
from kapok.services.items.errors import fault
from kapok.services.items.rules.compiling import shaped
from kapok.services.items.rules.table import table
from kapok.services.items.rules.tree import check_tree

INSTANT = "1"


def crossing_faults(whole: Mapping[str, Any], changed: Mapping[str, Any], type_code: str) -> list[FieldFault]:
    """Faults of the resulting elements, asked only where something of them changed."""
    faults: list[FieldFault] = []
    if {"questions", "handling"} & set(changed):
        faults += _situations(whole)
    if {"statutory", "kind"} & set(changed):
        faults += _zero(whole, type_code)
    return faults


def _situations(whole: Mapping[str, Any]) -> list[FieldFault]:
    questions = shaped("questions", whole.get("questions") or [])
    handling = shaped("handling", whole.get("handling") or [{"code": "01", "name": "", "when": []}])
    return check_tree(questions, handling)


def _zero(whole: Mapping[str, Any], type_code: str) -> list[FieldFault]:
    """A statutory limit of nothing is only for what is done on the spot; a public service may have none."""
    statutory = whole.get("statutory") or {}
    if statutory.get("value") == 0 and type_code in table().applied - {"20"} and whole.get("kind") != INSTANT:
        return [fault("statutory.value", "items.zero_not_instant")]
    return []
