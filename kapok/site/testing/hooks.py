"""What pytest asks of the plugin: options, marks, which tests are pure, and skips that may not be."""

import os
from collections.abc import Generator

import pytest

from kapok.site.testing import home

NEEDS_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "django_db_reset_sequences"}
NEEDS_MORE = ("browser", "faults", "processes", "bench")
MISSING = "needs "
"""A skip whose reason begins so names a program that is missing, and what to install."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pure", action="store_true", help="only tests that need no database, browser or process")


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "smoke: the few tests that `make smoke` runs on every kind of machine",
        "browser: drives a real browser",
        "processes: starts servers of its own",
        "faults: kills processes on purpose",
        "check: static, needs no database",
        "full: a large count; run by make full",
        "bench: measures; run by make bench",
    ):
        config.addinivalue_line("markers", line)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; the real one is tested by itself


def is_pure(item: pytest.Item) -> bool:
    """No mark and no fixture that needs a database, a browser or a process."""
    fixtures = set(getattr(item, "fixturenames", ()))
    marks = {mark.name for mark in item.iter_markers()}
    return not (fixtures & NEEDS_DATABASE or marks & {"django_db", *NEEDS_MORE})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--pure"):
        kept = [item for item in items if is_pure(item)]
        config.hook.pytest_deselected(items=[item for item in items if not is_pure(item)])
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In continuous integration everything is installed: a test that finds something missing has failed."""
    report = yield
    if report.skipped and os.environ.get("KAPOK_NO_SKIP") == "1" and call.excinfo is not None:
        reason = str(call.excinfo.value)
        if reason.startswith(MISSING):
            report.outcome = "failed"
            report.longrepr = f"skipped where nothing may be missing: {reason}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    from kapok.site.testing.cluster import leave

    leave()
    home.clean()
