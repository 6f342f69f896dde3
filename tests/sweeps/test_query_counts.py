"""Every page that is reached without a key asks the database a pinned number of questions.

The pins are upper bounds on a node without cases. What a page asks per row shows in its app's own test, which fills the list.
"""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.architecture.source import assert_none
from tests.sweeps.people import client_of, everybody
from tests.sweeps.routes import Route, all_routes

pytestmark = pytest.mark.django_db

PINS = Path(__file__).with_name("query_counts.toml")
CEILING = 40
"""No page may ask more than this, whatever is pinned."""


def pages() -> list[Route]:
    """Routes that show something by themselves: no key in the address, no API, no probe."""
    return [
        route
        for route in all_routes()
        if not route.names_a_thing and not route.operations and not route.pattern.startswith(("/api/", "/health", "/metrics"))
    ]


def test_every_page_keeps_to_its_pinned_number_of_statements() -> None:
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))["statements"]
    client, over, unpinned = client_of(everybody()), [], []
    client.get("/")
    for route in pages():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(route.address)
        if answer.status_code != 200:
            continue
        if route.name not in pins:
            unpinned.append(f'"{route.name}" = {len(asked)}')
        elif len(asked) > pins[route.name]:
            over.append(f"{route.name}: {len(asked)} statements, pinned {pins[route.name]}")
    assert_none(over)
    assert_none(unpinned)


def test_no_pin_is_lax_or_stands_for_a_page_that_is_gone() -> None:
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))["statements"]
    assert_none(set(pins) - {route.name for route in pages()})
    assert max(pins.values(), default=0) <= CEILING
