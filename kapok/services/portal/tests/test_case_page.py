"""Everything from the case page, by plain requests: a page without script posts the same forms (07.06)."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.files.models import StoredFile
from kapok.kernel.files.tests.made import pdf
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.public import Case, act, acts_of, handed_of
from kapok.services.intake.tests.factories import Office, desk
from kapok.services.portal.models import Appointment, Question
from kapok.services.portal.tests.factories import Citizen, citizen, hours, served, working_day

pytestmark = pytest.mark.django_db
FAULTS = [{"kind": "material", "key": "plan", "says": "缺第二页"}, {"kind": "field", "key": "place", "says": "不完整"}]


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


@pytest.fixture
def me() -> Citizen:
    return citizen()


def upload(content: bytes = b"", name: str = "图纸.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf(), content_type="application/pdf")


def decided(place: Office, me: Citizen) -> Any:
    case = place.case(me.party)
    act(case, "accept", "accepted", {}, by=place.clerk)
    act(case, "examine", "pass", {"opinion": "同意"}, by=place.approver)
    act(case, "decide", "granted", {"opinion": "准予"}, by=place.leader)
    return case


@pytest.mark.feature("07.06", part="correct, upload, withdraw, book, ask and collect from the case page without script")
def test_a_citizen_does_everything_from_the_case_page(place: Office, me: Citizen) -> None:
    browser, case = me.browser(), place.case(me.party)
    address, slots = f"/mine/cases/{case}/", hours(place)

    def page() -> str:
        return browser.get(address).content.decode()

    act(case, "request_correction", "listed", {"faults": FAULTS}, by=place.clerk)
    assert "设计图纸：缺第二页" in page() and f'href="{address}correct/"' in page()
    answer = browser.post(f"{address}correct/", {"place": "示范路2号", "material-plan": upload()})
    assert answer.status_code == 302 and "补正已提交" in browser.get(answer["Location"]).content.decode()
    assert Case.objects.get(id=case).answered

    act(case, "accept_correction", "accepted", {}, by=place.clerk)
    assert f'href="{address}upload/"' in page()
    answer = browser.post(f"{address}upload/", {"material-application": upload(name="申请表.pdf")})
    assert answer.status_code == 302 and "材料已补充" in browser.get(answer["Location"]).content.decode()
    assert {row.key for row in handed_of([case]) if row.files} == {"plan", "application"}

    assert f'href="{address}book/"' in page()
    day = working_day()
    hour = browser.get(f"{address}book/?day={day}").content.decode()
    assert f'value="{slots[0].id}"' in hour
    answer = browser.post(f"{address}book/", {"day": str(day), "slot": str(slots[0].id)})
    booking = Appointment.objects.get(case=case)
    assert booking.code in browser.get(answer["Location"]).content.decode() and f"/mine/appointments/{booking.id}/" in page()
    with clock.frozen(slots[0].starts):
        done = desk(place.clerk).post("/work/portal/appointments/", {"code": booking.code})
        assert done.status_code == 302 and "已签到" in desk(place.clerk).get(f"/work/portal/appointments/?day={day}").content.decode()

    answer = browser.post(f"{address}ask/", {"title": "还要多久？", "text": "请问大概什么时候能办好？"})
    question = Question.objects.get(case=case)
    assert "还要多久？" in browser.get(answer["Location"]).content.decode() and "还要多久？" in page()
    desk(place.clerk).post(f"/work/portal/questions/{question.id}/", {"text": "下周可以办结。"})
    assert "下周可以办结。" in browser.get(f"/mine/questions/{question.id}/").content.decode()
    assert browser.post(f"/mine/questions/{question.id}/", {"rating": "3"}).status_code == 302

    act(case, "examine", "pass", {"opinion": "同意"}, by=place.approver)
    act(case, "decide", "granted", {"opinion": "准予"}, by=place.leader)
    assert f'href="{address}collect/"' in page()
    answer = browser.post(f"{address}collect/")
    assert answer.status_code == 302 and "已领取" in page()
    assert acts_of(case)[-1].act == "collect"

    other = place.case(me.party)
    answer = browser.post(f"/mine/cases/{other}/withdraw/")
    assert answer.status_code == 302 and "您已撤回申请" in browser.get(answer["Location"]).content.decode()


@pytest.mark.feature("07.04", part="case page: line of acts, papers, explanation, what comes next")
def test_the_case_page_says_what_happened_why_that_date_and_what_comes_next(place: Office, me: Citizen) -> None:
    case, browser = place.case(me.party), me.browser()
    page = browser.get(f"/mine/cases/{case}/").content.decode()
    for words in ("决定是否受理", "视为受理", "数据截至", "受理期限", "怎样算出来的", "收件回执"):
        assert words in page, words
    act(case, "accept", "accepted", {}, by=place.clerk)
    page = browser.get(f"/mine/cases/{case}/").content.decode()
    number = Case.objects.get(id=case).number
    assert number and number in page
    for words in ("依次经过：审查、决定", "预计办结", "受理通知书", "承诺办结时限怎样算出来的", "等待承办"):
        assert words in page, words
    download = re.search(r'href="(/documents/[0-9a-f-]+\.pdf)"', page)
    assert download and browser.get(download[1]).content.startswith(b"%PDF")
    assert citizen("陈小岚").browser().get(download[1]).status_code == 404
    closed = browser.get(f"/mine/cases/{decided(place, me)}/").content.decode()
    assert "等待承办" not in closed and "办结时间" in closed


def test_the_case_page_asks_a_pinned_number_of_questions(place: Office, me: Citizen) -> None:
    browser, case = me.browser(), decided(place, me)
    browser.get(f"/mine/cases/{case}/")
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"/mine/cases/{case}/")
    assert len(asked) == PINNED


PINNED = 11


@pytest.mark.feature("07.17", part="forms from the case page: wrong files, wrong states, made-up fields leave nothing")
def test_bad_input_names_its_field_and_leaves_nothing(place: Office, me: Citizen) -> None:
    browser, case = me.browser(), place.case(me.party)
    address = f"/mine/cases/{case}/"
    act(case, "request_correction", "listed", {"faults": FAULTS}, by=place.clerk)
    for posted, sign in (
        ({"place": "", "material-plan": upload()}, 'href="#id_place"'),
        ({"place": "示范路2号"}, 'href="#id_material-plan"'),
        ({"place": "示范路2号", "material-plan": upload(b"MZ\x90 not a paper")}, 'href="#id_material-plan"'),
        ({"place": "示范路2号", "material-plan": upload(), "name": "别人"}, 'href="#id_name"'),
        ({"place": "示范路2号", "material-plan": upload(), "material-application": upload()}, 'href="#id_material-application"'),
    ):
        answer = browser.post(f"{address}correct/", posted)
        assert answer.status_code == 422 and sign in answer.content.decode(), posted
    assert not StoredFile.objects.exists() and not Case.objects.get(id=case).answered
    assert browser.get(f"{address}upload/").status_code == 409 and browser.post(f"{address}collect/").status_code == 302
    act(case, "accept_correction", "accepted", {}, by=place.clerk)
    for posted in ({}, {"material-plan": upload(b"\x00\x01", "a.exe")}, {"material-nothing": upload()}):
        assert browser.post(f"{address}upload/", posted).status_code == 422
    assert not StoredFile.objects.exists()
    wrong = browser.post(f"{address}ask/", {"title": "", "text": "字" * 2001}).content.decode()
    assert 'href="#id_title"' in wrong and 'href="#id_text"' in wrong and not Question.objects.exists()
    hours(place)
    for slot in ("", "nonsense", "01900000-0000-7000-8000-000000000000"):
        assert browser.post(f"{address}book/", {"slot": slot}).status_code in (404, 422)
    assert not Appointment.objects.exists()


def test_anothers_case_looks_absent_at_every_door(place: Office, me: Citizen) -> None:
    case, stranger = decided(place, me), citizen("陈小岚").browser()
    absent = "01900000-0000-7000-8000-000000000000"
    for tail in ("", "receipt/", "correct/", "upload/", "withdraw/", "collect/", "book/", "ask/"):
        answers = [stranger.get(f"/mine/cases/{key}/{tail}") for key in (case, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert stranger.post(f"/mine/cases/{case}/{tail}").status_code == 404
    assert acts_of(case)[-1].act == "decide"
