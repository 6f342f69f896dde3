"""分级管理: province, city and county administrators see and act only in their region; a matrix of roles by deeds."""

from typing import Any

import pytest

from kapok.kernel.common.errors import Invalid, KapokError, NotHere
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals import access
from kapok.support.seals.actions.people import authorise_user
from kapok.support.seals.actions.steps import apply_for_seal, do_step, suspend_seal
from kapok.support.seals.models import Seal
from kapok.support.seals.public import use_seal
from kapok.support.seals.tests.factories import (
    GUANGZHOU,
    LIWAN,
    NANSHAN,
    PROVINCE,
    SHENZHEN,
    account,
    actor,
    desk,
    letter,
    office,
    sealed_office,
    user_of,
    wish,
)

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.18", part="regions and roles")]
PLACES = {
    "省局": ("广东省市场监督管理局", PROVINCE, 2),
    "深圳": ("深圳市市场监督管理局", SHENZHEN, 3),
    "南山": ("南山区市场监督管理局", NANSHAN, 4),
    "广州": ("广州市市场监督管理局", GUANGZHOU, 3),
    "荔湾": ("荔湾区市场监督管理局", LIWAN, 4),
}
REACH = {
    PROVINCE: {"省局", "深圳", "南山", "广州", "荔湾"},
    SHENZHEN: {"深圳", "南山"},
    NANSHAN: {"南山"},
    GUANGZHOU: {"广州", "荔湾"},
    LIWAN: {"荔湾"},
}


@pytest.fixture
def offices(db: None, tmp_path: Any) -> dict[str, Org]:
    small_province(tmp_path)
    return {key: office(*place) for key, place in PLACES.items()}


@pytest.mark.parametrize("region", list(REACH))
def test_an_administrator_sees_and_acts_only_in_his_region(offices: dict[str, Org], region: str) -> None:
    seals = {key: sealed_office(org) for key, org in offices.items()}
    who = account("admin", region=region)
    admin = actor(who)
    names = {Seal.objects.get(id=seal.id).id: key for key, seal in seals.items()}
    assert {names[seal.id] for seal in access.visible_seals(admin)} == REACH[region]
    browser = desk(who)
    for key, seal in seals.items():
        inside = key in REACH[region]
        assert browser.get(f"/work/seals/{seal.id}/").status_code == (200 if inside else 404)
        assert browser.get(f"/work/seals/{seal.id}/picture/").status_code == (200 if inside else 404)
        if inside:
            suspend_seal(seal.id, reason="检查", by=admin)
        else:
            with pytest.raises(NotHere):
                suspend_seal(seal.id, reason="检查", by=admin)


MATRIX = {
    "see": {"clerk", "approver", "leader", "admin", "operator", "auditor"},
    "apply": {"leader", "admin"},
    "approve": {"admin"},
    "make": {"operator", "admin"},
    "suspend": {"leader", "admin"},
    "authorise": {"leader", "admin"},
    "log": {"leader", "admin", "auditor"},
    "import": {"admin"},
}
ROLES = ("clerk", "approver", "leader", "editor", "reviewer", "admin", "operator", "auditor")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", list(MATRIX))
def test_each_role_does_what_the_table_says_and_nothing_else(offices: dict[str, Org], role: str, deed: str) -> None:
    org = offices["深圳"]
    seal = sealed_office(org)
    who = account(role, org)
    assert _does(deed, org, seal, actor(who), desk(who)) is (role in MATRIX[deed])


def _does(deed: str, org: Org, seal: Any, by: Any, browser: Any) -> bool:
    if deed == "see":
        return browser.get(f"/work/seals/{seal.id}/").status_code == 200
    if deed == "log":
        return access.visible_uses(by).query.where is not None and by.may("seals.log")
    if deed == "import":
        return browser.get("/work/seals/imports/").status_code == 200
    try:
        _do(deed, org, seal, by)
    except KapokError as error:
        assert error.status in (403, 404)
        return False
    return True


def _do(deed: str, org: Org, seal: Any, by: Any) -> None:
    if deed == "apply":
        apply_for_seal(org.id, "licence", "证照专用章", reason="首次制章", file=letter(), by=by)
    elif deed == "approve":
        fresh = apply_for_seal(org.id, "licence", "证照专用章", reason="首次制章", file=letter(), by=actor(account("leader", org)))
        do_step(fresh.id, "approve", reason="同意", by=by)
    elif deed == "make":
        access.seal_for(by, seal.id, "seals.make")
    elif deed == "suspend":
        suspend_seal(seal.id, reason="停用", by=by)
    else:
        authorise_user(seal.id, account("clerk", org).id, reason="用章", by=by)


def test_a_use_without_a_reason_is_impossible_by_any_door(offices: dict[str, Org]) -> None:
    org = offices["深圳"]
    seal = sealed_office(org)
    for reason in ("", " ", "x", "长" * 201):
        with pytest.raises(KapokError) as found:
            use_seal(wish(seal, reason=reason), by=user_of(seal, org))
        assert found.value.code == "seals.no_reason"


def test_nobody_authorises_himself_or_somebody_of_another_agency(offices: dict[str, Org]) -> None:
    org = offices["深圳"]
    seal, boss = sealed_office(org), account("leader", org)
    with pytest.raises(KapokError) as found:
        authorise_user(seal.id, boss.id, reason="用章", by=actor(boss))
    assert found.value.code == "seals.own_authorisation"
    for stranger in (account("clerk", offices["广州"]), account("clerk", region=SHENZHEN)):
        with pytest.raises(Invalid) as wrong:
            authorise_user(seal.id, stranger.id, reason="用章", by=actor(boss))
        assert [each.code for each in wrong.value.faults] == ["seals.account_unknown"]
