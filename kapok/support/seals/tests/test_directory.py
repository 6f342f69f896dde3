"""The national directory of seals: read from where it was left, never half, and told from memory while the platform is away.

self_judged: the platform is the sandbox's stand-in.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from kapok.support.seals.actions.syncing import national_status, sync_directory
from kapok.support.seals.connectors.base import platforms
from kapok.support.seals.models import ListedSeal
from kapok.support.seals.public import SealNotReady
from kapok.support.seals.tests.factories import SYSTEM
from sandbox.seal_server.server import SealServer

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.16", part="directory sync and status")]


@pytest.fixture
def server(settings: Any) -> Iterator[SealServer]:
    running = SealServer(token="demo").start()
    settings.KAPOK_SEAL_SERVER, settings.KAPOK_SEAL_SERVER_TOKEN, settings.KAPOK_SEAL_SERVER_LIMIT = running.address, "demo", "0.4"
    yield running
    running.stop()


def said(number: int, state: str = "in_use") -> dict[str, Any]:
    return {
        "es_id": f"3301{number:06d}", "name": f"杭州市第{number}局", "owner": f"杭州市第{number}局", "owner_uscc": "11330100002489559U",
        "state": state, "valid_to": "2028-01-01T00:00:00+00:00",
    }  # fmt: skip


def test_the_directory_is_read_from_where_it_was_left_page_by_page(server: SealServer) -> None:
    for number in range(250):
        server.directory.put(said(number))
    assert sync_directory(by=SYSTEM) == 250 == ListedSeal.objects.count()
    assert sync_directory(by=SYSTEM) == 0
    server.directory.put(said(7, "suspended"))
    assert sync_directory(by=SYSTEM) == 1
    assert ListedSeal.objects.get(es_id="3301000007").state == "suspended" and ListedSeal.objects.count() == 250


@pytest.mark.parametrize("mood", ["slow", "busy", "broken", "garbled"])
def test_a_platform_that_does_not_answer_leaves_what_was_read(server: SealServer, mood: str) -> None:
    server.directory.put(said(1))
    sync_directory(by=SYSTEM)
    server.mood, server.seconds = mood, 1.0
    with pytest.raises(SealNotReady):
        sync_directory(by=SYSTEM)
    platform = platforms.get("national")
    assert platform.check()
    found = national_status("3301000001")
    assert found is not None and found.state == "in_use"
    server.mood = "well"
    assert platform.check() == ""


def test_a_status_is_asked_of_the_platform_first(server: SealServer) -> None:
    server.directory.put(said(1))
    sync_directory(by=SYSTEM)
    server.directory.put(said(1, "destroyed"))
    found = national_status("3301000001")
    assert found is not None and found.state == "destroyed"
    server.stop()
    kept = national_status("3301000001")
    assert kept is not None and kept.state == "in_use"
    assert national_status("nothing") is None


def test_an_entry_that_is_none_is_not_taken_in(server: SealServer) -> None:
    server.directory.put({**said(1), "valid_to": "tomorrow"})
    with pytest.raises(SealNotReady):
        sync_directory(by=SYSTEM)
    assert ListedSeal.objects.count() == 0
