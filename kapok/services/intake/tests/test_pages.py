"""The desk in a browser: the queue, a case, its acts."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.parties.public import mask_number
from kapok.kernel.reads.public import who_read
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import Office, desk, number, office, person
from kapok.services.items.tests.factories import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def here() -> Office:
    return office()


def post(client: Any, case: Any, act: str, outcome: str, **data: Any) -> Any:
    sequence = Case.objects.get(id=case).sequence
    return client.post(f"/work/intake/cases/{case}/act/", {"act": act, "outcome": outcome, "expect": sequence, **data})


@pytest.mark.feature("08.03", part="inbox")
def test_the_queue_shows_what_is_within_reach_and_nothing_else(here: Office) -> None:
    elsewhere = office("深圳市另一局")
    mine, theirs = here.case(), elsewhere.case()
    page = desk(here.clerk).get("/work/intake/").content.decode()
    assert str(mine) in page and str(theirs) not in page


@pytest.mark.feature("08.03", part="inbox")
def test_the_queue_is_by_due_date_and_its_pages_do_not_lose_cases_without_a_limit(here: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr("kapok.services.intake.web.pages.SIZE", 2)
    cases = [here.case() for _ in range(3)]
    client = desk(here.clerk)
    waiting = cases[0]
    Case.objects.filter(id=waiting).update(due_at=None)
    later = here.accepted()
    seen, address = [], "/work/intake/"
    for _ in range(5):
        page = client.get(address)
        seen += [row["id"] for row in page_rows(page)]
        after = page_after(page)
        if not after:
            break
        address = f"/work/intake/?after={after}"
    assert len(seen) == 4 and set(seen) == {*map(str, cases), str(later)}
    assert seen[-1] == str(waiting)
    assert seen[:2] == sorted(map(str, cases[1:]))


def page_rows(page: Any) -> list[dict[str, str]]:
    return [{"id": found} for found in re.findall(r'href="/work/intake/cases/([0-9a-f-]{36})/"', page.content.decode())]


def page_after(page: Any) -> str:
    found = re.search(r'rel="next" href="[^"]*after=([^"&]+)', page.content.decode())
    return html.unescape(found.group(1)) if found else ""


@pytest.mark.feature("08.03", part="inbox")
def test_tabs_and_holders_narrow_the_queue(here: Office) -> None:
    fresh, examined = here.case(), here.accepted()
    client = desk(here.clerk)
    assert [row["id"] for row in page_rows(client.get("/work/intake/?tab=new"))] == [str(fresh)]
    assert [row["id"] for row in page_rows(client.get("/work/intake/?tab=examining"))] == [str(examined)]
    client.post(f"/work/intake/cases/{fresh}/hold/", {"what": "claim"})
    assert [row["id"] for row in page_rows(client.get("/work/intake/?whose=mine"))] == [str(fresh)]
    assert [row["id"] for row in page_rows(client.get("/work/intake/?whose=free"))] == [str(examined)]


def test_the_queue_asks_the_database_as_often_for_eight_cases_as_for_two(here: Office) -> None:
    client = desk(here.clerk)
    counts = []
    for many in (2, 6):
        for _ in range(many):
            here.case()
        client.get("/work/intake/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/work/intake/")
        counts.append(len(asked))
    assert counts == [9, 9]


@pytest.mark.feature("08.03", part="claim")
def test_the_second_to_claim_reads_who_was_first(here: Office) -> None:
    case = here.case()
    first, second = here.clerk, staff("clerk", here.org)
    assert desk(first).post(f"/work/intake/cases/{case}/hold/", {"what": "claim"}).status_code == 302
    refused = desk(second).post(f"/work/intake/cases/{case}/hold/", {"what": "claim"})
    assert refused.status_code == 409 and f"已由“{first.name}”签收" in refused.content.decode()
    assert Case.objects.get(id=case).holder_id == first.account


@pytest.mark.feature("08.03", part="claim")
def test_a_case_is_given_back_and_handed_on(here: Office) -> None:
    case = here.case()
    other = staff("clerk", here.org)
    client = desk(here.clerk)
    hold = f"/work/intake/cases/{case}/hold/"
    client.post(hold, {"what": "claim"})
    assert client.post(hold, {"what": "transfer", "to": str(other.account), "reason": ""}).status_code == 422
    assert client.post(hold, {"what": "transfer", "to": str(other.account), "reason": "请假"}).status_code == 302
    assert Case.objects.get(id=case).holder_id == other.account
    desk(other).post(hold, {"what": "release"})
    assert Case.objects.get(id=case).holder_id is None


@pytest.mark.feature("08.03", part="acts")
def test_a_case_goes_from_the_window_to_the_decision_on_its_page(here: Office) -> None:
    case = here.case()
    assert post(desk(here.clerk), case, "accept", "accepted").status_code == 302
    approver, leader = desk(here.approver), desk(here.leader)
    page = approver.get(f"/work/intake/cases/{case}/").content.decode()
    assert 'value="examine"' in page and 'value="granted"' not in page
    assert post(approver, case, "examine", "pass", opinion="同意").status_code == 302
    assert post(leader, case, "decide", "granted", opinion="准予").status_code == 302
    assert Case.objects.get(id=case).state == "closed"
    done = leader.get(f"/work/intake/cases/{case}/?done=1").content.decode()
    assert "已办理：办结 · 准予" in done


@pytest.mark.feature("08.03", part="four eyes")
def test_who_examined_may_not_decide_where_four_eyes_are_asked(here: Office) -> None:
    case = here.accepted()
    approver = desk(here.approver)
    post(approver, case, "examine", "pass", opinion="同意")
    refused = post(approver, case, "decide", "granted")
    assert refused.status_code == 409
    assert "须由未经手此件的其他人员办理" in refused.content.decode()
    assert Case.objects.get(id=case).state == "examining"


def test_a_refusal_names_the_field_keeps_what_was_typed_and_changes_nothing(here: Office) -> None:
    case = here.case()
    before = Case.objects.get(id=case).sequence
    refused = post(desk(here.clerk), case, "accept", "refused", reason="不属于本机关职权")
    page = refused.content.decode()
    assert refused.status_code == 422 and "请填写“" in page
    assert 'href="#id_accept_refused_basis"' in page and "不属于本机关职权" in page
    assert Case.objects.get(id=case).sequence == before


def test_a_page_that_is_out_of_date_does_nothing(here: Office) -> None:
    case = here.case()
    client = desk(here.clerk)
    late = {"act": "accept", "outcome": "accepted", "expect": 1}
    client.post(f"/work/intake/cases/{case}/act/", {"act": "preaccept", "outcome": "passed", "expect": 1})
    refused = client.post(f"/work/intake/cases/{case}/act/", late)
    assert refused.status_code == 409 and "案件已被他人更新" in refused.content.decode()
    assert Case.objects.get(id=case).state == "preaccepted"
    assert client.post(f"/work/intake/cases/{case}/act/", {**late, "expect": ""}).status_code == 409


@pytest.mark.feature("08.07", part="checklist")
def test_the_correction_notice_is_ticked_from_the_fields_and_materials_of_the_item(here: Office) -> None:
    case = here.case()
    client = desk(here.clerk)
    page = client.get(f"/work/intake/cases/{case}/").content.decode()
    assert 'name="says-field-place"' in page and 'name="says-material-plan"' in page
    refused = post(client, case, "request_correction", "listed", **{"mark-material-plan": "on", "says-material-plan": ""})
    assert refused.status_code == 422 and 'href="#id_request_correction_listed_says-material-plan"' in refused.content.decode()
    told = {"mark-material-plan": "on", "says-material-plan": "缺第二页", "says-field-place": "写明门牌号"}
    assert post(client, case, "request_correction", "listed", **told).status_code == 302
    found = Case.objects.get(id=case)
    assert found.state == "correcting"
    assert "设计图纸：缺第二页" in client.get(f"/work/intake/cases/{case}/").content.decode()
    assert {(m["kind"], m["key"]) for m in found.marked} == {("material", "plan"), ("field", "place")}


@pytest.mark.feature("08.03", part="dossier")
def test_only_those_who_work_on_a_case_see_the_person_and_the_person_sees_who_did(here: Office) -> None:
    digits = number()
    applicant = person("测试甲乙", digits)
    case = here.case(applicant)
    auditor = staff("auditor", here.org)
    masked = desk(auditor).get(f"/work/intake/cases/{case}/").content.decode()
    assert digits not in masked and "示范路1号" not in masked and "测试甲乙" not in masked
    assert not who_read(applicant.id)
    client = desk(here.clerk)
    first = client.get(f"/work/intake/cases/{case}/").content.decode()
    assert digits not in first and mask_number(digits) in first and "测试甲乙" in first and "示范路1号" in first
    shown = client.post(f"/work/intake/cases/{case}/opened/").content.decode()
    assert digits in shown
    notes = who_read(applicant.id)
    assert {note.about for note in notes} == {case} and "查看完整号码" in notes[0].purpose
    assert digits not in desk(auditor).post(f"/work/intake/cases/{case}/opened/").content.decode() and len(who_read(applicant.id)) == 2


def test_another_agency_finds_no_case_and_does_no_act(here: Office) -> None:
    case = here.case()
    stranger = desk(office("深圳市另一局").clerk)
    assert stranger.get(f"/work/intake/cases/{case}/").status_code == 404
    assert post(stranger, case, "accept", "accepted").status_code == 404
    assert stranger.post(f"/work/intake/cases/{case}/hold/", {"what": "claim"}).status_code == 404
    assert Act.objects.filter(case_id=case).count() == 1


def test_a_case_is_found_by_its_number_or_the_applicants_within_reach(here: Office) -> None:
    digits = number()
    case = here.case(person("测试甲", digits))
    serial = Case.objects.get(id=case).serial
    client, stranger = desk(here.clerk), desk(office("深圳市另一局").clerk)
    for text in (serial, digits):
        assert client.post("/work/intake/find/", {"q": text}).headers["Location"] == f"/work/intake/cases/{case}/"
        assert "没有找到" in stranger.post("/work/intake/find/", {"q": text}).content.decode()


def test_the_workbench_opens_at_the_queue(here: Office) -> None:
    assert desk(here.clerk).get("/work/").headers["Location"] == "/work/intake/"
