"""Regions merge or are run by another: items, what levels set, delegations and lists follow, with the cause; law in force stays."""

from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import Sealed
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.public import NewRegion, amend_regions, merge, preview, set_jurisdiction, why_moved
from kapok.kernel.regions.tests.factories import ADMIN
from kapok.services.items.jobs import follow_jurisdictions
from kapok.services.items.models import BaseLayer, Delegation, Item
from kapok.services.items.public import Asked, delegate, item_in_force, open_draft, search_items, set_layer
from kapok.services.items.queries.resolving import origins_of
from kapok.services.items.tests.factories import GUANGZHOU, SHENZHEN, SYSTEM, published

pytestmark = [pytest.mark.django_db, pytest.mark.feature("00.10", part="items")]
SHAMIAN, LINGNAN, MERGED = "440103001000", "440103002000", "440103009000"
MERGE = merge((SHAMIAN, LINGNAN), NewRegion(MERGED, "沙面岭南街道", "440103000000"))


@pytest.fixture
def two(province: None) -> tuple[Item, Item]:
    """An item in each of two streets."""
    wide = {"elements": {"scope_of_service": "全省"}}
    return tuple(  # type: ignore[return-value]  # two of them
        published(make_org(f"{name}街道办事处", level=5, region=code), base={"name": f"{name}服务"}, **wide)
        for name, code in (("沙面", SHAMIAN), ("岭南", LINGNAN))
    )


def names(**asked: Any) -> set[str]:
    return {line.name for line in search_items(Asked(**asked)).lines}


def test_items_of_merged_streets_are_found_in_the_new_one_and_say_why(two: tuple[Item, Item]):
    before = [item_in_force(item.impl_code) for item in two]
    seen = preview(MERGE).moves["items"]
    amendment = amend_regions(MERGE, "省政府批复", clock.today(), by=ADMIN)
    assert names(region=MERGED) == {"沙面服务", "岭南服务"} == names(region="440103000000")
    for item, law in zip(two, before, strict=True):
        item.refresh_from_db()
        assert item.region_id == MERGED
        moved = why_moved(item.uuid)
        assert [(m.was, m.becomes, m.amendment_id) for m in moved] == [(law.region if law else "", MERGED, amendment.id)]
        assert item_in_force(item.impl_code) == law
    assert {(m.about, m.becomes) for m in seen if m.what == "item"} == {(item.uuid, MERGED) for item in two}


def test_what_both_had_set_goes_on_and_where_they_differ_nobody_is_overruled(two: tuple[Item, Item]):
    one, other = two
    for base, said in ((one.base, ("甲", "甲")), (other.base, ("甲", "乙"))):
        for code, text in zip((SHAMIAN, LINGNAN), said, strict=True):
            set_layer(base, code, {"visits_reason": text}, reason="街道统一", by=SYSTEM)
    moves = preview(MERGE).moves["items"]
    assert sorted(m.was == m.becomes for m in moves if m.what == "layer") == [False, False, True, True]
    amend_regions(MERGE, "省政府批复", clock.today(), by=ADMIN)
    assert [(row.base_id, row.owner) for row in BaseLayer.objects.filter(region=MERGED)] == [(one.base_id, "沙面岭南街道")]
    assert origins_of(open_draft(one.impl_code, by=SYSTEM))["visits_reason"].owner == "沙面岭南街道"
    assert origins_of(open_draft(other.impl_code, by=SYSTEM))["visits_reason"].how == "absent"


def test_delegations_go_on_and_the_followers_own_stands(two: tuple[Item, Item]):
    for code in (SHAMIAN, LINGNAN):
        delegate("visits", code, 6, "社区自定", by=SYSTEM)
    amend_regions(MERGE, "省政府批复", clock.today(), by=ADMIN)
    assert [d.region for d in Delegation.objects.filter(ends=None)] == [MERGED]


def test_an_area_another_city_runs_is_found_there_from_its_day_on(two: tuple[Item, Item]):
    day = clock.today() + timedelta(days=3)
    set_jurisdiction(SHAMIAN, SHENZHEN, day, "试点", by=ADMIN)
    told = Sealed(1, uuid7(), "regions.jurisdiction_set", "region", uuid7(), {}, clock.now(), {"starts": day.isoformat()})
    follow_jurisdictions([told])
    assert "沙面服务" in names(region=GUANGZHOU) - names(region=SHENZHEN)
    with clock.frozen(clock.at(day, 0, 5)):
        fire_due()
        assert "沙面服务" in names(region=SHENZHEN) - names(region=GUANGZHOU)
