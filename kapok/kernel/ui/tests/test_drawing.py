"""Where things stand in a drawing."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.common import clock
from kapok.kernel.ui.data import Bar, Pause, Point
from kapok.kernel.ui.drawing import draw_bars, draw_timeline, due_of

START = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_pause_that_lasts_ends_at_the_present():
    points = [Point(START, "申办"), Point(START + DAY, "补正告知", "now"), Point(START + 9 * DAY, "办结", "due")]
    drawn = draw_timeline(points, [Pause(START + DAY, None)], now=START + 4 * DAY)
    assert [part.kind for part in drawn.stretches] == ["run", "pause", "ahead"]
    assert drawn.paused
    assert round(drawn.stretches[1].x + drawn.stretches[1].width, 1) == round(drawn.now_x, 1)


def test_a_pause_that_is_over_is_followed_by_running_time():
    points = [Point(START, "受理"), Point(START + 10 * DAY, "办结")]
    drawn = draw_timeline(points, [Pause(START + 2 * DAY, START + 5 * DAY)])
    assert [part.kind for part in drawn.stretches] == ["run", "pause", "run"]
    assert not drawn.paused


def test_rows_for_phones_hold_pauses_in_their_place():
    points = [Point(START, "受理"), Point(START + 10 * DAY, "办结")]
    rows = draw_timeline(points, [Pause(START + 2 * DAY, START + 5 * DAY)]).rows
    assert [type(row).__name__ for row in rows] == ["Point", "Pause", "Point"]


def test_nothing_happened_draws_nothing():
    assert draw_timeline([]).marks == []


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=30))
def test_marks_stay_on_the_line_and_labels_never_touch(seconds):
    points = [Point(START + timedelta(seconds=s), str(s)) for s in seconds]
    drawn = draw_timeline(points, now=START + timedelta(seconds=max(seconds)))
    assert all(0 <= mark.x <= 100 for mark in drawn.marks)
    for up in (True, False):
        places = [mark.x for mark in drawn.marks if mark.labelled and mark.up is up]
        assert all(b - a >= 14.9 for a, b in itertools.pairwise(places))


def test_bars_are_shares_of_the_longest():
    assert [drawn.width for drawn in draw_bars([Bar("a", 10), Bar("b", 5), Bar("c", 0)])] == [100.0, 50.0, 0.0]
    assert draw_bars([Bar("a", 0)])[0].width == 0


def test_a_due_dates_colour_comes_from_the_clock(monkeypatch):
    monkeypatch.setattr("kapok.kernel.ui.formats._count_working_days", None)
    with clock.frozen(START):
        assert [due_of((START + n * DAY).date()).state for n in (9, 3, 0, -1)] == ["ok", "soon", "soon", "overdue"]
        assert due_of(START + DAY, paused=True).state == "paused"
        assert due_of(None).state == "done"
