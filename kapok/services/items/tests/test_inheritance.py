"""What the levels above set, whose value an item has, and what a change above does below."""

from typing import Any

import pytest

from kapok.kernel.common.errors import Invalid
from kapok.kernel.orgs.public import Org
from kapok.kernel.orgs.tests.factories import make_org
from kapok.services.items.models import NATION, PROVINCE, BaseLayer, Item, ItemVersion
from kapok.services.items.public import (
    adopt_base,
    create_item,
    import_items,
    item_in_force,
    open_draft,
    save_elements,
    set_base,
    set_layer,
)
from kapok.services.items.queries.children import children_of
from kapok.services.items.queries.resolving import origins_of
from kapok.services.items.tests.factories import GUANGZHOU, SHENZHEN, SYSTEM, base_code, base_of, city_org, items_file, law_of

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.06")]


@pytest.fixture
def raw(province: None) -> dict[str, Any]:
    """21 agencies implement one base item; three of them with a promise of their own."""
    orgs = [city_org(f"深圳市第{i}局") for i in range(21)]
    raw = items_file(orgs)
    for block in raw["implement"][:3]:
        block["promised"] = {"value": 6, "unit": "工作日"}
    import_items([raw], by=SYSTEM)
    return raw


def change(raw: dict[str, Any], **elements: Any) -> None:
    """The province changes its elements."""
    last = BaseLayer.objects.filter(base=base_of(raw), region=PROVINCE).order_by("-number")[0]
    set_layer(base_of(raw), PROVINCE, {**last.elements, **elements}, last.rules, reason="条例修订", by=SYSTEM)


def test_every_element_says_whose_it_is_and_why(raw: dict[str, Any]):
    found = origins_of(law_of(Item.objects.order_by("id")[0]))
    assert (found["conditions"].how, found["conditions"].owner) == ("inherited", "广东省")
    assert (found["promised"].how, found["promised"].shadowed["value"]) == ("own", 7)
    assert (found["name"].rule, found["name"].owner) == ("locked", "广东省")


def test_a_change_of_conditions_is_shown_at_21_children_as_inherited(raw: dict[str, Any]):
    change(raw, conditions=["申请人依法登记", "场所符合要求", "近三年无不良记录"])
    children = children_of(base_of(raw))
    assert [c.state for c in children] == ["inherited"] * 21
    assert {e.element for c in children for e in c.effects} == {"conditions"}


def test_an_own_value_against_a_changed_one_is_a_conflict(raw: dict[str, Any]):
    change(raw, promised={"value": 5, "unit": "work_day", "note": ""})
    states = [c.state for c in children_of(base_of(raw))]
    assert (states.count("conflict"), states.count("inherited")) == (3, 18)


def test_bulk_adoption_publishes_what_inherits_and_leaves_conflicts_as_drafts(raw: dict[str, Any]):
    change(raw, promised={"value": 5, "unit": "work_day", "note": ""}, steps=[])
    change(
        raw,
        promised={"value": 5, "unit": "work_day", "note": ""},
        steps=[{"key": "examine", "name": "审查", "role": "approver", "days": 3}],
    )
    done = adopt_base(base_of(raw), by=SYSTEM)
    assert (len(done.published), len(done.drafts), len(done.skipped)) == (18, 3, 0)
    assert {item_in_force(code).promised.value for code in done.published} == {5}  # type: ignore[union-attr]  # in force
    assert ItemVersion.objects.filter(state="draft").count() == 3
    again = adopt_base(base_of(raw), by=SYSTEM)
    assert (len(again.published), len(again.skipped)) == (0, 3)


def test_taking_the_base_value_drops_the_own_one(raw: dict[str, Any]):
    change(raw, promised={"value": 6, "unit": "work_day", "note": ""}, visits=1)
    change(raw, promised={"value": 6, "unit": "work_day", "note": "当地执行"}, visits=1)
    done = adopt_base(base_of(raw), conflicts="take", by=SYSTEM)
    assert len(done.published) == 21
    assert {c.state for c in children_of(base_of(raw))} == {"current"}
    assert item_in_force(done.published[0]).promised.note == "当地执行"  # type: ignore[union-attr]  # in force


def test_overriding_a_locked_element_is_refused_with_the_owner(raw: dict[str, Any]):
    version = open_draft(Item.objects.order_by("id")[0].impl_code, by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"name": "另一名称", "visits": 1}, by=SYSTEM)
    assert [(f.field, f.code) for f in wrong.value.faults] == [("name", "inherit.locked")]
    assert "广东省" in str(wrong.value.faults[0].says)
    version.refresh_from_db()
    assert "visits" not in version.elements


def test_an_extendable_element_keeps_what_stands_above(raw: dict[str, Any]):
    item = Item.objects.order_by("id")[0]
    version = open_draft(item.impl_code, by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"conditions": ["只要这一条"]}, by=SYSTEM)
    assert wrong.value.faults[0].code == "inherit.only_add"
    version = save_elements(version.id, {"conditions": ["申请人依法登记", "场所符合要求", "在本市经营"]}, by=SYSTEM)
    assert version.elements["conditions"] == ["在本市经营"]
    assert origins_of(version)["conditions"].how == "extended"


def test_a_level_below_may_tighten_a_rule_and_a_lock_above_binds_its_layer(raw: dict[str, Any]):
    base = base_of(raw)
    set_layer(base, SHENZHEN, {"visits": 1}, {"visits": "locked"}, reason="全市统一", by=SYSTEM)
    version = open_draft(Item.objects.order_by("id")[0].impl_code, by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"visits": 2}, by=SYSTEM)
    assert "深圳市" in str(wrong.value.faults[0].says)
    with pytest.raises(Invalid) as wrong:
        set_layer(base, SHENZHEN, {"name": "市里的名称"}, reason="改名", by=SYSTEM)
    assert wrong.value.faults[0].code == "inherit.locked"


def test_the_nations_layer_stands_above_the_provinces(raw: dict[str, Any]):
    set_layer(base_of(raw), NATION, {"audience": ["自然人"]}, reason="国家基本目录", by=SYSTEM)
    found = origins_of(law_of(Item.objects.order_by("id")[0]))["audience"]
    assert (found.value, found.owner) == (["1"], "国家")


LADDER = {
    NATION: "国家", PROVINCE: "广东省", GUANGZHOU: "广州市", "440103000000": "荔湾区", "440103001000": "沙面街道",
    "440103001001": "翠洲社区居民委员会",
}  # fmt: skip


def test_through_five_levels_below_the_nation_each_element_has_the_value_its_rule_gives_and_says_why(province: None):
    """国家 → 省 → 市 → 县 → 镇 → 村: one element overridden at each level, one added to, one locked halfway."""
    base = set_base(base_code(), "六级贯通的许可", "01", ["6"], by=SYSTEM)
    for number, region in enumerate(LADDER):
        said: dict[str, Any] = {"conditions": [f"{LADDER[region]}的条件"], "visits": number, "visits_reason": f"{LADDER[region]}的理由"}
        rules = {}
        if number == 3:
            rules = {"visits_reason": "locked"}
        if number > 3:
            del said["visits_reason"]
        set_layer(base, region, said, rules, reason="逐级", by=SYSTEM)
    village = make_org("翠洲社区居委会", level=6, region="440103001001", kind="village")
    item = create_item(base, village, by=SYSTEM)
    version = open_draft(item.impl_code, by=SYSTEM)
    found = origins_of(version)
    assert found["conditions"].value == [f"{name}的条件" for name in LADDER.values()]
    assert (found["visits"].value, found["visits"].owner, found["visits"].how) == (5, "翠洲社区居民委员会", "inherited")
    assert (found["visits_reason"].value, found["visits_reason"].rule, found["visits_reason"].locked_by) == (
        "荔湾区的理由",
        "locked",
        "荔湾区",
    )
    assert (found["statutory"].how, found["statutory"].value) == ("absent", None)
    for region in ("440103001000", "440103001001"):
        with pytest.raises(Invalid) as wrong:
            set_layer(base, region, {"visits_reason": "另一理由"}, reason="试", by=SYSTEM)
        assert (wrong.value.faults[0].code, "荔湾区" in str(wrong.value.faults[0].says)) == ("inherit.locked", True)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"visits_reason": "另一理由"}, by=SYSTEM)
    assert "荔湾区" in str(wrong.value.faults[0].says)
    version = save_elements(version.id, {"visits": 9, "conditions": [*found["conditions"].value, "居住在本社区"]}, by=SYSTEM)
    own = origins_of(version)
    assert (version.elements, own["visits"].how, own["visits"].shadowed) == ({"visits": 9, "conditions": ["居住在本社区"]}, "own", 5)
    assert own["conditions"].how == "extended"


def test_what_every_child_would_change_is_shown_element_by_element_and_bulk_adoption_makes_it_so(raw: dict[str, Any]):
    """The diff of each of the 21, shown before, is exactly what the versions published afterwards differ by."""
    change(
        raw, conditions=["申请人依法登记", "场所符合要求", "近三年无不良记录"], promised={"value": 7, "unit": "work_day", "note": "全省"}
    )
    children = children_of(base_of(raw))
    before = {c.item.impl_code: item_in_force(c.item.impl_code) for c in children}
    shown = {c.item.impl_code: {e.element: e.after for e in c.effects if e.before != e.after} for c in children}
    assert len(shown) == 21
    assert all("conditions" in moved for moved in shown.values())
    done = adopt_base(base_of(raw), conflicts="keep", by=SYSTEM)
    assert sorted(done.published) == sorted(shown)
    for code, moved in shown.items():
        old, new = before[code], item_in_force(code)
        assert old is not None and new is not None
        assert {"conditions": list(new.conditions)}.items() <= moved.items()
        assert (new.promised != old.promised) == ("promised" in moved)
        assert old.number + 1 == new.number


def test_layers_follow_jurisdiction_not_codes(province: None):
    from kapok.services.items.queries.resolving import layer_codes

    codes = layer_codes("441521103000")
    assert SHENZHEN in codes
    assert "441500000000" not in codes


def test_only_a_reference_to_what_stands_above_is_stored(raw: dict[str, Any]):
    assert set(law_of(Item.objects.order_by("-id")[0]).elements) == {"phone_consult", "phone_supervise", "places"}
    assert Org.objects.count() == 21
