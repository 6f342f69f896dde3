"""From an act, through the sealer and the followers, into the citizen's inbox and the clerks' list of to-dos."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kapok.kernel.access.public import Actor, actor_of_account, grant
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.common import clock
from kapok.kernel.common.jsontext import dumps, loads
from kapok.kernel.jobs.public import drain, fire_due
from kapok.kernel.journal.public import COLUMNS
from kapok.kernel.notices.models import Delivery, Notice
from kapok.kernel.notices.public import inbox, opened
from kapok.kernel.notices.templates import templates
from kapok.kernel.parties.public import Party
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.tasks.public import Task, my_tasks
from kapok.services.intake.actions import apply as applying
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.configuring import remove_handler
from kapok.services.intake.actions.holding import claim, release
from kapok.services.intake.actions.materials import hand_in
from kapok.services.intake.actions.telling import OWN_WORDS, TOLD
from kapok.services.intake.data import StateRule
from kapok.services.intake.queries import state_rules
from kapok.services.intake.tests.factories import PAPERS, Office, office, person
from kapok.services.items.tests.factories import SYSTEM, account, city_org, staff

FAULTS = [{"kind": "material", "key": "plan", "says": "缺第二页"}]


@pytest.fixture
def bureau(transactional_db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office("深圳市消息局", elements={"correction_in_examination": True})


@pytest.fixture
def owner() -> Party:
    return person("林小满")


def citizen(party: Party) -> Actor:
    return actor_of_account(open_account(f"c-{party.id}", "某", "person", party=party, by=SYSTEM).id)


def told(actor: Actor) -> list[Any]:
    """The inbox, oldest first."""
    drain()
    return opened(list(inbox(actor).order_by("id")))


def waiting(actor: Actor, case: UUID) -> list[tuple[str, bool]]:
    """A member of staff's to-dos for a case: which, and whether it is the person's own."""
    drain()
    return [(task.code, task.owner == actor.account) for task in my_tasks(actor) if task.source == case]


@pytest.mark.feature("07.07", part="messages of a case")
def test_the_applicant_reads_what_happened_and_until_when_once_an_act(bureau: Office, owner: Party) -> None:
    me = citizen(owner)
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        case = bureau.case(owner)
        assert [message.title for message in told(me)] == ["申请已收到：场所许可"]
        assert "2026年3月9日前告知是否受理" in told(me)[0].text
    with clock.frozen(clock.at(date(2026, 3, 3), 9)):
        act(case, "request_correction", "listed", {"faults": FAULTS}, by=bureau.clerk)
        message = told(me)[-1]
        assert "1. 设计图纸：缺第二页" in message.text and "于2026年3月24日前" in message.text
        hand_in(case, {}, (PAPERS[1],), by=me)
    with clock.frozen(clock.at(date(2026, 3, 4), 9)):
        done = act(case, "accept_correction", "accepted", {}, by=bureau.clerk)
        message = told(me)[-1]
        assert message.title == "已受理：场所许可" and done.number in message.text and "2026年3月13日前办结" in message.text
    act(case, "examine", "pass", {"opinion": "同意"}, by=bureau.approver)
    act(case, "decide", "granted", {"opinion": "准予"}, by=bureau.leader)
    assert [message.title[:3] for message in told(me)] == ["申请已", "请补正", "已受理", "已办结"]
    assert len(told(me)) == 4, "telling again tells nothing new"
    assert Notice.objects.filter(recipient=owner.id).count() == 4
    assert all(str(case) in message.link for message in told(me))


def test_who_applies_in_anothers_name_is_told_too_and_nobody_else(bureau: Office, owner: Party) -> None:
    helper, other = person("代办甲"), person("旁人乙")
    bureau.case(owner, agent=helper.id)
    assert [len(told(citizen(each))) for each in (owner, helper, other)] == [1, 1, 0]


def test_a_text_message_is_on_its_way_where_the_words_have_a_short_form(bureau: Office, owner: Party) -> None:
    bureau.case(owner)
    drain()
    assert Delivery.objects.filter(notice__recipient=owner.id).count() == 1


def test_history_is_not_told(bureau: Office, owner: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    real = applying.prepare
    monkeypatch.setattr(applying, "prepare", lambda by, event, **more: _seeded(real(by, event, **more)))
    case = bureau.case(owner)
    assert told(citizen(owner)) == []
    assert waiting(bureau.clerk, case) == []


@pytest.mark.feature("07.05", part="a state told or not")
def test_an_agency_may_leave_a_state_untold(bureau: Office, owner: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_rules, "_entries", {"test": lambda version, item, state, outcome: StateRule(notify=state != "accepted")})
    case = bureau.accepted(owner)
    act(case, "decide", "withdrawn", {}, by=citizen(owner))
    assert [message.title[:3] for message in told(actor_of_account(_account(owner)))] == ["申请已", "已撤回"]


@pytest.mark.feature("08.03", part="to-dos of unit and holder")
def test_a_case_waits_for_its_unit_then_for_its_holder_then_for_the_next_step(bureau: Office, owner: Party) -> None:
    me, stranger = citizen(owner), staff("clerk", city_org("广州市无关局", "440100"))
    case = bureau.case(owner)
    assert waiting(bureau.clerk, case) == [("accept", False)]
    assert waiting(bureau.approver, case) == waiting(stranger, case) == []
    act(case, "request_correction", "listed", {"faults": FAULTS}, by=bureau.clerk)
    assert waiting(bureau.clerk, case) == [], "it waits for the applicant"
    hand_in(case, {}, (PAPERS[1],), by=me)
    assert waiting(bureau.clerk, case) == [("correction", False)]
    act(case, "accept_correction", "accepted", {}, by=bureau.clerk)
    assert waiting(bureau.clerk, case) == []
    first = bureau.law.steps[0].key
    assert waiting(bureau.approver, case) == [(f"examine:{first}", False)]
    claim(case, by=bureau.approver)
    assert waiting(bureau.approver, case) == [(f"examine:{first}", True)]
    assert waiting(staff("approver", bureau.org), case) == []
    release(case, by=bureau.approver)
    assert waiting(bureau.approver, case) == [(f"examine:{first}", False)]
    act(case, "decide", "withdrawn", {}, by=me)
    assert waiting(bureau.approver, case) == []
    states = Task.objects.filter(source=case).order_by("opened_at").values_list("code", "state")
    assert list(states) == [("accept", "done"), ("correction", "done"), (f"examine:{first}", "withdrawn")]


@pytest.mark.feature("08.16", part="handlers")
def test_what_a_removed_handler_held_waits_for_the_unit_again(bureau: Office, owner: Party) -> None:
    case, newcomer = bureau.accepted(owner), account(org=bureau.org)
    given = grant(newcomer, "approver", org=bureau.org.id, reason="新任", by=SYSTEM)
    claim(case, by=actor_of_account(newcomer.id))
    assert waiting(bureau.approver, case) == []
    remove_handler(given.id, "调离", by=SYSTEM)
    assert waiting(bureau.approver, case) == [(f"examine:{bureau.law.steps[0].key}", False)]


@pytest.mark.feature("08.08", part="limit for answering a correction in examination")
def test_who_does_not_answer_in_time_is_reminded_and_the_case_stays(bureau: Office, owner: Party) -> None:
    me = citizen(owner)
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        case = bureau.accepted(owner)
        act(case, "request_correction", "listed", {"faults": FAULTS}, by=bureau.approver)
        told(me)
    with clock.frozen(clock.end_of(date(2026, 3, 23)) + timedelta(seconds=1)):
        assert fire_due() == 1
        assert told(me)[-1].title == "补正时间已到：场所许可" and "2026年3月23日" in told(me)[-1].text


def test_every_word_of_every_template_is_given_and_every_outcome_has_its_words() -> None:
    mine = {key.removeprefix("intake.") for key in templates() if key.startswith("intake.")}
    assert mine == {name for name in TOLD.values() if name} | OWN_WORDS | {"correction_overdue"}


def test_an_agency_that_ends_or_refuses_says_why(bureau: Office) -> None:
    one, two = person("甲一"), person("乙二")
    no = {"reason": "不属于本机关职权范围。", "basis": "《行政许可法》第三十二条", "remedy": "可以依法申请行政复议。"}
    act(bureau.case(one), "accept", "refused", no, by=bureau.clerk)
    act(bureau.case(two), "decide", "terminated", {"reason": "主体已注销"}, by=bureau.leader)
    refused, ended = told(citizen(one))[-1], told(citizen(two))[-1]
    assert "理由：不属于本机关职权范围。依据：《行政许可法》第三十二条。可以依法申请行政复议。" in refused.text
    assert ended.title == "办理终止：场所许可" and "理由：主体已注销。" in ended.text


def _account(party: Party) -> UUID:
    return Account.objects.get(party=party).id


def _seeded(row: Any) -> Any:
    at = COLUMNS.split(", ").index("data")
    return replace(row, params=(*row.params[:at], dumps({**loads(row.params[at]), "seeded": True}), *row.params[at + 1 :]))
