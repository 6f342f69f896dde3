"""Refusals are pages too: what happened, what to do, whom to call, and a number; sound at both sizes and in both languages."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kapok.kernel.common.errors import KapokError
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.portal.web import browsing
from tests.architecture.source import assert_none
from tests.browser.looking import survey

STATUSES = (400, 403, 404, 409, 413, 422, 429, 500, 503)


def refusal(status: int) -> Exception:
    """An error of that status; 500 is one that nobody foresaw."""
    if status == 500:
        return RuntimeError("unforeseen")
    return type("Refusal", (KapokError,), {"code": f"sample.{status}", "status": status, "says": "这里是一句说明。"})()


@pytest.mark.feature("07.14", part="refusals under axe")
def test_every_refusal_is_a_sound_page(tab: Any, site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small_province(tmp_path)
    faults = []
    for status in STATUSES:

        def refuse(*_given: Any, **_named: Any) -> Any:
            raise refusal(status)  # noqa: B023 — called within this turn of the loop only

        monkeypatch.setattr(browsing, "search_items", refuse)
        for short, language in (("zh", "zh-hans"), ("en", "en")):
            page = tab.become(site, **{settings.LANGUAGE_COOKIE_NAME: language})
            faults += survey(page, f"{site}/search/", f"refused-{status}-{short}", status)
            if page.locator("main code").count() != 1:
                faults.append(f"{status} {short}: no number to tell the hotline")
    assert_none(faults)
