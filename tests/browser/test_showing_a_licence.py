"""亮证 between two devices: the holder's phone and whoever scans it; a screenshot and a second scan are refused."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.ofd.public import read_ofd
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.licences.models import Copy, Showing, Use
from kapok.support.licences.tests.factories import issuer
from kapok.support.licences.tests.factories_using import company_of, held, holder
from tests.browser.looking import axe, overflow


@pytest.fixture
def mine(db: None, tmp_path: Path) -> Any:
    small_province(tmp_path)
    me = holder()
    return me, held(issuer(), me.party)


@pytest.mark.feature("15.11", part="two browsers: shown, scanned, asked for, agreed, taken; replay and second scan refused")
def test_a_phone_shows_and_another_device_reads_once(mine: Any, page_of: Any, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    me, licence = mine
    shown = _listen(monkeypatch)
    phone = page_of("phone", account=me.account)
    phone.goto(f"/mine/licences/{licence.id}/show/")
    phone.locator("svg.qr").wait_for()
    box = phone.locator("svg.qr").bounding_box()
    assert box["width"] >= 300 and not overflow(phone), "big on a phone"
    assert "秒" in phone.locator("[data-seconds]").inner_text() and phone.locator("[data-said]").get_attribute("role") == "status"
    assert not axe(phone)

    screenshot = f"{site}/verify/show/{shown[-1]}/"
    reader = page_of("phone")
    reader.goto(screenshot)
    reader.get_by_text("证照有效").wait_for()
    assert reader.get_by_text("林小满").is_visible() and not reader.get_by_text("示范路1号").is_visible()
    phone.get_by_text("对方已经扫码看过了").wait_for()

    second = page_of("desk")
    assert second.goto(screenshot).status == 409
    assert second.get_by_text("这个码已经用过").is_visible() and not second.get_by_text("林小满").is_visible()

    reader.get_by_text("需要留一份文件？请持证人提供").click()
    reader.get_by_label("您是谁").fill("示范酒店")
    reader.get_by_label("用途").fill("办理入住")
    reader.get_by_role("button", name="请持证人提供").click()
    phone.get_by_role("button", name="同意提供").click()
    phone.get_by_text("已经提供带水印的文件").wait_for()
    reader.get_by_text("持证人已同意").wait_for()
    with reader.expect_download() as got:
        reader.get_by_role("link", name="下载文件").click()
    content = Path(got.value.path()).read_bytes()
    assert read_ofd(content).custom_data["JZJSYF"] == "示范酒店" and Copy.objects.count() == 1

    phone.get_by_role("button", name="再出示一次").click()
    phone.locator("svg.qr").wait_for()
    old = f"{site}/verify/show/{shown[-1]}/"
    Showing.objects.update(ends_at=clock.wall() - timedelta(seconds=1))
    assert second.goto(old).status == 410 and second.get_by_text("已过有效时间").is_visible()
    assert [use.mode for use in Use.objects.order_by("id")] == ["show", "show"]


def _listen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes as they are made: what a camera reads off the screen."""
    from kapok.support.licences.web import show

    shown: list[str] = []
    make = show.show_code

    def noting(*args: Any, **said: Any) -> Any:
        made = make(*args, **said)
        shown.append(made.code)
        return made

    monkeypatch.setattr(show, "show_code", noting)
    return shown


@pytest.mark.feature("15.11", part="renewed on the screen before it ends; without script by a button")
def test_the_code_renews_itself_and_without_script_by_its_button(mine: Any, page_of: Any) -> None:
    me, licence = mine
    phone = page_of("phone", account=me.account)
    phone.goto(f"/mine/licences/{licence.id}/show/")
    phone.locator("svg.qr path").wait_for()
    before = phone.locator("svg.qr path").get_attribute("d")
    Showing.objects.update(ends_at=clock.wall() + timedelta(seconds=2))
    phone.wait_for_function("d => document.querySelector('svg.qr path')?.getAttribute('d') !== d", arg=before)
    plain = page_of("phone", account=me.account, script=False)
    plain.goto(f"/mine/licences/{licence.id}/show/")
    plain.get_by_role("button", name="生成亮证码").click()
    assert plain.locator("svg.qr").is_visible()
    plain.get_by_role("button", name="换一个码").click()
    assert plain.locator("svg.qr").is_visible() and Showing.objects.count() >= 4


@pytest.mark.feature("15.08", part="three identities of one account, by keyboard, in large type")
def test_own_licences_for_oneself_and_two_companies_by_keyboard(mine: Any, page_of: Any) -> None:
    me, licence = mine
    office = issuer("深圳市公司证照局", title="食品经营许可证")
    first, second = company_of(me, "示范商贸有限公司"), company_of(me, "示范餐饮有限公司")
    held(office, first)
    page = page_of("desk", account=me.account)
    page.goto("/mine/licences/")
    assert page.get_by_role("link", name="场所许可证").is_visible() and not page.get_by_role("link", name="食品经营许可证").is_visible()
    _press(page, "看示范商贸有限公司的证照")
    assert page.get_by_role("link", name="食品经营许可证").is_visible() and not page.get_by_role("link", name="场所许可证").is_visible()
    assert page.goto(f"/mine/licences/{licence.id}/").status == 404, "a person's licence is not the company's"
    page.goto("/mine/licences/")
    _press(page, "看示范餐饮有限公司的证照")
    assert page.get_by_text("还没有电子证照").is_visible()
    assert second.name_masked in page.get_by_role("complementary").first.inner_text()
    _press(page, "看本人的证照")
    _press(page, "场所许可证", role="link")
    assert page.get_by_role("heading", name="场所许可证", level=1).is_visible()
    with page.expect_download() as got:
        _press(page, "下载 PDF", leads=False)
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF")
    page.goto("/mine/licences/?show=over")
    assert page.get_by_text("没有不再使用的证照").is_visible()
    page.get_by_role("link", name="长者版").click()
    page.goto("/mine/licences/")
    assert page.locator("html").get_attribute("data-size") == "elder" and not overflow(page) and not axe(page)


def _press(page: Any, name: str, role: str = "button", leads: bool = True) -> None:
    """Reached by Tab alone, pressed by Enter."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            break
    assert wanted.evaluate("e => e === document.activeElement"), f"{name} is not reached by keyboard"
    if not leads:
        page.keyboard.press("Enter")
        return
    with page.expect_navigation():
        page.keyboard.press("Enter")
