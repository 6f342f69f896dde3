"""A citizen's own things in a real browser with script off: booking, giving it back, asking, keeping an item."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.portal.models import Appointment, Favourite, Question
from kapok.services.portal.tests.factories import citizen, hours, served, working_day


@pytest.fixture
def place(db: None, tmp_path: Path) -> Any:
    small_province(tmp_path)
    return served()


@pytest.mark.feature("07.06", part="booking and asking in a browser without script")
def test_booking_and_asking_go_through_pages_without_script(place: Any, page_of: Any) -> None:
    me, slots = citizen(), hours(place)
    case = place.case(me.party)
    page = page_of("phone", account=me.account, script=False)
    page.goto(f"/mine/cases/{case}/")
    page.get_by_role("link", name="预约到场").click()
    page.get_by_role("link", name=f"{working_day().month}月{working_day().day}日").click()
    page.get_by_label("09:00").check()
    page.get_by_role("button", name="确认预约").click()
    made = Appointment.objects.get()
    assert made.slot_id == slots[0].id and page.get_by_text(made.code).first.is_visible()
    page.get_by_role("link", name="取消预约").click()
    page.get_by_role("button", name="确认取消").click()
    assert page.get_by_text("名额已经退回").is_visible()
    assert Appointment.objects.get().state == "cancelled"

    page.goto(f"/mine/cases/{case}/")
    page.get_by_role("link", name="咨询这个办件").click()
    page.get_by_role("button", name="提交咨询").click()
    assert page.get_by_role("alert").is_visible() and not Question.objects.exists()
    page.get_by_label("标题").fill("要带什么？")
    page.get_by_label("问题").fill("到场时需要带哪些证件？")
    page.get_by_role("button", name="提交咨询").click()
    assert page.get_by_role("heading", name="要带什么？").is_visible()
    assert Question.objects.get().due_at > clock.now() + timedelta(days=4)

    page.goto(f"/favourites/{place.item.impl_code}/")
    page.get_by_role("button", name="收藏").click()
    assert page.get_by_role("link", name=place.item.name, exact=True).is_visible() and Favourite.objects.count() == 1
