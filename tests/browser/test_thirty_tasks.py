"""Thirty errands from the home page, without script, without an account, in three clicks at most."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import assert_none
from tests.journeys.conftest import catalogue, catalogue_template  # noqa: F401 - fixtures

TASKS = tomllib.loads(Path(__file__).with_name("thirty_tasks.toml").read_text("utf-8"))["task"]
MOST = 3


def errand(page: Any, way: list[str], opens: str) -> str:
    """Go the way from the home page; what went wrong, or nothing."""
    page.context.clear_cookies()
    page.goto("/")
    for step in way:
        if step.startswith("键入 "):
            box = page.locator("main input[type=search]").first
            box.fill(step.removeprefix("键入 "))
            box.press("Enter")
        else:
            link = page.get_by_role("link", name=step, exact=True).first
            if link.count() == 0:
                return f"no link “{step}” on {page.url}"
            link.click()
        page.wait_for_load_state()
    heading = page.locator("h1").inner_text()
    return "" if heading == opens else f"“{heading}” at {page.url}"


@pytest.mark.feature("07.01")
def test_thirty_errands_take_three_clicks_without_script_or_account(catalogue: None, page_of: Any) -> None:  # noqa: F811 - the fixture
    page = page_of("desk", script=False)
    assert len(TASKS) == 30
    assert_none(" → ".join(task["way"]) for task in TASKS if sum(not step.startswith("键入 ") for step in task["way"]) > MOST)
    found = {" → ".join(task["way"]): errand(page, **task) for task in TASKS}
    assert_none(f"{way}: {fault}" for way, fault in found.items() if fault)
