"""Who holds a case: of many who claim at once exactly one does, by page and by API; giving back and handing on."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from kapok.kernel.access.public import Actor
from kapok.kernel.accounts.public import Account, make_token
from kapok.kernel.common.errors import Forbidden, KapokError, NotHere, Refused
from kapok.kernel.journal.models import Entry
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import Office, desk, office
from kapok.services.items.tests.factories import SYSTEM, staff

AT_ONCE = 8


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office()


def token_of(actor: Actor) -> str:
    return make_token(Account.objects.get(id=actor.account), "测试", by=SYSTEM)


def api(token: str, address: str, body: dict[str, Any] | None = None) -> Any:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY=uuid4().hex)
    return client.post(f"/api/intake/v1{address}", json.dumps(body or {}), content_type="application/json")


def at_once(deeds: list[Any]) -> list[Any]:
    """Every deed in a thread and on a connection of its own, let go together."""
    ready = Barrier(len(deeds))

    def go(deed: Any) -> Any:
        try:
            ready.wait(20)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(go, deeds))


def claimed(case: Any, actor: Actor) -> str:
    try:
        claim(case, by=actor)
    except KapokError as error:
        return f"{error.code} {error.status}"
    return "won"


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("08.03", part="claims at once")
def test_of_many_who_claim_at_once_exactly_one_holds_the_case_and_the_others_read_claim_taken(tmp_path: Path) -> None:
    small_province(tmp_path)
    here = office()
    people = [staff("clerk", here.org) for _ in range(AT_ONCE)]
    for _ in range(5):
        case = here.case()
        found = at_once([lambda case=case, who=who: claimed(case, who) for who in people])
        assert sorted(found) == ["claim.taken 409"] * (AT_ONCE - 1) + ["won"]
        winner = people[found.index("won")]
        assert Case.objects.get(id=case).holder_id == winner.account
        assert Entry.objects.filter(about=case, event="intake.claimed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("08.03", part="claims at once")
def test_the_same_race_by_page_and_by_api_ends_the_same(tmp_path: Path) -> None:
    small_province(tmp_path)
    here = office()
    case = here.case()
    pages = [desk(staff("clerk", here.org)) for _ in range(3)]
    tokens = [token_of(staff("clerk", here.org)) for _ in range(3)]
    deeds: list[Any] = [lambda page=page: page.post(f"/work/intake/cases/{case}/hold/", {"what": "claim"}) for page in pages]
    deeds += [lambda token=token: api(token, f"/cases/{case}/claim") for token in tokens]
    answers = at_once(deeds)
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(409) == 5 and len([status for status in statuses if status in (200, 302)]) == 1
    for answer in answers[3:]:
        if answer.status_code == 409:
            assert answer.json()["code"] == "claim.taken" and answer.json()["holder"] == Case.objects.get(id=case).holder_name


@pytest.mark.django_db
@pytest.mark.feature("08.03", part="claim")
def test_claiming_again_what_one_holds_changes_nothing_and_only_the_holder_or_a_leader_gives_it_away(here: Office) -> None:
    case, other = here.case(), staff("clerk", here.org)
    claim(case, by=here.clerk)
    entries = Entry.objects.count()
    claim(case, by=here.clerk)
    assert Entry.objects.count() == entries
    for deed in (lambda: release(case, by=other), lambda: transfer(case, uuid4(), "请假", by=other)):
        with pytest.raises(Forbidden):
            deed()
    with pytest.raises(NotHere):
        transfer(case, staff("clerk", office("深圳市另一局").org).account, "请假", by=here.clerk)
    with pytest.raises(Refused) as cannot:
        transfer(case, staff("auditor", here.org).account, "请假", by=here.clerk)
    assert cannot.value.code == "intake.colleague_cannot"
    transfer(case, other.account, "请假", by=here.leader)
    assert Case.objects.get(id=case).holder_id == other.account
    release(case, by=here.leader)
    assert Case.objects.get(id=case).holder_id is None


@pytest.mark.django_db
@pytest.mark.feature("08.03", part="claim")
def test_a_case_that_is_over_is_not_claimed(here: Office) -> None:
    case = here.case()
    act(case, "accept", "refused", {"reason": "不属于本机关职权", "basis": "行政许可法第三十二条"}, by=here.clerk)
    with pytest.raises(Refused) as refused:
        claim(case, by=here.clerk)
    assert refused.value.code == "intake.closed" and "已办结" in refused.value.message()


@pytest.mark.django_db
@pytest.mark.feature("08.03", part="claim")
def test_holding_by_api_answers_a_retry_and_finds_no_case_of_another_agency(here: Office) -> None:
    case, token = here.case(), token_of(here.clerk)
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY="claim-1")
    answers = [client.post(f"/api/intake/v1/cases/{case}/claim", "{}", content_type="application/json") for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(200, {"case": str(case), "done": "claim"})] * 2
    colleague = staff("clerk", here.org)
    assert api(token, f"/cases/{case}/transfer", {"to": str(colleague.account), "reason": "请假"}).status_code == 200
    assert api(token_of(colleague), f"/cases/{case}/release").status_code == 200
    assert api(token_of(office("深圳市另一局").clerk), f"/cases/{case}/claim").status_code == 404


@pytest.mark.django_db
@pytest.mark.feature("08.03", part="four eyes")
def test_who_took_the_case_in_cannot_decide_where_four_eyes_are_asked_by_page_and_by_api(here: Office) -> None:
    """The initiator of the case: a leader who received and accepted it and may examine too."""
    initiator = here.leader
    case = here.case()
    act(case, "accept", "accepted", {}, by=initiator)
    act(case, "examine", "pass", {"opinion": "同意"}, by=here.approver)
    before = Act.objects.filter(case_id=case).count()
    page = desk(initiator)
    assert 'value="granted"' not in page.get(f"/work/intake/cases/{case}/").content.decode()
    for name, outcome, data in (("decide", "granted", {}), ("examine", "pass", {"opinion": "同意"})):
        sequence = Case.objects.get(id=case).sequence
        posted = page.post(f"/work/intake/cases/{case}/act/", {"act": name, "outcome": outcome, "expect": sequence, **data})
        assert posted.status_code == 409 and "须由未经手此件的其他人员办理" in posted.content.decode()
        answer = api(token_of(initiator), f"/cases/{case}/acts", {"act": name, "outcome": outcome, "data": data})
        assert (answer.status_code, answer.json()["code"]) == (409, "act.four_eyes")
    assert Act.objects.filter(case_id=case).count() == before
    assert api(token_of(staff("leader", here.org)), f"/cases/{case}/acts", {"act": "decide", "outcome": "granted"}).status_code == 200
