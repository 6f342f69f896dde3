"""The portal's desks: who comes today, hours, questions, and the words of states; by pages, each for those it is for."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.access.public import Actor, grant
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.tests.factories import Office, desk
from kapok.services.items.tests.factories import PROVINCE, SYSTEM, staff
from kapok.services.portal.actions.asking import ask_question
from kapok.services.portal.actions.booking import book
from kapok.services.portal.models import Appointment, Question, Slot, StateWording
from kapok.services.portal.queries import measures
from kapok.services.portal.tests.factories import citizen, hours, served, working_day

pytestmark = pytest.mark.django_db
SHENZHEN = "440300000000"


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


@pytest.fixture
def admin(place: Office) -> Actor:
    return staff("admin", place.org)


def opening(where: Office, **changes: Any) -> dict[str, Any]:
    day = working_day()
    said = {
        "org": where.org.id, "place": "大厅", "impl_code": "", "first": day, "last": day, "minutes": 60, "capacity": 3,
        "morning_from": "09:00", "morning_to": "12:00", "afternoon_from": "", "afternoon_to": "",
    }  # fmt: skip
    return {**said, **changes}


@pytest.mark.feature("07.06", part="hours with a capacity, opened and checked in at the desk")
def test_a_leader_opens_hours_and_a_clerk_sees_who_comes(place: Office) -> None:
    leader, clerk = desk(place.leader), desk(place.clerk)
    assert leader.get("/work/portal/appointments/open/").status_code == 200
    assert clerk.get("/work/portal/appointments/open/").status_code == 403
    assert leader.post("/work/portal/appointments/open/", opening(place)).status_code == 302
    slots = list(Slot.objects.order_by("starts"))
    assert [(slot.capacity, slot.place) for slot in slots] == [(3, "大厅")] * 3
    made = book(place.item.impl_code, slots[0].id, by=citizen("林小满").actor)
    day = f"/work/portal/appointments/?day={working_day()}"
    page = clerk.get(day).content.decode()
    assert made.name in page and "1 / 3" in page and made.code not in page, "the code is the citizen's to say"
    assert made.name not in desk(served("深圳市别的局").clerk).get(day).content.decode()
    assert clerk.post("/work/portal/appointments/", {"code": made.code}).status_code == 422, "not today"
    with clock.frozen(slots[0].starts - timedelta(minutes=10)):
        assert clerk.post("/work/portal/appointments/", {"code": "00000000"}).status_code == 422
        assert clerk.post("/work/portal/appointments/", {"appointment": "rubbish"}).status_code == 422
        assert clerk.post("/work/portal/appointments/", {"appointment": str(made.id)}).status_code == 302
    assert Appointment.objects.get(id=made.id).state == "arrived"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"first": "soon", "last": ""}, ["first", "last"]),
        ({"first": "2020-01-01", "last": "2019-01-01", "minutes": "0", "capacity": "-1", "place": " "},
         ["place", "first", "last", "minutes", "capacity"]),
        ({"last": "2099-01-01"}, ["last"]),
        ({"morning_from": "12:00", "morning_to": "09:00"}, ["morning_from"]),
        ({"morning_from": "25:00"}, ["morning_from"]),
        ({"morning_from": "", "morning_to": ""}, ["morning_from"]),
        ({"impl_code": "没有"}, ["impl_code"]),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_opened_name_their_fields(changes: dict[str, Any], fields: list[str], place: Office) -> None:
    answer = desk(place.leader).post("/work/portal/appointments/open/", opening(place, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in fields:
        assert f'href="#id_{field}"' in page, field
    assert not Slot.objects.exists()


def test_another_places_hours_are_not_there(place: Office) -> None:
    other = served("深圳市别的局")
    assert desk(place.leader).post("/work/portal/appointments/open/", opening(other)).status_code == 404
    slot = hours(other)[0]
    assert desk(place.leader).get(f"/work/portal/appointments/slots/{slot.id}/").status_code == 404
    assert desk(other.leader).post(f"/work/portal/appointments/slots/{slot.id}/", {"capacity": "0"}).status_code == 422
    changed = desk(other.leader).post(f"/work/portal/appointments/slots/{slot.id}/", {"capacity": "9", "closed": "on"})
    slot.refresh_from_db()
    assert changed.status_code == 302 and (slot.capacity, slot.closed) == (9, True)


def test_words_are_set_on_screen_and_given_back(place: Office, admin: Actor) -> None:
    browser, code = desk(admin), place.item.impl_code
    address = f"/work/portal/wording/{code}/accepted/"
    assert code in browser.get("/work/portal/wording/").content.decode()
    said = {"label": "正在办", "says": "我们正在办。", "upload": "no", "notify": "-", "action": "-", "tone": "-", "expect": "0"}
    refused = browser.post(address, {**said, "label": "长" * 30})
    assert refused.status_code == 422 and 'href="#id_label"' in refused.content.decode()
    assert 'href="#id_reason"' in refused.content.decode() and not StateWording.objects.exists()
    assert browser.post(address, {**said, "reason": "更好懂"}).status_code == 302
    row = StateWording.objects.get()
    assert row.words == {"label": "正在办", "says": "我们正在办。", "upload": False}
    page = browser.get(f"/work/portal/wording/{code}/").content.decode()
    assert "正在办" in page and "本单位" in page
    stale = browser.post(address, {**said, "reason": "又改"})
    assert stale.status_code == 422 and StateWording.objects.count() == 1
    assert browser.post(address, {**said, "restore": "1", "expect": "1", "reason": "不用了"}).status_code == 302
    assert "我们正在办" not in browser.get(f"/work/portal/wording/{code}/").content.decode()


def test_words_of_another_agency_and_of_the_whole_province_are_not_there(place: Office, admin: Actor) -> None:
    other = served("深圳市别的局")
    browser = desk(admin)
    assert other.item.impl_code not in browser.get("/work/portal/wording/?q=场所").content.decode()
    assert browser.get(f"/work/portal/wording/{other.item.impl_code}/").status_code == 404
    assert browser.get(f"/work/portal/wording/{place.item.impl_code}/nonsense/").status_code == 404
    assert browser.get(f"/work/portal/wording/base/{place.law.base_code}/accepted/").status_code == 404
    assert desk(place.clerk).get("/work/portal/wording/").status_code == 403
    chief = desk(staff("admin", place.org, region=PROVINCE))
    address = f"/work/portal/wording/base/{place.law.base_code}/accepted/"
    assert chief.post(address, {"label": "全省说法", "reason": "统一", "expect": "0"}).status_code == 302
    page = browser.get(f"/work/portal/wording/{place.item.impl_code}/").content.decode()
    assert "全省说法" in page and "省对该事项" in page


def test_desk_lists_ask_as_often_for_many_as_for_few(place: Office) -> None:
    counts: dict[str, list[int]] = {}
    clerk, slots = desk(place.clerk), hours(place, capacity=50)
    for many in (2, 5):
        for _ in range(many):
            who = citizen()
            ask_question("问题", "请问怎样办理？", impl_code=place.item.impl_code, by=who.actor)
            book(place.item.impl_code, slots[0].id, by=who.actor)
        for address in ("/work/portal/questions/", f"/work/portal/appointments/?day={working_day()}"):
            clerk.get(address)
            with CaptureQueriesContext(connection) as asked:
                clerk.get(address)
            counts.setdefault(address.split("?")[0], []).append(len(asked))
    assert counts == {"/work/portal/questions/": [5, 5], "/work/portal/appointments/": [5, 5]}


def test_an_area_that_another_city_runs_counts_for_that_city(place: Office) -> None:
    """鹅埠 lies in 汕尾 by its code and is run by 深圳 (深汕特别合作区)."""
    grant(Account.objects.get(id=staff().account), "editor", region="441521103000", reason="测试", by=SYSTEM)
    there = served("深汕测试局", region="441521103000")
    late = ask_question("问题", "请问怎样办理？", impl_code=there.item.impl_code, by=citizen().actor)
    Question.objects.filter(id=late.id).update(due_at=clock.now() - timedelta(days=1))
    for figures, proof in (
        (measures.answers_by_city(), measures.answers_evidence),
        (measures.reviewed_by_city(), measures.reviewed_evidence),
    ):
        assert figures[SHENZHEN].of == len(proof(SHENZHEN, "", 100)) and "441500000000" not in figures
        assert proof("441500000000", "", 100) == []


def test_the_duty_figures_are_counted_from_what_is_there(place: Office) -> None:
    before = measures.posts_by_city()[SHENZHEN]
    for role in ("editor", "reviewer", "admin"):
        grant(Account.objects.get(id=staff().account), role, region=SHENZHEN, reason="测试", by=SYSTEM)
    after = measures.posts_by_city()[SHENZHEN]
    assert (after.done, after.of) == (before.done + 1, before.of)
    rows = measures.posts_evidence(SHENZHEN, "", 100)
    assert sum(row.done for row in rows) == after.done and len(rows) == after.of
    old = clock.now() - timedelta(days=400)
    with clock.frozen(old):
        grant(Account.objects.get(id=staff().account), "admin", region=SHENZHEN, reason="测试", by=SYSTEM)
    reviewed = measures.reviewed_by_city()[SHENZHEN]
    assert reviewed.of - reviewed.done == 1
    rows = measures.reviewed_evidence(SHENZHEN, "", 100)
    assert (sum(row.done for row in rows), len(rows)) == (reviewed.done, reviewed.of)

    assert SHENZHEN not in measures.answers_by_city()
    late, good, open_ = (
        ask_question("问题", "请问怎样办理？", impl_code=place.item.impl_code, by=citizen().actor) for _ in range(3)
    )  # fmt: skip
    Question.objects.filter(id=late.id).update(due_at=clock.now() - timedelta(days=1))
    Question.objects.filter(id=good.id).update(state="answered", answered_at=clock.now())
    figure = measures.answers_by_city()[SHENZHEN]
    assert (figure.done, figure.of) == (1, 2)
    proof = measures.answers_evidence(SHENZHEN, "", 10)
    assert [row.key for row in proof if row.done] == [str(good.id)] and str(open_.id) not in {row.key for row in proof}
