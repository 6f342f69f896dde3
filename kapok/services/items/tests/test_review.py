"""Review: 单位 → 同级政务服务部门 → 省 for locked elements, four eyes, remarks on single elements."""

from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere, Refused
from kapok.kernel.flows.public import PASS, RETURN, name_deputy, waiting_for
from kapok.services.items.errors import BadFile, NotReady
from kapok.services.items.models import Item, ItemVersion, State
from kapok.services.items.public import comment, import_items, open_draft, resolve_comment, review, save_elements, submit, take_back
from kapok.services.items.tests.factories import SYSTEM, account, items_file, published, reviewers, staff

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.05")]


@pytest.fixture
def people(org: Any) -> dict[str, Any]:
    """The unit's editor and reviewer, and the reviewers of the departments above."""
    above = reviewers()
    return {
        "item": published(org),
        "editor": staff("editor", org),
        "unit": staff("reviewer", org),
        "peer": staff("reviewer", above["city"]),
        "province": staff("reviewer", above["province"]),
        "org": org,
    }


def submitted(people: dict[str, Any], **elements: Any) -> ItemVersion:
    version = open_draft(people["item"].impl_code, by=people["editor"])
    save_elements(version.id, elements or {"promised": {"value": 6, "unit": "工作日"}}, by=people["editor"])
    return submit(version.id, by=people["editor"])


def state_of(version: ItemVersion) -> str:
    return ItemVersion.objects.get(id=version.id).state


def refused_code(version: ItemVersion, by: Actor, outcome: str = PASS, opinion: str = "", **said: Any) -> str:
    with pytest.raises(KapokError) as refused:
        review(version.id, outcome, opinion, by=by, **said)
    return refused.value.code


def test_unit_then_department_then_reviewed(people: dict[str, Any]):
    version = submitted(people)
    assert refused_code(version, people["peer"]) == "flows.not_yours"
    review(version.id, PASS, by=people["unit"])
    assert state_of(version) == State.IN_REVIEW
    review(version.id, PASS, by=people["peer"])
    assert state_of(version) == State.REVIEWED


def test_a_locked_element_goes_on_to_the_province(people: dict[str, Any]):
    item = people["item"]
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"intermediary": "无中介服务", "promised": {"value": 6, "unit": "工作日"}}, by=SYSTEM)
    version = submit(version.id, by=people["editor"])
    review(version.id, PASS, by=people["unit"])
    review(version.id, PASS, by=people["peer"])
    assert state_of(version) == State.IN_REVIEW
    assert refused_code(version, people["peer"]) == "flows.not_yours"
    review(version.id, PASS, by=people["province"])
    assert state_of(version) == State.REVIEWED


def test_a_reviewer_who_edited_the_version_cannot_approve_it(people: dict[str, Any]):
    both = account("editor", people["org"])
    from kapok.kernel.access.public import grant

    grant(both, "reviewer", org=people["org"].id, reason="测试", by=SYSTEM)
    actor = actor_of_account(both.id)
    version = open_draft(people["item"].impl_code, by=people["editor"])
    save_elements(version.id, {"promised": {"value": 6, "unit": "工作日"}}, by=actor)
    submit(version.id, by=people["editor"])
    assert refused_code(version, actor) == "flows.wrote_it"
    review(version.id, PASS, by=people["unit"])


def test_whoever_handed_it_in_cannot_approve_it(people: dict[str, Any]):
    both = account("editor", people["org"])
    from kapok.kernel.access.public import grant

    grant(both, "reviewer", org=people["org"].id, reason="测试", by=SYSTEM)
    version = open_draft(people["item"].impl_code, by=people["editor"])
    save_elements(version.id, {"promised": {"value": 6, "unit": "工作日"}}, by=people["editor"])
    submit(version.id, by=actor_of_account(both.id))
    assert refused_code(version, actor_of_account(both.id)) == "flows.wrote_it"


def test_nobody_decides_two_steps(people: dict[str, Any]):
    from kapok.kernel.access.public import grant

    wide = account("reviewer", people["org"])
    grant(wide, "reviewer", region="440300000000", reason="测试", by=SYSTEM)
    actor = actor_of_account(wide.id)
    version = submitted(people)
    review(version.id, PASS, by=actor)
    assert refused_code(version, actor) == "flows.decided_before"


def test_a_return_needs_reasons_and_opens_the_draft_again(people: dict[str, Any]):
    version = submitted(people)
    assert refused_code(version, people["unit"], RETURN) == "flows.no_opinion"
    review(version.id, RETURN, "承诺时限请再压缩", by=people["unit"])
    assert state_of(version) == State.RETURNED
    save_elements(version.id, {"promised": {"value": 7, "unit": "工作日"}}, by=people["editor"])
    assert state_of(version) == State.DRAFT
    submit(version.id, by=people["editor"])
    assert state_of(version) == State.IN_REVIEW


def test_remarks_stand_on_single_elements(people: dict[str, Any]):
    version = submitted(people)
    said = comment(version.id, "materials.1", "图纸要求几份？", by=people["peer"])
    assert (said.element, said.label) == ("materials.1", "测试人员")
    with pytest.raises(KapokError):
        comment(version.id, "nothing", "…", by=people["peer"])
    resolve_comment(said.id, by=people["editor"])
    said.refresh_from_db()
    assert said.resolved_at is not None


def test_a_version_in_review_is_not_edited(people: dict[str, Any]):
    version = submitted(people)
    with pytest.raises(Refused) as refused:
        save_elements(version.id, {"promised": {"value": 1, "unit": "工作日"}}, by=people["editor"])
    assert refused.value.code == "items.not_editable"


def test_a_version_with_errors_is_not_handed_in(people: dict[str, Any]):
    version = open_draft(people["item"].impl_code, by=people["editor"])
    save_elements(version.id, {"promised": {"value": 30, "unit": "工作日"}}, by=people["editor"])
    with pytest.raises(NotReady) as wrong:
        submit(version.id, by=people["editor"])
    assert [(f.field, f.code) for f in wrong.value.faults] == [("promised.value", "items.quality.Q01")]
    assert state_of(version) == State.DRAFT


def test_a_deputy_decides_for_an_absent_reviewer_and_brings_no_second_vote(people: dict[str, Any]):
    colleague = account("editor", people["org"])
    actor = actor_of_account(colleague.id)
    version = submitted(people)
    principal = people["unit"].account
    assert refused_code(version, actor, for_account=principal) == "flows.no_deputy"
    name_deputy(colleague.id, clock.now() - timedelta(hours=1), clock.now() + timedelta(days=3), "出差", by=people["unit"])
    review(version.id, PASS, for_account=principal, by=actor)
    assert refused_code(version, people["unit"]) == "flows.not_yours"


def test_a_deputy_who_wrote_it_is_refused(people: dict[str, Any]):
    name_deputy(people["editor"].account, clock.now() - timedelta(hours=1), clock.now() + timedelta(days=3), "出差", by=people["unit"])
    version = submitted(people)
    assert refused_code(version, people["editor"], for_account=people["unit"].account) == "flows.wrote_it"


def test_the_inbox_shows_each_reviewer_his_own_step(people: dict[str, Any]):
    version = submitted(people)
    assert [r.about for r in waiting_for(people["unit"], "items.review")] == [version.id]
    assert list(waiting_for(people["peer"], "items.review")) == []
    review(version.id, PASS, by=people["unit"])
    assert list(waiting_for(people["unit"], "items.review")) == []
    assert [r.about for r in waiting_for(people["peer"], "items.review")] == [version.id]


def test_strangers_do_not_even_learn_that_it_exists(people: dict[str, Any]):
    from kapok.services.items.tests.factories import GUANGZHOU, city_org

    stranger = staff("reviewer", city_org("广州市某局", GUANGZHOU))
    version = submitted(people)
    with pytest.raises(NotHere):
        review(version.id, PASS, by=stranger)
    with pytest.raises(NotHere):
        comment(version.id, "name", "看看", by=stranger)


def test_the_editor_takes_a_version_back(people: dict[str, Any]):
    version = submitted(people)
    take_back(version.id, by=people["editor"])
    assert state_of(version) == State.DRAFT
    assert list(waiting_for(people["unit"], "items.review")) == []
    assert isinstance(people["item"], Item)


@pytest.mark.parametrize("taken_back", [False, True], ids=["in review", "a draft"])
def test_a_file_does_not_push_aside_a_version_under_way(people: dict[str, Any], taken_back: bool):
    version = submitted(people)
    if taken_back:
        take_back(version.id, by=people["editor"])
    item = people["item"]
    raw = items_file([people["org"]], base_code=item.base.base_code, elements={"promised": {"value": 5, "unit": "工作日"}})
    with pytest.raises(BadFile) as refused:
        import_items([raw], by=SYSTEM)
    assert "items.under_way" in {fault.code for fault in refused.value.faults}
    assert state_of(version) == (State.DRAFT if taken_back else State.IN_REVIEW)
