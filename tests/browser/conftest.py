"""Fixtures: the browser, a page at each size, a signed-in page, the live server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser.looking import AXE, SIZES
from tests.browser.serving import serving
from tests.sweeps.people import client_of

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and {"browser", "page_of"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of the machine; pages are drawn by it, not by a download."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs chromium: apt install chromium fonts-noto-cjk")
    if not AXE.exists():
        pytest.skip("needs built assets: make assets")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(db: None) -> Iterator[str]:
    """The address of a server that sees this test's data."""
    with serving() as address:
        yield address


@pytest.fixture
def page_of(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Makes pages: page_of("phone"), page_of("desk", account=…, script=False, locale="en-GB")."""
    contexts = []

    def make(size: str = "desk", *, account: Any = None, script: bool = True, **options: Any) -> Any:
        context = browser.new_context(viewport=SIZES[size], base_url=site, java_script_enabled=script, locale="zh-CN", **options)
        contexts.append(context)
        if account is not None:
            key = client_of(account).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()
