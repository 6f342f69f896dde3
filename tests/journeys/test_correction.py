"""补正 from both sides: told all at once, changed nowhere else; and the silence after which the law speaks for the agency."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account, sign_up
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, Refused
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.files.models import StoredFile
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.apply import Application, apply
from kapok.services.intake.models import Act, Case, Dossier, Handed
from kapok.services.intake.public import Given, act, hand_in
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, desk, number, office
from kapok.services.items.tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
MONDAY = clock.at(date(2026, 3, 2), 9)
"""Five working days after Monday 2 March 2026 end with Monday the 9th."""
TOLD = {
    "mark-field-place": "on", "says-field-place": "写明门牌号", "mark-material-plan": "on", "says-material-plan": "缺第二页",
}  # fmt: skip


@pytest.fixture
def here(db: None, tmp_path: Any) -> Office:
    small_province(tmp_path)
    return office()


@pytest.fixture
def citizen(here: Office) -> Account:
    return sign_up("测试壬", number(), "16012345678", "synthetic-2026", by=SYSTEM)


def actor(account: Account) -> Actor:
    return actor_of_account(account.id)


@pytest.fixture
def mine(here: Office, citizen: Account) -> Any:
    """The citizen's own case, told what to correct on the clerk's page: a question and a material at once."""
    who = actor(citizen)
    assert who.party is not None
    case = apply(Application(here.law.version_id, who.party, ANSWERS, {}, PAPERS), by=who).case
    told = {"act": "request_correction", "outcome": "listed", "expect": "1", **TOLD}
    assert desk(here.clerk).post(f"/work/intake/cases/{case}/act/", told).status_code == 302
    return case


def browser(account: Account) -> Client:
    client = Client()
    session = client.session
    session["account"] = str(account.id)
    session.save()
    return client


def pdf() -> SimpleUploadedFile:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return SimpleUploadedFile("图纸.pdf", out.getvalue(), content_type="application/pdf")


def answers_of(case: Any) -> dict[str, Any]:
    dossier = Dossier.objects.get(case_id=case)
    return dict(unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")["answers"])


@pytest.mark.feature("08.07", part="page of the applicant")
def test_the_applicant_sees_exactly_what_is_marked_each_with_what_is_wrong(mine: Any, citizen: Account) -> None:
    page = browser(citizen).get(f"/mine/cases/{mine}/correct/").content.decode()
    assert "场所地址：写明门牌号" in page and "设计图纸：缺第二页" in page
    assert 'name="place"' in page and 'name="material-plan"' in page
    assert 'name="name"' not in page and 'name="material-application"' not in page


@pytest.mark.feature("08.07", part="page of the applicant")
@pytest.mark.parametrize("tampered", [{"name": "别人"}, {"material-application": "file"}, {"name": "别人", "material-application": "file"}])
def test_a_tampered_answer_is_refused_and_changes_nothing(mine: Any, citizen: Account, tampered: dict[str, str]) -> None:
    before, files = answers_of(mine), StoredFile.objects.count()
    extra = {key: pdf() if value == "file" else value for key, value in tampered.items()}
    refused = browser(citizen).post(f"/mine/cases/{mine}/correct/", {"place": "示范路9号", "material-plan": pdf(), **extra})
    page = refused.content.decode()
    assert refused.status_code == 422 and "不在补正范围内" in page
    found = Case.objects.get(id=mine)
    assert answers_of(mine) == before and not found.answered and StoredFile.objects.count() == files
    assert Handed.objects.filter(case=mine).count() == len(PAPERS)


@pytest.mark.feature("08.07", part="page of the applicant")
def test_the_right_answer_is_taken_and_the_clerk_reads_it(mine: Any, citizen: Account, here: Office) -> None:
    answer = browser(citizen).post(f"/mine/cases/{mine}/correct/", {"place": "示范路9号", "material-plan": pdf()})
    assert answer.status_code == 302
    assert answers_of(mine) == {**ANSWERS, "place": "示范路9号"}
    page = desk(here.clerk).get(f"/work/intake/cases/{mine}/").content.decode()
    assert "申请人已提交补正" in page and "示范路9号" in page


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_the_verb_refuses_what_is_not_marked_and_names_every_fault_at_once(mine: Any, citizen: Account) -> None:
    other = Given("application", "upload", (("x", "application/pdf", 10),))
    with pytest.raises(Invalid) as refused:
        hand_in(mine, {"name": "别人"}, (other,), by=actor(citizen))
    codes = {(fault.field, fault.code) for fault in refused.value.faults}
    assert codes == {
        ("name", "form.locked"), ("place", "form.not_corrected"), ("application", "material.unknown"), ("plan", "material.required"),
    }  # fmt: skip
    assert not Case.objects.get(id=mine).answered


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_where_only_a_material_is_marked_no_answer_may_change(here: Office, citizen: Account) -> None:
    who = actor(citizen)
    assert who.party is not None
    case = apply(Application(here.law.version_id, who.party, ANSWERS, {}, PAPERS), by=who).case
    fault = [{"kind": "material", "key": "plan", "says": "缺第二页"}]
    act(case, "request_correction", "listed", {"faults": fault}, by=here.clerk)
    plan = Given("plan", "upload", (("x", "application/pdf", 10),))
    with pytest.raises(Invalid) as refused:
        hand_in(case, {"place": "别处"}, (plan,), by=who)
    assert [fault.code for fault in refused.value.faults] == ["form.locked"] and answers_of(case) == ANSWERS
    hand_in(case, {}, (plan,), by=who)
    assert Case.objects.get(id=case).answered


@pytest.mark.feature("08.07", part="a superior for the second notice")
def test_a_second_notice_before_acceptance_needs_a_superior_and_a_reason(mine: Any, here: Office) -> None:
    address = f"/work/intake/cases/{mine}/act/"
    again = {"act": "request_correction", "outcome": "again", "expect": "2", **TOLD}
    clerk, leader = desk(here.clerk), desk(here.leader)
    assert 'value="again"' not in clerk.get(f"/work/intake/cases/{mine}/").content.decode()
    assert clerk.post(address, {**again, "reason": "首次告知遗漏"}).status_code == 403
    without = leader.post(address, again)
    assert without.status_code == 422 and 'href="#id_request_correction_again_reason"' in without.content.decode()
    with pytest.raises(Refused) as refused:
        act(mine, "request_correction", "listed", {"faults": [{"kind": "field", "key": "name", "says": "再改"}]}, by=here.clerk)
    assert refused.value.code == "act.not_allowed"
    assert Case.objects.get(id=mine).corrections == 1
    assert leader.post(address, {**again, "reason": "首次告知遗漏"}).status_code == 302
    found = Case.objects.get(id=mine)
    assert (found.corrections, found.state) == (2, "correcting")
    assert Act.objects.filter(case_id=mine).latest("sequence").data["reason"] == "首次告知遗漏"


@pytest.mark.feature("08.07", part="deemed acceptance on the pages")
def test_past_the_limit_the_clock_accepts_and_both_sides_read_so(here: Office, citizen: Account) -> None:
    who = actor(citizen)
    assert who.party is not None
    with clock.frozen(MONDAY):
        case = apply(Application(here.law.version_id, who.party, ANSWERS, {}, PAPERS), by=who).case
    last = clock.end_of(date(2026, 3, 9))
    client, clerk = browser(citizen), desk(here.clerk)
    with clock.frozen(last - timedelta(minutes=1)):
        fire_due()
        assert "视为受理" not in _acts_shown(client.get(f"/mine/cases/{case}/").content.decode())
        assert Case.objects.get(id=case).state == "applied"
    with clock.frozen(last + timedelta(seconds=1)):
        fire_due()
        found = Case.objects.get(id=case)
        done = Act.objects.filter(case_id=case).latest("sequence")
        assert (found.state, done.act, done.outcome) == ("accepted", "accept", "deemed") and found.number
        for page in (client.get(f"/mine/cases/{case}/"), clerk.get(f"/work/intake/cases/{case}/")):
            assert "视为受理" in _acts_shown(page.content.decode()) and found.number in page.content.decode()


def _acts_shown(page: str) -> str:
    """The line of acts alone: elsewhere the page says what would happen after the limit."""
    start = page.index('<ol class="rail"')
    return page[start : page.index("</ol>", start)]


@pytest.mark.feature("08.07", part="deemed acceptance on the pages")
def test_a_case_told_to_correct_is_not_deemed_accepted(here: Office) -> None:
    with clock.frozen(MONDAY):
        case = here.case()
        act(case, "request_correction", "listed", {"faults": [{"kind": "field", "key": "place", "says": "写明门牌号"}]}, by=here.clerk)
    with clock.frozen(MONDAY + timedelta(days=60)):
        fire_due()
        assert Case.objects.get(id=case).state == "correcting"
