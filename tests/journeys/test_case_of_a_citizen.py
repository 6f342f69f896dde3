"""The main flow: a published item, an application, a correction, acceptance, examination, decision, collection."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kapok.kernel.access.public import clock_actor
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes import casenumber
from kapok.kernel.common.errors import Conflict, Invalid, NotHere, Refused
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import history, seal_new, verify
from kapok.services.intake.public import Application, Case, Given, act, acts_of, apply, claim, hand_in, queue
from kapok.services.items.public import CompiledItem, Item, item_in_force
from tests.journeys.answers import answers_for, situation_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(catalogue: None) -> CompiledItem:
    """An item with several steps, a promised limit in working days and no special answers needed."""
    for row in Item.objects.order_by("id"):
        found = item_in_force(row.impl_code)
        if (
            found
            and found.kind == "2"
            and found.promised.unit == "work_day"
            and found.online
            and len(found.steps) > 1
            and "1" in found.audience
        ):
            return found
    pytest.fail("no such item in the demonstration's catalogue")


def application(item: CompiledItem, people: SimpleNamespace, **changes: Any) -> Application:
    situation = situation_for(item)
    answers, materials = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678")
    return Application(item.version_id, people.citizen.for_party, {**answers, **changes}, situation, materials)


@pytest.mark.feature("08.01", part="form, case, act, entry, due date")
@pytest.mark.feature("08.06", part="number")
@pytest.mark.smoke
def test_from_application_to_collection(people: SimpleNamespace, item: CompiledItem) -> None:
    clerk, leader = (people.staff(role, item.org_id) for role in ("clerk", "leader"))
    monday = clock.at(date(2026, 9, 14), 9)
    with clock.frozen(monday):
        applied = apply(application(item, people), by=people.citizen)
        assert applied.due_at == clock.end_of(date(2026, 9, 20)), "five working days; Sunday 20 September is worked (调休)"
        assert [row["serial"] for row in queue(clerk).rows] == [applied.serial]
    with clock.frozen(monday + timedelta(days=1)):
        done = act(applied.case, "accept", "accepted", {}, by=clerk)
        assert casenumber.check(done.number)
        assert done.due_promised == clock.end_of(current_calendar().add_working_days(date(2026, 9, 15), item.promised.value))
    with clock.frozen(monday + timedelta(days=2)):
        for number in range(len(item.steps)):
            actor = leader if item.steps[number].role == "leader" else people.staff("approver", item.org_id, f"审批{number}")
            if number == 0:
                claim(applied.case, by=actor)
            if number < len(item.steps) - 1:
                act(applied.case, "examine", "pass", {"opinion": "符合条件。"}, by=actor)
            else:
                done = act(applied.case, "decide", "granted", {"opinion": "准予。"}, by=actor)
        assert done.state == "closed"
    act(
        applied.case,
        "collect",
        "collected",
        {"collected_by": "本人", "method": "window", "collected_at": clock.now().isoformat()},
        by=clerk,
    )
    assert [a.act for a in acts_of(applied.case)][:2] == ["apply", "accept"]
    assert len(history(applied.case)) == len(acts_of(applied.case)) + 1, "one entry an act, and the claim"
    seal_new()
    assert verify()[1] is None


@pytest.mark.feature("08.07", part="all faults at once, only the marked ones change")
def test_only_what_the_correction_names_may_be_changed(people: SimpleNamespace, item: CompiledItem) -> None:
    clerk = people.staff("clerk", item.org_id)
    applied = apply(application(item, people), by=people.citizen)
    material = item.materials[0]
    faults = [{"kind": "material", "key": material.key, "says": "请上传清晰的原件扫描件。"}]
    done = act(applied.case, "request_correction", "listed", {"faults": faults}, by=clerk)
    assert done.state == "correcting"
    other = Given("something-else", "upload", (("x", "application/pdf", 10),))
    with pytest.raises(Invalid):
        hand_in(applied.case, {}, (other,), by=people.citizen)
    hand_in(applied.case, {}, (Given(material.key, "upload", (("x", material.accept[0], 10),)),), by=people.citizen)
    assert Case.objects.get(id=applied.case).answered
    done = act(applied.case, "accept_correction", "accepted", {}, by=clerk)
    assert done.state == "accepted" and done.number


@pytest.mark.feature("08.07", part="deemed acceptance")
def test_silence_past_the_limit_is_acceptance(people: SimpleNamespace, item: CompiledItem) -> None:
    with clock.frozen(clock.at(date(2026, 9, 14), 9)):
        applied = apply(application(item, people), by=people.citizen)
    with clock.frozen(clock.end_of(date(2026, 9, 20)) - timedelta(minutes=1)):
        assert fire_due() == 0
    with clock.frozen(clock.end_of(date(2026, 9, 20))):
        assert fire_due() == 1
    case = Case.objects.get(id=applied.case)
    assert (case.state, acts_of(case.id)[-1].outcome, acts_of(case.id)[-1].doer) == ("accepted", "deemed", clock_actor().name)
    assert case.number


@pytest.mark.feature("08.11", part="seats and scopes; row-level security comes with identity")
def test_a_case_is_seen_by_its_agency_and_its_applicant_alone(people: SimpleNamespace, item: CompiledItem) -> None:
    applied = apply(application(item, people), by=people.citizen)
    other_org = Item.objects.exclude(org_id=item.org_id).values_list("org_id", flat=True)[0]
    stranger = people.staff("clerk", other_org)
    assert queue(stranger).rows == []
    with pytest.raises(NotHere):
        act(applied.case, "accept", "accepted", {}, by=stranger)
    with pytest.raises(Refused) as refused:
        act(applied.case, "accept", "accepted", {}, by=people.citizen)
    assert refused.value.status == 403


@pytest.mark.feature("08.04", part="refusal names the acts allowed")
def test_an_act_out_of_turn_changes_nothing(people: SimpleNamespace, item: CompiledItem) -> None:
    clerk = people.staff("clerk", item.org_id)
    applied = apply(application(item, people), by=people.citizen)
    before = Case.objects.filter(id=applied.case).values()[0]
    with pytest.raises(Refused) as refused:
        act(applied.case, "collect", "collected", {}, by=clerk)
    assert refused.value.code == "act.not_allowed"
    assert {"act": "accept", "outcome": "accepted"} in refused.value.data["allowed"]
    with pytest.raises(Conflict):
        act(applied.case, "accept", "accepted", {}, by=clerk, expect=7)
    assert Case.objects.filter(id=applied.case).values()[0] == before


@pytest.mark.feature("08.15", part="duplicate within ten minutes")
def test_the_same_application_twice_asks_for_confirmation(people: SimpleNamespace, item: CompiledItem) -> None:
    apply(application(item, people), by=people.citizen)
    with pytest.raises(Conflict):
        apply(application(item, people), by=people.citizen)
    assert Case.objects.count() == 1
