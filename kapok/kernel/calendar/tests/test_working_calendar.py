"""The pure calendar: published counts, an independent judge, and properties."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.calendar.data import DayKind, SpecialDay, WorkingCalendar, shipped
from kapok.kernel.calendar.errors import OutOfRange

PUBLISHED = {
    2019: (250, "02-02 02-03 04-28 05-05 09-29 10-12"),
    2020: (249, "01-19 04-26 05-09 06-28 09-27 10-10"),
    2021: (250, "02-07 02-20 04-25 05-08 09-18 09-26 10-09"),
    2022: (249, "01-29 01-30 04-02 04-24 05-07 10-08 10-09"),
    2023: (249, "01-28 01-29 04-23 05-06 06-25 10-07 10-08"),
    2024: (251, "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
    2025: (248, "01-26 02-08 04-27 09-28 10-11"),
    2026: (248, "01-04 02-14 02-28 05-09 09-20 10-10"),
}
"""The published arrangements: working days of the year, and weekend days that are worked."""

BLOCKS = {
    2025: {"元旦": (101, 101), "春节": (128, 204), "清明节": (404, 406), "劳动节": (501, 505), "端午节": (531, 602)},
    2026: {
        "元旦": (101, 103), "春节": (215, 223), "清明节": (404, 406), "劳动节": (501, 505), "端午节": (619, 621),
        "中秋节": (925, 927), "国庆节": (1001, 1007),
    },
}  # fmt: skip

days = st.dates(date(2004, 1, 2), date(2060, 12, 31))
counts = st.integers(1, 400)


@pytest.mark.feature("08.17", part="the working calendar")
@pytest.mark.parametrize("year", PUBLISHED)
def test_working_days_and_worked_weekends_are_those_published(year):
    count, worked = PUBLISHED[year]
    calendar = shipped()
    assert calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count
    made_up = [day.on.strftime("%m-%d") for day in calendar.specials if day.on.year == year and day.kind is DayKind.MAKEUP]
    assert made_up == worked.split()


@pytest.mark.parametrize(("year", "name"), [(year, name) for year, blocks in BLOCKS.items() for name in blocks])
def test_holiday_blocks_are_those_published(year, name):
    first, last = (date(year, *divmod(day, 100)) for day in BLOCKS[year][name])
    off = [day.on for day in shipped().days(first - timedelta(days=1), last)]
    assert all(shipped().kind_of(day) == (False, name) for day in off)
    assert shipped().kind_of(first - timedelta(days=1))[1] != name
    assert shipped().kind_of(last + timedelta(days=1))[1] != name


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)))
def test_every_published_day_is_judged_as_chinese_calendar_judges_it(day):
    assert shipped().is_working(day) == chinese_calendar.is_workday(day)


@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_a_due_date_is_the_one_found_by_walking_day_by_day(start, count):
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    assert shipped().add_working_days(start, count) == day


@given(days, counts)
def test_counting_back_from_a_due_date_gives_the_days_that_were_added(day, count):
    due = shipped().add_working_days(day, count)
    assert shipped().is_working(due)
    assert shipped().working_days_between(day, due) == count
    assert shipped().working_days_between(due, day) == -count
    assert due > day


@given(days, counts, counts)
def test_days_added_in_two_steps_are_days_added_at_once(day, first, second):
    calendar = shipped()
    assert calendar.add_working_days(calendar.add_working_days(day, first), second) == calendar.add_working_days(day, first + second)


@given(days, counts)
def test_going_back_ends_on_a_working_day_with_the_same_count(day, count):
    try:
        before = shipped().add_working_days(day, -count)
    except OutOfRange:
        assert day < date(2006, 1, 1)
        return
    assert shipped().is_working(before)
    assert shipped().working_days_between(before - timedelta(days=1), day - timedelta(days=1)) == count


@given(days, days)
def test_a_longer_wait_never_ends_earlier(one, other):
    first, last = sorted((one, other))
    assert shipped().add_working_days(first, 20) <= shipped().add_working_days(last, 20)


def test_zero_days_after_a_day_is_the_day_itself_even_a_holiday():
    assert shipped().add_working_days(date(2026, 2, 17), 0) == date(2026, 2, 17)


def test_reasons_name_the_holiday_the_weekend_and_the_worked_weekend_day():
    calendar = shipped()
    assert calendar.kind_of(date(2026, 2, 17)) == (False, "春节")
    assert calendar.kind_of(date(2026, 2, 14)) == (True, "调休")
    assert calendar.kind_of(date(2026, 11, 28)) == (False, "周末")
    assert calendar.kind_of(date(2026, 11, 25)) == (True, "")
    assert calendar.day(date(2026, 2, 14)).reason == "调休上班（春节）"
    assert calendar.day(date(2026, 2, 20)).reason == "调休放假（春节）"
    assert calendar.day(date(2027, 2, 6)).reason == "周末（暂定）"


def test_a_year_not_published_knows_weekends_only_and_says_so():
    calendar = shipped()
    assert calendar.provisional_from == date(2027, 1, 1)
    assert not calendar.is_provisional(date(2026, 12, 31))
    due = calendar.add_working_days(date(2026, 12, 25), 10)
    assert due == date(2027, 1, 8)
    assert calendar.is_provisional(due)
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 1))


def test_a_natural_limit_that_ends_on_a_holiday_gives_way_to_the_next_working_day():
    calendar = shipped()
    assert calendar.add_natural_days(date(2026, 9, 21), 10) == date(2026, 10, 1)
    assert calendar.add_natural_days(date(2026, 9, 21), 10, roll=True) == date(2026, 10, 8)
    assert calendar.next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)


def test_days_outside_the_calendar_are_refused_not_guessed():
    for day in (date(2003, 12, 31), date(2104, 1, 1)):
        with pytest.raises(OutOfRange):
            shipped().is_working(day)
    with pytest.raises(OutOfRange):
        shipped().add_working_days(date(2103, 12, 30), 10)


def test_a_later_statement_about_a_day_replaces_the_earlier_and_leaves_the_old_calendar_alone():
    typhoon = SpecialDay(date(2026, 9, 23), DayKind.HOLIDAY, "台风停工")
    amended = shipped().amended([typhoon], version=2)
    assert shipped().is_working(typhoon.on)
    assert not amended.is_working(typhoon.on)
    assert amended.amended([SpecialDay(typhoon.on, DayKind.WORKDAY)], version=3).is_working(typhoon.on)
    assert amended == WorkingCalendar(2, 2026, amended.specials)


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12), st.booleans())
def test_amended_days_change_the_count_by_exactly_those_that_differ(on, worked):
    kind = DayKind.WORKDAY if worked else DayKind.HOLIDAY
    before, after = shipped(), shipped().amended([SpecialDay(day, kind) for day in on], version=2)
    differ = sum(before.is_working(day) != worked for day in on)
    span = date(2025, 12, 31), date(2026, 12, 31)
    assert after.working_days_between(*span) - before.working_days_between(*span) == (differ if worked else -differ)
