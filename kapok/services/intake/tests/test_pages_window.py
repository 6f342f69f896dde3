"""收件 at the window, and the clock on the command line."""

from typing import Any

import pytest
from typer.testing import CliRunner

from kapok.kernel.common.codes.citizen import check_character
from kapok.kernel.parties.public import Party, identity_of
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.cli import app
from kapok.services.intake.models import Case, Handed
from kapok.services.intake.tests.factories import Office, desk, number, office, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def here() -> Office:
    return office()


def sheet(**said: Any) -> dict[str, Any]:
    """A sheet filled in as it should be."""
    return {
        "number": number(), "name": "测试丙", "f-place": "示范路2号", "m-application": "on", "m-application-originals": "1",
        "m-application-copies": "0", "m-plan": "on", "m-plan-originals": "0", "m-plan-copies": "2", **said,
    }  # fmt: skip


def take_in(where: Office, **said: Any) -> Any:
    return desk(where.clerk).post(f"/work/intake/window/{where.item.impl_code}/", sheet(**said))


@pytest.mark.feature("08.02", part="sheet at the window")
def test_a_clerk_takes_an_application_in_and_prints_the_receipt(here: Office) -> None:
    done = take_in(here)
    case = Case.objects.get()
    assert done.headers["Location"] == f"/work/intake/cases/{case.id}/receipt/"
    assert case.channel == "1" and case.state == "applied"
    assert identity_of(case.applicant).name == "测试丙"
    assert {(h.key, h.originals, h.copies) for h in Handed.objects.filter(case=case)} == {("application", 1, 0), ("plan", 0, 2)}
    receipt = desk(here.clerk).get(done.headers["Location"]).content.decode()
    assert case.serial in receipt and "设计图纸" in receipt and "测试丙" not in receipt


@pytest.mark.feature("08.02", part="sheet at the window")
def test_a_wrong_check_digit_names_the_field_and_nothing_is_stored(here: Office) -> None:
    right = number()
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    parties = Party.objects.count()
    refused = take_in(here, number=wrong)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#id_number"' in page and "id_number-error" in page
    assert wrong in page and "示范路2号" in page
    assert Case.objects.count() == 0 and Party.objects.count() == parties


@pytest.mark.feature("08.02", part="sheet at the window")
def test_all_faults_of_the_sheet_are_named_at_once(here: Office) -> None:
    page = take_in(here, **{"name": "", "f-place": "", "m-plan-copies": "1"}).content.decode()
    for anchor in ("id_name", "id_f-place", "id_m-plan"):
        assert f'href="#{anchor}"' in page
    assert not Case.objects.exists()


@pytest.mark.feature("08.02", part="sheet at the window")
def test_what_the_number_says_is_read_from_it(here: Office) -> None:
    page = take_in(here, number="44030019900101996" + check_character("44030019900101996"), check="1").content.decode()
    assert "1990-01-01" in page and "女" in page and not Case.objects.exists()


def test_a_known_number_with_another_name_is_refused_and_a_second_application_asks_to_be_confirmed(here: Office) -> None:
    digits = number()
    person("测试丙", digits)
    assert take_in(here, number=digits, name="测试丁").status_code == 422
    assert take_in(here, number=digits).status_code == 302
    again = take_in(here, number=digits)
    assert again.status_code == 422 and 'name="again"' in again.content.decode()
    assert take_in(here, number=digits, again="on").status_code == 302
    assert Case.objects.count() == 2


def test_a_window_receives_for_its_own_items_only(here: Office) -> None:
    other = office("深圳市另一局")
    client = desk(other.clerk)
    assert here.item.impl_code not in client.get("/work/intake/window/").content.decode()
    assert here.item.impl_code in desk(here.clerk).get("/work/intake/window/").content.decode()
    refused = client.post(f"/work/intake/window/{here.item.impl_code}/", sheet())
    assert refused.status_code == 403 and not Case.objects.exists()


@pytest.mark.feature("08.02", part="sheet at the window")
def test_a_window_that_the_agency_lets_receive_for_it_keeps_sight_of_the_case() -> None:
    window = office("深圳市代收局")
    here = office("深圳市受理局", elements={"collect_orgs": [window.org.uscc]})
    client = desk(window.clerk)
    assert client.post(f"/work/intake/window/{here.item.impl_code}/", sheet()).status_code == 302
    case = Case.objects.get()
    assert client.get(f"/work/intake/cases/{case.id}/").status_code == 200
    assert client.post(f"/work/intake/cases/{case.id}/act/", {"act": "accept", "outcome": "accepted", "expect": 1}).status_code == 403


@pytest.mark.feature("08.17", part="explain")
def test_the_clock_of_a_case_is_explained_on_its_page_and_recomputed_on_the_command_line(here: Office) -> None:
    case = Case.objects.get(id=here.accepted())
    page = desk(here.clerk).get(f"/work/intake/cases/{case.id}/").content.decode()
    assert "法定办结时限怎样算出来的" in page and "个工作日，当天不计入" in page
    done = CliRunner().invoke(app, ["explain-clock", case.serial])
    assert done.exit_code == 0 and "重新计算的日期与登记的一致" in done.output
    Case.objects.filter(id=case.id).update(due_promised=case.due_statutory)
    assert CliRunner().invoke(app, ["explain-clock", str(case.number)]).exit_code == 1
    assert CliRunner().invoke(app, ["explain-clock", "NOTHING"]).exit_code == 2
