"""The preview of bulk acts comes by a form only: looked at from the queue, as a clerk meets it."""

import pytest

from kapok.services.intake.tests import pages
from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, axe, overflow


@pytest.mark.feature("07.14", part="axe on every page at both sizes and in both languages")
def test_the_preview_of_bulk_acts_is_sound(tab, site):
    pages._office.cache_clear()
    page = tab.become(site, pages.clerk())
    page.set_viewport_size(SIZES["desk"])
    page.goto(f"{site}/work/intake/")
    page.locator("td input[type=checkbox]").first.check()
    with page.expect_navigation():
        page.locator("[data-bulk] button").first.click()
    found = []
    for size in SIZES:
        page.set_viewport_size(SIZES[size])
        found += [f"{size} {fault}" for fault in (*axe(page), *overflow(page))]
    assert "/bulk/" in page.url
    assert_none(found)
