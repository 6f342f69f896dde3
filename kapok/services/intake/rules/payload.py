"""The data an act needs: cleaned, and every fault named at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kapok.services.intake.data import CaseFacts, Doer, Settings
from kapok.services.intake.rules.guards import extension_limit, special_names
from kapok.services.intake.rules.table import Datum, Row, table
from kapok.services.intake.rules.writing import writing_fault

FaultDict = dict[str, Any]
Cleaned = tuple[Any, list[FaultDict]]


def clean(row: Row, facts: CaseFacts, payload: Mapping[str, Any], doer: Doer, settings: Settings) -> tuple[dict[str, Any], list[FaultDict]]:
    """The payload as it is kept (only what the row names), and its faults as {"field", "code", …}."""
    kept: dict[str, Any] = {}
    faults: list[FaultDict] = []
    for key in (*row.needs, *row.takes):
        given = payload.get(key)
        if given is None or given in ("", [], ()) or (isinstance(given, str) and not given.strip()):
            if key in row.needs:
                faults.append({"field": key, "code": "act.data.missing"})
            continue
        datum = table().data[key]
        value, wrong = _READERS[datum.type](datum, given, facts, doer, settings)
        faults += wrong
        if not wrong:
            kept[key] = value
    if row.outcome == "pause" and "procedure" in kept and kept["procedure"] not in special_names(facts):
        faults.append({"field": "procedure", "code": "act.data.procedure", "offered": list(special_names(facts))})
    return kept, faults


def _text(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    if not isinstance(given, str):
        return None, [{"field": datum.key, "code": "act.data.type"}]
    text = given.replace("\r\n", "\n").strip()
    wrong = writing_fault(text, lines=True, formula=False)
    if wrong:
        return None, [{"field": datum.key, "code": f"act.data.{wrong}"}]
    if len(text) > datum.longest:
        return None, [{"field": datum.key, "code": "act.data.too_long", "longest": datum.longest}]
    return text, []


def _option(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    if given in datum.options:
        return given, []
    return None, [{"field": datum.key, "code": "act.data.option", "options": list(datum.options)}]


def _other_person(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    """Who approved it: somebody else than who asks."""
    value, wrong = _text(datum, str(given), facts, doer, settings)
    if not wrong and doer.account and value == doer.account:
        wrong = [{"field": datum.key, "code": "act.data.same_person"}]
    return value, wrong


def _days(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    limit = extension_limit(facts, settings)
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 4:
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool):
        return None, [{"field": datum.key, "code": "act.data.type"}]
    if not 1 <= given <= limit:
        return None, [{"field": datum.key, "code": "act.data.days", "longest": limit}]
    return given, []


def _moment(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            return None, [{"field": datum.key, "code": "act.data.moment"}]
    if not isinstance(given, datetime) or given.tzinfo is None or not 2000 <= given.year < 2100:
        return None, [{"field": datum.key, "code": "act.data.moment"}]
    return given.isoformat(), []


def _faults(datum: Datum, given: Any, facts: CaseFacts, doer: Doer, settings: Settings) -> Cleaned:
    """The fields and materials to be corrected, each with what is wrong; each must be asked of this case, and once only."""
    if not isinstance(given, (list, tuple)):
        return None, [{"field": datum.key, "code": "act.data.type"}]
    asked = {
        "field": set(facts.fields) or {field.key for field in facts.item.form},
        "material": set(facts.materials) or {material.key for material in facts.item.materials},
    }
    kept, wrong, seen = [], [], set()
    for place, entry in enumerate(given):
        where = f"{datum.key}.{place}"
        if not isinstance(entry, Mapping):
            wrong.append({"field": where, "code": "act.data.type"})
            continue
        kind, key, says = entry.get("kind"), entry.get("key"), entry.get("says")
        if not isinstance(kind, str) or not isinstance(key, str) or key not in asked.get(kind, ()):
            wrong.append({"field": where, "code": "act.data.unknown_thing", "key": str(key)})
        elif (kind, key) in seen:
            wrong.append({"field": where, "code": "act.data.twice", "key": key})
        elif not isinstance(says, str) or not says.strip():
            wrong.append({"field": where, "code": "act.data.missing", "key": key})
        else:
            text, bad = _text(datum, says, facts, doer, settings)
            wrong += [{**fault, "field": where} for fault in bad]
            kept.append({"kind": kind, "key": key, "says": text})
        seen.add((kind, key) if isinstance(kind, str) and isinstance(key, str) else place)
    return kept, wrong


_READERS: dict[str, Callable[[Datum, Any, CaseFacts, Doer, Settings], Cleaned]] = {
    "text": _text,
    "option": _option,
    "other_person": _other_person,
    "days": _days,
    "moment": _moment,
    "faults": _faults,
}
