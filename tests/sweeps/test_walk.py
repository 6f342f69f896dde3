"""Every route walked by a visitor and by somebody without any right: nothing leaks and nothing breaks."""

from typing import Any

import pytest
from django.test import Client

from kapok.kernel.access.public import PUBLIC, SIGNED_IN
from tests.architecture.source import assert_none
from tests.sweeps.people import client_of, everybody, nobody
from tests.sweeps.routes import HOSTILE, METHODS, Route, all_routes

pytestmark = pytest.mark.django_db

REFUSED = {302, 401, 403, 404, 405, 409, 415, 422, 400}
"""What may be answered to one who may not: never 200, never 500."""


@pytest.fixture(name="nobody")
def signed_in_nobody() -> Client:
    return client_of(nobody())


@pytest.fixture(name="everybody")
def signed_in_everybody() -> Client:
    return client_of(everybody())


@pytest.fixture
def visitor() -> Client:
    return client_of()


def guarded(*, by_deed: bool = False) -> list[Route]:
    """Routes not open to all; with `by_deed`, those that ask for a deed."""
    whos = [(route, {guard[0] for guard in route.guards if guard}) for route in all_routes()]
    return [route for route, who in whos if who and PUBLIC not in who and (not by_deed or SIGNED_IN not in who)]


def call(client: Client, method: str, address: str) -> Any:
    return client.generic(method, address, data="{}" if method != "GET" else "", content_type="application/json")


def test_a_visitor_gets_nothing_from_a_guarded_route_by_any_method(visitor: Client) -> None:
    leaks = [
        f"{method} {route.address}: {status}"
        for route in guarded()
        for method in METHODS
        if (status := call(visitor, method, route.address + (HOSTILE if method == "GET" else "")).status_code) not in REFUSED
    ]
    assert_none(leaks)


def test_somebody_without_rights_gets_nothing_from_a_route_that_asks_for_a_deed(nobody: Client) -> None:
    leaks = [
        f"{method} {route.address}: {status}"
        for route in guarded(by_deed=True)
        for method in METHODS
        if (status := call(nobody, method, route.address + (HOSTILE if method == "GET" else "")).status_code) not in REFUSED - {302}
    ]
    assert_none(leaks)


def test_somebody_without_rights_finds_no_thing_by_its_key(nobody: Client) -> None:
    """Routes for anybody signed in still show a thing only to whom it concerns: absent and forbidden look alike."""
    found = [
        f"{route.address}: {status}"
        for route in guarded()
        if route.names_a_thing and (status := call(nobody, "GET", route.address).status_code) == 200
    ]
    assert_none(found)


@pytest.mark.parametrize("who", ["visitor", "nobody", "everybody"])
def test_no_route_breaks_whatever_it_is_asked(who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    broken = [
        f"{method} {route.address}: {status}"
        for route in all_routes()
        if not route.pattern.startswith("/health/")
        for method in METHODS
        for tail in ("", HOSTILE)
        if (status := call(client, method, route.address + tail).status_code) >= 500
    ]
    assert_none(broken)
