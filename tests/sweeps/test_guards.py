"""Every route says who may call it, or stands on this list with its reason."""

import pytest

from kapok.kernel.access.public import PUBLIC, SIGNED_IN, deeds
from tests.architecture.source import assert_none
from tests.sweeps.routes import all_routes

pytestmark = pytest.mark.check

WITHOUT_A_GUARD = {
    "/health/live": "asked by the supervisor and by load balancers; answers one word",
    "/health/ready": "asked by the supervisor and by load balancers; names what is missing, never data",
    "/metrics": "guards itself: loopback, or the token of KAPOK_METRICS_TOKEN",
}
SCHEMAS = ("/openapi.json",)
"""An API's description is public by intent: it is what others build against."""


def test_every_route_has_a_guard_or_a_reason() -> None:
    bare = [
        route.pattern
        for route in all_routes()
        if None in route.guards
        and route.pattern not in WITHOUT_A_GUARD
        and not route.pattern.endswith(SCHEMAS)
        and not _is_api_root(route.pattern)
    ]
    assert_none(bare)


def test_no_reason_stands_for_a_route_that_is_gone() -> None:
    assert_none(set(WITHOUT_A_GUARD) - {route.pattern for route in all_routes()})


def test_every_public_route_says_why() -> None:
    silent = [route.pattern for route in all_routes() for guard in route.guards if guard and guard[0] == PUBLIC and len(guard[1]) < 4]
    assert_none(silent)


def test_every_deed_a_route_asks_for_belongs_to_some_role() -> None:
    unknown = {
        route.pattern: guard[0]
        for route in all_routes()
        for guard in route.guards
        if guard and guard[0] not in (PUBLIC, SIGNED_IN) and guard[0] not in deeds()
    }
    assert_none(unknown)


def _is_api_root(pattern: str) -> bool:
    return pattern.startswith("/api/") and pattern.rstrip("/").endswith("/v1")
