"""make bench: one run on a node of its own; prints every rate with its ratio to the floor and CPU-ms per request."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.clients import Connection, Rate, measure, request
from benchmarks.floor import two_row_transactions
from kapok.kernel.common import clock
from tests.faults.node import Node

SECONDS, CLIENTS = 10.0, 8
console = Console()


def main(rows: int = 1_000_000) -> None:
    """Fill, serve, measure, print."""
    node = Node()
    try:
        console.print(f"a node with {rows:,} cases is made …")
        node.prepare(sys.executable, "-m", "kapok.site.cli", "db", "start")
        node.prepare(sys.executable, "-m", "kapok.site.cli", "setup")
        crowd = json.loads(node.prepare(sys.executable, "-m", "benchmarks.run", str(rows)).splitlines()[-1])
        node.start()
        node.await_ready(120)
        libpq = node.address().as_libpq()
        floor = two_row_transactions(libpq)
        console.print(f"floor: {floor:,.0f} durable two-row transactions/s by 8 raw clients")
        _print(_measured(node, crowd), floor)
        with node.connect() as connection:
            waiting = connection.execute("select (select count(*) from journal_entry) - (select seq from journal_head)").fetchone()
            console.print(f"worker's backlog at the end: {waiting[0] if waiting else '?'} entries unsealed")
    finally:
        node.stop()


def _measured(node: Node, crowd: dict) -> list[tuple[str, Rate, float]]:  # type: ignore[type-arg]  # JSON of benchmarks.crowd
    results = []
    bodies, citizens = crowd["applications"], crowd["citizens"]
    stamp = clock.wall().timestamp()

    def apply(client: int, turn: int) -> bytes | None:
        number = turn * CLIENTS + client
        if number >= len(citizens) * len(bodies):
            return None
        citizen, body = citizens[number % len(citizens)], bodies[(number // len(citizens)) % len(bodies)]
        return request("POST", "/api/intake/v1/applications", citizen["token"], json.dumps(body).encode(), f"{stamp}-{number}")

    results.append(_one(node, "applications/s", apply, 201))
    with node.connect() as connection:
        cases = [str(row[0]) for row in connection.execute("select case_id from intake_act where act = 'apply'").fetchall()]
    accept = json.dumps({"act": "accept", "outcome": "accepted"}).encode()

    def act(client: int, turn: int) -> bytes | None:
        number = turn * CLIENTS + client
        if number >= len(cases):
            return None
        return request("POST", f"/api/intake/v1/cases/{cases[number]}/acts", crowd["clerk"], accept, f"a{stamp}-{number}")

    results.append(_one(node, "acts/s (受理)", act, 200))
    for name, token in crowd["viewers"].items():
        asked = request("GET", "/api/intake/v1/queue?limit=100", token)
        _warm(node.port, asked)
        results.append(_one(node, f"list pages/s, {name}", lambda client, turn, asked=asked: asked, 200))
        results.append(_one(node, f"list page, {name}, 1 client", lambda client, turn, asked=asked: asked, 200, clients=1, seconds=4))
    guide = request("GET", f"/portal/guide/{crowd['guide']}", "")
    results.append(_one(node, "item pages/s", lambda client, turn: guide, 200))
    return results


def _warm(port: int, asked: bytes) -> None:
    for _ in range(8):
        Connection(port).ask(asked)


def _one(
    node: Node, name: str, make: Callable[[int, int], bytes | None], wished: int, clients: int = CLIENTS, seconds: float = SECONDS
) -> tuple[str, Rate, float]:  # fmt: skip
    before = _cpu(node)
    rate = measure(node.port, clients, seconds, make, wished)
    return name, rate, (_cpu(node) - before) * 1000 / max(rate.count, 1)


def _cpu(node: Node) -> float:
    """CPU seconds of every process but our own that runs on this machine for the node: its session's web workers, database and worker."""
    total, ticks = 0.0, os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if b"kapok" in words or b"postgres" in words or b"granian" in words:
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def _print(results: list[tuple[str, Rate, float]], floor: float) -> None:
    table = Table("measure", "per second", "of the floor", "p50 ms", "p99 ms", "CPU-ms", "failed")
    for name, rate, cpu in results:
        table.add_row(
            name,
            f"{rate.per_second:,.0f}",
            f"{rate.per_second / floor:.3f}",
            f"{rate.p50:.1f}",
            f"{rate.p99:.1f}",
            f"{cpu:.2f}",
            str(rate.failed),
        )
    console.print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
