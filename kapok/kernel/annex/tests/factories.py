"""Measures over rows a test seeds, and people of the roles."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kapok.kernel.access.public import Actor, Reach
from kapok.kernel.annex import cards
from kapok.kernel.annex.data import EvidenceRow, Measure, Reading
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.ids import uuid7


def staff(*roles: str) -> Actor:
    """A person of these roles, everywhere."""
    account = uuid7()
    reach = {role: Reach(everywhere=True) for role in roles}
    return Actor(ref=ActorRef("staff", "测试", account=account), account=account, name="测试", kind="staff", roles=reach)


class SeededSource:
    """A measure over rows kept in memory: what it counts and what it shows as evidence are two ways to the same rows."""

    def __init__(self, rows: Mapping[str, Sequence[EvidenceRow]]) -> None:
        self.rows = rows

    def count(self) -> dict[str, Reading]:
        return {city: Reading(sum(row.done for row in rows), len(rows)) for city, rows in self.rows.items()}

    def evidence(self, city: str, after: str, limit: int) -> list[EvidenceRow]:
        return [row for row in self.rows.get(city, ()) if row.key > after][:limit]


@contextmanager
def bound(*found: Measure) -> Iterator[None]:
    """Bind these measures, and no others, for the time of a test."""
    before = dict(cards._measures)
    cards._measures.clear()
    cards._measures.update({(measure.duty, measure.part): measure for measure in found})
    try:
        yield
    finally:
        cards._measures.clear()
        cards._measures.update(before)


def failing() -> Callable[[], Mapping[str, Reading]]:
    """A count that breaks."""

    def count() -> Mapping[str, Reading]:
        raise ConnectionError("the source is away")

    return count
