"""kill -9 at seeded moments while many act at once, with `kapok up` bringing everything back."""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kapok.kernel.common import clock
from tests.faults import verdict
from tests.faults.clients import Client, Ledger, Seed
from tests.faults.node import KAPOK, VICTIMS, Node, kill

pytestmark = [pytest.mark.faults, pytest.mark.processes]

FULL = os.environ.get("KAPOK_FULL") == "1"
KILLS, ACTS, CLIENTS = (200, 2000, 8) if FULL else (6, 60, 4)
SEED = 20260917
FIRST_DAY, LAST_DAY = datetime(2026, 9, 17, 1, tzinfo=UTC), datetime(2027, 1, 20, tzinfo=UTC)
"""Legal time runs over the autumn holidays with their worked weekends, into a year whose days are not published."""


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    node.home.mkdir()
    set_legal_time(node, -0.05)  # what is laid now begins before anybody acts
    node.prepare(*KAPOK, "setup")
    yield node
    node.remove()


def set_legal_time(node: Node, part: float) -> None:
    """Set legal time to a part of the way from the first day to the last."""
    wanted = FIRST_DAY + (LAST_DAY - FIRST_DAY) * part
    node.move_clock((wanted - clock.wall()).total_seconds())


@pytest.mark.feature("08.05", part="kills of database, web and worker")
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_done_twice(node: Node) -> None:
    seed = Seed(**json.loads(node.prepare(sys.executable, "-c", LAY_GROUND)))
    node.start()
    node.await_ready()
    ledger = Ledger()
    clients = [Client(node, seed, ledger, number, ACTS) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = kill_while_they_act(node, ledger)
    for client in clients:
        client.join(300)
    assert not any(client.is_alive() for client in clients)
    assert ledger.trouble == []
    assert sum(killed.values()) >= KILLS
    assert ledger.count() >= ACTS
    node.await_ready()
    judge(node, seed, ledger)
    assert node.left_over() == [], "killed parents left their workers behind"


def kill_while_they_act(node: Node, ledger: Ledger) -> Counter[str]:
    """Spread the kills over the acts; legal time goes on between them."""
    chance, killed = random.Random(SEED), Counter[str]()
    while sum(killed.values()) < KILLS and not ledger.trouble:
        done = sum(killed.values())
        set_legal_time(node, done / KILLS)
        node.await_ready()
        time.sleep(chance.uniform(0.05, 0.6))
        kind = VICTIMS[done % len(VICTIMS)]
        killed[kind] += kill(node, kind, chance)
    return killed


def judge(node: Node, seed: Seed, ledger: Ledger) -> None:
    with node.connect() as connection:
        settled = "select count(*) from journal_entry where not exists (select 1 from journal_place p where p.entry = journal_entry.id)"
        until = time.monotonic() + 60
        while connection.execute(settled).fetchone() != (0,):
            assert time.monotonic() < until, "the worker did not seal what was left"
            time.sleep(0.2)
    node.stop()
    with node.connect() as connection:
        verdict.nothing_acknowledged_is_lost(connection, ledger)
        verdict.nothing_is_doubled(connection, ledger)
        verdict.the_order_holds(connection)
        compared, with_pause = verdict.due_dates_are_right(connection, seed.limits)
    assert compared > ACTS // 20
    assert with_pause > 0 or not FULL
    held = node.prepare(sys.executable, "-c", VERIFY)
    assert held.strip().endswith("None)"), held


LAY_GROUND = "import django; django.setup(); from tests.faults.seed import main; main()"
VERIFY = "import django; django.setup(); from kapok.kernel.journal.public import verify; print(verify())"
