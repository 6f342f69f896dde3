"""The figures as people read them."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from benchmarks.clients import Rate
from benchmarks.phases import Bar


@dataclass(frozen=True)
class Measured:
    """A phase's rate beside the floor of the same minute, and the processor time of each kind of process per answer."""

    name: str
    rate: Rate
    floor: float
    floor_at: float
    cpu: dict[str, float]
    bar: Bar
    load: float
    backlog: tuple[int, int] | None

    def verdict(self) -> str:
        return "" if not str(self.bar) else "holds" if self.bar.holds(self.rate) else "missed"

    def cells(self) -> list[str]:
        rate = self.rate
        return [
            self.name, f"{rate.per_second:,.0f}", f"{rate.per_second / self.floor:.4f}",
            *(f"{rate.at(share):.1f}" for share in (0.5, 0.95, 0.99)),
            " + ".join(f"{self.cpu[name]:.2f}" for name in ("web", "database", "worker")), str(self.bar), self.verdict(),
            str(sum(rate.failures.values())), f"{self.floor:,.0f}", f"{self.load:.1f}",
            "" if self.backlog is None else "{} + {}".format(*self.backlog),
        ]  # fmt: skip

    def line(self) -> str:
        name, per_second, share, middle, _p95, late, *_ = self.cells()
        return f"{name}: {per_second}/s, {share} of the floor, p50 {middle} ms, p99 {late} ms {self.verdict()}"


@dataclass(frozen=True)
class Mechanism:
    """Figures of a single mechanism; one whose name begins with "bar" says what another should be."""

    name: str
    figures: dict[str, float]

    def line(self) -> str:
        return f"{self.name}: " + ", ".join(f"{key} {value:,.1f}" for key, value in self.figures.items())

    def missed(self) -> bool:
        """Bars of a rate are at least, those of a time at most."""
        found = self.figures
        if "bar, per second" in found:
            return found["per second"] < found["bar, per second"]
        if "bar, p95 ms" in found:
            return found["p95 ms"] > found["bar, p95 ms"]
        if "bar, seconds for a million" in found:
            return found["seconds"] > found["bar, seconds for a million"] * max(found["open cases"] / 1_000_000, 0.05)
        return False


HEAD = (
    "measure", "/s", "of floor", "p50 ms", "p95 ms", "p99 ms", "CPU-ms web + database + worker", "bar", "", "wrong", "floor/s", "load",
    "unsealed + unfollowed",
)  # fmt: skip


def table(results: Sequence[Measured]) -> Table:
    """All phases."""
    found = Table(*HEAD)
    for result in results:
        found.add_row(*result.cells())
    return found


def bars_missed(results: Sequence[Measured], mechanisms: Sequence[Mechanism]) -> list[str]:
    """What did not reach its bar."""
    rates = [f"{result.name} ({result.bar})" for result in results if result.verdict() == "missed"]
    return rates + [mechanism.line() for mechanism in mechanisms if mechanism.missed()]


def machine() -> str:
    """What it ran on: figures without it say nothing."""
    try:
        model = next(line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor()
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"
