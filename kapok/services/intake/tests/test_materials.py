"""Materials against what the item asks, and the 情形 tree."""

import pytest

from kapok.services.intake.data import GivenMaterial
from kapok.services.intake.rules import ask, check_materials, choose
from kapok.services.intake.tests.law import MATERIALS, item
from kapok.services.items.data import Choice, HandlingItem, SituationQuestion

PHOTO = GivenMaterial("photo", files=(("image/jpeg", 1000),))
DEED = GivenMaterial("deed", "paper", originals=1, copies=2)


def codes(given, **options):
    return [(fault.field, fault.code) for fault in check_materials(MATERIALS, given, **options)]


@pytest.mark.feature("08.01", part="types and sizes of materials")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([PHOTO, DEED], []),
        ([DEED], [("photo", "material.required")]),
        ([], [("photo", "material.required"), ("deed", "material.required")]),
        ([GivenMaterial("photo", files=(("application/pdf", 10),)), DEED], [("photo", "material.type")]),
        ([GivenMaterial("photo", files=(("image/jpeg", 0),)), DEED], [("photo", "material.empty_file")]),
        ([GivenMaterial("photo", files=(("image/jpeg", 1024 * 1024),)), DEED], []),
        ([GivenMaterial("photo", files=(("image/jpeg", 1024 * 1024 + 1),)), DEED], [("photo", "material.too_large")]),
        ([GivenMaterial("photo"), DEED], [("photo", "material.required")]),
        ([PHOTO, PHOTO, DEED], [("photo", "material.twice")]),
        ([PHOTO, DEED, GivenMaterial("x", "paper")], [("x", "material.unknown")]),
        ([PHOTO, GivenMaterial("deed", "paper")], [("deed", "material.originals"), ("deed", "material.copies")]),
        ([PHOTO, GivenMaterial("deed", "magic")], [("deed", "material.method")]),
        ([PHOTO, GivenMaterial("deed", "licence")], []),
        ([PHOTO, GivenMaterial("deed", "promised")], []),
    ],
)
def test_materials_are_held_against_the_item(given, expected):
    assert codes(given) == expected


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_after_a_correction_notice_only_the_marked_materials_may_come_and_all_of_them_must():
    assert codes([PHOTO, DEED], marked=frozenset({"deed"})) == [("photo", "material.locked")]
    assert codes([], marked=frozenset({"deed"})) == [("deed", "material.required")]
    assert codes([DEED], marked=frozenset({"deed"})) == []


TREE = item(
    questions=(
        SituationQuestion("who", "谁来办？", (Choice("self", "本人"), Choice("agent", "代办"))),
        SituationQuestion("kin", "与本人的关系？", (Choice("kin", "近亲属"), Choice("other", "其他")), (("who", "agent"),)),
    ),
    handling=(
        HandlingItem("01", "本人办理", (("who", "self"),), ("photo",), ("name",)),
        HandlingItem("02", "代办", (("who", "agent"),)),
        HandlingItem("03", "近亲属代办", (("who", "agent"), ("kin", "kin")), ("photo", "deed")),
    ),
)


def test_a_question_is_asked_only_where_its_condition_holds():
    assert [question.key for question in ask(TREE, {})] == ["who"]
    assert [question.key for question in ask(TREE, {"who": "agent"})] == ["who", "kin"]
    assert [question.key for question in ask(TREE, {"who": "nobody", "kin": "kin"})] == ["who"]


@pytest.mark.parametrize(
    ("answers", "code", "materials", "fields"),
    [
        ({"who": "self", "kin": "kin"}, "01", ["photo"], ["name"]),
        ({"who": "agent", "kin": "kin"}, "03", ["photo", "deed"], ["name", "note", "kind", "detail"]),
        ({"who": "agent", "kin": "other"}, "02", ["photo", "deed", "plan"], ["name", "note", "kind", "detail"]),
    ],
)
def test_answers_lead_to_the_most_specific_handling_item(answers, code, materials, fields):
    chosen = choose(TREE, answers)
    assert chosen.code == code
    assert [one.key for one in chosen.materials] == materials
    assert [one.key for one in chosen.fields] == fields
    assert chosen.faults == []


def test_an_answer_to_a_question_that_does_not_stand_is_dropped():
    assert choose(TREE, {"who": "self", "kin": "kin"}).answers == {"who": "self"}


def test_unanswered_and_unknown_answers_are_named():
    assert [fault.code for fault in choose(TREE, {}).faults] == ["situation.unanswered"]
    assert [fault.code for fault in choose(TREE, {"who": "ghost"}).faults] == ["situation.option"]


def test_answers_that_fit_no_handling_item_are_a_fault():
    holed = item(questions=TREE.questions[:1], handling=TREE.handling[:1])
    assert [fault.code for fault in choose(holed, {"who": "agent"}).faults] == ["situation.no_match"]


def test_an_item_without_a_tree_asks_for_everything():
    chosen = choose(item(), {})
    assert (chosen.code, len(chosen.materials), len(chosen.fields)) == ("", 3, 4)
