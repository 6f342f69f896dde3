"""Drafts live on the server for every channel; when the item changes they follow what was chosen at publishing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, KapokError, NotHere
from kapok.kernel.files.public import StoredFile, store
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import history
from kapok.kernel.parties.public import Party, identity_of, mask_number
from kapok.kernel.reads.public import who_read
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.errors import DraftMoved, DraftStopped
from kapok.services.intake.models import Case, Draft, Handed
from kapok.services.intake.public import (
    Application,
    Content,
    Given,
    apply,
    begin_draft,
    confirm_changes,
    content_of,
    drop_draft,
    own_drafts,
    save_draft,
    state_of_draft,
    submit_draft,
)
from kapok.services.intake.rules.drafting import CURRENT, MOVED, OLD, STOPPED, Ruling, Standing, standing
from kapok.services.intake.tests.factories import FORM, Office, desk, office, person
from kapok.services.items.models import ItemVersion, State
from kapok.services.items.public import (
    FORWARD,
    KEEP,
    OLD_UNTIL,
    STOP,
    Policy,
    Touched,
    cancel_item,
    open_draft,
    preview_impact,
    publish,
    save_elements,
)
from kapok.services.items.tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
ANSWERS = {"name": "测试甲", "place": "示范路1号"}
WITH_PHONE = [*FORM, {"key": "phone", "label": "联系电话", "section": "申请人"}]


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def here() -> Office:
    return office(elements={"materials": [ELECTRONIC]})


ELECTRONIC = {"key": "plan", "name": "设计图纸", "form": "纸质或电子", "source": "申请人自备", "basis": "办法第五条", "standard": "清楚"}


@pytest.fixture
def owner() -> Party:
    return person()


@pytest.fixture
def citizen(owner: Party) -> Actor:
    return actor_of_account(open_account(f"draft{uuid4().hex[:8]}", "测试甲", "person", party=owner, by=SYSTEM).id)


@pytest.fixture
def begun(here: Office, citizen: Actor) -> Draft:
    draft = begin_draft(here.law, by=citizen)
    return save_draft(draft.id, Content(answers=dict(ANSWERS)), "materials", by=citizen)


def page_of(actor: Actor) -> Client:
    return desk(actor)


def next_version(where: Office, day: Any = None, **elements: Any) -> ItemVersion:
    version = open_draft(where.item.impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}, **elements}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    return version


def replaced(where: Office, policy: Policy, *, day: Any = None, **elements: Any) -> ItemVersion:
    version = next_version(where, **elements)
    return publish(version.id, day or clock.today(), policies={"intake.drafts": policy}, by=SYSTEM)


@pytest.mark.feature("08.09", part="policies and diff")
@pytest.mark.feature("08.20", part="drafts and cases are counted, each with a policy")
def test_publishing_over_drafts_and_cases_demands_a_policy_for_each(citizen: Actor) -> None:
    here = office("深圳市计数局")
    begin_draft(here.law, by=citizen)
    case = here.case()
    version = next_version(here)
    with pytest.raises(KapokError) as refused:
        publish(version.id, clock.today(), by=SYSTEM)
    assert refused.value.code == "items.policy_missing"
    assert "未提交的草稿" in refused.value.message() and "在办件" in refused.value.message()
    publish(version.id, clock.today(), policies={"intake.drafts": Policy(FORWARD), "intake.cases": Policy(KEEP)}, by=SYSTEM)
    assert Case.objects.get(id=case).version != version.id


@pytest.mark.feature("08.09", part="policies and diff")
def test_forward_the_draft_goes_on_with_the_new_version_once_its_owner_has_seen_what_changed(
    here: Office, begun: Draft, citizen: Actor
) -> None:
    version = replaced(here, Policy(FORWARD), form=WITH_PHONE)
    state = state_of_draft(begun, content_of(begun))
    assert state.kind == MOVED and state.law.version_id == version.id
    changed = {(c.part, c.key, c.how) for c in state.changes}
    assert changed == {("field", "phone", "added"), ("limit", "promised", "changed")}
    assert next(c for c in state.changes if c.key == "promised").was == "7个工作日"
    kept = content_of(begun)
    kept.answers["phone"] = "16012345678"
    save_draft(begun.id, Content(kept.situation, kept.answers, [{"key": "plan", "method": "paper", "originals": 1}]), "check", by=citizen)
    with pytest.raises(DraftMoved):
        submit_draft(begun.id, by=citizen)
    confirm_changes(begun.id, version.id, by=citizen)
    applied = submit_draft(begun.id, by=citizen)
    assert Case.objects.get(id=applied.case).version == version.id
    assert "intake.draft_changes_seen" in [entry.event for entry in history(begun.id)]


@pytest.mark.feature("08.09", part="policies and diff")
def test_old_until_the_draft_is_handed_in_under_the_old_version_till_the_day_and_follows_after_it(
    here: Office, begun: Draft, citizen: Actor
) -> None:
    old = begun.version
    replaced(here, Policy(OLD_UNTIL, clock.today() + timedelta(5)), form=WITH_PHONE)
    state = state_of_draft(begun)
    assert (state.kind, state.law.version_id, state.until) == (OLD, old, clock.today() + timedelta(5))
    with clock.frozen(clock.now() + timedelta(days=6)):
        late = state_of_draft(begun)
        assert late.kind == MOVED and late.law.version_id != old
    save_draft(
        begun.id, Content(answers=dict(ANSWERS), materials=[{"key": "plan", "method": "paper", "originals": 1}]), "check", by=citizen
    )
    applied = submit_draft(begun.id, by=citizen)
    assert Case.objects.get(id=applied.case).version == old


@pytest.mark.feature("08.09", part="policies and diff")
def test_stop_the_draft_can_be_read_and_deleted_and_nothing_else(here: Office, begun: Draft, citizen: Actor) -> None:
    version = replaced(here, Policy(STOP))
    assert state_of_draft(begun).kind == STOPPED
    for attempt in (
        lambda: save_draft(begun.id, Content(), "form", by=citizen),
        lambda: submit_draft(begun.id, by=citizen),
        lambda: confirm_changes(begun.id, version.id, by=citizen),
    ):
        with pytest.raises(DraftStopped):
            attempt()
    assert content_of(Draft.objects.get(id=begun.id)).answers == ANSWERS
    fresh = begin_draft(here.law, by=citizen)
    assert fresh.id != begun.id and fresh.version == version.id
    drop_draft(begun.id, by=citizen)


@pytest.mark.feature("08.09", part="policies and diff")
def test_a_version_published_for_a_later_day_moves_no_draft_before_it_and_those_begun_till_then_too(
    here: Office, begun: Draft, owner: Party
) -> None:
    day = clock.today() + timedelta(3)
    replaced(here, Policy(STOP), day=day)
    other = actor_of_account(open_account("draft-late", "测试乙", "person", party=person("测试乙"), by=SYSTEM).id)
    late = begin_draft(here.law, by=other)
    assert state_of_draft(begun).kind == state_of_draft(late).kind == CURRENT
    with clock.frozen(clock.at(day)):
        assert state_of_draft(begun).kind == state_of_draft(late).kind == STOPPED


@pytest.mark.feature("08.09", part="policies and diff")
def test_a_cancelled_item_has_no_version_to_go_on_with(here: Office, begun: Draft) -> None:
    with pytest.raises(KapokError) as refused:
        cancel_item(here.item.impl_code, clock.today(), "废止", policies={"intake.drafts": Policy(FORWARD)}, by=SYSTEM)
    assert refused.value.code == "intake.nothing_to_forward_to"
    cancel_item(here.item.impl_code, clock.today(), "废止", policies={"intake.drafts": Policy(STOP)}, by=SYSTEM)
    assert state_of_draft(begun).kind == STOPPED


def test_rulings_are_followed_one_after_the_other() -> None:
    first, second, third, today = uuid4(), uuid4(), uuid4(), clock.today()
    rulings = {first: Ruling(FORWARD, None, second), second: Ruling(OLD_UNTIL, today, third)}
    assert standing(first, third, rulings, today) == Standing(OLD, second, today)
    assert standing(first, third, rulings, today + timedelta(1)) == Standing(CURRENT, third)
    assert standing(first, third, {second: Ruling(STOP, None, third), first: Ruling(FORWARD, None, second)}, today).kind == STOPPED
    assert standing(first, None, {}, today).kind == STOPPED
    assert standing(first, second, {}, today) == Standing(CURRENT, second)


@pytest.mark.feature("08.09", part="begun on one channel, finished at the window")
def test_a_draft_begun_online_is_finished_at_the_window_by_its_number_and_the_reading_is_noted(
    here: Office, begun: Draft, owner: Party, citizen: Actor
) -> None:
    online = page_of(citizen).get(f"/drafts/{begun.id}/check/").content.decode()
    assert begun.pickup and begun.pickup in online
    counter = desk(here.clerk)
    assert counter.get(f"/work/intake/drafts/{begun.id}/").status_code == 404
    opened = counter.post("/work/intake/drafts/", {"pickup": f"{begun.pickup[:3]} {begun.pickup[3:]}"})
    assert opened.headers["Location"] == f"/work/intake/drafts/{begun.id}/"
    page = counter.get(opened.headers["Location"]).content.decode()
    assert "示范路1号" in page and "测试甲" in page
    digits = identity_of(owner).number
    assert digits not in page and mask_number(digits) in page
    shown = counter.post(opened.headers["Location"], {"plain": "1"}).content.decode()
    assert digits in shown and "查看完整号码" in who_read(owner.id)[0].purpose
    sheet = {"f-name": "测试甲", "f-place": "示范路3号", "m-plan": "on", "m-plan-originals": "1", "m-plan-copies": "0", "submit": "1"}
    done = counter.post(opened.headers["Location"], sheet)
    case = Case.objects.get()
    assert done.headers["Location"] == f"/work/intake/cases/{case.id}/receipt/"
    assert (case.channel, case.applicant_id) == ("1", owner.id) and Handed.objects.get(case=case).method == "paper"
    assert not Draft.objects.filter(id=begun.id).exists()
    assert any("草稿" in reading.purpose for reading in who_read(owner.id))


@pytest.mark.feature("08.09", part="begun on one channel, finished at the window")
def test_what_was_uploaded_online_stays_and_faults_at_the_window_lose_nothing(here: Office, begun: Draft, citizen: Actor) -> None:
    kept = store(b"%PDF-1.4 synthetic", name="plan.pdf", media_type="application/pdf", subject=citizen.for_party, by=citizen)
    upload = {"key": "plan", "method": "upload", "name": kept.name, "files": [[str(kept.id), kept.media_type, kept.size]]}
    save_draft(begun.id, Content(answers=dict(ANSWERS), materials=[upload]), "check", by=citizen)
    counter = desk(here.clerk)
    counter.post("/work/intake/drafts/", {"pickup": begun.pickup})
    address = f"/work/intake/drafts/{begun.id}/"
    refused = counter.post(address, {"f-name": "测试甲", "f-place": "", "submit": "1"})
    assert refused.status_code == 422 and 'href="#id_f-place"' in refused.content.decode() and not Case.objects.exists()
    assert content_of(Draft.objects.get(id=begun.id)).answers == ANSWERS
    assert counter.post(address, {"f-name": "测试甲", "f-place": "示范路2号", "submit": "1"}).status_code == 302
    assert Handed.objects.get().files == [str(kept.id)]


@pytest.mark.feature("08.09", part="begun on one channel, finished at the window")
def test_only_a_window_that_serves_the_item_opens_a_draft_and_a_wrong_number_looks_the_same(here: Office, begun: Draft) -> None:
    other = office("深圳市另一局")
    for client, number in ((desk(other.clerk), begun.pickup), (desk(here.clerk), "0000000000")):
        answer = client.post("/work/intake/drafts/", {"pickup": number})
        assert answer.status_code == 422 and "没有这个取件号" in answer.content.decode()
    assert desk(here.approver).get("/work/intake/drafts/").status_code in (403, 404)


@pytest.mark.feature("08.09", part="policies and diff")
def test_the_applicant_reads_the_changes_on_the_page_and_goes_on(here: Office, begun: Draft, citizen: Actor) -> None:
    replaced(here, Policy(FORWARD), form=WITH_PHONE)
    browser = page_of(citizen)
    address = f"/drafts/{begun.id}/check/"
    page = browser.get(address).content.decode()
    assert "事项已更新，请核对有变化的内容" in page and "联系电话" in page and "7个工作日" in page and "提交申请" not in page
    assert browser.post(address, {"seen": "1"}).status_code == 302
    page = browser.get(address).content.decode()
    assert "事项已更新" not in page and "提交申请" in page


@pytest.mark.feature("08.09", part="expiry and deletion")
def test_a_draft_ends_by_itself_and_its_uploads_with_it(begun: Draft, citizen: Actor) -> None:
    kept = store(b"%PDF-1.4 synthetic", name="plan.pdf", media_type="application/pdf", subject=citizen.for_party, by=citizen)
    upload = {"key": "plan", "method": "upload", "name": kept.name, "files": [[str(kept.id), kept.media_type, kept.size]]}
    save_draft(begun.id, Content(answers=dict(ANSWERS), materials=[upload]), "check", by=citizen)
    with clock.frozen(begun.expires_at):
        assert own_drafts(citizen) == []
        with pytest.raises(NotHere):
            submit_draft(begun.id, by=citizen)
        fire_due()
    assert not Draft.objects.filter(id=begun.id).exists() and not StoredFile.objects.filter(id=kept.id).exists()
    assert [entry.event for entry in history(begun.id)][-1] == "intake.draft_expired"


@pytest.mark.feature("08.09", part="expiry and deletion")
def test_its_owner_deletes_a_draft_on_the_page_and_nobody_else_can(here: Office, begun: Draft, citizen: Actor) -> None:
    other = actor_of_account(open_account("draft-other", "测试丁", "person", party=person("测试丁"), by=SYSTEM).id)
    assert page_of(other).post(f"/drafts/{begun.id}/form/", {"drop": "1"}).status_code == 404
    with pytest.raises((NotHere, Forbidden)):
        drop_draft(begun.id, by=here.clerk)
    assert page_of(citizen).post(f"/drafts/{begun.id}/form/", {"drop": "1"}).status_code == 302
    assert own_drafts(citizen) == []


@pytest.mark.feature("09.18", part="drafts and cases of intake")
@pytest.mark.feature("08.20", part="drafts and cases are counted, each with a policy")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.integers(0, 3), open_cases=st.integers(0, 2), policy=st.sampled_from((FORWARD, STOP, OLD_UNTIL)))
def test_what_the_preview_counts_is_what_is_touched_afterwards(mine: int, open_cases: int, policy: str) -> None:
    here, other = office(f"深圳市{uuid4().hex[:6]}局"), office(f"深圳市{uuid4().hex[:6]}局")
    for where in (*[here] * mine, other):
        someone = open_account(f"p{uuid4().hex[:10]}", "测试癸", "person", party=person("测试癸"), by=SYSTEM)
        begin_draft(where.law, by=actor_of_account(someone.id))
    for _ in range(open_cases):
        here.case()
    old, version = here.law.version_id, next_version(here)
    change = Touched(here.item.id, here.item.impl_code, old, version.id, clock.today())
    counted = {impact.source.key: impact.count for impact in preview_impact(change)}
    assert (counted["intake.drafts"], counted["intake.cases"]) == (mine, open_cases)
    chosen = Policy(policy, clock.today() + timedelta(3) if policy == OLD_UNTIL else None)
    publish(version.id, clock.today(), policies={"intake.drafts": chosen, "intake.cases": Policy(KEEP)}, by=SYSTEM)
    states = [state_of_draft(draft).kind for draft in Draft.objects.filter(impl_code=here.item.impl_code)]
    assert states == [{FORWARD: MOVED, STOP: STOPPED, OLD_UNTIL: OLD}[policy]] * mine
    assert {state_of_draft(draft).kind for draft in Draft.objects.filter(impl_code=other.item.impl_code)} == {CURRENT}
    assert Case.objects.filter(version=old).count() == open_cases


@pytest.mark.feature("08.09", part="policies and diff")
def test_no_other_door_takes_an_application_for_a_version_that_is_over(here: Office, begun: Draft, owner: Party) -> None:
    replaced(here, Policy(OLD_UNTIL, clock.today() + timedelta(5)))
    late = Application(begun.version, owner.id, ANSWERS, {}, (Given("plan", "paper", (), 1, 0),), "2")
    with pytest.raises(NotHere):
        apply(late, by=here.clerk)
    assert not Case.objects.exists()
