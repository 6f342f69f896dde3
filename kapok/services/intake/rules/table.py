"""The transition table: acts.toml, loaded and checked once."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kapok.services.intake.rules.words import said

SOURCE = Path(__file__).parent.parent / "acts.toml"
NONE = "none"
"""How the table writes that there is no case yet; CaseFacts.state is empty then."""

CLOCK_EFFECTS = frozenset({"", "start_acceptance", "stop_acceptance", "start_limits", "pause", "resume", "extend", "stop_all"})
STEP_MOVES = frozenset({"", "first", "next", "previous"})
PHASES = frozenset({"", "before_acceptance", "in_examination"})
DATA_TYPES = frozenset({"text", "option", "faults", "other_person", "days", "moment"})


class TableFault(ValueError):
    """The table contradicts itself; nothing starts with it."""


@dataclass(frozen=True)
class State:
    key: str
    name: str
    open: bool


@dataclass(frozen=True)
class Act:
    key: str
    name: str
    outcomes: dict[str, str]


@dataclass(frozen=True)
class Datum:
    """A piece of data that an act needs or takes."""

    key: str
    name: str
    type: str
    longest: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of the table: from these states, this act with this outcome leads to that state."""

    sources: tuple[str, ...]
    act: str
    outcome: str
    to: str
    who: tuple[str, ...]
    event: str
    clock: str = ""
    document: str = ""
    when: str = ""
    step: str = ""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class ActTable:
    """States, acts and rows, with their Chinese names."""

    states: dict[str, State]
    acts: dict[str, Act]
    rows: tuple[Row, ...]
    data: dict[str, Datum]
    capacities: dict[str, str]
    documents: dict[str, str]
    by_cell: dict[tuple[str, str, str], tuple[Row, ...]]

    def rows_for(self, state: str, act: str, outcome: str) -> tuple[Row, ...]:
        """The lines of one cell: at most one before acceptance and one in examination."""
        return self.by_cell.get((state or NONE, act, outcome), ())

    def rows_from(self, state: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if (state or NONE) in row.sources)

    def state_name(self, key: str) -> str:
        return said(self.states[key].name) if key in self.states else key

    def act_name(self, key: str) -> str:
        return said(self.acts[key].name) if key in self.acts else key

    def outcome_name(self, act: str, outcome: str) -> str:
        return said(self.acts[act].outcomes.get(outcome, outcome)) if act in self.acts else outcome

    def document_name(self, key: str) -> str:
        return said(self.documents.get(key, key))

    def data_name(self, key: str) -> str:
        return said(self.data[key].name) if key in self.data else key

    def open_states(self) -> tuple[str, ...]:
        """States in which a case still waits for somebody."""
        return tuple(state.key for state in self.states.values() if state.open)


@cache
def table() -> ActTable:
    """The one table of this process."""
    return read(tomllib.loads(SOURCE.read_text(encoding="utf-8")))


def read(raw: dict[str, Any]) -> ActTable:
    """A table from its TOML; raises TableFault where it contradicts itself."""
    rows = tuple(_row(entry) for entry in raw["rows"])
    by_cell: dict[tuple[str, str, str], tuple[Row, ...]] = {}
    for row in rows:
        for source in row.sources:
            cell = (source, row.act, row.outcome)
            by_cell[cell] = (*by_cell.get(cell, ()), row)
    made = ActTable(
        states={key: State(key, entry["name"], entry["open"]) for key, entry in raw["states"].items()},
        acts={key: Act(key, entry["name"], dict(entry["outcomes"])) for key, entry in raw["acts"].items()},
        rows=rows,
        data={key: Datum(key, **_tuples(entry)) for key, entry in raw["data"].items()},
        capacities=dict(raw["capacities"]),
        documents=dict(raw["documents"]),
        by_cell=by_cell,
    )
    _check(made)
    return made


def _row(entry: dict[str, Any]) -> Row:
    parts = _tuples(entry)
    return Row(sources=parts.pop("from"), **parts)


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _check(made: ActTable) -> None:
    for row in made.rows:
        where = f"{row.act}/{row.outcome} from {', '.join(row.sources)}"
        _known(where, "state", (row.to, *(source for source in row.sources if source != NONE)), made.states)
        _known(where, "act", (row.act,), made.acts)
        _known(where, "outcome", (row.outcome,), made.acts[row.act].outcomes)
        _known(where, "capacity", row.who, made.capacities)
        _known(where, "datum", (*row.needs, *row.takes), made.data)
        _known(where, "document", (row.document,) if row.document else (), made.documents)
        _known(where, "clock effect", (row.clock,), CLOCK_EFFECTS)
        _known(where, "step", (row.step,), STEP_MOVES)
        _known(where, "phase", (row.when,), PHASES)
        if not row.who:
            raise TableFault(f"{where}: nobody may do it")
        if row.ends == made.states[row.to].open and row.to != "collected":
            raise TableFault(f"{where}: ends and the openness of {row.to} disagree")
    for cell, rows in made.by_cell.items():
        if len({row.when for row in rows}) != len(rows) or (len(rows) > 1 and any(row.when == "" for row in rows)):
            raise TableFault(f"{cell}: two lines for one cell")
    for datum in made.data.values():
        _known(datum.key, "type", (datum.type,), DATA_TYPES)
    used = {(row.act, row.outcome) for row in made.rows}
    for act in made.acts.values():
        for outcome in act.outcomes:
            if (act.key, outcome) not in used:
                raise TableFault(f"{act.key}/{outcome}: no line")


def _known(where: str, what: str, keys: Iterable[str], among: Iterable[str]) -> None:
    unknown = set(keys) - set(among)
    if unknown:
        raise TableFault(f"{where}: unknown {what} {', '.join(sorted(unknown))}")
