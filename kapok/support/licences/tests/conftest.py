"""A small province under every test that has a database."""

from pathlib import Path

import pytest

from kapok.kernel.regions.tests.factories import small_province
from kapok.support.licences.queries.types import forget_published


@pytest.fixture(autouse=True)
def province(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Guangdong in small, for tests that ask for a database."""
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        small_province(tmp_path)
        forget_published()
