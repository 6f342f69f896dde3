"""Ten errands by keyboard alone, the large-type view, the three scripts, paper, and the weight of a first view."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from kapok.kernel.ui.preferences import cookie_name
from kapok.services.intake.models import Case
from kapok.services.portal.tests import pages as portal
from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, survey

FOCUS = """() => { const e = document.activeElement; if (!e || e === document.body) return '';
    const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
    return [label, e.getAttribute('aria-label') || '', e.innerText || e.value || '', e.placeholder || ''].join(' ').trim(); }"""
VISIBLE = """() => { const e = document.activeElement, s = getComputedStyle(e);
    return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || getComputedStyle(e.parentElement).outlineStyle !== 'none'; }"""


@pytest.fixture
def me(site: str) -> Any:
    for made in (portal._office, portal._long, portal._asking):
        made.cache_clear()
    portal._office()
    who = portal.Citizen()
    who.login()
    yield who
    for made in (portal._office, portal._long, portal._asking):
        made.cache_clear()


class Keys:
    """A person at a keyboard."""

    def __init__(self, page: Any, site: str) -> None:
        self.page, self.site = page, site

    def open(self, address: str) -> None:
        self.page.goto(self.site + address)

    def to(self, words: str, most: int = 70) -> None:
        """Tab until something with these words has the focus, and it shows that it has."""
        seen = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            seen.append(self.page.evaluate(FOCUS))
            if words in seen[-1]:
                assert self.page.evaluate(VISIBLE), f"the focus on “{words}” cannot be seen"
                return
        raise AssertionError(f"“{words}” is not reached by keyboard among {seen}")

    def press(self, words: str, key: str = "Enter") -> None:
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, words: str, text: str) -> None:
        self.to(words)
        self.page.keyboard.type(text)

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def heading(self) -> str:
        return str(self.page.locator("h1").first.inner_text())


def search(k: Keys, me: Any) -> None:
    k.open("/")
    k.type("输入事项", "样张")
    k.enter()
    k.press("样张场所许可")
    assert k.heading() == "样张场所许可"


def theme(k: Keys, me: Any) -> None:
    k.open("/")
    k.press("住房")
    assert k.heading() == "住房"


def region(k: Keys, me: Any) -> None:
    k.open("/")
    k.press("广东省")
    k.type("输入市、县", "沙面社区")
    k.enter()
    k.press("沙面社区居民委员会")
    assert k.heading() == "沙面社区居民委员会"


def language(k: Keys, me: Any) -> None:
    k.open("/")
    k.press("English")
    assert k.page.locator("html").get_attribute("lang") == "en"


def large(k: Keys, me: Any) -> None:
    k.open("/")
    k.press("长者版")
    assert k.page.locator("html").get_attribute("data-size") == "elder"


def situation(k: Keys, me: Any) -> None:
    k.open(me.draft("situation"))
    k.to("自有")
    k.page.keyboard.press("Space")
    k.press("保存并继续")
    assert k.page.url.endswith("/form/")


def form(k: Keys, me: Any) -> None:
    k.open(me.draft("form", situation={"place": "own"}))
    k.type("场所地址", "示范路1号")
    k.press("保存并继续")
    assert k.page.url.endswith("/materials/")


def faults(k: Keys, me: Any) -> None:
    k.open(me.draft("materials", **portal.FILLED))
    k.press("保存并继续")
    k.to("请上传")
    k.page.keyboard.press("Enter")
    assert "material-" in k.page.evaluate("location.hash + document.activeElement.id")


def withdraw(k: Keys, me: Any) -> None:
    k.open(me.case())
    k.press("撤回")
    k.press("确认撤回")
    assert not Case.objects.filter(applicant=me.party, state="applied").exists()


def switch(k: Keys, me: Any) -> None:
    k.open("/mine/")
    k.to(me.account.name)
    k.page.keyboard.press("Enter")
    k.press("退出")
    k.press("退出")
    k.open("/mine/")
    assert "/account/sign-in/" in k.page.url


ERRANDS: dict[str, Callable[[Keys, Any], None]] = {
    "search and read a guide": search, "browse by theme": theme, "change the region": region, "change the language": language,
    "large type": large, "answer the questions of a draft": situation, "fill in a form": form, "go to what is wrong": faults,
    "withdraw a case": withdraw, "sign out": switch,
}  # fmt: skip


@pytest.mark.feature("07.14", part="ten errands by keyboard")
def test_ten_errands_are_done_by_keyboard_alone(tab: Any, site: str, me: Any) -> None:
    found = []
    for name, errand in ERRANDS.items():
        page = tab.become(site, me.account)
        page.set_viewport_size(SIZES["desk"])
        try:
            errand(Keys(page, site), me)
        except AssertionError as error:
            found.append(f"{name}: {str(error)[:300]}")
        except Exception as error:  # a navigation that did not come
            found.append(f"{name}: {type(error).__name__} at {page.url} {str(error)[:120]}")
    assert len(ERRANDS) == 10
    assert_none(found)


@pytest.mark.feature("07.14", part="large-type view")
def test_the_large_view_is_larger_plainer_and_has_less(tab: Any, site: str, me: Any) -> None:
    asked = (
        "() => [parseFloat(getComputedStyle(document.body).fontSize),"
        " [...document.querySelectorAll('a,button')].filter(e => e.checkVisibility()).length]"
    )
    page = tab.become(site, me.account)
    page.set_viewport_size(SIZES["desk"])
    page.goto(site + "/")
    size, links = page.evaluate(asked)
    found = []
    for address in ("/", "/search/", portal.guide(portal._office), me.case()):
        tab.become(site, me.account, **{cookie_name(): "light.elder", settings.LANGUAGE_COOKIE_NAME: "zh-hans"})
        found += survey(page, site + address, f"elder{address.replace('/', '-')}")
    page.set_viewport_size(SIZES["desk"])
    page.goto(site + "/")
    larger, fewer = page.evaluate(asked)
    assert_none(found)
    assert larger >= size * 1.2 and fewer < links
    assert page.get_by_role("link", name="常规版").first.is_visible(), "the way back"


@pytest.mark.feature("07.14", part="simplified and traditional, an entry for accessibility")
def test_the_scripts_change_by_one_link_and_item_names_stay(tab: Any, site: str, me: Any) -> None:
    page = tab.become(site)
    page.set_viewport_size(SIZES["desk"])
    page.goto(site + portal.guide(portal._office))
    page.get_by_role("link", name="繁體").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    assert page.locator("#flow h2").inner_text() == "辦理流程"
    assert page.locator("h1").inner_text() == "样张场所许可", "names of law are never converted"
    page.get_by_role("link", name="无障碍").or_(page.get_by_role("link", name="無障礙")).first.click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() in ("无障碍服务", "無障礙服務")


@pytest.mark.feature("07.14", part="print view")
def test_a_printed_guide_holds_the_guide_and_nothing_to_click(tab: Any, site: str, me: Any) -> None:
    page = tab.become(site)
    page.goto(site + portal.guide(portal._office))
    page.emulate_media(media="print")
    try:
        for gone in ("header nav", ".tabs-phone", ".toc", ".btn-primary"):
            assert page.locator(gone).evaluate_all("all => all.every(e => !e.checkVisibility())"), gone
        for kept in ("#basics", "#materials", "#contact"):
            assert page.locator(kept).is_visible()
        assert len(page.pdf(format="A4")) > 10_000
    finally:
        page.emulate_media(media="screen")


@pytest.mark.feature("07.14", part="weight of a first view")
def test_a_first_view_weighs_less_than_100_kb(tab: Any, site: str, me: Any) -> None:
    """Compressed as a server sends it: pages and sheets by gzip, pictures as they are."""
    loaded = "() => [location.href, ...performance.getEntriesByType('resource').map(e => e.name)]"
    for address in ("/", portal.guide(portal._office), "/search/"):
        page = tab.become(site)
        page.goto(site + address, wait_until="load")
        weight = sum(len(gzip.compress(page.request.get(each.split("#")[0]).body(), 6)) for each in set(page.evaluate(loaded)))
        assert 1_000 < weight < 100_000, (address, weight)
