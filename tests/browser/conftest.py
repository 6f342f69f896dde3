"""Fixtures: the browser, a page at each size, a signed-in page, the live server, and a limit on all of it."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.browser.looking import AXE, SIZES
from tests.browser.serving import serving
from tests.sweeps.people import client_of

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
LONGEST = 480
"""Seconds a test with a browser may take. Nothing else would end it: a browser that hangs answers no call, and a page that waits for
a lock of the test's own transaction waits for ever."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and {"browser", "page_of", "tab"} & set(getattr(item, "fixturenames", ())):
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


class TooLong(Exception):
    """A test with a browser did not come to its end."""


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    def ring(number: int, frame: Any) -> None:
        raise TooLong(f"over {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def site(db: None) -> Iterator[str]:
    """The address of a server that sees this test's data. Its statements wait for nobody for long."""
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '10s'")
        cursor.execute("set local statement_timeout = '60s'")
    with _limit(LONGEST), serving() as address:
        yield address


class Tab:
    """One window for many pages: who is signed in, and in which language, is changed between them."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)

    def become(self, site: str, account: Any = None, **cookies: str) -> Any:
        """The page of somebody: signed in as an account if one is given, with these cookies and no others."""
        self.context.clear_cookies()
        if account is not None:
            cookies[settings.SESSION_COOKIE_NAME] = client_of(account).cookies[settings.SESSION_COOKIE_NAME].value
        if cookies:
            self.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        return self.page


@pytest.fixture(scope="session")
def tab(browser: Any) -> Iterator[Tab]:
    """The window in which the sweeps walk; opening one for each page would cost more than looking at it."""
    context = browser.new_context(viewport=SIZES["desk"], locale="zh-CN")
    yield Tab(context)
    context.close()


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
