"""Every item of the demonstration can be applied for with a complete form."""

from types import SimpleNamespace

import pytest

from kapok.kernel.common.errors import Invalid
from kapok.services.intake.public import Application, Case, apply
from kapok.services.items.public import Item, item_in_force
from tests.journeys.answers import answers_for, situation_for


@pytest.mark.django_db
@pytest.mark.feature("08.01", part="every published item")
def test_every_published_item_takes_a_complete_application(people: SimpleNamespace) -> None:
    refused = []
    for row in Item.objects.order_by("id"):
        item = item_in_force(row.impl_code)
        assert item is not None
        situation = situation_for(item)
        answers, materials = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678")
        try:
            apply(Application(item.version_id, people.citizen.for_party, answers, situation, materials), by=people.citizen)
        except Invalid as error:
            refused.append(f"{item.name}: {error}")
    assert refused == []
    assert Case.objects.count() == Item.objects.count()
