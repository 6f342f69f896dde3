"""What is asked of the node, by whom, and the bar each rate has."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from benchmarks.clients import Connection, Maker, Rate, measure, request
from benchmarks.node import BenchError

CLIENTS = 8


@dataclass(frozen=True)
class Bar:
    """At least so many a second, or a median, or 95 of 100, within so many milliseconds."""

    per_second: float = 0
    median_ms: float = 0
    p95_ms: float = 0

    def holds(self, rate: Rate) -> bool:
        quick = all(not most or 0 < rate.at(share) <= most for share, most in ((0.5, self.median_ms), (0.95, self.p95_ms)))
        return rate.per_second >= self.per_second and quick

    def __str__(self) -> str:
        said = ((self.per_second, "≥ {:.0f}/s"), (self.median_ms, "median ≤ {:.0f} ms"), (self.p95_ms, "p95 ≤ {:.0f} ms"))
        return ", ".join(words.format(bar) for bar, words in said if bar)


@dataclass
class Phase:
    """One rate: who asks what, for how long, and which status is right."""

    name: str
    make: Maker
    wished: int
    bar: Bar
    seconds: float
    clients: int = CLIENTS
    writes: bool = False
    kept: list[bytes] | None = None
    probe: Callable[[], bytes] | None = field(default=None)
    rounds: int = 0
    """Turns every client makes before the time counts: pages that are kept are measured when both workers have them."""

    def prepare(self, port: int) -> None:
        """Ask once in the open: a phase whose first answer is wrong ends the run with that answer. Then warm both workers."""
        if self.probe is None:
            return
        asked = self.probe()
        try:
            status, body = Connection(port).ask(asked)
            for _ in range(0 if self.writes else 12):
                Connection(port).ask(asked)
        except OSError as error:
            raise BenchError(f"{self.name}: no answer: {error}") from error
        if self.rounds:
            measure(port, self.clients, 30, lambda client, turn: self.make(client, turn) if turn < self.rounds else None, self.wished)
        if status != self.wished:
            raise BenchError(f"{self.name}: {status} instead of {self.wished}: {body[:500].decode(errors='replace')}")

    def run(self, port: int) -> Rate:
        rate = measure(port, self.clients, self.seconds, self.make, self.wished, keep=self.kept is not None)
        if self.kept is not None:
            self.kept.extend(rate.answers)
        return rate


def phases_of(crowd: dict[str, Any], seconds: float, run: str) -> Iterator[Phase]:
    """In order: applications, acts on what was applied for, the list for three people, pages and API of items, regions."""
    applied: list[bytes] = []
    yield _applications(crowd, seconds, run, applied)
    yield _acts(crowd, seconds * 0.8, applied)
    lists = {name: request("GET", "/api/intake/v1/queue?limit=100", token) for name, token in crowd["viewers"].items()}
    titles = {"few": "who sees 12 rows", "city": "of a whole city", "many": "of 5,000 (unit, item)"}
    for name, asked in lists.items():
        yield _same(f"list of 100, one client, {titles[name]}", asked, Bar(median_ms=15), seconds * 0.4, clients=1)
    for name, asked in lists.items():
        yield _same(f"list pages, {titles[name]}", asked, Bar(per_second=200), seconds * 0.6)
    mixed = list(lists.values())
    yield Phase("list pages, the three in turn", lambda c, t: mixed[(c + t) % 3], 200, Bar(per_second=200), seconds * 0.6)
    yield _same("home page", request("GET", "/"), Bar(per_second=600, p95_ms=60), seconds * 0.6)
    yield _items("item pages (办事指南)", "/portal/guide/", crowd["guides"], Bar(per_second=600, p95_ms=60), seconds)
    # An address with a query is never kept: these are drawn anew for each reader.
    anew = [f"{code}?anew" for code in crowd["guides"]]
    yield _items("item pages drawn anew", "/portal/guide/", anew, Bar(p95_ms=150), seconds)
    yield _items("regions, province to village (07.08)", "/regions/", crowd["regions"], Bar(p95_ms=80), seconds)
    yield _items("items by the API", "/api/items/v1/items/", crowd["guides"], Bar(per_second=800), seconds)


def _items(name: str, address: str, codes: list[str], bar: Bar, seconds: float) -> Phase:
    """One item after another, as anybody may read them."""
    asked = [request("GET", address + code) for code in codes]

    def make(client: int, turn: int) -> bytes:
        return asked[(client * 31 + turn) % len(asked)]

    return Phase(name, make, 200, bar, seconds * 0.6, probe=lambda: asked[0], rounds=len(asked))


def _same(name: str, asked: bytes, bar: Bar, seconds: float, clients: int = CLIENTS) -> Phase:
    return Phase(name, lambda client, turn: asked, 200, bar, seconds, clients, probe=lambda: asked)


def _applications(crowd: dict[str, Any], seconds: float, run: str, applied: list[bytes]) -> Phase:
    """Complete forms without files, item after item, citizen after citizen; each under a key of its own."""
    citizens, bodies = crowd["citizens"], [json.dumps(body).encode() for body in crowd["applications"]]

    def post(client: int, turn: int) -> bytes:
        number = turn * CLIENTS + client
        citizen, body = citizens[number % len(citizens)], bodies[number % len(bodies)]
        return request("POST", "/api/intake/v1/applications", citizen, body, f"{run}-{client}-{turn}")

    def probe() -> bytes:
        return request("POST", "/api/intake/v1/applications", citizens[0], bodies[0], uuid4().hex)

    return Phase("applications", post, 201, Bar(per_second=300), seconds, writes=True, kept=applied, probe=probe)


def _acts(crowd: dict[str, Any], seconds: float, applied: list[bytes]) -> Phase:
    """受理 of the cases just applied for."""
    accept = json.dumps({"act": "accept", "outcome": "accepted"}).encode()
    turns = count()

    def post(client: int, turn: int) -> bytes | None:
        number = next(turns)
        if number >= len(applied):
            return None
        return request("POST", f"/api/intake/v1/cases/{json.loads(applied[number])['case']}/acts", crowd["clerk"], accept, uuid4().hex)

    return Phase("acts (受理)", post, 200, Bar(per_second=300), seconds, writes=True)
