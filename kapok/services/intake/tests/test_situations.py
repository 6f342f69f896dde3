"""A case asks what its 情形 asks, and so do its acts: corrections, 环节 and further files."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import Account, make_token, open_account
from kapok.kernel.common.errors import Invalid, NotHere, Refused
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.intake.actions.materials import supplement
from kapok.services.intake.data import StateRule
from kapok.services.intake.models import Case
from kapok.services.intake.queries import handed_of, queue, state_rules
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, office, person
from kapok.services.items.tests.factories import SYSTEM

TREE = [
    {
        "key": "kind", "text": "办理哪一种？",
        "choices": [{"key": "plain", "text": "无场所"}, {"key": "place", "text": "有场所"}],
    },
]  # fmt: skip
STEPS = [
    {"key": "examine", "name": "审查", "role": "审批人员"},
    {"key": "decide", "name": "决定", "role": "负责人"},
]
HANDLING = [
    {
        "code": "01", "name": "无场所", "when": {"kind": "plain"}, "materials": ["application"], "fields": ["name"],
        "steps": ["decide"], "result_name": "登记卡",
    },
    {"code": "02", "name": "有场所", "when": {"kind": "place"}},
]  # fmt: skip


@pytest.fixture
def bureau(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office("深圳市情形局", elements={"questions": TREE, "handling": HANDLING, "steps": STEPS})


def plain(bureau: Office) -> UUID:
    application = Application(bureau.law.version_id, person().id, {"name": "测试甲"}, {"kind": "plain"}, PAPERS[:1], "1", again=True)
    return apply(application, by=bureau.clerk).case


@pytest.mark.feature("08.07", part="all faults at once, only the marked ones change")
@pytest.mark.parametrize(("kind", "key"), [("field", "place"), ("material", "plan")])
def test_a_correction_through_the_api_cannot_name_what_the_case_was_never_asked(bureau: Office, kind: str, key: str) -> None:
    case = plain(bureau)
    bearer = make_token(Account.objects.get(id=bureau.clerk.account), "测试", by=SYSTEM)
    client = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {bearer}")

    def ask(what: tuple[str, str]) -> Any:
        data = {"faults": [{"kind": what[0], "key": what[1], "says": "请改正"}]}
        said = json.dumps({"act": "request_correction", "outcome": "listed", "data": data})
        address = f"/api/intake/v1/cases/{case}/acts"
        return client.post(address, said, content_type="application/json", headers={"Idempotency-Key": "-".join(what)})

    answer = ask((kind, key))
    assert (answer.status_code, answer.json()["code"]) == (422, "act.data")
    assert Case.objects.get(id=case).state == "applied"
    assert ask(("field", "name")).status_code == 200


def test_the_steps_and_the_result_are_those_of_the_handling_item(bureau: Office) -> None:
    case = plain(bureau)
    done = act(case, "accept", "accepted", {}, by=bureau.clerk)
    assert done.step == "decide", "the 环节 of the 业务办理项 alone"
    assert act(case, "decide", "granted", {}, by=bureau.leader).state == "closed"
    whole = Application(bureau.law.version_id, person().id, ANSWERS, {"kind": "place"}, PAPERS, "1")
    assert act(apply(whole, by=bureau.clerk).case, "accept", "accepted", {}, by=bureau.clerk).step == "examine"


def test_further_files_come_in_only_where_the_state_allows_and_from_the_applicant(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = person()
    me = actor_of_account(open_account(f"c-{owner.id}", "某", "person", party=owner, by=SYSTEM).id)
    application = Application(bureau.law.version_id, owner.id, ANSWERS, {"kind": "place"}, PAPERS, "1")
    case = apply(application, by=bureau.clerk).case
    extra = Given("extra", "upload", (("f", "application/pdf", 10),))
    with pytest.raises(Refused) as refused:
        supplement(case, (extra,), by=me)
    assert refused.value.code == "intake.upload_not_allowed"
    monkeypatch.setattr(state_rules, "_entries", {"test": lambda version, item, state, outcome: StateRule(upload=state == "applied")})
    with pytest.raises(NotHere):
        supplement(case, (extra,), by=bureau.clerk)
    with pytest.raises(Invalid):
        supplement(case, (Given("unknown", "upload", (("f", "application/pdf", 10),)),), by=me)
    supplement(case, (extra,), by=me)
    assert next((one.key, one.name) for one in handed_of([case])) == ("extra", "补充材料")
    assert not Case.objects.get(id=case).answered


def test_a_queue_keeps_what_has_no_due_date_to_the_last_page(bureau: Office) -> None:
    cases = [plain(bureau) for _ in range(6)]
    Case.objects.filter(id__in=cases[:3]).update(due_at=None)
    seen, cursor = [], None
    for _ in range(6):
        page = queue(bureau.clerk, after=cursor, limit=2)
        seen += [row["id"] for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(cases) and set(seen[3:]) == set(cases[:3])
