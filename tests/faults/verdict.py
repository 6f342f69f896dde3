"""What must hold afterwards, asked of the tables themselves."""

from typing import Any

import psycopg

from kapok.services.intake.tests.oracle import CHINA, Vector, reckon
from tests.faults.clients import Ledger

Connection = psycopg.Connection[tuple[Any, ...]]

OF_AN_ACT = "about_kind = 'case' and data ? 'sequence'"
"""Entries of acts; what follows them (a task opened, a date moved) is about the case too, and has no place in its sequence."""


def nothing_acknowledged_is_lost(connection: Connection, ledger: Ledger) -> None:
    """Every acknowledged application and act stands in the tables, at the sequence the answer gave."""
    cases = {str(row[0]) for row in connection.execute("select id from intake_case")}
    acts = {(str(case), sequence) for case, sequence in connection.execute("select case_id, sequence from intake_act")}
    assert {answer["case"] for answer in ledger.applied.values()} <= cases
    assert {(answer["case"], answer["sequence"]) for answer in ledger.acts.values()} <= acts


def nothing_is_doubled(connection: Connection, ledger: Ledger) -> None:
    """One act, one key, one journal entry each; sequences without gap; a number given once."""
    acknowledged = [(a["case"], a["sequence"]) for a in ledger.acts.values()] + [(a["case"], 1) for a in ledger.applied.values()]
    assert len(acknowledged) == len(set(acknowledged)), "two keys were answered with one act"
    count = "select count(*) from "
    by_people = _number(connection, count + "intake_act where account is not null")
    assert by_people == _number(connection, count + "api_answer where endpoint like 'intake.%' and status < 300")
    assert _number(connection, count + "intake_act") == _number(connection, count + f"journal_entry where {OF_AN_ACT}")
    gaps = "intake_case c where c.sequence <> (select count(*) from intake_act a where a.case_id = c.id)"
    assert _number(connection, count + gaps) == 0
    assert _number(connection, "select count(number) - count(distinct number) from intake_case") == 0


def the_order_holds(connection: Connection) -> None:
    """Everything is sealed once, without a gap, and each case's entries in the order they were done."""
    total, first, last, different = connection.execute(
        "select count(*), min(seq), max(seq), count(distinct entry) from journal_place"
    ).fetchone()
    assert (first, last, different) == (1, total, total)
    assert total == _number(connection, "select count(*) from journal_entry")
    out_of_order = f"""
        select count(*) from (
          select (e.data->>'sequence')::int n, lag((e.data->>'sequence')::int) over (partition by e.about order by p.seq) m
          from journal_place p join journal_entry e on e.id = p.entry where {OF_AN_ACT}) x where n <> m + 1"""
    assert _number(connection, out_of_order) == 0


def due_dates_are_right(connection: Connection, limits: dict[str, list[int]]) -> tuple[int, int]:
    """Recompute every accepted, unpaused case's limits by the naive oracle; returns (cases compared, of them with a pause)."""
    compared = with_pause = 0
    rows = connection.execute(
        "select id, version, due_statutory, due_promised from intake_case where accepted_at is not null and not paused"
    )
    for case, version, statutory, promised in rows.fetchall():
        acts = connection.execute(
            "select act, outcome, occurred_at from intake_act where case_id = %s order by sequence", [case]
        ).fetchall()
        start, marks = _marks(acts)
        for limit, found in zip(limits[str(version)], (statutory, promised), strict=True):
            expected, _ = reckon(Vector(str(case), limit, "work_day", start, tuple(marks)))
            assert found.astimezone(CHINA) == expected, (case, limit, acts)
        compared, with_pause = compared + 1, with_pause + bool(marks)
    return compared, with_pause


def _marks(acts: list[tuple[Any, ...]]) -> tuple[Any, list[tuple[Any, ...]]]:
    """When the limits began, and the pauses since: corrections asked for in examination, and special procedures."""
    start, marks, begun = None, [], None
    for act, outcome, at in acts:
        at = at.astimezone(CHINA)
        if start is None and act in ("accept", "accept_correction") and outcome in ("accepted", "deemed"):
            start = at
        elif start is not None and act in ("request_special", "request_correction"):
            begun = at
        elif begun is not None and act in ("conclude_special", "accept_correction"):
            marks.append(("pause", begun, at))
            begun = None
    return start, marks


def _number(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()  # type: ignore[arg-type]  # queries of this file
    assert row is not None
    return int(row[0])
