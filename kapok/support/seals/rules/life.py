"""The life of a seal, as seals.toml tells it: which step may be done now, and by whom. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.support.seals.data import SealKind, Step

IN_USE, SUSPENDED, DESTROYED, MADE = "in_use", "suspended", "destroyed", "made"
DESTROY = "destroy"


@cache
def table() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads((Path(__file__).parents[1] / "seals.toml").read_text("utf-8"))


@cache
def kinds() -> Mapping[str, SealKind]:
    """Kinds of seals by key."""
    return {row["key"]: SealKind(**row) for row in table()["kind"]}


@cache
def steps() -> Mapping[str, Step]:
    """Steps by key."""
    return {
        row["key"]: Step(
            row["key"], row["name"], row["on"], tuple(row["before"]), row["after"], row["deed"],
            tuple(row.get("other_hand", ())), row.get("file", "optional"), tuple(row.get("while", ())),
        )
        for row in table()["step"]
    }  # fmt: skip


def number(name: str) -> int:
    """A legal number that is configuration."""
    return int(table()["numbers"][name])


def may_step(step: Step, *, state: str, change: str, hand: str, hands: Iterable[tuple[str, str]], with_file: bool) -> Verdict:
    """Whether a step may be done: the state allows it, this hand did not do what another must have done, the file is there.

    `hands` are the (step, hand) of this round.
    """
    now = state if step.on == "seal" else change
    if now not in step.before or (step.while_ and state not in step.while_):
        return refuse("seals.wrong_step", state=state_name(state, change), step=_(step.name))
    if mine := own_part(step, hand, hands):
        return refuse("seals.same_hand", status=403, step=_(steps()[mine].name))
    if step.file == "required" and not with_file:
        return refuse("seals.file_missing", status=422, step=_(step.name))
    return allow()


def own_part(step: Step, hand: str, hands: Iterable[tuple[str, str]]) -> str:
    """The step of this round that this hand did and that keeps it from doing another; empty: none."""
    return next((done for done, whose in hands if done in step.other_hand and whose == hand), "")


def next_steps(state: str, change: str) -> list[Step]:
    """The steps that the states allow, in the order of the table."""
    return [
        step for step in steps().values()
        if (state if step.on == "seal" else change) in step.before and (not step.while_ or state in step.while_) and state
    ]  # fmt: skip


def state_name(state: str, change: str = "") -> str:
    """The state as people read it, the change under way beside it."""
    names, changes = table()["states"], table()["changes"]
    words, more = names[state] if state else "", changes[change] if change else ""
    if words and more:
        return _("%(state)s（%(change)s）") % {"state": _(words), "change": _(more)}
    return _(words or more)


def change_names() -> dict[str, str]:
    """What can be changed of a seal, by key."""
    return {key: _(name) for key, name in table()["change_kinds"].items()}


def kind_names() -> dict[str, str]:
    """Kinds of seals by key, as people read them."""
    return {key: _(kind.name) for key, kind in kinds().items()}
