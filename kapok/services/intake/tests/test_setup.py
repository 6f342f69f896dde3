"""Who configures what for which region, what a lock does, and how handlers and deputies come and go."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.access.public import Actor, Grant, actor_of_account
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.documents.public import document_for, documents_about
from kapok.kernel.journal.public import history
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.access.configured import configuration, hours_for, origins_of
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.configuring import (
    end_deputy,
    name_deputy,
    name_handler,
    remove_handler,
    set_element,
    unset_element,
)
from kapok.services.intake.actions.holding import claim, release
from kapok.services.intake.errors import SetupLocked
from kapok.services.intake.models import Case, Deputy, SetupLayer
from kapok.services.intake.queries import MINE, Narrow, work_list
from kapok.services.intake.rules.setup import ELEMENTS, NO, YES
from kapok.services.intake.tests.factories import Office, desk, office
from kapok.services.items.tests.factories import NANSHAN, PROVINCE, SHENZHEN, account, staff

pytestmark = pytest.mark.django_db

TOWN = "440305001000"
VALUES: dict[str, Any] = {
    "hours": "周一至周五 9:00-17:00",
    "hall": {"name": "政务服务大厅", "address": "示范路1号", "phone": "0755-12345678"},
    "windows": [{"name": "综合窗口", "place": "一楼", "hours": "9:00-17:00"}],
    "steps": [{"step": "审查", "item": "", "role": "approver", "four_eyes": False, "handlers": []}],
    "handlers": YES,
    "deputies": YES,
}
REGIONS = {"province": PROVINCE, "city": SHENZHEN, "county": NANSHAN, "town": TOWN}


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def admins() -> dict[str, Actor]:
    """An administrator of each level (the town has no agency yet, so no deed reaches there), and others that are none."""
    made = {level: staff("admin", region=region) for level, region in REGIONS.items()}
    return {**made, "clerk": staff("clerk", region=SHENZHEN), "elsewhere": staff("admin", region="440100000000")}


@pytest.fixture
def here() -> Office:
    return office()


def sets(who: Actor, region: str, element: str, **said: Any) -> str:
    """What came of setting an element: done, or the code of the refusal."""
    try:
        set_element(region, element, said.pop("value", VALUES[element]), "测试", by=who, **said)
    except (SetupLocked, NotHere, Invalid) as error:
        return error.code
    return "done"


OF_HIS_OWN = {
    "province": set(ELEMENTS),
    "city": set(ELEMENTS),
    "county": {"hours", "hall", "windows"},
    "town": {"hours", "hall", "windows"},
}


@pytest.mark.feature("08.16", part="elements by role and level")
@pytest.mark.parametrize("element", list(ELEMENTS))
def test_each_level_sets_what_is_its_own_and_nobody_else_anything(admins: dict[str, Actor], element: str) -> None:
    for level, region in REGIONS.items():
        want = "done" if element in OF_HIS_OWN[level] else "intake.setup_locked"
        assert sets(admins[level], region, element) == want, level
        for stranger in ("clerk", "elsewhere"):
            assert sets(admins[stranger], region, element) == "kapok.not_here"
    assert sets(admins["town"], SHENZHEN, element) == sets(admins["county"], PROVINCE, element) == "kapok.not_here"
    assert sets(admins["city"], TOWN, element) == "done"


@pytest.mark.feature("08.16", part="a locked element is refused with its owner named")
@pytest.mark.parametrize("element", list(ELEMENTS))
def test_what_the_province_locked_nobody_below_changes_and_the_refusal_names_the_owner(admins: dict[str, Actor], element: str) -> None:
    assert sets(admins["province"], PROVINCE, element, rule="locked") == "done"
    for level in ("city", "county", "town"):
        with pytest.raises(SetupLocked) as refused:
            other = _other(element)
            set_element(REGIONS[level], element, other, "测试", by=admins[level])
        assert refused.value.status == 403 and refused.value.data["owner"] == "广东省"
        assert "广东省" in refused.value.message()
    assert sets(admins["province"], PROVINCE, element, rule="overridable") == "done"
    assert sets(admins["city"], SHENZHEN, element) == "done"


def _other(element: str) -> Any:
    value = VALUES[element]
    if isinstance(value, list):
        return [{**value[0], "name": "别的", "step": "别的"}]
    return {**value, "name": "别的"} if isinstance(value, dict) else NO if value == YES else "别的时间"


@pytest.mark.feature("08.16", part="county and town change only what is delegated")
def test_what_the_city_delegates_the_county_sets_and_takes_back_again(admins: dict[str, Actor]) -> None:
    with pytest.raises(SetupLocked) as refused:
        set_element(NANSHAN, "steps", VALUES["steps"], "测试", by=admins["county"])
    assert refused.value.data["owner"] == "深圳市"
    assert sets(admins["city"], SHENZHEN, "steps", rule="extendable") == "done"
    more = [*VALUES["steps"], {"step": "决定", "item": "", "role": "leader", "four_eyes": True, "handlers": []}]
    assert sets(admins["county"], NANSHAN, "steps", value=more) == "done"
    assert sets(admins["county"], NANSHAN, "steps", value=more[1:]) == "intake.setup_locked"
    assert [line["step"] for line in configuration(TOWN)["steps"]] == ["审查", "决定"]
    assert configuration("440100000000") == {}
    unset_element(NANSHAN, "steps", "恢复", by=admins["county"])
    assert [line["step"] for line in configuration(TOWN)["steps"]] == ["审查"]


@pytest.mark.feature("08.16", part="versions and audit")
def test_every_change_is_a_layer_of_its_own_with_reason_and_an_entry(admins: dict[str, Actor]) -> None:
    set_element(SHENZHEN, "hours", "周一至周五 9:00-17:00", "新大厅启用", by=admins["city"])
    layer = set_element(SHENZHEN, "hours", "周一至周六 9:00-17:00", "周六延时服务", by=admins["city"])
    rows = list(SetupLayer.objects.filter(region=SHENZHEN).order_by("number"))
    assert [(row.number, row.reason, row.elements["hours"][:5]) for row in rows] == [
        (1, "新大厅启用", "周一至周五"),
        (2, "周六延时服务", "周一至周六"),
    ]
    assert [entry.event for entry in history(layer.id)] == ["intake.setup_changed"]
    origin = origins_of(TOWN)["hours"]
    assert (origin.value, origin.owner, origin.how) == ("周一至周六 9:00-17:00", "深圳市", "inherited")
    for wrong in ({"reason": ""}, {"value": ""}, {"rule": "whatever"}):
        with pytest.raises(Invalid):
            set_element(SHENZHEN, "hours", **{"value": "周一", "reason": "测试", "by": admins["city"], **wrong})
    assert SetupLayer.objects.count() == 2


@pytest.mark.feature("08.16", part="环节")
def test_a_step_asks_for_a_leader_for_named_people_and_for_other_eyes(here: Office, admins: dict[str, Actor]) -> None:
    second = staff("approver", here.org)
    case = here.accepted()
    line = {"step": "审查", "item": here.item.impl_code, "role": "", "four_eyes": False, "handlers": [str(second.account)]}
    set_element(SHENZHEN, "steps", [line], "分工", by=admins["city"])
    with pytest.raises(Refused) as refused:
        act(case, "examine", "pass", {"opinion": "同意"}, by=here.approver)
    assert refused.value.code == "act.not_yours"
    act(case, "examine", "other", {"opinion": "先看"}, by=second)
    set_element(SHENZHEN, "steps", [{**line, "handlers": [], "role": "leader"}], "改由负责人", by=admins["city"])
    with pytest.raises(Refused):
        act(case, "examine", "pass", {"opinion": "同意"}, by=second)
    act(case, "examine", "pass", {"opinion": "同意"}, by=here.leader)
    other = here.accepted()
    both = staff("leader", here.org)
    act(other, "examine", "other", {"opinion": "先看"}, by=both)
    set_element(SHENZHEN, "steps", [{**line, "handlers": [], "four_eyes": True}], "换人复核", by=admins["city"])
    own = here.case()
    act(own, "accept", "accepted", {}, by=both)
    with pytest.raises(Refused) as refused:
        act(own, "examine", "pass", {"opinion": "同意"}, by=both)
    assert refused.value.code == "act.four_eyes"
    act(own, "examine", "pass", {"opinion": "同意"}, by=second)


@pytest.mark.feature("08.16", part="handlers")
def test_a_removed_handler_loses_the_queue_at_once_and_what_he_holds_goes_back(here: Office, admins: dict[str, Actor]) -> None:
    newcomer = account(org=here.org)
    case = here.accepted()
    given = name_handler(newcomer.id, "approver", "新任", by=admins["city"])
    actor = actor_of_account(newcomer.id)
    assert len(work_list(actor).rows) == 1
    claim(case, by=actor)
    assert remove_handler(given.id, "调离", by=admins["city"]) == 1
    assert history(case)[-1].event == "intake.released", "so that its to-do is the unit's again"
    gone = actor_of_account(newcomer.id)
    assert work_list(gone).rows == [] and Case.objects.get(id=case).holder_id is None
    with pytest.raises(NotHere):
        act(case, "examine", "pass", {"opinion": "同意"}, by=gone)
    assert Grant.objects.get(id=given.id).revoked_at is not None


@pytest.mark.feature("08.16", part="handlers")
def test_only_who_may_name_handlers_does(here: Office, admins: dict[str, Actor]) -> None:
    newcomer = account(org=here.org)
    for stranger in ("elsewhere", "clerk", "town", "county"):
        with pytest.raises(NotHere):
            name_handler(newcomer.id, "approver", "越权", by=admins[stranger])
    set_element(PROVINCE, "handlers", NO, "全省统一", rule="locked", by=admins["province"])
    with pytest.raises(SetupLocked) as refused:
        name_handler(newcomer.id, "approver", "新任", by=admins["city"])
    assert refused.value.data["owner"] == "广东省"
    with pytest.raises(Invalid):
        set_element(PROVINCE, "handlers", YES, "恢复", rule="overridable", by=admins["province"])
        name_handler(newcomer.id, "admin", "越级", by=admins["city"])


@pytest.mark.feature("08.16", part="deputies")
def test_a_deputy_sees_and_acts_for_the_absent_handler_in_the_period_only(here: Office, admins: dict[str, Actor]) -> None:
    case = here.accepted()
    claim(case, by=here.approver)
    deputy = account("clerk", here.org, items=[987654])
    before = actor_of_account(deputy.id)
    assert work_list(before).rows == []
    starts, ends = clock.now() + timedelta(days=1), clock.now() + timedelta(days=3)
    name_deputy(here.approver.account, deputy.id, starts, ends, "年假", by=admins["city"])
    assert work_list(before).rows == []
    with clock.frozen(starts):
        actor = actor_of_account(deputy.id)
        assert [row["id"] for row in work_list(actor, Narrow(whose=MINE)).rows] == [case]
        release(case, by=actor)
        claim(case, by=actor)
        act(case, "examine", "other", {"opinion": "代为查看"}, by=actor)
        assert document_for(actor, documents_about(case)[0].id)
    with clock.frozen(ends):
        actor = actor_of_account(deputy.id)
        assert work_list(actor).rows == []
        with pytest.raises(NotHere):
            act(case, "examine", "pass", {"opinion": "同意"}, by=actor)


@pytest.mark.feature("08.16", part="deputies")
def test_standing_in_is_no_second_pair_of_eyes_and_ends_early(here: Office, admins: dict[str, Actor]) -> None:
    deputy = account("leader", here.org)
    case = here.accepted()
    act(case, "examine", "pass", {"opinion": "同意"}, by=here.approver)
    named = name_deputy(here.approver.account, deputy.id, clock.now(), clock.now() + timedelta(days=2), "出差", by=admins["city"])
    with pytest.raises(Refused) as refused:
        act(case, "examine", "pass", {"opinion": "同意"}, by=actor_of_account(deputy.id))
    assert refused.value.code == "act.four_eyes"
    end_deputy(named.id, by=admins["city"])
    act(case, "examine", "pass", {"opinion": "同意"}, by=actor_of_account(deputy.id))


@pytest.mark.feature("08.16", part="deputies")
def test_a_removed_handler_s_deputy_loses_the_queue_with_him(here: Office, admins: dict[str, Actor]) -> None:
    here.accepted()
    absent, deputy = account(org=here.org), account("clerk", here.org, items=[987654])
    given = name_handler(absent.id, "approver", "新任", by=admins["city"])
    name_deputy(absent.id, deputy.id, clock.now(), clock.now() + timedelta(days=2), "出差", by=admins["city"])
    assert len(work_list(actor_of_account(deputy.id)).rows) == 1
    remove_handler(given.id, "调离", by=admins["city"])
    assert work_list(actor_of_account(deputy.id)).rows == []


@pytest.mark.feature("08.16", part="deputies")
def test_who_cannot_be_a_deputy(here: Office, admins: dict[str, Actor]) -> None:
    other = office("深圳市另一局")
    idle, now = account(org=here.org), clock.now()
    cases = (
        (here.approver.account, "intake.deputy_other"),
        (other.approver.account, "intake.deputy_agency"),
        (idle.id, "intake.deputy_no_access"),
    )
    for deputy, code in cases:
        with pytest.raises(Invalid) as refused:
            name_deputy(here.approver.account, deputy, now, now + timedelta(days=1), "出差", by=admins["city"])
        assert code in [fault.code for fault in refused.value.faults]
    with pytest.raises(Invalid):
        name_deputy(here.approver.account, here.leader.account, now, now, "出差", by=admins["city"])
    with pytest.raises(NotHere):
        name_deputy(here.approver.account, here.leader.account, now, now + timedelta(days=1), "出差", by=admins["elsewhere"])


@pytest.mark.feature("08.16", part="a locked element is refused with its owner named")
def test_on_the_page_a_locked_field_has_no_form_and_answers_403_with_the_owner(admins: dict[str, Actor]) -> None:
    set_element(PROVINCE, "hours", "全省统一 9:00-17:00", "统一时间", rule="locked", by=admins["province"])
    town, address = desk(admins["town"]), f"/work/intake/setup/{TOWN}/elements/hours/"
    page = town.get(address).content.decode()
    assert "由广东省管理" in page and 'name="reason"' not in page
    refused = town.post(address, {"value": "全天", "reason": "方便群众"})
    assert refused.status_code == 403 and "广东省" in refused.content.decode()
    assert "全省统一 9:00-17:00" in town.get(f"/work/intake/setup/{TOWN}/").content.decode()
    assert town.get(f"/work/intake/setup/{SHENZHEN}/").status_code == 404
    assert desk(admins["clerk"]).get("/work/intake/setup/").status_code in (403, 404)


@pytest.mark.feature("08.16", part="pages")
def test_every_element_is_set_on_its_page_and_the_record_tells_who_and_why(admins: dict[str, Actor], here: Office) -> None:
    city = desk(admins["city"])
    login = Account.objects.get(id=here.approver.account).login
    sheets: dict[str, dict[str, str]] = {
        "hours": {"value": "周一至周五 9:00-17:00"},
        "hall": {"name": "市民中心", "address": "示范路1号", "phone": "0755-12345678"},
        "windows": {"0-name": "一号窗口", "0-place": "一楼", "0-hours": "9:00-17:00", "1-name": "二号窗口", "2-name": ""},
        "steps": {"0-step": "审查", "0-role": "approver", "0-handlers": login, "0-four_eyes": "on"},
        "handlers": {"value": "no"},
        "deputies": {"value": "yes"},
    }
    for key, sheet in sheets.items():
        address = f"/work/intake/setup/{SHENZHEN}/elements/{key}/"
        assert city.get(address).status_code == 200
        assert city.post(address, sheet).status_code == 422, key
        assert city.post(address, {**sheet, "reason": "新大厅", "rule": "overridable"}).status_code == 302, key
    page = city.get(f"/work/intake/setup/{SHENZHEN}/").content.decode()
    assert all(text in page for text in ("市民中心", "二号窗口", "审查", "限 1 名指定人员", "不可以"))
    told = city.get(f"/work/intake/setup/{SHENZHEN}/history/").content.decode()
    assert told.count('<td class="phone-off">新大厅</td>') == 6 and "二号窗口" in told
    assert configuration(SHENZHEN)["steps"][0]["handlers"] == [str(here.approver.account)]


@pytest.mark.feature("08.16", part="pages")
def test_people_are_named_and_removed_on_their_pages(admins: dict[str, Actor], here: Office) -> None:
    city, newcomer = desk(admins["city"]), account(org=here.org)
    people, absences = f"/work/intake/setup/{SHENZHEN}/handlers/", f"/work/intake/setup/{SHENZHEN}/deputies/"
    assert city.post(people, {"login": "nobody-here", "role": "clerk", "reason": "新任"}).status_code == 422
    assert city.post(people, {"login": newcomer.login, "role": "approver", "reason": "新任"}).status_code == 302
    assert newcomer.login in city.get(people).content.decode()
    approver = Account.objects.get(id=here.approver.account)
    day = clock.today()
    sheet = {"handler": approver.login, "deputy": newcomer.login, "starts": str(day), "ends": str(day + timedelta(2)), "reason": "年假"}
    assert city.post(absences, {**sheet, "ends": ""}).status_code == 422
    assert city.post(absences, sheet).status_code == 302
    assert "年假" in city.get(absences).content.decode()
    assert city.post(absences, {"end": str(Deputy.objects.get().id)}).status_code == 302
    given = Grant.objects.get(account=newcomer)
    assert city.post(people, {"remove": str(given.id), "reason": ""}).status_code == 422
    assert city.post(people, {"remove": str(given.id), "reason": "调离"}).status_code == 302
    assert newcomer.login not in city.get(people).content.decode()


@pytest.mark.feature("08.16", part="hours")
def test_the_hours_of_the_window_stand_on_the_receipt_when_the_item_says_none(admins: dict[str, Actor]) -> None:
    set_element(SHENZHEN, "hours", "周一至周日 9:00-21:00", "延时", by=admins["city"])
    spoken = office("深圳市有时间局")
    receipt = desk(spoken.clerk).get(f"/work/intake/cases/{spoken.case()}/receipt/").content.decode()
    assert "周一至周日 9:00-21:00" not in receipt and "周一至周五 9:00-12:00" in receipt
    silent = replace(spoken.law, places=())
    assert hours_for(silent) == "周一至周日 9:00-21:00" and hours_for(spoken.law) == "周一至周五 9:00-12:00，14:00-17:30"
