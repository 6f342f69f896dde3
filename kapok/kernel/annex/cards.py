"""Cards say what a system is, as data; reading them is how the board, the menus and the deeds know of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kapok.kernel.access.public import register_deeds
from kapok.kernel.annex import seed
from kapok.kernel.annex.data import Measure
from kapok.kernel.annex.errors import BadCard
from kapok.kernel.ui.public import Entry, menu

_cards: dict[str, "SystemCard"] = {}
_measures: dict[tuple[str, str], Measure] = {}


@dataclass(frozen=True)
class SystemCard:
    """What an app serves: rows of the annex, menu lines, deeds with the roles that may do them, measures, settings it reads.

    Making one registers it. A higher app may bind a measure to a lower app's duty; a duty's figure is the sum.
    """

    cards: tuple[int, ...]
    title: Any
    menu: tuple[Entry, ...] = ()
    deeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    settings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(self)
        _cards[str(self.title)] = self
        for measure in self.measures:
            _measures[measure.duty, measure.part] = measure
        menu.add(*self.menu)
        register_deeds(dict(self.deeds))


def cards() -> tuple[SystemCard, ...]:
    """All cards, in the order they came."""
    return tuple(_cards.values())


def built_rows() -> frozenset[int]:
    """The rows of the annex some app serves."""
    return frozenset(number for card in _cards.values() for number in card.cards)


def measures(duty: str = "") -> Iterator[Measure]:
    """The measures bound to a duty, or all of them."""
    return (measure for measure in list(_measures.values()) if not duty or measure.duty == duty)


def _check(card: SystemCard) -> None:
    for number in card.cards:
        if seed.row(number) is None and number != 0:
            raise BadCard(card=card.title, reason=f"row {number} is not in the annex")
    for measure in card.measures:
        if measure.duty not in seed.duties():
            raise BadCard(card=card.title, reason=f"duty {measure.duty} is not in the annex")
        taken = _measures.get((measure.duty, measure.part))
        if taken is not None and taken != measure:
            raise BadCard(card=card.title, reason=f"{measure.duty} {measure.part!r} is measured already")
