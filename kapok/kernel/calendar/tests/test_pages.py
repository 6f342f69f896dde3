"""The operators' pages: a year, an amendment with preview and confirmation."""

from datetime import date

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.utils import translation

from kapok.kernel.calendar.data import DayKind, SpecialDay, shipped
from kapok.kernel.calendar.models import CalendarVersion
from kapok.kernel.calendar.public import amend, recompute_sources
from kapok.kernel.calendar.tests.factories import ADMIN, Deadlines
from kapok.kernel.calendar.web import pages
from kapok.kernel.calendar.web.forms import AmendmentForm
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import Forbidden

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
SAID = {"days": "2026-12-03 放假 台风停工\n2026-12-12 调休上班 台风停工", "reason": "台风停工通知", "effective": "2026-11-25", "year": ""}


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.frozen(clock.at(TODAY, 10)), translation.override("zh-hans"):
        yield


class Asked:
    """An actor as pages see one."""

    signed_in = True
    ref = ActorRef("staff", "测试管理员")

    def __init__(self, *deeds):
        self.deeds = deeds

    def may(self, deed, thing=None):
        return deed in self.deeds

    def __getattr__(self, name):
        return None


def ask(view, data=None, deeds=("calendar.amend",), actor=None, **kwargs):
    factory = RequestFactory()
    request = factory.post("/ops/calendar/", data) if data is not None else factory.get("/ops/calendar/", kwargs.pop("query", {}))
    request.actor, request.session = actor or Asked(*deeds), {}
    request._messages = CookieStorage(request)
    return view(request, **kwargs)


def test_a_year_shows_every_day_with_its_kind_and_what_was_made_up():
    page = ask(pages.show_year, query={"year": "2026"}).content.decode()
    assert "2026-02-14 调休上班 春节" in page
    assert "2026-02-20 调休放假 春节" in page
    assert page.count('class="cell s-') == 365
    assert "这一年的安排尚未公布" not in page
    assert "2027年的安排还没有公布" in page


def test_holidays_are_told_in_blocks_as_the_notice_tells_them():
    def told(year):
        days = list(shipped().days(date(year - 1, 12, 31), date(year, 12, 31)))
        return [(each.title, each.first.isoformat()[5:], each.length, len(each.worked)) for each in pages.blocks_of(days)]

    assert told(2026) == [
        ("元旦", "01-01", 3, 1), ("春节", "02-15", 9, 2), ("清明节", "04-04", 3, 0), ("劳动节", "05-01", 5, 1), ("端午节", "06-19", 3, 0),
        ("中秋节", "09-25", 3, 0), ("国庆节", "10-01", 7, 2),
    ]  # fmt: skip
    assert told(2025)[-1][1:] == ("10-01", 8, 2)


def test_a_year_not_published_says_that_its_dates_may_move():
    page = ask(pages.show_year, query={"year": "2027"}).content.decode()
    assert "这一年的安排尚未公布" in page


@pytest.mark.parametrize("asked", ["", "abc", "1", "99999", "²", "2004", "2103"])
def test_any_asked_year_gets_a_page(asked):
    assert ask(pages.show_year, query={"year": asked}).status_code == 200


@pytest.mark.feature("00.10", part="working calendar")
def test_an_amendment_is_previewed_and_published_only_when_confirmed(monkeypatch):
    source = Deadlines(shipped(), [(date(2026, 11, 20), 10), (date(2026, 11, 20), 3)])
    monkeypatch.setattr(recompute_sources, "_entries", {"deadlines": source})
    page = ask(pages.amend_days, SAID | {"step": "preview"}).content.decode()
    assert "2026年12月4日" in page
    assert "2026年12月7日" in page
    assert "件1" in page
    assert "件2" not in page
    assert CalendarVersion.objects.count() == 0
    answer = ask(pages.amend_days, SAID | {"step": "confirm", "base": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/ops/calendar/versions/2/")
    assert CalendarVersion.objects.get(number=2).published_by == "测试管理员"
    shown = ask(pages.show_version, number=2).content.decode()
    assert "台风停工通知" in shown
    assert "件1" in shown


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_published():
    answer = ask(pages.amend_days, SAID | {"days": "2026-12-03 放假 台风\n2026-13-01 放假\n明天 休息", "step": "confirm"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第2行不能识别：2026-13-01 放假" in page
    assert "第3行不能识别：明天 休息" in page
    assert CalendarVersion.objects.count() == 0


def test_a_refused_amendment_says_why_on_the_form():
    answer = ask(pages.amend_days, SAID | {"effective": "2026-11-24", "step": "confirm"})
    assert answer.status_code == 409
    assert "生效日期不得早于今天" in answer.content.decode()


def test_a_confirmation_of_an_outdated_preview_is_refused():
    amend([SpecialDay(date(2026, 12, 4), DayKind.HOLIDAY)], "另一通知", TODAY, by=ADMIN)
    assert ask(pages.amend_days, SAID | {"step": "confirm", "base": "1"}).status_code == 409


def test_who_may_not_amend_sees_none_of_the_pages():
    for view, more in ((pages.show_year, {}), (pages.amend_days, {}), (pages.show_version, {"number": 1})):
        with pytest.raises(Forbidden):
            ask(view, deeds=(), **more)


class OfOneCity(Asked):
    """An administrator whose grant reaches some scopes only, never everything."""

    def may(self, deed, thing=None):
        return thing is None or any(scope in (7, 8) for scope, _item in thing.places())


def test_the_administrator_of_one_city_cannot_publish_for_the_province():
    answer = ask(pages.amend_days, SAID | {"step": "confirm"}, actor=OfOneCity())
    assert answer.status_code == 403
    assert CalendarVersion.objects.count() == 0


def test_the_year_page_costs_a_fixed_number_of_queries(django_assert_num_queries):
    for day in (3, 4, 7, 8):
        amend([SpecialDay(date(2026, 12, day), DayKind.HOLIDAY)], "通知", TODAY, by=ADMIN)
    ask(pages.show_year)
    with django_assert_num_queries(4):
        ask(pages.show_year)


def test_days_are_read_with_or_without_a_name():
    form = AmendmentForm(SAID | {"days": "2026/12/03 放假\n\n2026-12-12　调休上班　国庆 补班"})
    assert form.is_valid()
    assert form.cleaned_data["days"] == [
        SpecialDay(date(2026, 12, 3), DayKind.HOLIDAY),
        SpecialDay(date(2026, 12, 12), DayKind.MAKEUP, "国庆 补班"),
    ]
