"""The door of `kernel.inherit`: values that come down through levels, and why a level has the value it has."""

from kapok.kernel.inherit import errors
from kapok.kernel.inherit.data import EXTENDABLE, LOCKED, OVERRIDABLE, RULES, Change, Effect, Layer, Origin
from kapok.kernel.inherit.rules import MISSING, additions, diff, effects, extended, may_set, own_part, resolve, values

__all__ = [
    "EXTENDABLE", "LOCKED", "MISSING", "OVERRIDABLE", "RULES", "Change", "Effect", "Layer", "Origin",
    "additions", "diff", "effects", "errors", "extended", "may_set", "own_part", "resolve", "values",
]  # fmt: skip
