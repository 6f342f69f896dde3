"""Who fills which element: levels, delegation, entrusted powers and places run by another city."""

from typing import Any

import pytest

from kapok.kernel.common.errors import Forbidden, Invalid, NotHere
from kapok.kernel.orgs.tests.factories import make_org
from kapok.services.items.models import Delegation, ItemVersion
from kapok.services.items.public import create_item, delegate, open_draft, save_elements, set_base, set_layer
from kapok.services.items.rules.rights import may_fill
from kapok.services.items.rules.table import table
from kapok.services.items.tests.factories import (
    GUANGZHOU,
    NANSHAN,
    PROVINCE,
    SHENZHEN,
    SYSTEM,
    base_code,
    city_org,
    items_file,
    published,
    staff,
)

pytestmark = pytest.mark.feature("09.12")
HENGQIN = "440499000000"
CONTACT = {"places", "phone_consult", "phone_supervise", "consult_ways", "supervise_ways"}
NEW: dict[str, Any] = {
    "phone_consult": "020-87654321",
    "places": [{"name": "便民服务站", "address": "村口", "hours": "9:00-17:00", "phone": "020-87654321"}],
    "in_hall": True,
    "visits": 1,
    "visits_reason": "现场核验",
    "quantity_limit": "无",
    "intermediary": "无",
}
LOWEST = {"phone_consult": 6, "places": 6, "in_hall": 5, "visits": 4, "visits_reason": 4, "quantity_limit": 3, "intermediary": 2}


@pytest.mark.parametrize("level", [2, 3, 4, 5, 6])
def test_the_table_gives_each_level_its_elements(level: int):
    mine = {key for key, element in table().elements.items() if may_fill(element, level)}
    assert mine == {key for key, element in table().elements.items() if level <= element.fill}
    assert mine >= CONTACT
    if level == 6:
        assert mine == CONTACT


def test_an_entrusted_agency_fills_contact_elements_only():
    mine = {key for key, element in table().elements.items() if may_fill(element, 4, entrusted=True)}
    assert mine == CONTACT


PLACES = {
    2: ("广东省某厅", PROVINCE, "agency"), 3: ("深圳市某局", SHENZHEN, "agency"), 4: ("南山区某局", NANSHAN, "agency"),
    5: ("南头街道办事处", "440305001000", "agency"), 6: ("翠洲社区居民委员会", "440103001001", "village"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("level", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("element", list(NEW))
def test_role_by_element_matrix(province: None, level: int, element: str):
    """Each level's editor on an item of its own office whose elements are given by the province."""
    name, region, kind = PLACES[level]
    item = published(
        make_org(name, level=level, region=region, kind=kind),
        elements={"quantity_limit": "10件", "intermediary": "可选", "scope_of_service": "全省"},
        base={"policy": {"intermediary": "可覆盖"}},
    )
    version = open_draft(item.impl_code, by=SYSTEM)
    actor = staff("editor", item.org)
    if level <= LOWEST[element]:
        assert element in save_elements(version.id, {element: NEW[element]}, by=actor).elements
    else:
        with pytest.raises(Invalid) as wrong:
            save_elements(version.id, {element: NEW[element]}, by=actor)
        assert [f.code for f in wrong.value.faults] == ["items.element_not_yours"]


@pytest.mark.django_db
def test_village_staff_fill_only_place_hours_phone_and_contact(province: None):
    village = make_org("翠洲社区居民委员会", level=6, region="440103001001", kind="village")
    item = published(village)
    version = open_draft(item.impl_code, by=staff("editor", village))
    version = save_elements(version.id, {"phone_consult": "020-81234567", "places": NEW["places"]}, by=staff("editor", village))
    assert version.elements["phone_consult"] == "020-81234567"
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"phone_consult": "020-80000000", "visits": 1}, by=staff("editor", village))
    assert [f.field for f in wrong.value.faults] == ["visits"]
    assert ItemVersion.objects.get(id=version.id).elements["phone_consult"] == "020-81234567"


@pytest.mark.django_db
def test_a_city_delegates_an_element_to_its_own_towns_only(province: None):
    city = city_org("深圳市政数局")
    street = make_org("南头街道办事处", level=5, region="440305001000")
    other = make_org("沙面街道办事处", level=5, region="440103001000")
    admin = staff("admin", city, region=SHENZHEN)
    delegate("visits", SHENZHEN, 5, "街道自主确定", by=admin)
    mine, theirs = published(street, elements={"scope_of_service": "全省"}), published(other)
    draft = open_draft(mine.impl_code, by=SYSTEM)
    assert save_elements(draft.id, {"visits": 1}, by=staff("editor", street)).elements["visits"] == 1
    draft = open_draft(theirs.impl_code, by=SYSTEM)
    with pytest.raises(Invalid):
        save_elements(draft.id, {"visits": 1}, by=staff("editor", other))


@pytest.mark.django_db
def test_a_city_admin_delegates_in_his_city_only_and_owns_no_base(province: None):
    admin = staff("admin", city_org("深圳市政数局"), region=SHENZHEN)
    with pytest.raises(Forbidden):
        delegate("visits", GUANGZHOU, 5, "越权", by=admin)
    with pytest.raises(Forbidden):
        set_base(base_code(), "某许可", "01", ["3"], by=admin)
    base = set_base(base_code(), "某许可", "01", ["3"], by=SYSTEM)
    with pytest.raises(Forbidden):
        set_layer(base, PROVINCE, {"visits": 1}, reason="越权", by=admin)
    set_layer(base, SHENZHEN, {"visits": 1}, reason="全市统一", by=admin)
    assert Delegation.objects.count() == 0


@pytest.mark.django_db
def test_the_province_admin_owns_locks_and_base_list(province: None):
    admin = staff("admin", make_org("广东省政数局", level=2, region=PROVINCE), region=PROVINCE)
    base = set_base(base_code(), "某许可", "01", ["3"], by=admin)
    layer = set_layer(base, PROVINCE, {"visits": 1}, {"visits": "locked"}, reason="全省统一", by=admin)
    assert layer.rules == {"visits": "locked"}


@pytest.mark.django_db
def test_an_item_a_county_exercises_for_the_city(province: None):
    """委托: the county fills its counter, the city the rest; both see the item, a stranger none."""
    city, county = city_org("深圳市住建局"), make_org("南山区住建局", level=4, region=NANSHAN)
    base = set_base(base_code(), "受委托的许可", "01", ["3", "4"], by=SYSTEM)
    item = create_item(base, county, level="4", entrusted_by=city.id, by=SYSTEM)
    version = open_draft(item.impl_code, by=staff("editor", county))
    save_elements(version.id, {"phone_consult": "0755-12345678"}, by=staff("editor", county))
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"promised": {"value": 5}}, by=staff("editor", county))
    assert "委托单位" in str(wrong.value.faults[0].says)
    save_elements(version.id, {"promised": {"value": 5}}, by=staff("editor", city))
    with pytest.raises(NotHere):
        save_elements(version.id, {"visits": 1}, by=staff("editor", city_org("广州市住建局", GUANGZHOU)))


@pytest.mark.django_db
def test_an_item_of_hengqin_needs_no_special_case(province: None):
    """横琴 is a zone with a code of its own, which runs 横琴镇: grants over the zone or over 珠海 reach its items, one over 广州 none."""
    office = make_org("横琴粤澳深度合作区商事服务局", level=3, region=HENGQIN)
    base = set_base(base_code(), "横琴商事登记", "01", ["3"], by=SYSTEM)
    set_layer(base, PROVINCE, {"visits": 0}, reason="省标准", by=SYSTEM)
    set_layer(base, HENGQIN, {"online": True}, {"online": "locked"}, reason="合作区统一", by=SYSTEM)
    item = create_item(base, office, entrusted_by=make_org("广东省市场监督管理局", level=2, region=PROVINCE).id, by=SYSTEM)
    with pytest.raises(NotHere):
        open_draft(item.impl_code, by=staff("editor", city_org("广州市某局", GUANGZHOU), region=GUANGZHOU))
    zhuhai = staff("editor", city_org("珠海市某局", "440400000000"), region="440400000000")
    version = open_draft(item.impl_code, by=zhuhai)
    own = staff("editor", office, region=HENGQIN)
    assert save_elements(version.id, {"phone_consult": "0756-1234567"}, by=own).elements["phone_consult"] == "0756-1234567"
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"promised": {"value": 3}}, by=own)
    assert [f.code for f in wrong.value.faults] == ["items.element_not_yours"]
    delegate("promised", HENGQIN, 3, "赋权合作区", by=staff("admin", office, region=HENGQIN))
    assert "promised" in save_elements(version.id, {"promised": {"value": 3}}, by=own).elements
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"online": False}, by=zhuhai)
    assert "横琴" in str(wrong.value.faults[0].says)


@pytest.mark.django_db
def test_a_grant_names_an_item_set(province: None):
    """A grant for one item of an office does not open the other."""
    org = city_org()
    one, other = published(org), published(org)
    actor = staff("editor", org, items=[one.id])
    assert open_draft(one.impl_code, by=actor).number == 2
    with pytest.raises(NotHere):
        open_draft(other.impl_code, by=actor)
    assert items_file([org])["format"] == 1
