"""What can become of a licence, and what it was at a moment. 过期 is derived, never a state."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

from kapok.kernel.common.verdicts import Verdict, allow, refuse

EXPIRED = "expired"
LIVE = frozenset({"pending", "valid", "suspended"})


@dataclass(frozen=True)
class Verb:
    """One row of the table."""

    key: str
    title: str
    before: tuple[str, ...]
    after: str
    version: bool = False
    grave: bool = False
    causes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """A state, its name, and its codes on the wire."""

    key: str
    title: str
    code: str
    national: str


@dataclass(frozen=True)
class StatusTable:
    """All states and verbs."""

    states: Mapping[str, State]
    verbs: Mapping[str, Verb]

    def allowed(self, state: str) -> list[Verb]:
        """The verbs people may ask for in a state, in the table's order."""
        return [verb for verb in self.verbs.values() if state in verb.before and verb.key != "seal"]


@cache
def status_table() -> StatusTable:
    """The table, read once."""
    law = tomllib.loads((Path(__file__).parent / "status.toml").read_text(encoding="utf-8"))
    states = {key: State(key, said["title"], said["code"], said["national"]) for key, said in law["states"].items()}
    verbs = {
        key: Verb(
            key,
            said["title"],
            tuple(said["from"]),
            said["to"],
            said.get("version", False),
            said.get("grave", False),
            said.get("causes", {}),
        )
        for key, said in law["verbs"].items()
    }
    return StatusTable(states, verbs)


def may(verb: str, state: str, *, reason: str, cause: str = "") -> Verdict:
    """Whether a verb is possible in a state; the reason must be given, and the cause where the table asks for one."""
    table = status_table()
    known = table.verbs.get(verb)
    if known is None or verb in ("issue", "seal"):
        return refuse("licences.verb_unknown", status=422, verb=verb)
    if state not in known.before:
        allowed = "、".join(each.title for each in table.allowed(state)) or "无"
        return refuse("licences.not_allowed", state=table.states[state].title, verb=known.title, allowed=allowed)
    if not reason.strip():
        return refuse("licences.reason_missing", status=422)
    if known.causes and cause not in known.causes:
        return refuse("licences.cause_missing", status=422, causes="、".join(known.causes.values()))
    return allow()


def expired(valid_to: date | None, on: date) -> bool:
    """Whether the last day of validity is over."""
    return valid_to is not None and on > valid_to


def as_of(history: Iterable[tuple[datetime, str]], valid_to: date | None, at: datetime, on: date) -> str | None:
    """The state at a moment, from (moment, state) in order; `expired` for what was valid past its last day; None before it was."""
    state = None
    for moment, after in history:
        if moment > at:
            break
        state = after
    return EXPIRED if state == "valid" and expired(valid_to, on) else state
