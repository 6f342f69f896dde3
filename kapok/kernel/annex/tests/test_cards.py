"""A card that contradicts the annex is refused when it is made."""

import pytest

from kapok.kernel.annex.cards import SystemCard
from kapok.kernel.annex.data import Measure
from kapok.kernel.annex.errors import BadCard


@pytest.mark.parametrize(
    "card",
    [
        lambda: SystemCard(cards=(29,), title="t"),
        lambda: SystemCard(cards=(), title="t", measures=(Measure("08.dZ", dict),)),
    ],
    ids=["row", "duty"],
)
def test_a_card_names_only_rows_and_duties_of_the_annex(card: object) -> None:
    with pytest.raises(BadCard):
        card()  # type: ignore[operator]  # the parameters are makers of cards
