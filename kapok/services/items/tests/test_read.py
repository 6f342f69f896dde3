"""Readers get the law of a day, a number or a digest, and it never changes under them."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.services.items.actions.importing import import_items
from kapok.services.items.models import Item, ItemVersion
from kapok.services.items.public import compiled, from_json, holds_digest, item_by_digest, item_by_number, item_in_force, to_json
from kapok.services.items.tests.factories import SYSTEM, items_file, law_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions(org: Any) -> Item:
    """Version 1 from 2025-01-01; version 2, with 5 days instead of 7, from 2026-03-01."""
    raw = items_file([org])
    import_items([raw], by=SYSTEM)
    with clock.frozen(clock.at(date(2026, 3, 1), 9)):
        import_items([{**raw, "elements": {**raw["elements"], "promised": {"value": 6, "unit": "工作日"}}}], by=SYSTEM)
    return Item.objects.get(org=org)


@pytest.mark.feature("09.04")
def test_each_day_has_the_version_that_was_law_on_it(two_versions: Item):
    code = two_versions.impl_code
    assert item_in_force(code, date(2024, 12, 31)) is None
    for day, number, promised in ((date(2025, 1, 1), 1, 7), (date(2026, 2, 28), 1, 7), (date(2026, 3, 1), 2, 6), (date(2030, 1, 1), 2, 6)):
        law = item_in_force(code, day)
        assert law is not None
        assert (law.number, law.promised.value) == (number, promised)
    first = item_in_force(code, date(2025, 6, 1))
    assert first is not None and first.cancelled_on == date(2026, 3, 1)


@pytest.mark.feature("09.04")
def test_a_moment_is_taken_by_the_provinces_calendar_day(two_versions: Item):
    law = item_in_force(two_versions.impl_code, clock.at(date(2026, 3, 1), 0, 30))
    assert law is not None and law.number == 2


@pytest.mark.feature("09.04")
def test_number_and_digest_lead_to_the_same_law_and_the_digest_holds(two_versions: Item):
    by_number = item_by_number(two_versions.impl_code, 1)
    assert by_number is not None
    assert item_by_digest(by_number.digest) == by_number
    assert holds_digest(by_number)
    changed = from_json({**to_json(by_number), "conditions": ["另一条件"]})
    assert not holds_digest(changed)
    assert item_by_number(two_versions.impl_code, 3) is None
    assert item_by_digest("0" * 64) is None


@pytest.mark.feature("09.04")
def test_json_and_back_is_the_same_law(two_versions: Item):
    law = compiled(law_of(two_versions).id)
    assert from_json(to_json(law)) == law


def test_a_known_version_is_read_without_the_database(item: Item):
    version = law_of(item).id
    compiled(version)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        compiled(version)
    assert len(seen) == 0
    with CaptureQueriesContext(connection) as seen:
        item_in_force(item.impl_code)
    assert len(seen) == 1


def test_the_same_file_again_changes_nothing(org: Any):
    raw = items_file([org])
    assert import_items([raw], by=SYSTEM).published == 1
    again = import_items([raw], by=SYSTEM)
    assert (again.published, again.unchanged) == (0, 1)
    assert ItemVersion.objects.count() == 1
