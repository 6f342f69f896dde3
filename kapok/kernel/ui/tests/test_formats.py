"""How dates, money and masked numbers are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from kapok.kernel.common import clock
from kapok.kernel.ui import formats

NOON = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)


def test_a_moment_is_written_by_the_provinces_clock():
    assert formats.moment(NOON) == "2026年11月23日 12:05"
    assert formats.long_date(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == "2026年11月24日"


def test_english_dates_are_english():
    with translation.override("en"):
        assert formats.long_date(date(2026, 11, 23)) == "23 Nov 2026"


@pytest.mark.parametrize(("value", "words"), [(1234, "¥1,234.00"), (0, "¥0.00"), (None, "—"), ("1234.5", "¥1,234.50")])
def test_amounts_have_two_places_and_groups(value, words):
    assert formats.amount(value) == words


def test_fen_are_kept_and_yuan_are_shown():
    assert formats.fen(123400) == "¥1,234.00"
    assert formats.fen(1) == "¥0.01"


@pytest.mark.parametrize(
    ("text", "masked"),
    [("440102199001011234", "4401**********1234"), ("13800001111", "138*****111"), ("abc", "a*c"), ("ab", "**"), ("", "—")],
)
def test_masked_numbers_keep_only_their_ends(text, masked):
    assert formats.mask(text) == masked


@pytest.mark.parametrize(("name", "masked"), [("陈晓岚", "陈*岚"), ("陈岚", "陈*"), ("欧阳晓岚", "欧**岚"), (None, "—")])
def test_names_are_masked_in_the_middle(name, masked):
    assert formats.mask_name(name) == masked


@pytest.mark.parametrize(("days", "words"), [(3, "还有 3 个工作日"), (0, "今天到期"), (-2, "已超 2 个工作日")])
def test_days_are_said_in_words(days, words):
    assert formats.days_words(days) == words


def test_without_a_calendar_days_are_natural_and_say_so(monkeypatch):
    monkeypatch.setattr(formats, "_count_working_days", None)
    with clock.frozen(NOON):
        assert formats.days_left(date(2026, 11, 26)) == "还有 3 天"


def test_with_a_calendar_days_are_working_days(monkeypatch):
    monkeypatch.setattr(formats, "_count_working_days", lambda a, b: 2)
    with clock.frozen(NOON):
        assert formats.days_left(date(2026, 11, 26)) == "还有 2 个工作日"
        assert formats.days_left(date(2026, 11, 20)) == "已超 2 个工作日"


@pytest.mark.parametrize(("back", "words"), [(10, "刚刚"), (600, "10 分钟前"), (7200, "2 小时前"), (200_000, "2 天前")])
def test_freshness_is_said_in_words(back, words):
    with clock.frozen(NOON):
        assert formats.ago(NOON - timedelta(seconds=back)) == words
