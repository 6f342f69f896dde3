"""Who may act on a case beyond what the table says: its holder, a leader who approves, a window for others; and a forgotten applicant."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account, make_token, open_account, sign_up
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, Refused
from kapok.kernel.crypto.public import forget
from kapok.kernel.documents.public import documents_about
from kapok.kernel.files.public import store
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, apply
from kapok.services.intake.actions.holding import claim
from kapok.services.intake.errors import ClaimTaken
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, desk, number, office, person
from kapok.services.intake.tests.test_holding import api
from kapok.services.items.tests.factories import SYSTEM, staff

pytestmark = pytest.mark.django_db

ONE_STEP = [{"key": "decide", "name": "决定", "role": "审批人员"}]
SPECIAL = [{"kind": 2, "name": "听证", "basis": "行政许可法第四十六条"}]


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office(elements={"special": SPECIAL, "steps": ONE_STEP})


def token_of(account: Account | UUID | None) -> str:
    return make_token(account if isinstance(account, Account) else Account.objects.get(id=account), "测试", by=SYSTEM)


@pytest.mark.feature("08.03", part="claim")
def test_what_a_colleague_holds_is_left_alone_and_the_refusal_names_him(here: Office) -> None:
    case, colleague = here.case(), staff("clerk", here.org)
    claim(case, by=here.clerk)
    with pytest.raises(ClaimTaken) as refused:
        act(case, "accept", "accepted", {}, by=colleague)
    assert refused.value.status == 409 and Case.objects.get(id=case).holder_name in refused.value.message()
    answer = api(token_of(colleague.account), f"/cases/{case}/acts", {"act": "accept", "outcome": "accepted"})
    assert (answer.status_code, answer.json()["code"]) == (409, "claim.taken")
    page = desk(colleague).get(f"/work/intake/cases/{case}/").content.decode()
    assert "承办；需要接手的" in page and 'name="outcome"' not in page
    act(case, "accept", "accepted", {}, by=here.clerk)


@pytest.mark.feature("08.03", part="claim")
def test_a_leader_acts_on_a_held_case_and_the_applicant_withdraws_it(here: Office) -> None:
    owner = person()
    me = actor_of_account(open_account("owner", "测试甲", "person", party=owner, by=SYSTEM).id)
    led, own = here.case(), here.case(owner)
    for case in (led, own):
        claim(case, by=here.clerk)
    assert act(led, "accept", "accepted", {}, by=here.leader).state == "accepted"
    assert act(own, "decide", "withdrawn", {}, by=me).state == "closed"


@pytest.mark.feature("08.08", part="reason, basis and approver are asked")
def test_only_a_leader_of_the_deciding_agency_approves_a_special_procedure(here: Office) -> None:
    case, other = here.accepted(), office("深圳市另一局")
    said = {"procedure": "听证", "reason": "涉及公共利益", "basis": "行政许可法第四十六条"}
    for approver in (str(here.clerk.account), str(other.leader.account), str(uuid4()), "局长"):
        with pytest.raises(Refused) as refused:
            act(case, "request_special", "pause", {**said, "approver": approver}, by=here.approver)
        assert [fault["code"] for fault in refused.value.data["faults"]] == ["act.data.not_leader"]
    assert act(case, "request_special", "pause", {**said, "approver": str(here.leader.account)}, by=here.approver).state == "special"


@pytest.mark.feature("08.11", part="no right, no row: every endpoint, filter, expand, search, export, file and document link")
def test_an_act_names_no_file_that_its_doer_did_not_keep_for_the_applicant(here: Office) -> None:
    """What an act names is opened on the case's page: a foreign id would open anybody's paper."""
    case, other = here.accepted(), person()
    foreign = store(b"%PDF-1.4 synthetic", name="a.pdf", media_type="application/pdf", subject=other.id, by=here.approver)
    for file in (foreign.id, uuid4(), str(foreign.id).upper()):
        with pytest.raises(Refused) as refused:
            act(case, "decide", "granted", {"file": str(file)}, by=here.approver)
        assert [fault["field"] for fault in refused.value.data["faults"]] == ["file"]
    assert desk(here.approver).get(f"/work/intake/cases/{case}/files/{foreign.id}/").status_code == 404
    assert Act.objects.filter(case_id=case).count() == 2


@pytest.mark.feature("08.11", part="both seats and no third")
def test_a_window_that_hands_in_by_api_for_another_agency_keeps_seeing_the_case(here: Office) -> None:
    window = office("深圳市代收局")
    served = office("深圳市受理局", elements={"collect_orgs": [window.org.uscc], "materials": []})
    said = {"version": str(served.law.version_id), "answers": ANSWERS, "applicant": str(person().id), "channel": "1"}
    answer = api(token_of(window.clerk.account), "/applications", said)
    assert answer.status_code == 201, answer.content
    case = answer.json()["case"]
    assert desk(window.clerk).get(f"/work/intake/cases/{case}/").status_code == 200
    assert desk(here.clerk).get(f"/work/intake/cases/{case}/").status_code == 404


def test_nobody_but_a_window_hands_in_as_a_window(here: Office) -> None:
    account = sign_up("测试己", number(), "16012345678", "synthetic-2026", by=SYSTEM)
    me = actor_of_account(account.id)
    with pytest.raises(Forbidden):
        apply(Application(here.law.version_id, _party(me), ANSWERS, {}, PAPERS, "1"), by=me)
    assert not Case.objects.exists()


def _party(actor: Actor) -> UUID:
    assert actor.for_party is not None
    return actor.for_party


def test_a_forgotten_applicant_keeps_no_act_from_being_done_and_gets_no_paper(here: Office) -> None:
    owner = person()
    case, late = here.case(owner), here.case(owner)
    forget(owner.id)
    papers = len(documents_about(case))
    assert act(case, "accept", "accepted", {}, by=here.clerk).number
    assert act(case, "decide", "terminated", {"reason": "申请人资料已销毁"}, by=here.leader).state == "closed"
    assert len(documents_about(case)) == papers
    assert list(Act.objects.filter(case_id=case, sequence__gt=1).values_list("document", flat=True)) == ["", ""]
    due = Case.objects.get(id=late).due_at
    assert due is not None
    with clock.frozen(due + timedelta(seconds=1)):
        assert fire_due() == 1
    assert Case.objects.get(id=late).state == "accepted", "the clock accepts it too"
    page = desk(here.clerk).get(f"/work/intake/cases/{case}/")
    assert page.status_code == 200 and "已按其要求销毁" in page.content.decode()
