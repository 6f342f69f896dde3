"""The legal numbers of the node are settings, read strictly."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from kapok.services.intake.data import Span
from kapok.services.intake.rules.law import law


@pytest.mark.feature("08.07", part="limit of acceptance")
def test_the_numbers_in_force_are_the_usual_ones_until_the_node_says_otherwise(settings: Any) -> None:
    assert (law().acceptance, law().correction, law().uncorrected_closes) == (Span(5), Span(15), False)
    settings.KAPOK_ACCEPTANCE_LIMIT, settings.KAPOK_CORRECTION_LIMIT, settings.KAPOK_UNCORRECTED = "72 hour", "none", "close"
    assert (law().acceptance, law().correction, law().uncorrected_closes) == (Span(72, "hour"), None, True)


@pytest.mark.parametrize(
    ("name", "value"), [("KAPOK_ACCEPTANCE_LIMIT", "five"), ("KAPOK_CORRECTION_LIMIT", "5 days"), ("KAPOK_UNCORRECTED", "perhaps")]
)
def test_a_number_that_cannot_be_read_stops_the_work_and_is_named(settings: Any, name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        law()
