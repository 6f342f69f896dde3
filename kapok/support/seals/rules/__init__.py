"""The law of seals: their life, their use, their picture."""

from kapok.support.seals.rules.life import (
    DESTROY,
    DESTROYED,
    IN_USE,
    MADE,
    SUSPENDED,
    change_names,
    kind_names,
    kinds,
    may_step,
    next_steps,
    number,
    own_part,
    state_name,
    steps,
    table,
)
from kapok.support.seals.rules.use import HASH, MEDIA, TaskFacts, UseFacts, in_task, may_use

__all__ = [
    "DESTROY",
    "DESTROYED",
    "HASH",
    "IN_USE",
    "MADE",
    "MEDIA",
    "SUSPENDED",
    "TaskFacts",
    "UseFacts",
    "change_names",
    "in_task",
    "kind_names",
    "kinds",
    "may_step",
    "may_use",
    "next_steps",
    "number",
    "own_part",
    "state_name",
    "steps",
    "table",
]
