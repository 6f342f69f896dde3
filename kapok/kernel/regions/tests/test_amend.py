"""Merges, splits, renamings and transfers: previewed, dated, followed."""

import os
from datetime import date, timedelta
from uuid import UUID

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Refused
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import history
from kapok.kernel.regions.models import Amendment, MovedThing, Region
from kapok.kernel.regions.public import (
    NewRegion,
    RegionMove,
    RegionPlan,
    Succession,
    amend_regions,
    apply_due,
    children,
    children_on,
    digest_of,
    follower,
    merge,
    path_names,
    preview,
    recompute_sources,
    region,
    region_on,
    split,
    why_moved,
)
from kapok.kernel.regions.tests.factories import ADMIN

pytestmark = pytest.mark.usefixtures("province")

TODAY = date(2026, 11, 25)
THIRD = 10_000 if os.environ.get("KAPOK_FULL") == "1" else 100
SHAMIAN, LINGNAN, MERGED = "440103001000", "440103002000", "440103009000"
MERGE = merge((SHAMIAN, LINGNAN), NewRegion(MERGED, "沙面岭南街道", "440103000000"))


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.frozen(clock.at(TODAY, 10)):
        yield


class Seats:
    """A higher app in small: which case lies in which region."""

    title = "办件席位"

    def __init__(self, seats):
        self.seats = {UUID(int=number): code for number, code in enumerate(seats, start=1)}

    def preview(self, plan):
        return [
            RegionMove(about, f"件{about.int}", "region", code, plan.follower[code])
            for about, code in self.seats.items()
            if code in plan.follower
        ]

    def apply(self, plan, cause):
        moves = self.preview(plan)
        self.seats.update({move.about: move.becomes for move in moves})
        return moves


@pytest.fixture
def seats(monkeypatch):
    source = Seats([SHAMIAN, LINGNAN, "440104000000"] * THIRD)
    monkeypatch.setattr(recompute_sources, "_entries", {"seats": source})
    return source


@pytest.mark.feature("00.10", part="regions")
def test_two_towns_become_one_and_everything_in_them_follows_with_its_cause(seats):
    seen = preview(MERGE)
    assert seen.moved == 2 * THIRD
    assert seen.rehung == {"440103001001": MERGED, "440103001002": MERGED, "440103002001": MERGED}
    amendment = amend_regions(MERGE, "省政府批复", TODAY, by=ADMIN)
    assert [place.code for place in children("440103")] == [MERGED]
    assert {place.name for place in children(MERGED)} == {"翠洲社区居民委员会", "沙面社区居民委员会", "和平社区居民委员会"}
    assert path_names("440103002001") == ["广东省", "广州市", "荔湾区", "沙面岭南街道", "和平社区居民委员会"]
    assert follower(SHAMIAN) == MERGED
    assert set(seats.seats.values()) == {MERGED, "440104000000"}
    moved = why_moved(UUID(int=1))
    assert [(move.amendment.reason, move.was, move.becomes) for move in moved] == [("省政府批复", SHAMIAN, MERGED)]
    kept = {entry.event: entry.data for entry in history(amendment.id)}
    assert kept["regions.things_moved"]["digest"] == digest_of(MovedThing.objects.all())
    assert kept["regions.changed"]["ended"] == {SHAMIAN: MERGED, LINGNAN: MERGED}


@pytest.mark.feature("00.10", part="regions")
def test_a_change_ahead_waits_for_its_day_and_the_days_before_read_as_they_were(seats):
    before = [place.name for place in children("440103")]
    effective = TODAY + timedelta(days=7)
    amend_regions(MERGE, "省政府批复", effective, by=ADMIN)
    assert [place.name for place in children("440103")] == before
    assert MovedThing.objects.count() == 0
    with clock.frozen(clock.at(effective, 0, 1)):
        assert fire_due() == 1
        assert MovedThing.objects.count() == 2 * THIRD
        eve = effective - timedelta(days=1)
        assert [place.name for place in children_on("440103", eve)] == before
        assert region_on(MERGED, eve) is None
        assert region_on("440103001001", eve).parent == SHAMIAN
        assert region_on("440103001001", effective).parent == MERGED
        assert follower(SHAMIAN, on=eve) == SHAMIAN
        assert apply_due(by=ADMIN) == 0


@pytest.mark.feature("00.10", part="regions")
def test_a_town_is_split_and_each_village_comes_where_the_plan_says():
    east, west = NewRegion("440103011000", "沙面东街道", "440103000000"), NewRegion("440103012000", "沙面西街道", "440103000000")
    plan = split(SHAMIAN, (east, west), default=east.code, places={"440103001002": west.code})
    amend_regions(plan, "省政府批复", TODAY, by=ADMIN)
    assert [place.code for place in children(east.code)] == ["440103001001"]
    assert [place.code for place in children(west.code)] == ["440103001002"]
    assert follower(SHAMIAN) == east.code
    assert region(SHAMIAN).ends == TODAY


def test_a_region_is_renamed_and_answers_to_its_old_name_on_old_days():
    amend_regions(RegionPlan(renames={"440104000000": "越秀新区"}), "国务院批复", TODAY, by=ADMIN)
    assert region("440104").name == "越秀新区"
    assert region_on("440104", TODAY - timedelta(days=1)).name == "越秀区"


def test_a_county_goes_to_another_city_with_all_that_lies_in_it():
    amend_regions(RegionPlan(places={"441521000000": "440300000000"}), "国务院批复", TODAY, by=ADMIN)
    assert path_names("441521103201") == ["广东省", "深圳市", "海丰县", "鹅埠镇", "鹅埠村民委员会"]
    assert region("441521").parent == "440300000000"
    assert region_on("441521103201", TODAY - timedelta(days=1)).path[1] == "441500000000"
    assert "海丰县" in [place.name for place in children_on("4415", TODAY - timedelta(days=1))]


def test_one_town_that_takes_in_another_keeps_its_code():
    amend_regions(merge((SHAMIAN, LINGNAN), SHAMIAN), "市政府批复", TODAY, by=ADMIN)
    assert [place.code for place in children("440103")] == [SHAMIAN]
    assert len(children(SHAMIAN)) == 3


NEW = NewRegion("440103009000", "新街道", "440103000000")


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (RegionPlan(), "regions.nothing_changes"),
        (RegionPlan(creates=(NewRegion(SHAMIAN, "旧码新用", "440103000000"),)), "regions.code_taken"),
        (RegionPlan(creates=(NewRegion("44010300", "短码", "440103000000"),)), "regions.bad_code"),
        (RegionPlan(creates=(NewRegion(MERGED, "无处", "440199000000"),)), "regions.no_such_region"),
        (RegionPlan(creates=(NEW,), successions=(Succession(SHAMIAN, MERGED, False),)), "regions.no_follower"),
        (RegionPlan(successions=(Succession(SHAMIAN, LINGNAN), Succession(SHAMIAN, "440305001000"))), "regions.two_followers"),
        (RegionPlan(successions=(Succession(SHAMIAN, LINGNAN), Succession(LINGNAN, SHAMIAN))), "regions.follower_ends"),
        (RegionPlan(successions=(Succession(SHAMIAN, "440104000000"),)), "regions.wrong_rank"),
        (RegionPlan(places={"440103000000": SHAMIAN}), "regions.circle"),
        (RegionPlan(places={"440103000000": "440305001000"}), "regions.wrong_rank"),
        (RegionPlan(renames={"449900000000": "无此地"}), "regions.no_such_region"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_by_name_and_changes_nothing(plan, code):
    before = list(Region.objects.order_by("code").values())
    with pytest.raises(Refused) as refused:
        amend_regions(plan, "批复", TODAY, by=ADMIN)
    assert refused.value.code == code
    assert refused.value.message() != Refused.says
    assert list(Region.objects.order_by("code").values()) == before
    assert Amendment.objects.count() == 0


def test_a_plan_without_ground_or_in_the_past_is_refused():
    with pytest.raises(Refused, match=r"regions\.reason_missing"):
        amend_regions(MERGE, "", TODAY, by=ADMIN)
    with pytest.raises(Refused, match=r"regions\.effective_in_the_past"):
        amend_regions(MERGE, "批复", TODAY - timedelta(days=1), by=ADMIN)


def test_a_source_that_fails_leaves_the_tree_as_it_was(seats, monkeypatch):
    monkeypatch.setattr(seats, "apply", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        amend_regions(MERGE, "批复", TODAY, by=ADMIN)
    assert Amendment.objects.count() == 0
    assert [place.code for place in children("440103")] == [LINGNAN, SHAMIAN]
