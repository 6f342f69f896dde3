"""Giving a role: where it holds, and who may give it."""

from datetime import timedelta

import pytest
from django.utils.functional import SimpleLazyObject

from kapok.kernel.access.models import Grant, Scope
from kapok.kernel.access.public import grant, revoke, scope_of
from kapok.kernel.access.tests.factories import SYSTEM, account, again, holder
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.nodes.public import this_node
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.access import WholeNode
from kapok.kernel.regions.public import Console, set_jurisdiction

pytestmark = pytest.mark.usefixtures("province")

SHENZHEN, GUANGZHOU, SHANWEI, EBU = "440300000000", "440100000000", "441500000000", "441521103000"


class At:
    def __init__(self, scope):
        self.scope = scope

    def places(self):
        return [(self.scope, 7)]


@pytest.fixture
def bureau():
    return make_org("深圳市某局", level=3, region=SHENZHEN)


@pytest.fixture
def on_a_city_node(settings):
    settings.KAPOK_NODE = "440300"
    this_node.cache_clear()
    yield
    this_node.cache_clear()


def test_whoever_gets_a_role_in_an_agency_without_any_scope_can_begin_at_once(bureau):
    assert not Scope.objects.exists()
    editor = holder("editor", org=bureau.id)
    assert editor.roles["editor"].scopes == {scope_of(bureau.id, SHENZHEN)}


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"region": "999900000000"}, ["region access.no_such_region"]),
        ({"region": "广州"}, ["region access.no_such_region"]),
        ({"org": 99_999}, ["org access.no_such_org"]),
        ({}, ["org access.one_place"]),
        ({"region": SHENZHEN, "role": "king"}, ["role access.no_such_role"]),
        ({"region": SHENZHEN, "ends": clock.at(clock.today() - timedelta(days=9))}, ["ends access.ends_before_starts"]),
    ],
)
def test_a_grant_that_does_not_hold_is_refused_by_field_and_gives_nothing(asked, fields):
    who = account()
    with pytest.raises(Invalid) as refused:
        grant(who, asked.pop("role", "admin"), **asked, reason="测试", by=SYSTEM)
    assert [f"{fault.field} {fault.code}" for fault in refused.value.faults] == fields
    assert all("{" not in str(fault.says) for fault in refused.value.faults)
    assert not Grant.objects.exists()


def test_a_short_code_is_taken_and_kept_with_twelve_digits():
    grant(account(), "admin", region="4403", reason="测试", by=SYSTEM)
    assert Grant.objects.get().region == SHENZHEN


def test_an_administrator_gives_within_his_city_and_not_beyond_and_not_to_himself(bureau):
    other = make_org("广州市某局", level=3, region=GUANGZHOU)
    admin = holder("admin", region=SHENZHEN)
    given = grant(account(), "clerk", org=bureau.id, reason="轮岗", by=admin)
    for place in ({"org": other.id}, {"region": "440000000000"}):
        with pytest.raises(Refused, match=r"access\.beyond_own_reach"):
            grant(account(), "clerk", **place, reason="轮岗", by=admin)
    with pytest.raises(Refused, match=r"access\.own_grant"):
        grant(_account_of(admin), "operator", org=bureau.id, reason="自授", by=admin)
    foreign = holder("admin", region=GUANGZHOU)
    with pytest.raises(NotHere):
        revoke(given.id, reason="越权", by=foreign)
    revoke(given.id, reason="轮岗结束", by=admin)


def test_an_agencys_administrator_gives_no_region_though_his_agency_is_the_only_one_there(bureau):
    admin = holder("admin", org=bureau.id)
    grant(account(), "clerk", org=bureau.id, reason="轮岗", by=admin)
    with pytest.raises(Refused, match=r"access\.beyond_own_reach"):
        grant(account(), "clerk", region=SHENZHEN, reason="轮岗", by=admin)


def test_an_administrator_gives_from_a_page_where_the_actor_is_found_on_first_use(bureau):
    admin = holder("admin", region=SHENZHEN)
    grant(account(), "clerk", org=bureau.id, reason="轮岗", by=SimpleLazyObject(lambda: again(admin)))
    assert Grant.objects.filter(role="clerk").count() == 1


def _account_of(actor):
    return Account.objects.get(id=actor.account)


def test_a_province_reaches_everything_on_its_own_node_only_and_a_city_on_its_own():
    assert holder("admin", region="440000000000").may("regions.amend", WholeNode())
    assert not holder("admin", region=SHENZHEN).may("regions.amend", WholeNode())


def test_on_a_citys_node_its_own_administrator_reaches_the_whole_node(on_a_city_node):
    assert holder("admin", region=SHENZHEN).may("regions.amend", WholeNode())
    assert holder("admin", region="440000000000").may("regions.amend", WholeNode())
    assert not holder("admin", region="440305000000").may("regions.amend", WholeNode())
    assert not holder("admin", region=GUANGZHOU).may("regions.amend", WholeNode())


@pytest.mark.feature("00.10", part="access")
def test_who_is_logged_in_sees_a_change_of_jurisdiction_at_his_next_request_and_not_before_its_day():
    town = make_org("鹅埠镇某办", level=5, region=EBU)
    there = At(scope_of(town.id, EBU))
    shenzhen, shanwei = holder("leader", region=SHENZHEN), holder("leader", region=SHANWEI)
    assert (_sees(shenzhen, there), _sees(shanwei, there)) == (True, False)
    tomorrow = clock.today() + timedelta(days=1)
    set_jurisdiction(EBU, None, tomorrow, "交还汕尾", by=Console("测试"))
    assert (_sees(again(shenzhen), there), _sees(again(shanwei), there)) == (True, False)
    with clock.frozen(clock.at(tomorrow, 0, 1)):
        assert (_sees(again(shenzhen), there), _sees(again(shanwei), there)) == (False, True)


def _sees(actor, thing):
    return actor.roles["leader"].covers(*thing.places()[0])
