"""Who owes what, what an exemption needs, and what a cell shows. Pure: facts in, verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from kapok.kernel.annex.data import Cell, City, Contribution, Duty, Level, Measure, Reading, State, SystemRow, Waiver
from kapok.kernel.common.verdicts import Verdict, allow, refuse

RECOUNTED_WITHIN = timedelta(minutes=15)
"""Measures are recounted every five minutes; three missed rounds and the figure counts as silent."""


REHEARSED_WITHIN = timedelta(days=31)
"""A backup that nobody has restored for longer than this is not known to be one."""


class Tried(Protocol):
    """What a rehearsal of a backup says of itself."""

    backup: str
    at: datetime
    tables: int
    differing: list[str]
    seconds: float


@dataclass(frozen=True)
class Rehearsed:
    """How far the node's backups can be relied on: the last good rehearsal, and a failed one after it."""

    last_good: Tried | None
    failed_since: Tried | None
    old: bool


@dataclass(frozen=True)
class ExemptionFacts:
    """What is asked for when a city is exempted from a duty."""

    duty: Duty | None
    city: City | None
    owed: bool
    number: str
    reason: str
    approver: str
    starts: date
    ends: date
    number_taken: bool


def owes(duty: Duty, row: SystemRow, city: City, mode: str) -> Verdict:
    """Does this city owe this duty: by its group first, then by the mode it is in for the row."""
    if duty.level is not Level.CITY:
        return allow()
    if row.group and row.group != city.group:
        return refuse("annex.other_group", group=row.group)
    if duty.mode and duty.mode != mode:
        return refuse("annex.other_mode", wanted=duty.mode, mode=mode)
    return allow()


def may_exempt(facts: ExemptionFacts, *, today: date) -> list[tuple[str, Verdict]]:
    """Every field that stands against an exemption; none: it may be granted."""
    checks: list[tuple[str, bool, Verdict]] = [
        ("duty", facts.duty is None or facts.duty.level is not Level.CITY, refuse("annex.duty_unknown")),
        ("city", facts.city is None, refuse("annex.city_unknown")),
        ("duty", facts.city is not None and facts.duty is not None and not facts.owed, refuse("annex.not_owed")),
        *((name, not getattr(facts, name).strip(), refuse("annex.field_missing")) for name in ("number", "reason", "approver")),
        ("number", facts.number_taken, refuse("annex.number_taken", number=facts.number)),
        ("ends", facts.ends < facts.starts, refuse("annex.ends_before_starts")),
        ("ends", facts.starts <= facts.ends < today, refuse("annex.ends_in_the_past")),
    ]
    return [(name, verdict) for name, wrong, verdict in checks if wrong]


def rehearsed(good: Tried | None, bad: Tried | None, *, wall: datetime) -> Rehearsed:
    """A failed rehearsal counts until a good one follows; a good one grows old."""
    failed = bad if bad is not None and (good is None or bad.at > good.at) else None
    return Rehearsed(good, failed, good is not None and wall - good.at > REHEARSED_WITHIN)


def in_force(waiver: Waiver, today: date) -> bool:
    """An exemption holds on its first and its last day and ends by itself."""
    return waiver.starts <= today <= waiver.ends


def contribution(measure: Measure, reading: Reading | None, counted_at: datetime | None, *, now: datetime, wall: datetime) -> Contribution:
    """A stored reading and whether its source has fallen silent: no reading, old rows (legal time), or no recount (machine time)."""
    silent = reading is None or counted_at is None or wall - counted_at > RECOUNTED_WITHIN
    if reading is not None and reading.as_of is not None and now - reading.as_of > measure.fresh_within:
        silent = True
    return Contribution(measure, reading, counted_at, silent)


def cell(duty: Duty, place: str, owed: Verdict, waiver: Waiver | None, contributions: Sequence[Contribution]) -> Cell:
    """What the board shows for a duty of a city. A figure behind an exemption stays readable; a silent source never reads as a figure."""
    parts = tuple(contributions)
    if not owed:
        return Cell(duty, place, State.NOT_OWED, owed.code, owed.data)
    if waiver is not None:
        return Cell(duty, place, State.EXEMPT, waiver=waiver, contributions=parts)
    if not parts:
        return Cell(duty, place, State.NOT_BUILT)
    if any(part.silent for part in parts):
        return Cell(duty, place, State.SILENT, contributions=parts)
    if not sum(part.reading.of for part in parts if part.reading):
        return Cell(duty, place, State.NOTHING_YET, contributions=parts)
    return Cell(duty, place, State.MEASURED, contributions=parts)
