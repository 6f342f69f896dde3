"""A party is one per number; its name and number never lie in the open."""

import pytest

from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import Invalid
from kapok.kernel.parties.public import (
    Party,
    PartyMismatch,
    identity_of,
    mask_name,
    mask_number,
    party_by_number,
    register_company,
    register_person,
)

pytestmark = pytest.mark.django_db
NUMBER = "440106199001010013"


class Clerk:
    ref = ActorRef("system", "测试")

    def may(self, deed: str, thing: object = None) -> bool:
        return True


def test_the_same_number_is_the_same_party_and_another_name_is_refused() -> None:
    first = register_person("陈小岚", NUMBER, "16012345678", by=Clerk())
    assert register_person("陈小岚", NUMBER, by=Clerk()).id == first.id
    with pytest.raises(PartyMismatch):
        register_person("李大明", NUMBER, by=Clerk())
    assert Party.objects.count() == 1


def test_nothing_of_a_person_lies_in_the_open() -> None:
    party = register_person("陈小岚", NUMBER, "16012345678", by=Clerk())
    row = str(Party.objects.filter(id=party.id).values()[0])
    assert "陈小岚" not in row and NUMBER not in row and "16012345678" not in row
    assert (party.name_masked, party.number_masked) == ("**岚", "4401**********0013")
    assert identity_of(party).phone == "16012345678"
    found = party_by_number(NUMBER.lower())
    assert found is not None and found.id == party.id


def test_a_wrong_check_digit_names_the_field_and_stores_nothing() -> None:
    with pytest.raises(Invalid) as refused:
        register_person("陈小岚", "440106199001010014", by=Clerk())
    assert [fault.field for fault in refused.value.faults] == ["number"]
    with pytest.raises(Invalid):
        register_company("某公司", "11440000006940140K", by=Clerk())
    assert not Party.objects.exists()


@pytest.mark.parametrize(("name", "masked"), [("王", "*"), ("王五", "*五"), ("欧阳娜娜", "**娜娜")])
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked
    assert mask_number("1234") == "****"
