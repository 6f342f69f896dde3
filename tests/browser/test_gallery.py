"""The components themselves: light, dark, elder, English; by keyboard; without script."""

import pytest
from django.conf import settings

from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, visit
from tests.sweeps.people import everybody

SHELLS = ["/ops/ui/", "/ops/ui/shell/citizen/", "/ops/ui/shell/clerk/", "/ops/ui/shell/ops/"]
VIEWS = {
    "light": ("light.normal", "zh-hans"),
    "dark": ("dark.normal", "zh-hans"),
    "elder": ("light.elder", "zh-hant"),
    "english": ("auto.normal", "en"),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.feature("07.14", part="components in light, dark, elder view and three languages")
def test_every_component_is_sound_in_every_view(view, page_of, site):
    from kapok.kernel.ui.preferences import cookie_name

    account, faults = everybody(), []
    for size in SIZES:
        page = page_of(size, account=account)
        values = {cookie_name(): VIEWS[view][0], settings.LANGUAGE_COOKIE_NAME: VIEWS[view][1]}
        page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in values.items()])
        for address in SHELLS:
            faults += visit(page, address, f"gallery{address.removeprefix('/ops/ui').replace('/', '-')}{view}-{size}")
    assert_none(sorted(set(faults)))


@pytest.mark.feature("07.14", part="preferences by keyboard, without script")
def test_the_display_menu_works_by_keyboard_and_without_script(page_of):
    page = page_of("desk", account=everybody(), script=False)
    page.goto("/ops/ui/shell/citizen/")
    page.locator("summary", has_text="显示").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="深色").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.url.endswith("/ops/ui/shell/citizen/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_skip_link_comes_first_and_leads_to_the_content(page_of):
    page = page_of("desk", account=everybody())
    page.goto("/ops/ui/shell/clerk/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到主要内容"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.feature("07.14", part="queues by keyboard")
def test_a_queue_is_walked_and_ticked_by_keyboard(page_of):
    page = page_of("desk", account=everybody())
    page.goto("/ops/ui/shell/clerk/")
    page.evaluate("document.activeElement.blur()")
    for key in "jj":
        page.keyboard.press(key)
    assert page.locator("tr.at").count() == 1
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("x")
    assert page.locator("[data-bulk] output").inner_text() == "已选 1 件"
    page.locator("[data-all]").check()
    assert page.locator("[data-bulk] output").inner_text() == "已选 9 件"


def test_a_dialog_opens_over_the_page_and_closes_with_escape(page_of):
    page = page_of("desk", account=everybody())
    page.goto("/ops/ui/")
    page.get_by_role("link", name="打开对话框").click()
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.feature("07.14", part="weight of a first view, no layout shift")
def test_a_citizens_page_is_light_and_does_not_jump(page_of):
    page = page_of("phone", account=everybody())
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) window.shift += e.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto("/ops/ui/shell/citizen/", wait_until="load")
    assert page.evaluate("window.shift") < 0.02


def test_the_flow_of_a_case_is_drawn_on_a_phone(page_of):
    page = page_of("phone", account=everybody())
    page.goto("/ops/ui/")
    assert page.locator(".rail").first.is_visible()
    assert page.locator(".rail .r-pause").first.is_visible()
    assert not page.locator("svg.line").first.is_visible()
