"""Regions merge and split: scopes and grants follow, rows keep their seats, nobody reaches further than before."""

from datetime import date, timedelta

import pytest

from kapok.kernel.access.models import Grant, Scope
from kapok.kernel.access.public import grant, scope_of
from kapok.kernel.access.tests.factories import SYSTEM, again, holder
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Refused
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.public import NewRegion, RegionPlan, Succession, amend_regions, apply_due, merge, preview, split, why_moved
from kapok.kernel.regions.tests.factories import ADMIN

pytestmark = [pytest.mark.usefixtures("province"), pytest.mark.feature("00.10", part="access")]

TODAY = date(2026, 11, 25)
SHAMIAN, LINGNAN, MERGED, LIWAN = "440103001000", "440103002000", "440103009000", "440103000000"
MERGE = merge((SHAMIAN, LINGNAN), NewRegion(MERGED, "沙面岭南街道", LIWAN))
EAST, WEST = NewRegion("440103011000", "沙面东街道", LIWAN), NewRegion("440103012000", "沙面西街道", LIWAN)


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.frozen(clock.at(TODAY, 10)):
        yield


@pytest.fixture
def seats():
    """The scope of an office in each of the two towns, and of one in a village of the first."""
    offices = {
        "沙面街道办事处": SHAMIAN, "岭南街道办事处": LINGNAN, "翠洲社区居委会": "440103001001", "荔湾区某局": LIWAN,
    }  # fmt: skip
    made = {name: make_org(name, level=5, region=region) for name, region in offices.items()}
    return {region: scope_of(made[name].id, region) for name, region in offices.items()}


def reach(actor):
    return actor.roles["leader"].scopes


def amend(plan):
    return amend_regions(plan, "省政府批复", TODAY, by=ADMIN)


def test_a_scope_keeps_its_integer_and_lies_in_the_follower_with_its_cause_written_down(seats):
    seen = {(move.about, move.was, move.becomes) for move in preview(MERGE).moves["access"] if move.what == "scope"}
    amend(MERGE)
    assert seen == {(seats[SHAMIAN], SHAMIAN, MERGED), (seats[LINGNAN], LINGNAN, MERGED)}
    row = Scope.objects.select_related("org").get(id=seats[SHAMIAN])
    assert (row.region, row.org.region_id) == (MERGED, MERGED)
    assert scope_of(row.org_id, MERGED) == scope_of(row.org_id, SHAMIAN) == seats[SHAMIAN]
    assert {move.amendment.reason for move in why_moved(seats[SHAMIAN])} == {"省政府批复"}


def test_who_led_one_of_two_towns_reaches_after_the_merger_what_he_reached_before_and_no_more(seats):
    one = holder("leader", region=SHAMIAN)
    before = reach(one)
    assert before == {seats[SHAMIAN], seats["440103001001"]}
    amend(MERGE)
    assert reach(again(one)) == before
    newcomer = make_org("沙面岭南街道新设办公室", level=5, region=MERGED)
    assert scope_of(newcomer.id, MERGED) not in reach(again(one))


def test_who_led_both_towns_leads_the_merged_one(seats):
    both = holder("leader", region=SHAMIAN)
    _also(both, LINGNAN)
    before = reach(again(both))
    amend(MERGE)
    assert reach(again(both)) == before
    newcomer = make_org("沙面岭南街道新设办公室", level=5, region=MERGED)
    assert scope_of(newcomer.id, MERGED) in reach(again(both))


def test_who_led_both_but_not_for_the_same_items_is_not_given_more(seats):
    both = holder("leader", region=SHAMIAN)
    _also(both, LINGNAN, items=[7])
    amend(MERGE)
    actor = again(both)
    assert not actor.roles["leader"].covers(seats[LINGNAN], 8)
    assert actor.roles["leader"].covers(seats[LINGNAN], 7)


def _also(actor, region, **said):
    who, since = Account.objects.get(id=actor.account), clock.now() - timedelta(days=9)
    grant(who, "leader", region=region, starts=since, reason="兼任", by=SYSTEM, **said)


def test_who_led_a_town_that_is_split_leads_both_halves(seats):
    one, county = holder("leader", region=SHAMIAN), holder("leader", region=LIWAN)
    before = reach(one), reach(county)
    amend(split(SHAMIAN, (EAST, WEST), default=EAST.code, places={"440103001001": WEST.code}))
    assert (reach(again(one)), reach(again(county))) == before
    assert set(Grant.objects.filter(account=one.account).values_list("region", flat=True)) == {EAST.code, WEST.code}


def test_a_town_that_goes_on_under_its_code_and_takes_in_another_gives_neither_leader_more(seats):
    staying, ending = holder("leader", region=SHAMIAN), holder("leader", region=LINGNAN)
    before = reach(ending)
    amend(merge((SHAMIAN, LINGNAN), SHAMIAN))
    assert reach(again(ending)) == before
    assert seats[LINGNAN] in reach(again(staying)), "the town itself has grown: who leads it leads what lies in it now"


def test_a_half_that_takes_a_village_from_elsewhere_gives_nothing_of_it(seats):
    one = holder("leader", region=LINGNAN)
    before = reach(one)
    grown = NewRegion(MERGED, "大岭南街道", LIWAN)
    amend(RegionPlan(creates=(grown,), successions=(Succession(LINGNAN, MERGED),), places={"440103001001": MERGED}))
    assert reach(again(one)) == before


def test_an_agency_with_a_scope_in_each_town_keeps_both_and_new_rows_get_one(seats):
    bureau = make_org("荔湾区另一局", level=4, region=LIWAN)
    first, second = scope_of(bureau.id, SHAMIAN), scope_of(bureau.id, LINGNAN)
    county = holder("leader", region=LIWAN)
    amend(MERGE)
    assert {first, second} <= reach(again(county))
    assert scope_of(bureau.id, MERGED) == first
    assert Scope.objects.get(id=second).joined_id == first


def test_nothing_of_a_waiting_change_holds_before_its_day_and_a_second_run_changes_nothing(seats):
    one = holder("leader", region=SHAMIAN)
    amend_regions(MERGE, "省政府批复", TODAY + timedelta(days=3), by=ADMIN)
    assert Grant.objects.get(account=one.account).scopes is None
    with clock.frozen(clock.at(TODAY + timedelta(days=3), 1)):
        assert apply_due(by=ADMIN) == 1
        rows = list(Grant.objects.values()), list(Scope.objects.values())
        assert apply_due(by=ADMIN) == 0
        assert (list(Grant.objects.values()), list(Scope.objects.values())) == rows


def test_two_offices_of_one_name_in_one_region_are_named_and_nothing_moves(seats):
    for town in (SHAMIAN, LINGNAN):
        make_org("党政综合办公室", level=5, region=town)
    with pytest.raises(Refused, match=r"orgs\.same_name_in_follower"):
        amend(MERGE)
    assert Scope.objects.get(id=seats[SHAMIAN]).region == SHAMIAN
