"""From a case to a licence among 我的, to its use in the next case: over the product's own desk of cases."""

from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.common.errors import KapokError
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.access.licensed import IntakeDesk
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.intake.tests.factories import Office, office
from kapok.services.portal.tests.factories import Citizen, citizen
from kapok.support.licences.models import Licence, Use
from kapok.support.licences.public import drain, use_licence, why_missing
from kapok.support.licences.tests.factories import give_seal, publish, type_text

pytestmark = pytest.mark.django_db
FORM = [
    {"key": "name", "label": "姓名", "prefill": "party.name", "section": "申请人"},
    {"key": "place", "label": "场所地址", "section": "场所"},
]

MATERIALS: list[dict[str, Any]] = [
    {"key": "licence", "name": "场所许可证", "form": "电子", "source": "电子证照", "basis": "办法第七条", "standard": "在有效期内"},
    {
        "key": "application",
        "name": "申请表",
        "form": "纸质",
        "originals": 1,
        "source": "申请人自备",
        "basis": "办法第五条",
        "standard": "完整",
    },
]


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Path) -> None:
    small_province(tmp_path)


@pytest.fixture
def me() -> Citizen:
    return citizen()


def issuing(name: str = "深圳市发证测试局") -> Office:
    """An office whose item ends in a licence of a published type."""
    made = office(name, elements={"form": FORM, "result_type": "证照", "result_name": "场所许可证"})
    publish(type_text(made.org, item=made.item.impl_code))
    return made


def step(place: Office, case: Any, *acts: tuple[str, str]) -> None:
    for name, outcome in acts:
        by = {"accept": place.clerk, "decide": place.leader}.get(name, place.approver)
        act(case, name, outcome, {"opinion": "符合条件"} if name != "accept" else {}, by=by)


def told(me: Citizen) -> str:
    (trace,) = why_missing(me.party.id)
    return trace.stuck.code if trace.stuck else ""


@pytest.mark.feature("07.07", part="licences among 我的")
@pytest.mark.feature("15.21", part="a real case from application to catalogue")
def test_a_case_ends_in_a_licence_among_the_citizens_own(me: Citizen) -> None:
    place, browser = issuing(), me.browser()
    assert "份可以使用" not in browser.get("/mine/").content.decode()
    case = place.case(me.party)
    assert told(me) == "in_hand" and place.org.name in browser.get("/mine/licences/missing/").content.decode()
    step(place, case, ("accept", "accepted"), ("examine", "pass"), ("decide", "granted"))
    assert told(me) == "signing" and "制证中" in browser.get("/mine/licences/").content.decode()
    give_seal(place.org)
    drain()
    row = Licence.objects.get()
    assert row.holder == me.party.id and row.state == "valid"
    assert "1 份可以使用" in browser.get("/mine/").content.decode()
    listed = browser.get("/mine/licences/").content.decode()
    assert row.number in listed and row.number not in citizen("陈小岚").browser().get("/mine/licences/").content.decode()
    assert browser.get(f"/mine/licences/{row.id}/").status_code == 200


@pytest.mark.feature("15.10", part="the ground is the material list of a real item")
def test_the_next_offices_clerk_uses_it_for_a_case_whose_material_list_asks_for_it(me: Citizen) -> None:
    place = issuing()
    give_seal(place.org)
    case = place.case(me.party)
    step(place, case, ("accept", "accepted"), ("examine", "pass"), ("decide", "granted"))
    drain()
    licence = Licence.objects.get()
    asking = office("深圳市用证测试局", elements={"materials": MATERIALS})
    item = IntakeDesk().item(asking.item.impl_code)
    assert item is not None and item.needs == {licence.type_code}
    given = (Given("application", "paper", (), 1, 0), Given("licence", "licence", licence=licence.id))
    answers = {"name": "测试甲", "place": "示范路1号"}
    handed = apply(Application(asking.law.version_id, me.party.id, answers, {}, given, "2", again=True), by=me.actor)
    use = Use.objects.get()
    assert (use.mode, use.case_number, use.ground) == ("holder", handed.serial, "申办材料：场所许可证")
    seen = use_licence(licence.id, "duty", item_code=asking.item.impl_code, case_number=handed.serial, by=asking.clerk)
    assert seen.face == {"holder_name": "林小满"}
    with pytest.raises(KapokError) as elsewhere:
        use_licence(licence.id, "duty", item_code=asking.item.impl_code, case_number=handed.serial, by=place.clerk)
    assert elsewhere.value.code == "licences.use_not_registered"
