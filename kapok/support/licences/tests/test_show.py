"""亮证: a code for a minute, for one reader, who sees the least; a copy only when the holder agrees."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.files.public import open_file
from kapok.kernel.ofd.public import read_ofd
from kapok.support.licences.actions.using_show import ask_copy, read_code, seen_by, show_code
from kapok.support.licences.models import Copy, Licence, Showing, Use
from kapok.support.licences.tests.factories import Issuer, issuer
from kapok.support.licences.tests.factories_using import Holder, held, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def mine(office: Issuer, me: Holder) -> Licence:
    return held(office, me.party)


def code_of(error: Any) -> tuple[str, int]:
    return str(error.value.code), int(error.value.status)


def anybody() -> Client:
    return Client()


def told(page: Any) -> str:
    return page.content.decode()


@pytest.mark.feature("15.11", part="sixty seconds of machine time, once, the type's least fields alone")
def test_a_code_is_read_once_and_shows_the_least(me: Holder, mine: Licence) -> None:
    shown = show_code(mine.id, by=me.actor)
    row = Showing.objects.get()
    assert timedelta(seconds=59) < row.ends_at - clock.wall() <= timedelta(seconds=60)
    assert shown.code.encode() not in bytes(row.digest)
    reader, late = anybody(), anybody()
    opened = reader.get(f"/verify/show/{shown.code}/")
    assert opened.status_code == 200 and "林小满" not in told(opened) and not Use.objects.exists(), "opening the address reads nothing"
    seen = reader.post(f"/verify/show/{shown.code}/", follow=True)
    assert "林小满" in told(seen) and "证照有效" in told(seen)
    assert "示范路1号" not in told(seen) and mine.number not in told(seen), "the least alone"
    for again in (late.get(f"/verify/show/{shown.code}/"), late.post(f"/verify/show/{shown.code}/")):
        assert again.status_code == 409 and "已经用过" in told(again) and "林小满" not in told(again)
    use = Use.objects.get()
    assert (use.mode, use.result, use.fields, use.caller) == ("show", "face", ["holder_name"], "现场查验（未登录）")


@pytest.mark.feature("15.11", part="a screenshot replayed later fails")
def test_a_screenshot_replayed_later_fails(me: Holder, mine: Licence) -> None:
    shown = show_code(mine.id, by=me.actor)
    Showing.objects.update(made_at=clock.wall() - timedelta(seconds=61), ends_at=clock.wall() - timedelta(seconds=1))
    for page in (anybody().get(f"/verify/show/{shown.code}/"), anybody().post(f"/verify/show/{shown.code}/")):
        assert page.status_code == 410 and "已过有效时间" in told(page)
    assert not Use.objects.exists()
    with clock.frozen(clock.now() - timedelta(days=1)), pytest.raises(KapokError) as over:
        read_code(shown.code, by=me.actor)
    assert code_of(over) == ("licences.code_over", 410), "legal time does not lengthen it"
    first, second = show_code(mine.id, by=me.actor), show_code(mine.id, by=me.actor)
    assert anybody().post(f"/verify/show/{first.code}/").status_code == 410, "a new code ends the one before"
    assert anybody().post(f"/verify/show/{second.code}/").status_code == 302


def test_forged_and_foreign_codes_are_not_there(me: Holder, mine: Licence) -> None:
    for code in ("x", "A" * 16, "A" * 70, "..", "%00", "亮证码亮证码亮证码"):
        for page in (
            anybody().get(f"/verify/show/{code}/"),
            anybody().post(f"/verify/show/{code}/"),
            anybody().get(f"/verify/show/seen/{code}/"),
        ):
            assert page.status_code in (404, 405), code
    with pytest.raises(NotHere):
        show_code(mine.id, by=holder("陈小岚").actor)


@pytest.mark.feature("15.11", part="a copy is let go only when the holder confirms")
def test_a_copy_goes_only_when_the_holder_agrees(me: Holder, mine: Licence) -> None:
    key = read_code(show_code(mine.id, by=me.actor).code, by=me.actor)
    reader, page = anybody(), f"/verify/show/seen/{key}/"
    assert reader.get(f"{page}file/").status_code == 404
    assert reader.post(page, {"for_whom": "", "purpose": ""}).status_code == 422
    assert reader.post(page, {"for_whom": "示范酒店", "purpose": "办理入住"}).status_code == 302
    assert "等待持证人同意" in told(reader.get(page)) and reader.get(f"{page}file/").status_code == 404
    row = Showing.objects.get()
    other = holder("陈小岚").browser().post(f"/mine/licences/{mine.id}/show/{row.id}/", {"grant": "yes"})
    assert other.status_code == 404 and not Copy.objects.exists()
    asked = me.browser().post(f"/mine/licences/{mine.id}/show/", {"showing": row.id, "told": "seen"}, headers={"HX-Request": "true"})
    assert "示范酒店" in told(asked) and "办理入住" in told(asked)
    done = me.browser().post(f"/mine/licences/{mine.id}/show/{row.id}/", {"grant": "yes"})
    assert done.status_code == 200 and "已经提供" in told(done)
    got = reader.get(f"{page}file/")
    custom = read_ofd(got.content).custom_data
    assert (custom["JZJSYF"], custom["JZJZZSY"]) == ("示范酒店", "办理入住")
    assert open_file(Copy.objects.get().file) == got.content
    again = me.browser().post(f"/mine/licences/{mine.id}/show/{row.id}/", {"grant": "no"})
    assert again.status_code == 409
    assert [(use.mode, use.result, use.caller) for use in Use.objects.order_by("id")] == [
        ("show", "face", "持证人本人"),
        ("show", "file", "示范酒店"),
    ]


def test_what_the_holder_refuses_is_not_made(me: Holder, mine: Licence) -> None:
    key = read_code(show_code(mine.id, by=me.actor).code, by=me.actor)
    ask_copy(key, for_whom="示范酒店", purpose="办理入住", by=me.actor)
    with pytest.raises(KapokError) as twice:
        ask_copy(key, for_whom="别人", purpose="别的", by=me.actor)
    assert twice.value.code == "licences.asked_already"
    me.browser().post(f"/mine/licences/{mine.id}/show/{Showing.objects.get().id}/", {"grant": "no"})
    page = anybody().get(f"/verify/show/seen/{key}/")
    assert "没有同意" in told(page) and not Copy.objects.exists()


def test_what_was_read_is_gone_after_its_minutes(me: Holder, mine: Licence) -> None:
    key = read_code(show_code(mine.id, by=me.actor).code, by=me.actor)
    assert seen_by(key).licence_id == mine.id
    Showing.objects.update(seen_until=clock.wall())
    page = anybody().get(f"/verify/show/seen/{key}/")
    assert page.status_code == 410 and "林小满" not in told(page)


def test_a_licence_that_ended_is_not_shown_nor_read(me: Holder, mine: Licence) -> None:
    shown = show_code(mine.id, by=me.actor)
    Licence.objects.filter(id=mine.id).update(state="suspended")
    assert anybody().post(f"/verify/show/{shown.code}/").status_code == 409
    refused = me.browser().post(f"/mine/licences/{mine.id}/show/")
    assert refused.status_code == 409 and "现在不能出示" in told(refused)


@pytest.mark.feature("15.11", part="the code is renewed on the screen")
def test_the_page_asks_by_itself_and_gets_a_new_code_before_the_old_one_ends(me: Holder, mine: Licence) -> None:
    browser, page = me.browser(), f"/mine/licences/{mine.id}/show/"
    assert "生成亮证码" in told(browser.get(page)) and not Showing.objects.exists(), "opening the page makes no code"
    htmx = {"HX-Request": "true"}
    first = browser.post(page, headers=htmx)
    row = Showing.objects.get()
    assert 'class="qr"' in told(first) and "<html" not in told(first)
    assert browser.post(page, {"showing": row.id, "told": "live"}, headers=htmx).status_code == 204
    Showing.objects.update(ends_at=clock.wall() + timedelta(seconds=2))
    renewed = browser.post(page, {"showing": row.id, "told": "live"}, headers=htmx)
    assert renewed.status_code == 200 and 'class="qr"' in told(renewed) and Showing.objects.count() == 2
    assert 'class="qr"' in told(browser.post(page)), "without script the button gives a new one"


def test_reading_a_code_costs_few_statements(me: Holder, mine: Licence) -> None:
    reader = anybody()
    reader.post(f"/verify/show/{show_code(mine.id, by=me.actor).code}/", follow=True)
    shown = show_code(mine.id, by=me.actor)
    counts = []
    for call in (lambda: reader.get(f"/verify/show/{shown.code}/"), lambda: reader.post(f"/verify/show/{shown.code}/")):
        with CaptureQueriesContext(connection) as asked:
            answer = call()
        counts.append(len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert counts[0] <= 1 and counts[1] <= 4, counts
    with CaptureQueriesContext(connection) as asked:
        reader.get(answer["Location"])
    assert len(asked) <= 3, [q["sql"][:90] for q in asked]
