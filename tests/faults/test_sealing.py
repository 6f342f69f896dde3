"""kill -9 of worker, custodian and database while licences are being sealed, with `kapok up` bringing them back."""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from tests.faults.node import KAPOK, Node, kill

pytestmark = [pytest.mark.faults, pytest.mark.processes]

FULL = os.environ.get("KAPOK_FULL") == "1"
LICENCES, KILLS = (300, 40) if FULL else (20, 3)
VICTIMS = ("job worker", "custodian", "database")
SEED = 20261125
RUN = "import sys, django; django.setup(); from tests.faults.sealing import main; main(*sys.argv[1:])"


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    node.home.mkdir()
    node.prepare(*KAPOK, "setup")
    yield node
    node.remove()


def run(node: Node, *words: str) -> str:
    return node.prepare(sys.executable, "-c", RUN, *words)


@pytest.mark.feature("15.02", part="a killed worker resumes and seals once")
@pytest.mark.feature("15.03", part="killed at any moment")
def test_killed_while_sealing_every_licence_is_sealed_and_none_twice(node: Node) -> None:
    run(node, "issue", str(LICENCES))
    node.start()
    chance, killed = random.Random(SEED), Counter[str]()
    until = time.monotonic() + 300
    while waiting(node) and time.monotonic() < until:
        if sum(killed.values()) < KILLS:
            kind = VICTIMS[sum(killed.values()) % len(VICTIMS)]
            killed[kind] += kill(node, kind, chance)
        time.sleep(chance.uniform(0.05, 0.5))
    assert waiting(node) == 0, node.last_words()
    assert sum(killed.values()) >= min(KILLS, 3)
    node.await_ready()
    told = run(node, "judge")
    assert told.strip() == "", told


def waiting(node: Node) -> int:
    """Licences without their seal; a database that is being restarted says nothing yet."""
    with suppress(psycopg.OperationalError), node.connect() as connection:
        row = connection.execute("select count(*) from licences_signing").fetchone()
        return int(str(row[0])) if row else 0
    return -1
