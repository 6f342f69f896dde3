"""make bench: one run on a node of its own; prints every rate with its ratio to the floor and CPU-ms per request."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from benchmarks.clients import Rate
from benchmarks.floor import two_row_transactions
from benchmarks.node import BenchError, Node
from benchmarks.phases import Phase, phases_of
from benchmarks.report import Measured, Mechanism, bars_missed, machine, table
from kapok.kernel.common import clock
from kapok.site import places

console = Console(width=150)


def main() -> int:
    """Fill (or find what an earlier run filled), serve, measure, print. 1 when an answer was not as wished."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    node = Node(asked.node or places.BUILD / "bench" / str(asked.cases))
    results: list[Measured] = []
    try:
        console.print(f"{machine()}; {asked.cases:,} cases in {node.home}")
        crowd = node.fill(asked.cases)
        node.start()
        crowd["regions"] = _regions(node)
        for phase in phases_of(crowd, asked.seconds, clock.wall().strftime("%d%H%M%S")):
            if not asked.only or any(word in phase.name for word in asked.only.split(",")):
                results.append(_measured(node, phase, results))
        mechanisms = [] if asked.only else list(_mechanisms(node))
    except BenchError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    finally:
        node.remove() if asked.forget else node.stop()
    console.print(table(results))
    for mechanism in mechanisms:
        console.print(mechanism.line())
    console.print("bars missed: " + ("; ".join(bars_missed(results, mechanisms)) or "none"))
    return 1 if any(result.rate.failures for result in results) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="open cases the lists look among")
    parser.add_argument("--node", type=Path, help="folder of the node, kept for the next run (default: build/bench/<cases>)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each rate is measured")
    parser.add_argument("--only", default="", help="phases whose name holds one of these words, comma separated")
    parser.add_argument("--forget", action="store_true", help="remove the node's folder at the end")
    return parser.parse_args()


def _measured(node: Node, phase: Phase, before: list[Measured]) -> Measured:
    """The floor first, in the same minute, unless the last one is fresh; then the phase; one line says how it went."""
    last = before[-1] if before else None
    fresh = last is not None and time.monotonic() - last.floor_at < 50
    floor, at = (last.floor, last.floor_at) if fresh and last else (two_row_transactions(node.libpq()), time.monotonic())
    phase.prepare(node.port)
    begun = node.cpu()
    rate = phase.run(node.port)
    ended = node.cpu()
    backlog = _backlog(node) if phase.writes else None
    if phase.writes:
        _drained(node)
    spent = {name: (ended[name] - begun[name]) * 1000 / max(rate.count, 1) for name in ended}
    result = Measured(phase.name, rate, floor, at, spent, phase.bar, os.getloadavg()[0], backlog)
    console.print(f"{result.line()}{_trouble(rate)}")
    return result


def _trouble(rate: Rate) -> str:
    """What was not as wished, the most frequent first; empty when all was."""
    return "".join(f"\n  [red]{count} × {what[:300]}[/red]" for what, count in rate.failures.most_common(3))


_WAITING = """
select (select count(*) from journal_entry e where e.xid >= pg_snapshot_xmin((select snapshot from journal_head)::pg_snapshot)
          and not exists (select 1 from journal_place p where p.entry = e.id)),
       (select h.seq - coalesce(min(f.seq), h.seq) from journal_follower f, journal_head h group by h.seq)
"""


def _backlog(node: Node) -> tuple[int, int]:
    """Entries committed and not yet in the sealed order, and how far the slowest follower is behind that order."""
    with node.connect() as connection:
        unsealed, behind = connection.execute(_WAITING).fetchone() or (0, 0)
    return int(unsealed), int(behind or 0)


def _drained(node: Node, seconds: float = 120) -> None:
    """The next phase begins when the worker has nothing left, or it would be measured with another's work."""
    until = time.monotonic() + seconds
    while any(_backlog(node)):
        if time.monotonic() > until:
            console.print(f"  [yellow]the worker is not done after {seconds:.0f} s: {_backlog(node)}; going on[/yellow]")
            return
        time.sleep(0.5)


def _regions(node: Node) -> list[str]:
    """Some of each level, the same ones on every run."""
    with node.connect() as connection:
        rows = connection.execute(
            "select code from (select code, row_number() over (partition by level order by hashint8(code::bigint)) n"
            " from regions_region where ends is null) r where n <= 40 order by code"
        ).fetchall()
    return [f"{row[0]}/" for row in rows]


def _mechanisms(node: Node) -> Iterator[Mechanism]:
    """Rates of single mechanisms, in a process of their own in the node's environment."""
    for line in node.run(sys.executable, "-m", "benchmarks.run", "entries", seconds=600).splitlines():
        for name, figures in json.loads(line).items():
            yield Mechanism(name, figures)


if __name__ == "__main__":
    sys.exit(main())
