"""How values come down through layers, what a level may set, and what a change above does below. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.kernel.inherit.data import EXTENDABLE, LOCKED, OVERRIDABLE, RULES, Change, Effect, Layer, Origin

MISSING: Any = object()


def resolve(layers: Sequence[Layer], defaults: Mapping[str, str], elements: Iterable[str] | None = None) -> dict[str, Origin]:
    """Every element's value at the lowest layer and why it has it. Layers stand from highest to lowest."""
    names = elements if elements is not None else dict.fromkeys(name for layer in layers for name in layer.values)
    return {name: _origin(name, layers, defaults.get(name, OVERRIDABLE)) for name in names}


def values(origins: Mapping[str, Origin]) -> dict[str, Any]:
    """Only the values that are there."""
    return {name: origin.value for name, origin in origins.items() if origin.how != "absent"}


def _origin(name: str, layers: Sequence[Layer], rule: str) -> Origin:
    found = Origin(name, None, "absent", rule)
    locked_by = ""
    for place, layer in enumerate(layers):
        last = place == len(layers) - 1
        if name in layer.values:
            found = _laid(found, layer, layer.values[name], rule, locked_by, last)
        elif last and found.how != "absent":
            found = replace(found, how="inherited")
        stated = layer.rules.get(name, rule)
        tightened = stated if found.how == "absent" or found.layer == layer.key else _tighter(rule, stated)
        if tightened == LOCKED and rule != LOCKED:
            locked_by = layer.owner
        if rule == LOCKED and not locked_by and found.how != "absent":
            locked_by = found.owner
        rule = tightened
        found = replace(found, rule=rule, locked_by=locked_by)
    return found


def _laid(above: Origin, layer: Layer, value: Any, rule: str, locked_by: str, last: bool) -> Origin:
    """The origin after one more layer has set the element."""
    if above.how == "absent":
        return Origin(above.element, value, "own" if last else "inherited", rule, layer.key, layer.owner, layer.number)
    if rule == LOCKED:
        how = "inherited" if value == above.value else "kept"
        return Origin(above.element, above.value, how, rule, above.layer, above.owner, above.number, above.value, locked_by or above.owner)
    if rule == EXTENDABLE and isinstance(value, list) and isinstance(above.value, list):
        whole = extended(above.value, value)
        how = "inherited" if whole == above.value else "extended"
        return Origin(above.element, whole, how, rule, above.layer, above.owner, above.number, above.value, locked_by)
    return Origin(above.element, value, "own" if last else "inherited", rule, layer.key, layer.owner, layer.number, above.value, locked_by)


def _tighter(rule: str, other: str) -> str:
    return max(rule, other, key=RULES.index)


def extended(above: list[Any], own: list[Any]) -> list[Any]:
    """What stands above, then what is added: entries with the `key` of one above do not replace it."""
    keys = {_key(entry) for entry in above}
    return [*above, *(entry for entry in own if _key(entry) not in keys)]


def additions(above: list[Any], whole: list[Any]) -> list[Any]:
    """The part of a whole list that is not from above: what an extendable element stores at its own level."""
    keys = {_key(entry) for entry in above}
    return [entry for entry in whole if _key(entry) not in keys]


def _key(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry.get("key") or entry.get("code") or tuple(sorted((k, str(v)) for k, v in entry.items()))
    return entry


def may_set(above: Origin | None, value: Any) -> Verdict:
    """Whether the next level may give an element this value; refused with the owner named.

    Codes: inherit.locked (owner), inherit.only_add (owner: an entry from above was left out or changed).
    """
    if above is None or above.how == "absent":
        return allow()
    if above.rule == LOCKED and value != above.value:
        return refuse("inherit.locked", element=above.element, owner=above.locked_by or above.owner)
    only_add = above.rule == EXTENDABLE and isinstance(above.value, list) and isinstance(value, list)
    if only_add and any(entry not in value for entry in above.value):
        return refuse("inherit.only_add", element=above.element, owner=above.owner)
    return allow()


def own_part(above: Origin | None, value: Any) -> Any:
    """What a level stores for a whole value: only a reference to the rest stands above. MISSING: nothing of its own."""
    if above is None or above.how == "absent":
        return value
    if value == above.value:
        return MISSING
    if above.rule == EXTENDABLE and isinstance(above.value, list) and isinstance(value, list):
        return additions(above.value, value)
    return value


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The elements that differ, in the order of the new ones."""
    found = []
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        kind = "added" if _void(before) else "removed" if _void(after) else "changed"
        came, went = _lists(before, after)
        found.append(Change(name, kind, before, after, came, went))
    return found


def _void(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _lists(before: Any, after: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    if not isinstance(before or after, list):
        return (), ()
    before, after = before or [], after or []
    return tuple(e for e in after if e not in before), tuple(e for e in before if e not in after)


def effects(
    before: Sequence[Layer], after: Sequence[Layer], own: Layer, defaults: Mapping[str, str], basis: Mapping[str, Any] | None = None
) -> list[Effect]:
    """What a change of the layers above does to a level, for each element it touches.

    `basis`: the values above that the level's own values were written against, when they are known; an own value set against
    another value than the new one is a conflict, whatever lies between.
    """
    names = dict.fromkeys(name for layer in (*before, *after, own) for name in layer.values)
    above_old, above_new = resolve(before, defaults, names), resolve(after, defaults, names)
    down_old, down_new = resolve([*before, own], defaults, names), resolve([*after, own], defaults, names)
    found = []
    for name in names:
        known = (basis or {}).get(name, above_old[name].value)
        if (
            above_old[name].value == above_new[name].value
            and above_old[name].rule == above_new[name].rule
            and known == above_new[name].value
        ):
            continue
        found.append(
            Effect(
                name,
                _state(name, own, known, above_new[name], down_new[name]),
                down_old[name].value,
                down_new[name].value,
                down_new[name].owner,
            )
        )
    return found


def _state(name: str, own: Layer, known: Any, above: Origin, down: Origin) -> str:
    if name not in own.values or (above.rule == EXTENDABLE and isinstance(above.value, list) and down.how in ("extended", "inherited")):
        return "inherited"
    if down.how == "kept" or known != above.value:
        return "conflict"
    return "own"
