"""Pytest plugin: knows `@pytest.mark.feature("08.06", part="number, document")` and refuses rows that do not exist."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.features.matrices import all_rows

MARK = "feature(id, …, part=None): this test would fail without the feature of the named matrix rows"
REPORT_TO = "FEATURE_MARKS_FILE"
"""Environment variable: the file to write the collected marks to, as JSON."""
COLLECTED = pytest.StashKey[list["Mark"]]()
"""The marks of the whole suite, where a run collects all of it."""


@dataclass(frozen=True)
class Mark:
    """One test that proves a row, wholly or in part."""

    row: str
    test: str
    part: str | None = None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marks = [mark for item in items for mark in marks_of(item)]
    unknown = {mark.row: mark.test for mark in marks if mark.row not in all_rows()}
    if unknown:
        named = "; ".join(f"{row} ({test})" for row, test in sorted(unknown.items()))
        raise pytest.UsageError(f"feature marks name rows that stand in no matrix: {named}")
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.getoption("lf", False):
        config.stash[COLLECTED] = marks
    target = os.environ.get(REPORT_TO)
    if target:
        Path(target).write_text(json.dumps([asdict(mark) for mark in marks], ensure_ascii=False), encoding="utf-8")


def marks_of(item: pytest.Item) -> Iterator[Mark]:
    """The rows a test proves; a test that is always skipped proves none."""
    if item.get_closest_marker("skip") is not None:
        return
    for mark in item.iter_markers("feature"):
        if not mark.args:
            raise pytest.UsageError(f"{item.nodeid}: the feature mark names no row")
        for row in mark.args:
            yield Mark(str(row), item.nodeid, mark.kwargs.get("part"))
