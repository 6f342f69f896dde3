"""How numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.common.codes import casenumber
from kapok.kernel.numbers.errors import NumbersExhausted
from kapok.kernel.numbers.profiles import SERIAL4, Profile

pytestmark = pytest.mark.feature("08.06", part="number")


@pytest.mark.parametrize(
    ("value", "text"), [(1, "0001"), (9999, "9999"), (10000, "A000"), (10035, "A00Z"), (10036, "A010"), (1223055, "ZZZZ")]
)
def test_serial4_goes_on_with_letters_past_9999(value, text):
    assert SERIAL4.render(value) == text == casenumber.serial_text(value)


def test_the_last_number_is_the_last():
    with pytest.raises(NumbersExhausted):
        SERIAL4.render(1223056)


def test_a_profile_without_letters_grows():
    assert Profile("long", 4, letters=False).render(10000) == "10000"


@given(st.integers(1, 1223054))
def test_every_number_differs_from_and_sorts_before_the_next(value):
    assert SERIAL4.render(value) < SERIAL4.render(value + 1)
    assert len(SERIAL4.render(value)) == 4
