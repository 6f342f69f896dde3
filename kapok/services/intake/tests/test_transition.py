"""What an act asks beyond the state: the item's permission, four eyes, 环节, data."""

from dataclasses import replace

import pytest

from kapok.kernel.common.errors import Refused
from kapok.kernel.common.verdicts import Verdict
from kapok.services.intake.data import Hand, Settings, Transition
from kapok.services.intake.rules import allowed_acts, data_of, transition
from kapok.services.intake.tests.law import doer, facts, item, payload
from kapok.services.items.data import SpecialProcedure


def do(case, act, outcome, who=None, settings=None, **changes):
    data = {**payload(act, outcome), **changes}
    return transition(case, act, outcome, data, doer=who or doer(), settings=settings or Settings())


def refused(found):
    assert isinstance(found, Verdict), found
    return found.code


@pytest.mark.feature("08.07", part="all faults at once, a superior for the second notice")
def test_a_second_correction_notice_needs_a_superior_and_a_reason():
    case = facts("correcting", corrections=1)
    assert refused(do(case, "request_correction", "listed")) == "act.not_allowed"
    assert refused(do(case, "request_correction", "again", doer("clerk"))) == "act.not_yours"
    without = do(case, "request_correction", "again", doer("superior"), reason=" ")
    assert [fault["field"] for fault in without.data["faults"]] == ["reason"]
    assert isinstance(do(case, "request_correction", "again", doer("superior")), Transition)


@pytest.mark.feature("08.07", part="all faults at once, a superior for the second notice")
def test_a_correction_notice_lists_all_faults_and_every_wrong_entry_is_named():
    case = facts("applied")
    listed = [
        {"kind": "field", "key": "name", "says": "与证件不符"},
        {"kind": "material", "key": "deed", "says": " 缺页 "},
    ]
    found = do(case, "request_correction", "listed", faults=listed)
    assert found.data["faults"] == [listed[0], {**listed[1], "says": "缺页"}]
    wrong = [
        {"kind": "field", "key": "photo", "says": "x"},
        {"kind": "field", "key": "name", "says": ""},
        {"kind": "field", "key": "kind", "says": "x"},
        {"kind": "field", "key": "kind", "says": "y"},
        "nonsense",
    ]
    found = do(case, "request_correction", "listed", faults=wrong)
    assert [(fault["field"], fault["code"]) for fault in found.data["faults"]] == [
        ("faults.0", "act.data.unknown_thing"),
        ("faults.1", "act.data.missing"),
        ("faults.3", "act.data.twice"),
        ("faults.4", "act.data.type"),
    ]


def test_a_correction_may_name_only_what_the_situation_asked():
    case = facts("applied", materials=("photo",), fields=("kind",))
    assert refused(do(case, "request_correction", "listed")) == "act.data"


def test_correction_in_examination_only_where_the_item_allows_it():
    closed = facts("examining", item=item(correction_in_examination=False))
    assert refused(do(closed, "request_correction", "listed")) == "act.correction_not_in_examination"
    assert ("request_correction", "listed") not in {(one.act, one.outcome) for one in allowed_acts(closed)}
    assert do(facts("examining"), "request_correction", "listed").clock == "pause"


@pytest.mark.feature("08.03", part="four eyes and steps")
@pytest.mark.parametrize("act", ["apply", "preaccept", "accept"])
def test_who_filed_or_took_in_the_case_cannot_pass_a_step_with_four_eyes(act):
    case = facts("examining", hands=(Hand("me", act, "approve"),))
    assert refused(do(case, "examine", "pass", doer("approver"))) == "act.four_eyes"
    assert refused(do(case, "decide", "granted", doer("approver"))) == "act.four_eyes"
    assert isinstance(do(case, "examine", "pass", doer("approver", account="other")), Transition)


@pytest.mark.feature("08.03", part="four eyes and steps")
def test_who_examined_at_another_step_cannot_pass_but_may_come_back_to_his_own():
    other_step = facts("examining", hands=(Hand("me", "examine", "review"),))
    own_step = facts("examining", hands=(Hand("me", "examine", "approve"),))
    assert refused(do(other_step, "decide", "granted")) == "act.four_eyes"
    assert isinstance(do(own_step, "decide", "granted"), Transition)
    assert "decide" not in {one.act for one in allowed_acts(other_step, doer=doer("approver"))}


def test_a_step_without_four_eyes_may_be_passed_by_whoever_took_the_case_in():
    case = facts("accepted", step="review", hands=(Hand("me", "accept"),))
    assert isinstance(do(case, "examine", "pass"), Transition)


@pytest.mark.feature("08.03", part="four eyes and steps")
def test_steps_go_forward_back_and_stay():
    at_first = facts("accepted", step="review")
    assert do(at_first, "examine", "pass").step == "approve"
    assert do(at_first, "examine", "other").step == "review"
    assert refused(do(at_first, "examine", "return")) == "act.no_previous_step"
    at_last = facts("examining", step="approve")
    assert do(at_last, "examine", "return").step == "review"
    assert do(at_last, "examine", "pass").step == "approve"
    assert refused(do(at_first, "decide", "granted")) == "act.not_last_step"


def test_acceptance_leads_to_the_first_step_and_an_item_without_steps_is_decided_at_once():
    assert do(facts("applied"), "accept", "accepted").step == "review"
    bare = item(steps=())
    assert do(facts("applied", item=bare), "accept", "accepted").step == ""
    assert isinstance(do(facts("accepted", item=bare, step=""), "decide", "granted"), Transition)


@pytest.mark.feature("08.08", part="rules of special procedures")
@pytest.mark.parametrize(("days", "code"), [(0, "act.data.days"), (11, "act.data.days"), ("x", "act.data.type"), (True, "act.data.type")])
def test_an_extension_stays_inside_the_items_limit(days, code):
    found = do(facts("examining"), "request_special", "extend", days=days)
    assert [fault["code"] for fault in found.data["faults"]] == [code]
    assert do(facts("examining"), "request_special", "extend", days="10").days == 10


@pytest.mark.feature("08.08", part="rules of special procedures")
def test_an_extension_happens_once_and_only_where_offered():
    assert refused(do(facts("examining", extended=True), "request_special", "extend")) == "act.already_extended"
    none = facts("examining", item=item(special=()))
    assert refused(do(none, "request_special", "extend")) == "act.special_not_offered"
    assert refused(do(none, "request_special", "pause")) == "act.special_not_offered"


@pytest.mark.feature("08.08", part="rules of special procedures")
def test_an_extension_without_the_items_number_keeps_to_the_configured_one():
    case = facts("examining", item=item(special=(SpecialProcedure(1, "延长审批"),)))
    assert isinstance(do(case, "request_special", "extend", days=10), Transition)
    narrow = replace(Settings(), extension_days=3)
    assert refused(do(case, "request_special", "extend", settings=narrow)) == "act.data"


@pytest.mark.feature("08.08", part="rules of special procedures")
def test_a_special_procedure_needs_reason_basis_and_another_person_as_approver():
    found = do(facts("examining"), "request_special", "pause", reason="", basis=None, approver="me", procedure="占卜")
    assert {(fault["field"], fault["code"]) for fault in found.data["faults"]} == {
        ("reason", "act.data.missing"),
        ("basis", "act.data.missing"),
        ("approver", "act.data.same_person"),
        ("procedure", "act.data.procedure"),
    }


@pytest.mark.feature("08.08", part="rules of special procedures")
def test_pauses_do_not_overlap():
    held = facts("examining", paused=True)
    assert refused(do(held, "request_special", "pause")) == "act.already_paused"
    assert refused(do(held, "request_correction", "listed")) == "act.already_paused"
    assert refused(do(facts("special"), "request_special", "pause")) == "act.not_allowed"


def test_a_missed_answer_ends_the_case_only_where_configured():
    assert refused(do(facts("correcting"), "decide", "uncorrected", doer("clock"))) == "act.not_automatic"


def test_the_applicant_withdraws_and_only_the_agency_terminates():
    case = facts("special")
    assert do(case, "decide", "withdrawn", doer("applicant")).clock == "stop_all"
    assert refused(do(case, "decide", "terminated", doer("applicant"))) == "act.not_yours"
    assert refused(do(case, "decide", "terminated", doer("agency"), reason="")) == "act.data"


def test_only_the_clock_deems_an_application_accepted():
    assert refused(do(facts("applied"), "accept", "deemed", doer("clerk"))) == "act.not_yours"


def test_only_named_data_is_kept_and_control_characters_are_refused():
    found = do(facts("examining"), "examine", "pass", opinion="同意\r\n拟准予", secret="x")
    assert found.data == {"opinion": "同意\n拟准予"}
    assert refused(do(facts("examining"), "examine", "pass", opinion="同\u0000意")) == "act.data"
    assert refused(do(facts("examining"), "examine", "pass", opinion="长" * 2001)) == "act.data"


@pytest.mark.parametrize("given", ["yesterday", "2026-11-25T10:00:00", "9999-12-31T00:00:00+08:00", 5])
def test_the_time_of_collection_is_a_real_moment(given):
    assert refused(do(facts("closed"), "collect", "collected", collected_at=given)) == "act.data"


def test_a_refusal_says_in_chinese_what_may_be_done_instead():
    with pytest.raises(Refused) as caught:
        do(facts("special"), "decide", "granted").or_raise()
    assert "特别程序中" in caught.value.message()
    assert "特别程序结果" in caught.value.message()


def test_a_form_for_an_act_knows_what_to_ask():
    assert data_of("decide", "denied", "examining") == (("reason", "remedy"), ("basis", "opinion", "file"))
