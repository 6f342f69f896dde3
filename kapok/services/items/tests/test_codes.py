"""Codes of items are built from the agency, the level and the 基本目录, checked by profile, and taken once."""

from typing import Any

import pytest

from kapok.kernel.common.codes import item as codes
from kapok.kernel.common.errors import Invalid
from kapok.kernel.orgs.public import Org
from kapok.services.items.errors import CodeTaken
from kapok.services.items.models import Item
from kapok.services.items.public import create_item, set_base
from kapok.services.items.rules.compiling import check_identity
from kapok.services.items.tests.factories import SYSTEM, base_code, city_org, published

pytestmark = pytest.mark.feature("09.02")


def test_a_published_code_of_guangdong_is_level_3_and_type_01():
    verdict = codes.check_implementation("11440100007482575H3440118009000")
    code = codes.parse("11440100007482575H3440118009000")
    assert verdict
    assert (code.level, code.uscc, code.base.text) == ("3", "11440100007482575H", "440118009000")


@pytest.mark.parametrize(
    ("base", "type_code", "uscc", "level", "cause"),
    [
        ("440118009000", "01", "11440000006940140K", "3", "codes.uscc.check_digit"),
        ("440118009000", "20", "11440100007482575H", "3", "items.type_digits"),
        ("44011800900", "01", "11440100007482575H", "3", "codes.item.length"),
        ("44011800900A", "01", "11440100007482575H", "3", "codes.item.alphabet"),
        ("990118009000", "01", "11440100007482575H", "3", "codes.item.region"),
        ("440118009000", "01", "11440100007482575H", "8", "codes.item.level"),
        ("４40118009000", "01", "11440100007482575H", "3", "codes.item.full_width"),
    ],
)
def test_a_code_that_does_not_hold_is_refused_with_its_one_cause(base: str, type_code: str, uscc: str, level: str, cause: str):
    assert [f.code for f in check_identity(base, type_code, uscc, level)] == [cause]


def test_what_holds_has_no_fault():
    assert check_identity("440118009000", "01", "11440100007482575H", "3") == []


@pytest.mark.django_db
def test_the_code_is_built_from_agency_level_and_base(item: Item):
    assert item.impl_code == item.org.uscc + "3" + item.base.base_code
    assert codes.check_implementation(item.impl_code)


@pytest.mark.django_db
def test_the_same_code_is_not_given_twice(item: Item):
    with pytest.raises(CodeTaken):
        create_item(item.base, item.org, by=SYSTEM)


@pytest.mark.django_db
def test_handling_items_get_two_digits_more(org: Org):
    from kapok.services.items.public import item_in_force

    law = item_in_force(published(org).impl_code)
    assert law is not None
    assert [h.code for h in law.handling] == [law.impl_code + "01"]
    assert codes.check_handling(law.handling[0].code)


@pytest.mark.django_db
def test_an_agency_whose_credit_code_is_wrong_gets_no_item(org: Org):
    Org.objects.filter(id=org.id).update(uscc="11440000006940140K")
    base = set_base(base_code(), "某许可", "01", ["3"], by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        create_item(base, Org.objects.get(id=org.id), by=SYSTEM)
    assert [f.code for f in wrong.value.faults] == ["codes.uscc.check_digit"]


@pytest.mark.django_db
def test_codes_of_other_profiles_fit_the_column_and_are_judged_by_theirs(province: Any):
    foreign = "511Z07001006-511602000000-000-1-00"
    assert codes.check_implementation(foreign, codes.NATIONAL)
    assert not codes.check_implementation(foreign)
    assert Item._meta.get_field("impl_code").max_length == 64
    assert city_org().uscc
