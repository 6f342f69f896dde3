"""Layers of values, and what one level made of them. Nothing here knows what is inherited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOCKED, OVERRIDABLE, EXTENDABLE = "locked", "overridable", "extendable"
RULES = (OVERRIDABLE, EXTENDABLE, LOCKED)
"""From loose to tight by what a lower level may take away: anything, nothing but add, nothing at all."""


@dataclass(frozen=True)
class Layer:
    """What one level sets. `rules` say what the levels below may do with an element: whoever gives the value states the rule freely,
    levels below him may tighten it, never loosen it."""

    key: str
    owner: str
    number: int
    values: Mapping[str, Any]
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """The value an element has at the lowest level, and why.

    `how`: own (set here), inherited, extended (inherited and added to), kept (a lower level's other value was set aside because
    the element is locked), absent. `shadowed` is what it would be without the lowest level's own value; `owner` and `layer` name
    who gave the value (for extended: who gave the part above), `locked_by` who locked it.
    """

    element: str
    value: Any
    how: str
    rule: str
    layer: str = ""
    owner: str = ""
    number: int = 0
    shadowed: Any = None
    locked_by: str = ""


@dataclass(frozen=True)
class Change:
    """One element that differs: `kind` is added, removed or changed; for lists what came and what went."""

    element: str
    kind: str
    old: Any
    new: Any
    came: tuple[Any, ...] = ()
    went: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a change above does to one level below, per element.

    `state`: inherited (follows by itself), conflict (its own value stands against a changed one), own (its value stands and the
    change is allowed to be ignored), unchanged.
    """

    element: str
    state: str
    before: Any
    after: Any
    owner: str = ""
