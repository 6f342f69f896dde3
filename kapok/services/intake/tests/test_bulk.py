"""Many cases at once from the work list: preview, deed, verdicts; a refusal stops nobody else; twice is as once."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.bulk import MOST
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import Office, desk, office
from kapok.services.items.tests.factories import staff

pytestmark = pytest.mark.django_db
BULK = "/work/intake/bulk/"


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office()


def ticked(*cases: Any) -> list[str]:
    return [f"{case.id}~{case.sequence}" for case in Case.objects.filter(id__in=cases).order_by("id")]


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def hidden(answer: Any) -> list[str]:
    return re.findall(r'type="hidden" name="case" value="([^"]+)"', answer.content.decode())


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_the_preview_says_of_each_row_what_will_happen_or_why_not_and_changes_nothing(here: Office) -> None:
    fresh, accepted = here.case(), here.accepted()
    before = list(Case.objects.order_by("id").values())
    seen = desk(here.clerk).post(BULK, {"what": "accept", "case": ticked(fresh, accepted)})
    words = text(seen)
    assert seen.status_code == 200
    assert "已受理 · 审查" in words and "届满" in words
    assert "当前状态“已受理”不能办理“受理”" in words
    assert hidden(seen) == ticked(fresh), "only what can be done is offered to be confirmed"
    assert list(Case.objects.order_by("id").values()) == before


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_confirming_does_each_case_by_itself_with_a_verdict_for_each(here: Office) -> None:
    cases = [here.case() for _ in range(3)]
    picked = ticked(*cases)
    client = desk(here.clerk)
    client.post(BULK, {"what": "accept", "case": picked})
    act(cases[1], "preaccept", "passed", {}, by=staff("clerk", here.org))
    done = client.post(BULK, {"what": "accept", "case": picked, "do": "1"})
    words = text(done)
    assert "办成 2 件，未办成 1 件" in words and "案件已被他人更新" in words
    assert [Case.objects.get(id=case).state for case in cases] == ["accepted", "preaccepted", "accepted"]
    assert len({Case.objects.get(id=case).number for case in (cases[0], cases[2])}) == 2


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_sending_the_page_twice_does_nothing_twice(here: Office) -> None:
    cases = [here.case() for _ in range(2)]
    picked, client = ticked(*cases), desk(here.clerk)
    first = client.post(BULK, {"what": "accept", "case": [*picked, picked[0]], "do": "1"})
    acts = Act.objects.count()
    again = client.post(BULK, {"what": "accept", "case": picked, "do": "1"})
    assert "办成 2 件，未办成 0 件" in text(first) and "办成 2 件，未办成 0 件" in text(again)
    assert "没有重复办理" in text(again) and Act.objects.count() == acts
    stranger = desk(staff("clerk", here.org)).post(BULK, {"what": "accept", "case": picked, "do": "1"})
    assert "办成 0 件，未办成 2 件" in text(stranger)


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_an_examination_of_many_asks_one_opinion_and_keeps_four_eyes(here: Office) -> None:
    mine, others = here.accepted(), here.accepted()
    for case in (mine, others):
        act(case, "examine", "pass", {"opinion": "同意"}, by=here.approver if case == mine else staff("approver", here.org))
    client, picked = desk(here.approver), ticked(mine, others)
    seen = client.post(BULK, {"what": "grant", "case": picked})
    assert "须由未经手此件的其他人员办理" in text(seen) and hidden(seen) == ticked(others)
    fresh = here.accepted()
    empty = client.post(BULK, {"what": "pass", "case": ticked(fresh), "do": "1", "text": " "})
    assert empty.status_code == 422 and 'href="#id_text"' in empty.content.decode()
    assert Case.objects.get(id=fresh).state == "accepted"
    client.post(BULK, {"what": "pass", "case": ticked(fresh), "do": "1", "text": "材料齐全"})
    assert Act.objects.get(case_id=fresh, act="examine").data["opinion"] == "材料齐全"


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_many_are_claimed_and_what_another_holds_is_refused_by_name(here: Office) -> None:
    cases, other = [here.case() for _ in range(3)], staff("clerk", here.org)
    desk(other).post(f"/work/intake/cases/{cases[0]}/hold/", {"what": "claim"})
    client = desk(here.clerk)
    assert f"这件已由“{other.name}”签收" in text(client.post(BULK, {"what": "claim", "case": ticked(*cases)}))
    done = client.post(BULK, {"what": "claim", "case": ticked(*cases), "do": "1"})
    assert "办成 2 件，未办成 1 件" in text(done)
    assert Case.objects.filter(holder_id=here.clerk.account).count() == 2


def test_cases_of_others_nothing_ticked_too_many_and_nonsense_do_nothing(here: Office) -> None:
    client, theirs = desk(here.clerk), office("深圳市另一局").case()
    hidden_case = text(client.post(BULK, {"what": "accept", "case": [*ticked(theirs), f"{uuid4()}~1"], "do": "1"}))
    assert "办成 0 件，未办成 2 件" in hidden_case and Case.objects.get(id=theirs).serial not in hidden_case
    assert client.post(BULK, {"what": "accept"}).status_code == 422
    assert client.post(BULK, {"what": "accept", "case": [f"{uuid4()}~1" for _ in range(MOST + 1)]}).status_code == 422
    assert client.post(BULK, {"what": "accept", "case": ["' or 1=1"]}).status_code == 422
    assert client.post(BULK, {"what": "nonsense", "case": ticked(theirs)}).status_code == 302
    assert client.get(BULK).status_code == 302
    assert Case.objects.get(id=theirs).state == "applied"


def test_the_preview_asks_the_database_once_for_each_case_and_a_fixed_number_besides(here: Office) -> None:
    client, counts = desk(here.clerk), []
    for many in (2, 6):
        picked = ticked(*[here.case() for _ in range(many)])
        client.post(BULK, {"what": "accept", "case": picked})
        with CaptureQueriesContext(connection) as asked:
            client.post(BULK, {"what": "accept", "case": picked})
        counts.append(len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]))
    assert (counts[1] - counts[0]) / 4 <= 2
