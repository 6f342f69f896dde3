"""A dated amendment: previewed, published, followed by open dates, each with its cause."""

import os
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kapok.kernel.calendar.data import DayKind, Move, SpecialDay, shipped
from kapok.kernel.calendar.models import CalendarDay, CalendarVersion, MovedDate
from kapok.kernel.calendar.public import (
    amend,
    apply_due,
    as_of,
    current,
    digest_of,
    in_force_on,
    preview,
    publish_year,
    recompute_sources,
    seed,
    versions,
    why_moved,
    working_days_between,
)
from kapok.kernel.calendar.tests.factories import ADMIN, Deadlines
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import Forbidden, Refused
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import history
from kapok.kernel.regions.remembering import begin_request, end_request

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
OPEN = 20_000 if os.environ.get("KAPOK_FULL") == "1" else 2_000
TYPHOON = SpecialDay(date(2026, 12, 3), DayKind.HOLIDAY, "台风停工")
PAID_BACK = SpecialDay(date(2026, 12, 12), DayKind.MAKEUP, "台风停工")


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.frozen(clock.at(TODAY, 10)):
        yield


@pytest.fixture
def open_dates(monkeypatch):
    """Open limits of one to forty days, from the last sixty days: 20,000 in the full run, a tenth otherwise."""
    starts = [(TODAY - timedelta(days=n % 60), 1 + n % 40) for n in range(OPEN)]
    source = Deadlines(shipped(), starts)
    monkeypatch.setattr(recompute_sources, "_entries", {"deadlines": source})
    return source


def test_a_node_before_set_up_has_the_shipped_calendar_and_writes_it_down_once():
    assert current() == shipped()
    assert seed(by=ADMIN)
    assert not seed(by=ADMIN)
    assert current() == as_of(1) == shipped()
    assert CalendarDay.objects.count() == len(shipped().specials)


@pytest.mark.feature("00.10", part="working calendar")
def test_open_dates_follow_an_amendment_as_an_independent_walk_says(open_dates):
    seen = preview([TYPHOON, PAID_BACK])
    before = dict(open_dates.due)
    version = amend([TYPHOON, PAID_BACK], "台风停工通知", TODAY, by=ADMIN, base=1)
    moved = {row.about: row.becomes for row in MovedDate.objects.filter(version=version)}
    expected = {about: due for about, start in open_dates.starts.items() if (due := _walked(*start)) != before[about]}
    assert moved == expected
    assert len(moved) > OPEN // 7
    assert seen.moved == len(moved)
    assert open_dates.due == before | expected


def test_a_move_that_keeps_its_day_is_left_out_and_stops_nothing(open_dates, monkeypatch):
    def with_one_that_stays(calendar):
        moves = Deadlines.preview(open_dates, calendar)
        about = next(about for about in open_dates.due if about not in {move.about for move in moves})
        return [*moves, Move(about, "时限按小时", "hour", open_dates.due[about], open_dates.due[about])]

    monkeypatch.setattr(open_dates, "preview", with_one_that_stays)
    seen = preview([TYPHOON])
    version = amend([TYPHOON], "台风停工通知", TODAY, by=ADMIN, base=1)
    kept = next(entry for entry in history(version.id) if entry.event == "calendar.dates_moved").data
    assert seen.moved == kept["moved"] == MovedDate.objects.count() > 0
    assert kept["digest"] == digest_of(MovedDate.objects.all())
    assert not MovedDate.objects.filter(what="hour").exists()


def _walked(day: date, count: int) -> date:
    """Day by day, from the shipped calendar and the two days of the amendment only."""
    while count:
        day += timedelta(days=1)
        worked = day == PAID_BACK.on or (day != TYPHOON.on and shipped().is_working(day))
        count -= worked
    return day


@pytest.mark.feature("00.10", part="working calendar")
def test_every_moved_date_names_its_cause_and_the_journal_binds_them(open_dates):
    version = amend([TYPHOON], "台风停工通知", TODAY, by=ADMIN)
    row = MovedDate.objects.first()
    told = why_moved(row.about)
    assert [(move.version.reason, move.was, move.becomes) for move in told] == [("台风停工通知", row.was, row.becomes)]
    entries = {entry.event: entry for entry in history(version.id)}
    kept = entries["calendar.dates_moved"].data
    assert kept["moved"] == MovedDate.objects.count()
    assert kept["digest"] == digest_of(MovedDate.objects.all())
    assert entries["calendar.amended"].data["reason"] == "台风停工通知"


@pytest.mark.feature("00.10", part="working calendar")
def test_an_amendment_ahead_waits_for_its_day_and_leaves_reads_before_it_unchanged(open_dates):
    effective = TODAY + timedelta(days=3)
    amend([TYPHOON], "台风停工通知", effective, by=ADMIN)
    assert current().version == 1
    assert current().is_working(TYPHOON.on)
    assert MovedDate.objects.count() == 0
    with clock.frozen(clock.at(effective, 0, 1)):
        assert fire_due() == 1
        assert not current().is_working(TYPHOON.on)
        assert MovedDate.objects.count() > 0
        assert in_force_on(effective - timedelta(days=1)) == shipped()
        moved = MovedDate.objects.count()
        assert apply_due(by=ADMIN) == 0
        assert MovedDate.objects.count() == moved


def test_publishing_the_next_year_ends_its_being_provisional():
    days = [SpecialDay(date(2027, month, day), DayKind.HOLIDAY, name) for name, month, day in _YEAR_2027]
    version = publish_year(2027, [*days, SpecialDay(date(2027, 2, 14), DayKind.MAKEUP, "春节")], "年度节假日安排", TODAY, by=ADMIN)
    assert version.published_through == 2027
    assert current().provisional_from == date(2028, 1, 1)
    assert not current().is_working(date(2027, 2, 8))
    assert current().kind_of(date(2027, 2, 14)) == (True, "调休")


_YEAR_2027 = (
    ("元旦", 1, 1), ("春节", 2, 8), ("清明节", 4, 5), ("劳动节", 5, 3), ("端午节", 6, 9), ("中秋节", 9, 15), ("国庆节", 10, 1)
)  # fmt: skip


@pytest.mark.parametrize(
    ("year", "leave_out", "code"),
    [(2028, "", "calendar.year_not_next"), (2027, "国庆节", "calendar.year_incomplete"), (2026, "", "calendar.year_not_next")],
)
def test_a_year_is_published_whole_and_in_order(year, leave_out, code):
    days = [SpecialDay(date(2027, m, d), DayKind.HOLIDAY, name) for name, m, d in _YEAR_2027 if name != leave_out]
    with pytest.raises(Refused) as refused:
        publish_year(year, days, "年度节假日安排", TODAY, by=ADMIN)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("days", "reason", "effective", "code"),
    [
        ([TYPHOON], " ", TODAY, "calendar.reason_missing"),
        ([TYPHOON], "通知", TODAY - timedelta(days=1), "calendar.effective_in_the_past"),
        ([TYPHOON, TYPHOON], "通知", TODAY, "calendar.day_twice"),
        ([SpecialDay(date(2026, 12, 6), DayKind.WEEKEND)], "通知", TODAY, "calendar.nothing_changes"),
        ([SpecialDay(date(2026, 12, 1), DayKind.MAKEUP)], "通知", TODAY, "calendar.makeup_on_weekday"),
        ([SpecialDay(date(2104, 1, 1), DayKind.HOLIDAY)], "通知", TODAY, "calendar.out_of_range"),
    ],
)
def test_a_bad_amendment_is_refused_by_name_and_leaves_nothing(days, reason, effective, code):
    with pytest.raises(Refused) as refused:
        amend(days, reason, effective, by=ADMIN)
    assert refused.value.code == code
    assert refused.value.message() != Refused.says
    assert CalendarVersion.objects.count() == 0


def test_an_amendment_before_the_last_one_takes_effect_is_refused():
    amend([TYPHOON], "通知", TODAY + timedelta(days=9), by=ADMIN)
    with pytest.raises(Refused, match=r"calendar\.effective_before_last"):
        amend([PAID_BACK], "通知", TODAY, by=ADMIN)


def test_a_preview_that_another_version_overtook_is_refused():
    seen = preview([TYPHOON])
    amend([PAID_BACK], "通知", TODAY, by=ADMIN)
    with pytest.raises(Refused, match=r"calendar\.moved_on"):
        amend([TYPHOON], "通知", TODAY, by=ADMIN, base=seen.calendar.version - 1)


def test_a_source_that_fails_leaves_neither_version_nor_moves(open_dates, monkeypatch):
    seed(by=ADMIN)
    monkeypatch.setattr(open_dates, "apply", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        amend([TYPHOON], "通知", TODAY, by=ADMIN)
    assert CalendarVersion.objects.count() == 1
    assert current() == shipped()


def test_a_published_version_is_never_changed():
    version = amend([TYPHOON], "通知", TODAY, by=ADMIN)
    for change in (
        lambda: CalendarVersion.objects.filter(id=version.id).update(reason="另一个依据"),
        lambda: CalendarDay.objects.filter(version=version).update(kind="workday"),
        lambda: CalendarDay.objects.filter(version=version).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_who_may_not_amend_is_forbidden():
    class Clerk:
        ref = ActorRef("staff", "窗口人员")

        def may(self, deed, thing=None):
            return False

    with pytest.raises(Forbidden):
        amend([TYPHOON], "通知", TODAY, by=Clerk())


def test_the_calendar_costs_one_query_a_request_once_compiled(django_assert_num_queries):
    amend([TYPHOON], "通知", TODAY, by=ADMIN)
    current()
    with django_assert_num_queries(1):
        current().add_working_days(TODAY, 20)
    begin_request()
    with django_assert_num_queries(1):
        for days in range(50):
            working_days_between(TODAY, TODAY + timedelta(days=days))
    amend([PAID_BACK], "通知", TODAY, by=ADMIN)
    assert current().version == 3
    end_request()
    assert [row.number for row in versions()] == [3, 2, 1]
