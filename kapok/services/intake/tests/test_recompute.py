"""Open cases follow an amended calendar and merged towns; the dates are reckoned a second time by the oracle, on its own days."""

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from kapok.kernel.calendar.public import DayKind, SpecialDay, amend, apply_due, current, in_force_on, publish_year, seed, why_moved
from kapok.kernel.calendar.public import preview as preview_calendar
from kapok.kernel.calendar.rules import STATUTORY as HOLIDAYS
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.jobs.public import Timer, fire_due
from kapok.kernel.journal.public import follow_all, history, seal_new
from kapok.kernel.regions.public import NewRegion, amend_regions, merge, region_on
from kapok.kernel.regions.public import preview as preview_regions
from kapok.kernel.regions.public import why_moved as why_region
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.tasks.public import Task
from kapok.services.intake.cli import app
from kapok.services.intake.data import Settings, Span
from kapok.services.intake.models import Case
from kapok.services.intake.queries import dues_on, work_list
from kapok.services.intake.rules.clock import ClockState, advance, begin, due
from kapok.services.intake.rules.following import ACCEPTANCE, PROMISED, STATUTORY, dates_of
from kapok.services.intake.tests import oracle
from kapok.services.intake.tests.factories import Office, office
from kapok.services.items.tests.factories import SYSTEM, staff

pytestmark = pytest.mark.django_db

OPEN_CASES = 20_000 if os.environ.get("KAPOK_FULL") else 200
TODAY = date(2026, 9, 14)
AMENDED = (
    SpecialDay(date(2026, 9, 21), DayKind.BRIDGE, "中秋节"),
    SpecialDay(date(2026, 9, 27), DayKind.MAKEUP, "中秋节"),
    SpecialDay(date(2026, 10, 8), DayKind.BRIDGE, "国庆节"),
)
SHAMIAN, LINGNAN, MERGED = "440103001000", "440103002000", "440103009000"
LIMIT_OF = {ACCEPTANCE: "a", STATUTORY: "s", PROMISED: "p"}


@pytest.fixture(autouse=True)
def september(db: None, tmp_path: Any) -> Any:
    small_province(tmp_path)
    with clock.frozen(datetime(2026, 9, 14, 1, 0, tzinfo=UTC)):
        seed(by=SYSTEM)
        yield


@pytest.fixture
def here() -> Office:
    return office()


def cases(where: Office, count: int, mark: str = "R") -> list[Case]:
    """Open cases of every age and kind of clock, as acts would have left them; their dates by the calendar in force."""
    pattern, chance, calendar = Case.objects.get(id=where.case()), Random(17), current()
    Timer.objects.filter(kind="intake.acceptance").delete()
    made = []
    for number in range(count):
        state = _clock(chance)
        dates = dates_of(due(state, calendar), None)
        made.append(
            Case(**{
                **{field.attname: getattr(pattern, field.attname) for field in Case._meta.concrete_fields},
                "id": uuid7(), "serial": f"{mark}{number:08d}", "number": None, "clock": state.dump(), "due_at": dates.due_at,
                "due_statutory": dates.statutory, "due_promised": dates.promised, "provisional": dates.provisional,
                "paused": state.is_paused,
            })
        )  # fmt: skip
    Case.objects.filter(id=pattern.id).update(open=False)
    Case.objects.bulk_create(made)
    acceptance = [case for case in made if not case.due_statutory]
    Timer.objects.bulk_create(Timer(kind="intake.acceptance", about=case.id, due_at=case.due_at) for case in acceptance)
    return made


def _clock(chance: Random) -> ClockState:
    units = ("work_day", "work_day", "work_day", "natural_day", "hour")
    state = begin(Settings(), Span(chance.choice((10, 20, 45)), units[chance.randrange(5)]), Span(chance.choice((3, 5, 7, 15))))
    at = datetime(2026, 8, 20, 2, 0, tzinfo=UTC) + timedelta(days=chance.randrange(25), minutes=chance.randrange(400))
    state = advance(state, "start_acceptance", at)
    if chance.random() < 0.25:
        return state
    state = advance(state, "start_limits", at + timedelta(hours=3))
    if chance.random() < 0.3:
        state = advance(state, "pause", at + timedelta(days=1), why="request_special")
        if chance.random() < 0.7:
            state = advance(state, "resume", at + timedelta(days=chance.randrange(2, 5)))
    if not state.is_paused and chance.random() < 0.2:
        state = advance(state, "extend", at + timedelta(days=6), days=5)
    return state


@pytest.fixture
def oracle_amended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle's days with the amendment laid over them by hand."""
    plain, said = oracle.worked, {special.on: special.working for special in AMENDED}
    monkeypatch.setattr(oracle, "worked", lambda day: said.get(day, plain(day)))


def reckoned(case: Case, limit: str) -> datetime | None:
    """A due date by the oracle, from the stored events alone."""
    units = {"w": "work_day", "n": "natural_day", "h": "hour"}
    value, unit = case.clock["l"][limit]
    start, marks, paused = None, [], None
    for letter, at, *rest in case.clock["e"]:
        moment = datetime.fromtimestamp(at, oracle.CHINA)
        if letter == ("a" if limit == "a" else "s"):
            start = moment
        elif letter == "p":
            paused = moment
        elif letter == "r" and paused:
            marks, paused = [*marks, ("pause", paused, moment)], None
        elif letter == "x":
            marks.append(("extend", moment, rest[0]))
    if start is None:
        return None
    if paused:
        marks.append(("pause", paused, paused))
    return oracle.reckon(oracle.Vector("", value, units[unit], start, tuple(marks)))[0].astimezone(UTC)


def dates(case: Case) -> dict[str, datetime | None]:
    accepting = case.due_statutory is None
    return {"a": case.due_at if accepting else None, "s": case.due_statutory, "p": case.due_promised}


@pytest.mark.feature("08.17", part="a calendar amendment recomputes open cases")
@pytest.mark.feature("00.10", part="due dates of open cases follow the calendar")
def test_an_amended_calendar_moves_the_open_dates_to_those_of_an_independent_reckoning(here: Office, oracle_amended: None) -> None:
    before = {case.id: case for case in cases(here, OPEN_CASES)}
    foreseen = preview_calendar(AMENDED).moves["intake"]
    version = amend(AMENDED, "国务院办公厅通知", TODAY, by=SYSTEM)
    moved = 0
    for case in Case.objects.filter(open=True):
        was, now = dates(before[case.id]), dates(case)
        want = {limit: reckoned(case, limit) for limit in "asp" if was[limit]}
        assert {limit: day for limit, day in now.items() if day} == want, case.serial
        told = {row.what: (row.was, row.becomes) for row in why_moved(case.id)}
        differing = {w: k for w, k in LIMIT_OF.items() if was[k] != now[k] and clock.local(was[k]).date() != clock.local(now[k]).date()}
        assert told == {w: (clock.local(was[k]).date(), clock.local(now[k]).date()) for w, k in differing.items()}
        assert all(row.version_id == version.id for row in why_moved(case.id))
        moved += len(told)
        if now["a"]:
            assert Timer.objects.get(kind="intake.acceptance", about=case.id).due_at == now["a"]
    assert moved == len(foreseen) > OPEN_CASES // 4
    assert apply_due(by=SYSTEM) == 0


@pytest.mark.feature("00.10", part="as-of reads before the date are unchanged")
def test_what_was_due_as_of_a_day_before_the_amendment_is_unchanged(here: Office) -> None:
    made = cases(here, 60)
    yesterday = TODAY - timedelta(1)
    told = {case.id: dues_on(case, yesterday) for case in made}
    amend(AMENDED, "国务院办公厅通知", TODAY, by=SYSTEM)
    fresh = {case.id: case for case in Case.objects.filter(open=True)}
    assert {case: dues_on(fresh[case], yesterday) for case in fresh} == told
    assert any(dues_on(fresh[case], TODAY) != told[case] for case in fresh)
    assert in_force_on(yesterday).version == 1 and current().version == 2


@pytest.mark.feature("08.17", part="a calendar amendment recomputes open cases")
def test_the_command_recomputes_a_moved_case_identically_and_names_the_cause(here: Office) -> None:
    cases(here, 12)
    amend(AMENDED, "国务院办公厅通知", TODAY, by=SYSTEM)
    moved = [case for case in Case.objects.filter(open=True) if why_moved(case.id)]
    assert moved
    for case in Case.objects.filter(open=True):
        done = CliRunner().invoke(app, ["explain-clock", case.serial])
        assert done.exit_code == 0, done.output
        assert ("国务院办公厅通知" in done.output) == (case in moved)


def test_an_amendment_for_a_later_day_moves_nothing_before_it(here: Office) -> None:
    made = {case.id: case.due_at for case in cases(here, 20)}
    amend(AMENDED, "国务院办公厅通知", TODAY + timedelta(3), by=SYSTEM)
    assert dict(Case.objects.filter(open=True).values_list("id", "due_at")) == made
    with clock.frozen(datetime(2026, 9, 17, 1, 0, tzinfo=UTC)):
        assert apply_due(by=SYSTEM) > 0


def test_a_published_year_takes_the_provisional_mark_away_and_that_is_no_move(here: Office) -> None:
    state = begin(Settings(), Span(80), Span(3))
    state = advance(advance(state, "start_acceptance", clock.now()), "start_limits", clock.now())
    case = cases(here, 1)[0]
    stored = dates_of(due(state, current()), None)
    Case.objects.filter(id=case.id).update(
        clock=state.dump(), due_at=stored.due_at, due_statutory=stored.statutory, due_promised=stored.promised, provisional=True
    )
    days = [SpecialDay(date(2027, 10, 1) + timedelta(n), DayKind.HOLIDAY, name) for n, name in enumerate(HOLIDAYS)]
    assert stored.provisional
    publish_year(2027, days, "放假安排", TODAY, by=SYSTEM)
    assert not Case.objects.get(id=case.id).provisional and not why_moved(case.id)


@pytest.mark.feature("08.17", part="a calendar amendment recomputes open cases")
def test_a_case_dated_by_the_old_calendar_while_it_was_amended_is_found_again(here: Office) -> None:
    amend(AMENDED, "国务院办公厅通知", TODAY, by=SYSTEM)
    late, before = cases(here, 30), in_force_on(TODAY - timedelta(1))
    for case in late:
        old = dates_of(due(ClockState.load(case.clock), before), None)
        Case.objects.filter(id=case.id).update(due_at=old.due_at, due_statutory=old.statutory, due_promised=old.promised)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert fire_due() >= 1
    told = 0
    for case in Case.objects.filter(open=True):
        right = dates_of(due(ClockState.load(case.clock), current()), None)
        assert (case.due_at, case.due_statutory, case.due_promised) == right[:3]
        told += any(entry.event == "intake.case_dates_moved" for entry in history(case.id))
    assert told > 5


@pytest.mark.feature("00.10", part="cases follow merged regions")
def test_open_cases_of_two_merged_towns_lie_in_the_new_one_and_its_people_see_them() -> None:
    shamian, lingnan = office("沙面街道办事处", region=SHAMIAN), office("岭南街道办事处", region=LINGNAN)
    made = [*cases(shamian, OPEN_CASES // 2), *cases(lingnan, OPEN_CASES // 2, mark="L")]
    assert {case.region for case in made} == {SHAMIAN, LINGNAN}
    plan = merge((SHAMIAN, LINGNAN), NewRegion(MERGED, "沙岭街道", "440103000000"))
    foreseen = preview_regions(plan).moves["intake"]
    amend_regions(plan, "民政部门批复", TODAY, by=SYSTEM)
    assert len(foreseen) == len(made)
    assert set(Case.objects.filter(open=True).values_list("region", flat=True)) == {MERGED}
    for case in made[:: max(1, len(made) // 40)]:
        told = [(row.source, row.was, row.becomes) for row in why_region(case.id)]
        assert told == [("intake", case.region, MERGED)]
        assert region_on(case.region, TODAY - timedelta(1)) is not None
    assert not Case.objects.filter(open=False, region=MERGED).exists()
    for who in (staff("clerk", region=MERGED), staff("auditor", region="440103000000")):
        assert {row["org_id"] for row in work_list(who, limit=OPEN_CASES + 1).rows} == {shamian.org.id, lingnan.org.id}


def test_the_to_do_of_a_case_that_moves_has_the_new_date_too(here: Office) -> None:
    with clock.frozen(clock.at(date(2026, 9, 15), 9)):
        case = here.case()
    seal_new()
    follow_all()
    amend(AMENDED, "国务院办公厅通知", TODAY, by=SYSTEM)
    moved = Case.objects.get(id=case).due_at
    assert moved == clock.end_of(date(2026, 9, 22)), "16, 17, 18, the 20th (调休), and the 22nd: the 21st is off now"
    assert Task.objects.get(source=case, state=Task.OPEN).due_at == moved
