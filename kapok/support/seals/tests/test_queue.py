"""A seal whose key a remote server holds: slow, wrong, busy, away for an hour. Queued uses are signed in order, none twice.

self_judged: the server is ours too; its signatures are verified by the product's own code, which OpenSSL and others judge elsewhere.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.actions.queueing import queue_use, run_queue
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import QueuedUse, Seal, SealUse
from kapok.support.seals.public import SealNotReady, SealRefused, answer_of, use_seal, verify_file
from kapok.support.seals.tests.factories import SYSTEM, office, paper, sealed_office, user_of, wish
from sandbox.seal_server.server import SealServer

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.16", part="remote signing with time-outs and a queue")]


@pytest.fixture
def server(settings: Any) -> Iterator[SealServer]:
    running = SealServer(token="demo").start()
    settings.KAPOK_SEAL_SERVER, settings.KAPOK_SEAL_SERVER_TOKEN, settings.KAPOK_SEAL_SERVER_LIMIT = running.address, "demo", "0.5"
    yield running
    running.stop()


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def seal(org: Org, server: SealServer, settings: Any) -> SealFacts:
    """A seal whose keys lie at the server."""
    settings.KAPOK_SEAL_CUSTODY = "remote"
    return sealed_office(org)


def later(seconds: float) -> Any:
    """Machine time moves on: what waits becomes due."""
    QueuedUse.objects.filter(state="waiting").update(retry_at=clock.wall() - timedelta(seconds=seconds))


def test_a_remote_seal_is_made_and_used_with_a_receipt(seal: SealFacts, org: Org, server: SealServer) -> None:
    sealed = use_seal(wish(seal), by=user_of(seal, org))
    use = SealUse.objects.get(id=sealed.use)
    assert Seal.objects.get().custody == use.custody == "remote" and use.receipt.startswith("R-")
    assert verify_file(sealed.content).verdict == "valid" and len(server.vault.made) == 1


@pytest.mark.parametrize("mood", ["slow", "busy", "broken", "garbled", "wrong"])
def test_a_server_that_does_not_answer_properly_gives_no_seal_and_no_entry(
    seal: SealFacts, org: Org, server: SealServer, mood: str
) -> None:
    who = user_of(seal, org)
    server.mood, server.seconds = mood, 1.0
    with pytest.raises(SealNotReady):
        use_seal(wish(seal), by=who)
    assert SealUse.objects.count() == 0
    server.mood = "well"
    assert use_seal(wish(seal), by=who).content


def test_a_revoked_key_refuses_for_good(seal: SealFacts, org: Org, server: SealServer) -> None:
    for key in server.vault.keys.values():
        key.state = "revoked"
    with pytest.raises(SealRefused) as found:
        use_seal(wish(seal), by=user_of(seal, org))
    assert found.value.code == "seals.custody_refused"


def test_after_an_hour_without_the_server_every_request_is_signed_in_order_and_none_twice(
    seal: SealFacts, org: Org, server: SealServer
) -> None:
    who = user_of(seal, org)
    server.stop()
    asked = [wish(seal, paper(f"第{number}号决定")) for number in range(12)]
    began = clock.now()
    for request in asked:
        with pytest.raises(SealNotReady):
            use_seal(request, by=who)
        queue_use(request, by=who)
        queue_use(request, by=who)
    assert QueuedUse.objects.count() == 12
    for _minute in range(60):  # an hour of tries: only the first of the seal is tried, the rest stand behind it
        later(1)
        assert run_queue() == 0
    tries = list(QueuedUse.objects.order_by("number").values_list("tries", flat=True))
    assert tries == [60] + [0] * 11
    assert QueuedUse.objects.order_by("number")[0].retry_at > clock.wall() + timedelta(seconds=50)
    server.start()
    with clock.frozen(began + timedelta(hours=1)):
        later(1)
        assert run_queue() == 12 and run_queue() == 0
        uses = list(SealUse.objects.order_by("id"))
        assert [use.request for use in uses] == [request.request for request in asked]
        assert all(use.at < began + timedelta(minutes=1) for use in uses)
        made = list(server.vault.made)
        assert len(made) == 12 == len({UUID(request[:36]) for request in made})
        assert [UUID(request[:36]) for request in made] == [request.request for request in asked]
        for request in asked:
            answer = answer_of(request.request)
            assert answer is not None and verify_file(answer.content).verdict == "valid"
            assert use_seal(request, by=who) == answer
    assert len(server.vault.made) == 12


def test_an_answer_that_was_lost_on_the_way_is_asked_for_again_and_signed_once(
    seal: SealFacts, org: Org, server: SealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the server's signature and the log: the second try gets the signature of the first."""
    from kapok.support.seals.actions import using

    who, request = user_of(seal, org), wish(seal)
    kept = using._keep

    def killed(*_args: Any, **_said: Any) -> Any:
        raise ConnectionError

    monkeypatch.setattr(using, "_keep", killed)
    queue_use(request, by=who)
    with pytest.raises(ConnectionError):
        run_queue()
    monkeypatch.setattr(using, "_keep", kept)
    later(1)
    assert run_queue() == 1
    assert len(server.vault.made) == 1 and SealUse.objects.count() == 1


def test_what_is_refused_meanwhile_ends_and_lets_the_next_one_pass(seal: SealFacts, org: Org, server: SealServer) -> None:
    who = user_of(seal, org)
    server.stop()
    first = queue_use(wish(seal, reason="x" * 3), by=who)
    suspend_seal(seal.id, reason="停用", by=SYSTEM)
    server.start()
    assert run_queue() == 1
    first.refresh_from_db()
    assert (first.state, first.sealed) == ("refused", None) and "停用" in first.error


def test_a_queued_use_of_a_seal_that_is_not_there_is_refused(org: Org) -> None:
    from dataclasses import replace

    from kapok.kernel.common.errors import NotHere

    with pytest.raises(NotHere):
        queue_use(replace(wish(sealed_office(org)), seal=uuid7()), by=SYSTEM)
