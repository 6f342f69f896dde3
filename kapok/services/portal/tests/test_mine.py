"""我的: whose things are seen by whom. A person sees the person's, a representative the company's, and never the one through the other."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.documents.public import documents_about
from kapok.kernel.files.tests.made import pdf
from kapok.kernel.notices.public import send
from kapok.kernel.parties.public import Party
from kapok.kernel.reads.public import note_read
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.public import act, begin_draft
from kapok.services.intake.tests.factories import Office
from kapok.services.items.tests.factories import SYSTEM
from kapok.services.portal.actions.asking import ask_question
from kapok.services.portal.actions.booking import book
from kapok.services.portal.actions.keeping import keep_favourite
from kapok.services.portal.models import Favourite
from kapok.services.portal.tests.factories import Citizen, citizen, company, hours, served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


class Belongings:
    """One of everything, for one party: what each list must show and each page must open for it alone."""

    def __init__(self, who: Citizen, place: Office, firm: Party | None, word: str, slot: Any) -> None:
        actor = who.acting_for(firm) if firm else who.actor
        party = firm or who.party
        self.case = place.case(party)
        act(self.case, "accept", "accepted", {}, by=place.clerk)
        own = served(f"深圳市{word}局", base={"name": f"{word}事项"})
        self.draft = begin_draft(own.law, by=actor).id
        keep_favourite(own.item.impl_code, True, by=actor)
        self.question = ask_question(f"{word}的问题", "请问怎样办理？", impl_code=own.item.impl_code, by=actor).id
        self.booking = book(place.item.impl_code, slot.id, by=actor).id
        self.document = documents_about(self.case)[0].id
        data = {"item": f"{word}消息", "org": "测试局", "id": self.question}
        self.notice = send("portal.question_answered", to=party.id, data=data, dedupe=word, by=SYSTEM)
        note_read(place.clerk, party.id, f"{word}查阅", self.case)
        self.lists = {
            "/mine/": (str(self.case), f"/drafts/{self.draft}/"),
            "/mine/materials/": (str(self.case), str(self.document)),
            "/mine/questions/": (str(self.question), f"{word}的问题"),
            "/mine/appointments/": (str(self.booking),),
            "/mine/favourites/": (own.item.impl_code,),
            NOTICES: (f"{word}消息",),
            READS: (f"{word}查阅",),
        }
        self.pages = [
            f"/mine/cases/{self.case}/", f"/mine/cases/{self.case}/receipt/", f"/mine/cases/{self.case}/ask/",
            f"/mine/cases/{self.case}/book/", f"/mine/questions/{self.question}/", f"/mine/appointments/{self.booking}/",
            f"/drafts/{self.draft}/form/", f"/notices/{self.notice}",
        ]  # fmt: skip


NOTICES, READS = "/notices/", "/reads/"


@pytest.mark.feature("07.07", part="cases, materials, consultations, appointments, favourites, messages and preferences, who read my data")
def test_every_list_and_page_is_of_the_party_acted_for_and_of_no_other(place: Office) -> None:
    me, other = citizen("林小满"), citizen("陈小岚")
    firm, theirs = company(me), company(other, "另一家示范公司")
    slots = hours(place, capacity=4)
    things = {
        "me": Belongings(me, place, None, "本人", slots[0]), "firm": Belongings(me, place, firm, "公司", slots[0]),
        "other": Belongings(other, place, None, "别人", slots[1]), "theirs": Belongings(other, place, theirs, "别家", slots[1]),
    }  # fmt: skip
    browsers = {
        "me": me.browser(), "firm": me.browser(acts_for=firm), "other": other.browser(), "theirs": other.browser(acts_for=theirs),
    }  # fmt: skip
    kin = {"me": "firm", "firm": "me", "other": "theirs", "theirs": "other"}
    for who, browser in browsers.items():
        for address in things[who].lists:
            page = browser.get(address).content.decode()
            for owner, owned in things.items():
                for sign in owned.lists[address]:
                    assert (sign in page) == (owner == who), f"{who} at {address}: {sign} of {owner}"
        for owner, owned in things.items():
            found = {address: browser.get(address).status_code for address in owned.pages}
            if kin[who] == owner:  # one's own other identity: the case's page offers to switch, and shows nothing
                (case,) = [address for address in found if address.startswith("/mine/cases/") and address.count("/") == 4]
                assert found.pop(case) == 302 and browser.get(case)["Location"].startswith("/account/switch/?next=")
            assert set(found.values()) == ({200} if owner == who else {404}), f"{who} at pages of {owner}: {found}"


def test_switching_changes_the_lists_at_once(place: Office) -> None:
    me = citizen()
    firm = company(me)
    mine, theirs = place.case(me.party), place.case(firm)
    browser = me.browser()
    assert str(mine) in browser.get("/mine/").content.decode()
    browser.post("/account/switch/", {"party": str(firm.id)})
    page = browser.get("/mine/").content.decode()
    assert str(theirs) in page and str(mine) not in page


def test_messages_go_out_by_the_channels_their_recipient_wants() -> None:
    me = citizen()
    browser = me.browser()
    ticked = re.compile(r'value="sms"[^>]* checked')
    assert ticked.search(browser.get("/notices/preferences").content.decode())
    browser.post("/notices/preferences", {})
    assert not ticked.search(browser.get("/notices/preferences").content.decode())


def test_a_favourite_is_kept_once_and_taken_out(place: Office) -> None:
    me, code = citizen(), place.item.impl_code
    browser = me.browser()
    assert "还没有收藏" in browser.get(f"/favourites/{code}/").content.decode()
    for _ in range(2):
        browser.post(f"/favourites/{code}/", {"keep": "yes"})
    assert Favourite.objects.count() == 1 and code in browser.get("/mine/favourites/").content.decode()
    assert "已在您的收藏里" in browser.get(f"/favourites/{code}/").content.decode()
    browser.post(f"/favourites/{code}/", {"keep": "no"})
    assert not Favourite.objects.exists()
    assert browser.post("/favourites/没有这个事项/", {"keep": "yes"}).status_code == 404


def statements(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.feature("07.04", part="own list: words, holder, date, what is asked, data as of, paging")
def test_the_list_says_where_each_case_stands_and_pages_without_losing_one(place: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr("kapok.services.portal.web.mine.SIZE", 2)
    me = citizen()
    cases = [place.case(me.party) for _ in range(5)]
    act(cases[0], "accept", "accepted", {}, by=place.clerk)
    act(cases[1], "request_correction", "listed", {"faults": [{"kind": "field", "key": "place", "says": "不完整"}]}, by=place.clerk)
    act(cases[2], "decide", "withdrawn", {}, by=me.actor)
    browser, seen, address = me.browser(), [], "/mine/"
    first = browser.get("/mine/").content.decode()
    assert "需要您办理" in first and f"/mine/cases/{cases[1]}/correct/" in first and "数据截至" in first
    for _ in range(4):
        page = browser.get(address).content.decode()
        rows = page[page.index("数据截至") :]
        seen += [case for case in cases if str(case) in rows]
        if 'rel="next"' not in page:
            break
        address = "/mine/?after=" + page.split('rel="next"')[1].split("after=")[1].split('"')[0]
    assert seen and sorted(seen) == sorted(cases)
    monkeypatch.setattr("kapok.services.portal.web.mine.SIZE", 20)
    whole = "".join(browser.get(f"/mine/?show={show}").content.decode() for show in ("open", "done"))
    for words in ("现在轮到您", "由深圳市预约测试局", "前决定是否受理", "前办结", "您已撤回申请", "暂停计时"):
        assert words in whole or words in first, words
    asked = browser.get("/mine/?show=asked").content.decode()
    assert [case for case in cases if str(case) in asked] == [cases[1]]
    assert browser.get("/mine/?after=rubbish").status_code == 400


def test_pages_of_mine_ask_as_often_for_many_as_for_few(place: Office) -> None:
    me = citizen()
    counts: dict[str, list[int]] = {}
    slots = hours(place, capacity=50)
    for many in (2, 6):
        for number in range(many):
            case = place.case(me.party)
            act(case, "accept", "accepted", {}, by=place.clerk)
            other = served(f"深圳市{many}{number}局")
            ask_question("问题", "请问怎样办理？", impl_code=other.item.impl_code, by=me.actor)
            keep_favourite(other.item.impl_code, True, by=me.actor)
            book(other.item.impl_code, hours(other)[0].id, by=me.actor)
        browser = me.browser()
        for address in (
            "/mine/",
            "/mine/materials/",
            "/mine/questions/",
            "/mine/appointments/",
            "/mine/favourites/",
            f"/book/{place.item.impl_code}/",
        ):
            counts.setdefault(address, []).append(statements(browser, address))
    assert slots and counts == {
        "/mine/": [10, 10], "/mine/questions/": [4, 4], "/mine/appointments/": [4, 4], "/mine/favourites/": [4, 4],
        f"/book/{place.item.impl_code}/": [7, 7], "/mine/materials/": [6, 6],
    }  # fmt: skip


def test_a_file_is_given_back_to_who_handed_it_in_alone(place: Office) -> None:
    me, other = citizen(), citizen("陈小岚")
    case = place.case(me.party)
    act(case, "accept", "accepted", {}, by=place.clerk)
    upload = SimpleUploadedFile("补充.pdf", pdf(), content_type="application/pdf")
    assert me.browser().post(f"/mine/cases/{case}/upload/", {"material-plan": upload}).status_code == 302
    page = me.browser().get("/mine/materials/").content.decode()
    address = page.split(f'href="/mine/cases/{case}/files/')[1].split('"')[0]
    got = me.browser().get(f"/mine/cases/{case}/files/{address}")
    assert got.status_code == 200 and got["Content-Type"] == "application/pdf"
    assert other.browser().get(f"/mine/cases/{case}/files/{address}").status_code == 404
    another = place.case(me.party)
    assert me.browser().get(f"/mine/cases/{another}/files/{address}").status_code == 404
