"""The quarter of history: what it is made of, and that the real actions would have written the same."""

from collections import Counter

import pytest
from django.db import connection

from demo import history, ledger, replay
from demo.cast import cast_of, register, staff_of
from demo.people import companies, persons
from demo.seed import items_in_force
from kapok.kernel.access.public import system_actor
from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock, partitions
from kapok.kernel.common.jsontext import loads
from kapok.kernel.documents.public import Document, data_of
from kapok.services.intake.public import table

OWN_OF_A_CASE = {"id", "serial", "number"}
OWN_OF_AN_EVENT = {"case", "serial", "number", "seeded"}


@pytest.fixture
def stage(catalogue):
    """A small world, its plan of 90 cases and who plays in it."""
    partitions.ensure()
    by = system_actor("演示")
    people = list(persons(60))
    firms = list(companies(people, 25))
    items = items_in_force()
    parties, firm_parties = register(people, firms, by=by)
    cast = cast_of(parties, firm_parties, firms, people, staff_of(items, by=by))
    world = history.World(items, people, firms, current(), clock.now())
    return world, cast


def test_a_sample_played_through_the_real_actions_gives_the_rows_that_were_loaded(stage):
    world, cast = stage
    plans = [plan for plan in history.plan(world, 900) if plan.place % 10 == 3]
    assert ledger.load(plans, cast, world.calendar) == 90
    loaded = [row["id"] for row in rows("select id from intake_case order by applied_at, id")]
    played = [replay.play(plan, cast) for plan in plans]
    assert len(loaded) == len(played)
    for plan, one, other in zip(plans, loaded, played, strict=True):
        name = f"{plan.place} {plan.item.name} {[deed.act for deed in plan.deeds]}"
        assert case_row(one) == case_row(other), name
        assert acts(one) == acts(other), name
        assert handed(one) == handed(other), name
        assert entries(one) == entries(other), name
        assert timers(one) == timers(other), name
        assert papers(one) == papers(other), name


def test_the_quarter_holds_every_course_a_case_can_take_in_order_and_the_same_every_time(stage):
    world, _ = stage
    plans = list(history.plan(world, 2500))
    seen = Counter((deed.act, deed.outcome) for plan in plans for deed in plan.deeds)
    rare = {("decide", "uncorrected"), ("decide", "other"), ("examine", "other")}
    rare |= {("request_correction", "again"), ("accept_correction", "refused")}
    wanted = {(row.act, row.outcome) for row in table().rows if row.act != "apply"} - rare
    assert not wanted - set(seen)
    assert seen["hand_in", ""] > 50
    assert {plan.channel for plan in plans} == {"1", "2", "3"}
    assert {plan.item.level for plan in plans} == {"2", "3", "4", "5", "6"}
    for plan in plans:
        moments = [plan.applied_at, *(deed.at for deed in plan.deeds)]
        assert moments == sorted(moments) and moments[-1] < world.until
    assert list(history.plan(world, 40)) == list(history.plan(world, 40))


def rows(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def case_row(case):
    row = rows("select * from intake_case where id = %s::uuid", case)[0]
    number = row["number"] and row["number"][:39]
    return {name: value for name, value in row.items() if name not in OWN_OF_A_CASE} | {"number": number, "serial": row["serial"][:14]}


def acts(case):
    found = rows("select * from intake_act where case_id = %s::uuid order by sequence", case)
    return [{name: value for name, value in row.items() if name != "case_id"} for row in found]


def handed(case):
    found = rows("select key, name, method, originals, copies, files, at from intake_handed where case_id = %s::uuid", case)
    return sorted(found, key=lambda row: (row["at"], row["key"]))


def entries(case):
    asked = "select action, event, account, actor, occurred_at, data from journal_entry where about = %s::uuid order by occurred_at, id"
    found = rows(asked, case)
    for row in found:
        data = row["data"] if isinstance(row["data"], dict) else loads(row["data"])
        row["data"] = {key: value for key, value in data.items() if key not in OWN_OF_AN_EVENT}
    return found


def papers(case):
    """Each paper as it stands: kind, number after the case's own, what it says; the number of a case in its own words is its own."""
    serial, number = rows("select serial, number from intake_case where id = %s::uuid", case)[0].values()
    found = []
    for paper in Document.objects.filter(about=case).order_by("issued_at", "template"):
        said = {key: value for key, value in data_of(paper).items() if key not in ("serial", "case_number")}
        tail = "" if paper.number == number else paper.number.removeprefix(serial)
        found.append((paper.template, paper.subject, tail, paper.state, paper.issued_at, paper.issued_by, said))
    return found


def timers(case):
    return rows("select kind, due_at from jobs_timer where about = %s::uuid", case)
