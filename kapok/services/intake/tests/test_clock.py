"""The statutory clock: golden vectors, and what must hold for every clock."""

import json
import tomllib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok.kernel.calendar.data import DayKind, SpecialDay, shipped
from kapok.kernel.common import clock as clocks
from kapok.services.intake.data import Settings, Span
from kapok.services.intake.errors import ClockBackwards, ClockFault, ClockOverlap, ClockUnreadable
from kapok.services.intake.rules import ClockState, advance, begin, days_left, due, explain, verify
from kapok.services.intake.tests import oracle

CALENDAR = shipped()
FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["vector"] for path in sorted(oracle.GOLDEN.glob("*.toml"))}
VECTORS = [pytest.param(vector, id=f"{name}: {vector['name']}") for name, found in FILES.items() for vector in found]


def at(day: date, hour: int = 10) -> datetime:
    return clocks.at(day, hour)


def accepted(limit: Span, start: datetime, **options: bool) -> ClockState:
    state = begin(Settings(**options), limit, limit)
    return advance(advance(state, "start_acceptance", start), "start_limits", start)


def with_marks(state: ClockState, marks: list) -> ClockState:
    for kind, begun, what in marks:
        if kind == "extend":
            state = advance(state, "extend", begun, days=what)
        else:
            state = advance(state, "pause", begun, why="request_special")
            state = advance(state, "resume", what)
    return state


def clock_of(vector: dict) -> ClockState:
    marks = [
        (kind, datetime.fromisoformat(begun), what if kind == "extend" else datetime.fromisoformat(what))
        for kind, begun, what in vector.get("marks", [])
    ]
    state = accepted(
        Span(vector["limit"], vector["unit"]),
        datetime.fromisoformat(vector["start"]),
        day_zero=vector.get("day_zero", True),
        roll_natural=vector.get("roll", False),
    )
    return with_marks(state, marks)


@pytest.mark.feature("08.17", part="golden vectors, explanation")
@pytest.mark.feature("08.08", part="rules of special procedures")
@pytest.mark.parametrize("vector", VECTORS)
def test_a_golden_vector_falls_due_when_it_says(vector):
    state = clock_of(vector)
    found = due(state, CALENDAR).statutory
    assert found.due_at == datetime.fromisoformat(vector["due"])
    assert found.provisional == vector.get("provisional", False)
    told = explain(state, CALENDAR)
    assert told.dues.statutory == found
    assert verify(json.loads(json.dumps(told.as_json())), ClockState.load(json.loads(json.dumps(state.dump()))), CALENDAR)


@pytest.mark.feature("08.17", part="golden vectors, explanation")
def test_there_are_two_hundred_golden_vectors_and_the_oracle_still_writes_them():
    assert len(VECTORS) >= 200
    for name, made in oracle.vectors().items():
        assert [vector.name for vector in made] == [vector["name"] for vector in FILES[name]]
        for vector, stored in zip(made, FILES[name], strict=True):
            end, provisional = oracle.reckon(vector)
            assert (end.isoformat(), provisional) == (stored["due"], stored["provisional"])


DAYS = st.dates(date(2018, 1, 1), date(2028, 6, 30))


@st.composite
def clocks_drawn(draw: st.DrawFn) -> tuple[Span, datetime, list, dict[str, bool]]:
    unit = draw(st.sampled_from(["work_day", "work_day", "natural_day", "hour"]))
    limit = Span(draw(st.integers(0, 60 if unit != "hour" else 400)), unit)
    start = clocks.at(draw(DAYS), draw(st.integers(0, 23)), draw(st.integers(0, 59)))
    now, marks, extended = start, [], False
    near = draw(st.booleans())  # pauses close together meet the day an earlier one moved
    for _ in range(draw(st.integers(0, 4))):
        now += timedelta(hours=draw(st.integers(0, 24 if near else 240)))
        if not extended and draw(st.booleans()):
            marks.append(("extend", now, draw(st.integers(1, 20))))
            extended = True
        else:
            until = now + timedelta(hours=draw(st.integers(0, 60 if near else 500)))
            marks.append(("pause", now, until))
            now = until
    return limit, start, marks, {"day_zero": draw(st.booleans()), "roll_natural": draw(st.booleans())}


@pytest.mark.feature("08.17", part="golden vectors, explanation")
@settings(max_examples=400, deadline=None)
@given(clocks_drawn())
def test_fast_path_explanation_and_naive_oracle_agree(drawn):
    limit, start, marks, options = drawn
    state = with_marks(accepted(limit, start, **options), marks)
    found = due(state, CALENDAR)
    assert explain(state, CALENDAR).dues == found
    local = [(kind, clocks.local(a), clocks.local(b) if kind == "pause" else b) for kind, a, b in marks]
    vector = oracle.Vector(
        "drawn", limit.value, limit.unit, clocks.local(start), tuple(local), options["day_zero"], options["roll_natural"]
    )
    end, provisional = oracle.reckon(vector)
    assert (found.statutory.due_at, found.statutory.provisional) == (end, provisional)


@settings(max_examples=200, deadline=None)
@given(clocks_drawn(), st.integers(0, 300))
def test_a_pause_never_makes_anything_due_earlier(drawn, hours):
    limit, start, marks, options = drawn
    state = with_marks(accepted(limit, start, **options), marks)
    last = marks[-1][2] if marks and marks[-1][0] == "pause" else marks[-1][1] if marks else start
    begun = last + timedelta(hours=1)
    paused = advance(state, "pause", begun, why="request_special")
    before, during = due(state, CALENDAR).statutory, due(paused, CALENDAR).statutory
    after = due(advance(paused, "resume", begun + timedelta(hours=hours)), CALENDAR).statutory
    assert during.paused
    assert during.due_at == before.due_at
    assert after.due_at >= before.due_at
    if begun <= before.due_at:
        assert after.due_at >= begun + timedelta(hours=hours)


@settings(max_examples=200, deadline=None)
@given(clocks_drawn(), st.integers(1, 20))
def test_an_extension_moves_a_date_later_and_state_survives_storage(drawn, days):
    limit, start, marks, options = drawn
    state = with_marks(accepted(limit, start, **options), [mark for mark in marks if mark[0] == "pause"])
    extended = advance(state, "extend", start + timedelta(days=300), days=days)
    later, before = due(extended, CALENDAR).statutory.due_at, due(state, CALENDAR).statutory.due_at
    assert later > before or (later == before and options["roll_natural"])
    assert ClockState.load(json.loads(json.dumps(extended.dump()))) == extended


@pytest.mark.feature("08.07", part="limit of acceptance")
def test_the_acceptance_limit_runs_five_working_days_from_applying_and_stops_with_the_notice():
    state = advance(begin(Settings(), Span(20), Span(10)), "start_acceptance", at(date(2026, 9, 28)))
    assert due(state, CALENDAR).acceptance.due_at == clocks.end_of(date(2026, 10, 10))
    assert due(state, CALENDAR).statutory is None
    told = advance(state, "stop_acceptance", at(date(2026, 9, 29)))
    assert due(told, CALENDAR).acceptance is None
    assert due(advance(told, "start_limits", at(date(2026, 9, 30))), CALENDAR).promised.due_at == clocks.end_of(date(2026, 10, 20))


@pytest.mark.feature("08.07", part="limit of acceptance")
def test_counting_and_length_of_the_acceptance_limit_are_configuration():
    quick = begin(Settings(acceptance=Span(3, "natural_day"), day_zero=False), Span(1), Span(1))
    state = advance(quick, "start_acceptance", at(date(2026, 9, 28)))
    assert due(state, CALENDAR).acceptance.due_at == clocks.end_of(date(2026, 9, 30))


def test_the_time_to_answer_a_correction_runs_only_while_one_is_open():
    limits = Settings(correction=Span(10))
    state = advance(begin(limits, Span(20), Span(10)), "start_acceptance", at(date(2026, 3, 2)))
    told = advance(state, "stop_acceptance", at(date(2026, 3, 3)))
    assert due(told, CALENDAR).correction.due_at == clocks.end_of(date(2026, 3, 17))
    assert explain(told, CALENDAR).dues == due(told, CALENDAR)
    taken = advance(told, "start_limits", at(date(2026, 3, 5)))
    assert due(taken, CALENDAR).correction is None
    again = advance(taken, "pause", at(date(2026, 3, 6)), why="request_correction")
    assert due(again, CALENDAR).correction.due_at == clocks.end_of(date(2026, 3, 20))
    assert due(advance(taken, "pause", at(date(2026, 3, 6)), why="request_special"), CALENDAR).correction is None


@pytest.mark.feature("08.17", part="golden vectors, explanation")
def test_an_explanation_names_holidays_worked_weekends_pauses_extension_and_calendar():
    state = accepted(Span(10), at(date(2026, 2, 11)))
    state = with_marks(state, [("pause", at(date(2026, 2, 25)), at(date(2026, 2, 27))), ("extend", at(date(2026, 2, 28)), 2)])
    told = explain(state, CALENDAR)
    kinds = [step.kind for step in told.steps["statutory"]]
    assert kinds[:2] == ["start", "calendar"]
    assert {"makeup", "holiday", "pause", "extend", "weekend", "due"} <= set(kinds)
    makeup = next(step for step in told.steps["statutory"] if step.kind == "makeup")
    assert makeup.since == "2026-02-14"
    festival = [step for step in told.steps["statutory"] if step.kind == "holiday"]
    assert (festival[0].since, festival[-1].until) == ("2026-02-15", "2026-02-23")
    assert sum(step.count for step in festival) == 9
    pause = next(step for step in told.steps["statutory"] if step.kind == "pause")
    assert (pause.count, pause.why) == (2, "request_special")
    assert told.calendar_version == CALENDAR.version


@pytest.mark.feature("08.17", part="golden vectors, explanation")
def test_an_explanation_given_under_an_older_calendar_does_not_verify_under_an_amended_one():
    state = accepted(Span(5), at(date(2026, 12, 30)))
    told = explain(state, CALENDAR)
    assert told.steps["statutory"][-2].kind == "provisional"
    new = CALENDAR.amended([SpecialDay(date(2027, 1, 1), DayKind.HOLIDAY, "元旦")], version=CALENDAR.version + 1, published_through=2027)
    assert due(state, new).statutory.due_at == clocks.end_of(date(2027, 1, 7))
    assert not due(state, new).statutory.provisional
    assert verify(told.as_json(), state, CALENDAR)
    assert not verify(told.as_json(), state, new)


@pytest.mark.feature("08.08", part="rules of special procedures")
def test_overlapping_pauses_are_refused():
    state = advance(accepted(Span(10), at(date(2026, 3, 2))), "pause", at(date(2026, 3, 3)), why="payment")
    assert state.is_paused
    with pytest.raises(ClockOverlap):
        advance(state, "pause", at(date(2026, 3, 4)), why="request_special")


@pytest.mark.parametrize("effect", ["stop_acceptance", "start_limits", "start_acceptance", "resume"])
def test_what_does_not_follow_is_refused(effect):
    with pytest.raises(ClockFault):
        advance(accepted(Span(10), at(date(2026, 3, 2))), effect, at(date(2026, 3, 3)))


def test_nothing_follows_the_end_and_nothing_happens_before_the_last_thing():
    state = advance(accepted(Span(10), at(date(2026, 3, 2))), "pause", at(date(2026, 3, 3)))
    ended = advance(state, "stop_all", at(date(2026, 3, 6)))
    assert not due(ended, CALENDAR).statutory.paused
    assert explain(ended, CALENDAR).dues == due(ended, CALENDAR)
    with pytest.raises(ClockFault):
        advance(ended, "resume", at(date(2026, 3, 7)))
    with pytest.raises(ClockBackwards):
        advance(state, "resume", at(date(2026, 3, 2)))
    assert advance(ended, "", at(date(2026, 3, 1))) is ended


def test_a_state_of_an_unknown_version_is_not_guessed_at():
    with pytest.raises(ClockUnreadable):
        ClockState.load({"v": 99})


def test_the_stored_state_is_small():
    state = with_marks(
        accepted(Span(20), at(date(2026, 3, 2))),
        [("pause", at(date(2026, 3, 3)), at(date(2026, 3, 5))), ("extend", at(date(2026, 3, 6)), 5)],
    )
    assert len(json.dumps(state.dump(), separators=(",", ":"))) < 250


@pytest.mark.parametrize(
    ("now", "unit", "left"),
    [
        ((2026, 3, 2), "work_day", 5),
        ((2026, 3, 7), "work_day", 1),
        ((2026, 3, 9), "work_day", 0),
        ((2026, 3, 10), "work_day", -1),
        ((2026, 3, 14), "work_day", -4),
        ((2026, 3, 2), "natural_day", 7),
        ((2026, 3, 9), "hour", 13),
    ],
)
def test_days_left_count_down_to_zero_on_the_last_day_and_go_on_below(now, unit, left):
    end = clocks.end_of(date(2026, 3, 9))
    assert days_left(end, at(date(*now)), CALENDAR, unit) == left
