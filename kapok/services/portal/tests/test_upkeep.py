"""Notices and maintenance: by item, region and channel, for a time; cases in progress go on."""

from collections.abc import Iterator
from datetime import timedelta
from json import dumps
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import make_token
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.receiving import Presented, receive
from kapok.services.intake.public import Case
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, desk, number, office
from kapok.services.items.public import item_in_force
from kapok.services.items.tests.factories import GUANGZHOU, NANSHAN, PROVINCE, SHENZHEN, SYSTEM, account, city_org, staff
from kapok.services.portal.actions.upkeep import end_maintenance, plan_maintenance, put_notice, withdraw_notice
from kapok.services.portal.errors import InMaintenance
from kapok.services.portal.queries.upkeep import stop_of
from kapok.services.portal.tests.factories import citizen, served
from kapok.services.portal.tests.pages import Citizen

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=6)


@pytest.fixture(autouse=True)
def province(tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Iterator[Office]:
    from kapok.services.portal.tests import pages

    pages._office.cache_clear()
    yield pages._office()
    pages._office.cache_clear()


@pytest.fixture
def admin(place: Office) -> Any:
    return actor_of_account(account("admin", place.org).id)


@pytest.fixture
def me(place: Office) -> Citizen:
    who = Citizen()
    who.login()
    return who


def browser(who: Citizen) -> Client:
    client = Client()
    session = client.session
    session["account"] = str(who.account.id)
    session.save()
    return client


def stop(place: Office, admin: Any, **said: Any) -> Any:
    now = clock.now()
    return plan_maintenance("系统升级", "请到政务服务中心窗口办理", now, now + HOURS, impl_code=place.item.impl_code, by=admin, **said)


@pytest.mark.feature("07.12")
def test_an_item_in_maintenance_shows_why_until_when_and_what_else_and_takes_no_application(place: Office, admin: Any, me: Citizen) -> None:
    address, client = f"/portal/guide/{place.item.impl_code}", browser(me)
    start = f"/apply/{place.item.impl_code}/"
    assert start in client.get(address).content.decode()
    planned = stop(place, admin)
    page = client.get(address).content.decode()
    ends = clock.local(planned.ends)
    for words in ("暂停受理新的申请", "系统升级", "请到政务服务中心窗口办理", ends.strftime("%H:%M")):
        assert words in page
    assert f'href="{start}"' not in page
    assert "暂停办理" in client.get("/search/?q=样张").content.decode()
    refused = client.get(start)
    assert refused.status_code == 409 and "系统升级" in refused.content.decode() and "12345" in refused.content.decode()
    end_maintenance(planned.id, by=admin)
    assert f'href="{start}"' in client.get(address).content.decode()
    assert client.get(start).status_code == 302


@pytest.mark.feature("07.12")
def test_a_draft_waits_and_is_handed_in_afterwards(place: Office, admin: Any, me: Citizen) -> None:
    client = browser(me)
    step = client.get(f"/apply/{place.item.impl_code}/")["Location"]
    check = step.rsplit("/", 2)[0] + "/check/"
    planned = stop(place, admin)
    answer = client.post(check, {})
    assert answer.status_code == 422 and "系统升级" in answer.content.decode() and not Case.objects.exists()
    end_maintenance(planned.id, by=admin)
    assert "系统升级" not in client.post(check, {}).content.decode()


@pytest.mark.feature("07.12")
def test_a_channel_that_is_stopped_takes_nothing_at_its_other_doors_either() -> None:
    """The window and the API: what a page refuses, no door below it takes."""
    place, who = served(), citizen()
    law, token = place.law, make_token(who.account, "测试", by=SYSTEM)
    said = {"version": str(law.version_id), "answers": ANSWERS, "materials": [
        {"key": each.key, "method": each.method, "originals": each.originals, "copies": each.copies} for each in PAPERS
    ]}  # fmt: skip
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}")

    def window() -> Any:
        return receive(law, Presented("natural", number(), "测试甲"), ANSWERS, {}, PAPERS, by=place.clerk)

    def online() -> Any:
        return client.post(
            "/api/intake/v1/applications", dumps(said), content_type="application/json", headers={"idempotency-key": uuid4().hex}
        )

    planned = stop(place, staff("admin", place.org), channel="1")
    with pytest.raises(InMaintenance):
        window()
    assert online().status_code == 201
    end_maintenance(planned.id, by=SYSTEM)
    stop(place, staff("admin", place.org), channel="2")
    refused = online()
    assert (refused.status_code, refused.json()["code"]) == (409, "portal.in_maintenance")
    assert window().serial
    assert Case.objects.count() == 2


@pytest.mark.feature("07.12")
def test_cases_in_progress_go_on(place: Office, admin: Any, me: Citizen) -> None:
    case = place.case(me.party)
    stop(place, admin)
    client = browser(me)
    assert client.get(f"/mine/cases/{case}/").status_code == 200
    faults = [{"kind": "material", "key": "plan", "says": "缺第二页"}]
    act(case, "request_correction", "listed", {"faults": faults}, by=place.clerk)
    assert client.get(f"/mine/cases/{case}/correct/").status_code == 200
    act(place.case(), "accept", "accepted", {}, by=place.clerk)
    assert client.post(f"/mine/cases/{case}/withdraw/", {}).status_code == 302


@pytest.mark.feature("07.12")
def test_a_region_s_maintenance_covers_its_items_and_no_other_channel_or_region(place: Office) -> None:
    now, law = clock.now(), item_in_force(place.item.impl_code)
    assert law is not None
    elsewhere = office("广州市测试局2")
    other = plan_maintenance("机房搬迁", "请电话咨询", now, now + HOURS, region=GUANGZHOU, by=SYSTEM)
    assert stop_of(law) is None
    phone = plan_maintenance("升级", "请用电脑办理", now, now + HOURS, region=SHENZHEN, channel="3", by=SYSTEM)
    assert stop_of(law) is None and stop_of(law, "3") is not None
    later = plan_maintenance("升级", "请改日办理", now + HOURS, now + 2 * HOURS, region=SHENZHEN, by=SYSTEM)
    assert stop_of(law) is None
    with clock.frozen(now + HOURS + timedelta(minutes=1)):
        found = stop_of(law)
        assert found is not None and found.id == later.id
    with clock.frozen(now + 3 * HOURS):
        assert stop_of(law) is None, "it ends by itself"
    assert {other.item_id, phone.item_id} == {None} and elsewhere.item.id


@pytest.mark.feature("07.12")
def test_notices_stand_in_their_region_and_below_for_their_time(place: Office) -> None:
    now = clock.now()
    notice = put_notice(SHENZHEN, "窗口搬迁公告", "二楼窗口搬至三楼。", now, now + HOURS, by=SYSTEM)
    client = Client()
    assert "窗口搬迁公告" in client.get(f"/regions/{SHENZHEN}/").content.decode()
    assert "窗口搬迁公告" in client.get(f"/regions/{NANSHAN}/").content.decode()
    assert "窗口搬迁公告" not in client.get(f"/regions/{GUANGZHOU}/").content.decode()
    assert "窗口搬迁公告" not in client.get(f"/regions/{PROVINCE}/").content.decode()
    client.cookies["region"] = NANSHAN
    assert "窗口搬迁公告" in client.get("/").content.decode()
    with clock.frozen(now + HOURS):
        assert "窗口搬迁公告" not in client.get(f"/regions/{SHENZHEN}/").content.decode()
    withdraw_notice(notice.id, by=SYSTEM)
    assert "窗口搬迁公告" not in client.get(f"/regions/{SHENZHEN}/").content.decode()


@pytest.mark.feature("07.12")
def test_the_desk_plans_and_ends_within_its_own_reach(place: Office, admin: Any) -> None:
    client, today = desk(admin), clock.today()
    sent = {
        "impl_code": place.item.impl_code,
        "region": SHENZHEN,
        "channel": "",
        "reason": "系统升级",
        "alternatives": "请到窗口办理",
        "starts_day": today.isoformat(),
        "starts_time": "00:00",
        "ends_day": (today + timedelta(days=2)).isoformat(),
        "ends_time": "18:00",
    }
    assert client.post("/work/portal/maintenance/new/", sent).status_code == 302
    page = client.get("/work/portal/maintenance/").content.decode()
    assert "暂停中" in page and place.item.impl_code in page
    with CaptureQueriesContext(connection) as asked:
        client.get("/work/portal/maintenance/")
    assert len(asked) <= 6
    from kapok.services.portal.models import Maintenance

    stranger = desk(actor_of_account(account("admin", city_org("珠海市别处局", "440400000000")).id))
    key = {"maintenance": str(Maintenance.objects.get().id)}
    assert stranger.post("/work/portal/maintenance/", key).status_code == 404
    assert client.post("/work/portal/maintenance/", key).status_code == 302
    assert "已恢复" in client.get("/work/portal/maintenance/").content.decode()
    wrong = client.post("/work/portal/maintenance/new/", sent | {"ends_day": "2020-01-01", "reason": "", "impl_code": "x" * 90})
    assert wrong.status_code == 422 and "结束时间须晚于开始时间" in wrong.content.decode()


def test_nobody_plans_beyond_its_reach(place: Office, admin: Any) -> None:
    now, far = clock.now(), office("广州市测试局3")
    type(far.org).objects.filter(id=far.org.id).update(region=GUANGZHOU)
    with pytest.raises(Invalid):
        plan_maintenance("升级原因", "改日办理", now, now + HOURS, impl_code=far.item.impl_code, by=admin)
    with pytest.raises(Invalid):
        put_notice(GUANGZHOU, "别处公告", "内容内容", now, now + HOURS, by=admin)
    with pytest.raises(Invalid) as found:
        put_notice("999999999999", "", "", now, now - HOURS, channel="8", by=admin)
    assert {fault.field for fault in found.value.faults} == {"region", "title", "text", "channel", "ends"}
    mine = put_notice(SHENZHEN, "本市公告", "内容内容", now, now + HOURS, by=admin)
    stranger = actor_of_account(account("admin", city_org("珠海市别处局", "440400000000")).id)
    with pytest.raises(NotHere):
        withdraw_notice(mine.id, by=stranger)
