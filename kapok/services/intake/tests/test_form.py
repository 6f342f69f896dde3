"""Answers: every fault at once, values as kept, and what may change after a 补正告知."""

from datetime import date

import pytest

from kapok.kernel.common.codes import citizen, uscc
from kapok.services.intake.rules import check_answers, check_correction, visible_fields
from kapok.services.items.data import FormField

TODAY = date(2026, 11, 25)
REGION_BORN_AND_SEQUENCE = "44010019900307996"
PERSON = REGION_BORN_AND_SEQUENCE + citizen.check_character(REGION_BORN_AND_SEQUENCE)
COMPANY = "91440100MA59" + "ABCDE"
COMPANY += uscc.check_character(COMPANY)


def field(type_: str, **parts) -> FormField:
    return FormField("f", "此项", type=type_, **parts)


def code_of(one: FormField, given) -> str:
    checked = check_answers((one,), {"f": given}, today=TODAY)
    return checked.faults[0].code if checked.faults else ""


@pytest.mark.feature("08.15", part="answers of a form")
@pytest.mark.parametrize(
    ("one", "given", "code"),
    [
        (field("text"), "=1+1", "form.formula"),
        (field("text"), "+cmd|' /C calc'!A0", "form.formula"),
        (field("text"), "-2+3", "form.formula"),
        (field("text"), "@SUM(A1)", "form.formula"),
        (field("text"), "＝HYPERLINK(1)", "form.formula"),
        (field("text"), "  =1+1", "form.formula"),
        (field("textarea"), "\n=1+1", "form.formula"),
        (field("text"), "张\u0000三", "form.control"),
        (field("text"), "张\n三", "form.control"),
        (field("text"), "张\u202e三", "form.control"),
        (field("text"), "张\u200b三", "form.control"),
        (field("text"), "\ud800", "form.control"),
        (field("text"), ["张三"], "form.type"),
        (field("text", max_length=3), "一二三四", "form.too_long"),
        (field("number"), "１２", "form.full_width"),
        (field("number"), "٣", "form.full_width"),
        (field("number"), "1e9", "form.number"),
        (field("number"), "NaN", "form.number"),
        (field("number"), "1" * 19, "form.number"),
        (field("number", minimum="1"), "0", "form.too_small"),
        (field("number", maximum="10"), "10.5", "form.too_large"),
        (field("number"), True, "form.type"),
        (field("amount"), "1.234", "form.amount"),
        (field("amount"), "-1", "form.amount"),
        (field("date"), "9999-12-31", "form.date_placeholder"),
        (field("date"), "0001-01-01", "form.date_placeholder"),
        (field("date"), "2026-02-29", "form.date"),
        (field("date"), "2026/02/28", "form.date"),
        (field("date"), "２０２６-02-28", "form.full_width"),
        (field("date", maximum="today"), "2026-11-26", "form.too_late"),
        (field("date", minimum="2026-01-01"), "2025-12-31", "form.too_early"),
        (field("choice", options=(("a", "甲"),)), "b", "form.option"),
        (field("choices", options=(("a", "甲"),)), ["a", "b"], "form.option"),
        (field("choices", options=(("a", "甲"),)), {"a": 1}, "form.option"),
        (field("yesno"), "maybe", "form.option"),
        (field("region"), "44", "form.region"),
        (field("phone"), "12345", "form.phone"),
        (field("phone"), "１６０12345678", "form.full_width"),
        (field("citizen_id"), PERSON[:-1] + ("1" if PERSON[-1] != "1" else "2"), "codes.citizen.check_digit"),
        (field("citizen_id"), "440100205003079965", "codes.citizen.future"),
        (field("citizen_id"), PERSON[:15], "codes.citizen.fifteen"),
        (field("uscc"), COMPANY[:-1] + ("0" if COMPANY[-1] != "0" else "1"), "codes.uscc.check_digit"),
        (field("uscc"), COMPANY[:-1], "codes.uscc.length"),
        (field("text"), "   ", "form.required"),
        (field("text"), None, "form.required"),
        (field("choices", options=(("a", "甲"),)), [], "form.required"),
    ],
)
def test_a_bad_answer_is_refused_with_its_one_cause(one, given, code):
    assert code_of(one, given) == code


@pytest.mark.parametrize(
    ("one", "given", "kept"),
    [
        (field("text"), " 张三 ", "张三"),
        (field("text"), "-5", "-5"),
        (field("text"), "+86 16012345678", "+86 16012345678"),
        (field("text"), "𠮷野", "𠮷野"),
        (field("textarea"), "一\r\n二", "一\n二"),
        (field("number"), "1,200.50", "1200.5"),
        (field("number"), 12, "12"),
        (field("amount"), "¥1,234", "1234.00"),
        (field("date", maximum="today"), "2026-11-25", "2026-11-25"),
        (field("choices", options=(("a", "甲"), ("b", "乙"))), ["b", "a"], ["a", "b"]),
        (field("choices", options=(("a", "甲"), ("b", "乙"))), "b", ["b"]),
        (field("yesno"), "是", "yes"),
        (field("yesno"), False, "no"),
        (field("region"), "440106", "440106000000"),
        (field("phone"), "+86 160 1234 5678", "16012345678"),
        (field("phone"), "020-82345678", "020-82345678"),
        (field("citizen_id"), PERSON.lower(), PERSON),
        (field("uscc"), COMPANY.lower(), COMPANY),
    ],
)
def test_a_good_answer_is_kept_in_one_form(one, given, kept):
    checked = check_answers((one,), {"f": given}, today=TODAY)
    assert checked.ok, checked.faults
    assert checked.values == {"f": kept}


FORM = (
    FormField("name", "姓名"),
    FormField("born", "出生日期", type="date"),
    FormField("kind", "类别", type="choice", options=(("a", "甲"), ("b", "乙"))),
    FormField("detail", "乙类说明", shown_when=(("kind", "b"),)),
    FormField("deeper", "补充", shown_when=(("detail", "有"),)),
    FormField("many", "涉及", type="choices", required=False, options=(("x", "一"), ("y", "二"))),
    FormField("on_x", "一的说明", shown_when=(("many", "x"),)),
)


@pytest.mark.feature("08.15", part="answers of a form")
def test_all_faults_are_named_at_once_with_the_label_of_the_field():
    checked = check_answers(FORM, {"born": "9999-12-31", "kind": "c", "stray": "1"}, today=TODAY)
    assert {(fault.field, fault.code) for fault in checked.faults} == {
        ("name", "form.required"),
        ("born", "form.date_placeholder"),
        ("kind", "form.option"),
        ("stray", "form.unknown_field"),
    }
    assert "出生日期" in next(fault.says for fault in checked.faults if fault.field == "born")


def test_hidden_questions_are_neither_asked_nor_kept():
    base = {"name": "甲某", "born": "1990-03-07"}
    checked = check_answers(FORM, {**base, "kind": "a", "detail": "有", "deeper": "x"}, today=TODAY)
    assert checked.ok
    assert set(checked.values) == {"name", "born", "kind"}
    shown = visible_fields(FORM, {"kind": "b", "detail": "有", "many": ["x"]})
    assert [one.key for one in shown] == ["name", "born", "kind", "detail", "deeper", "many", "on_x"]


def test_questions_that_hang_on_each_other_in_a_ring_are_not_shown():
    ring = (FormField("a", "甲", shown_when=(("b", "1"),)), FormField("b", "乙", shown_when=(("a", "1"),)))
    assert visible_fields(ring, {"a": "1", "b": "1"}) == ()


def test_one_page_of_a_long_form_is_checked_alone():
    checked = check_answers(FORM, {"name": "甲某"}, today=TODAY, only=frozenset({"name"}))
    assert checked.ok


BEFORE = {"name": "甲某", "born": "1990-03-07", "kind": "a"}


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_after_a_correction_notice_only_marked_fields_may_change():
    checked = check_correction(FORM, BEFORE, {"name": "甲某某", "born": "1991-03-07"}, frozenset({"name"}), today=TODAY)
    assert [(fault.field, fault.code) for fault in checked.faults] == [("born", "form.locked")]
    checked = check_correction(FORM, BEFORE, {"name": "甲某某", "born": " 1990-03-07 "}, frozenset({"name"}), today=TODAY)
    assert checked.ok
    assert checked.values == {**BEFORE, "name": "甲某某"}


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_a_marked_field_left_as_it_was_is_named():
    checked = check_correction(FORM, BEFORE, {"name": "甲某"}, frozenset({"name"}), today=TODAY)
    assert [(fault.field, fault.code) for fault in checked.faults] == [("name", "form.not_corrected")]


@pytest.mark.feature("08.07", part="only marked fields may change")
def test_a_marked_field_that_brings_others_into_view_opens_them_too():
    missing = check_correction(FORM, BEFORE, {"kind": "b"}, frozenset({"kind"}), today=TODAY)
    assert [(fault.field, fault.code) for fault in missing.faults] == [("detail", "form.required")]
    whole = check_correction(FORM, BEFORE, {"kind": "b", "detail": "无"}, frozenset({"kind"}), today=TODAY)
    assert whole.ok
    assert whole.values["detail"] == "无"


def test_emptying_an_unmarked_field_is_a_change():
    before = {**BEFORE, "many": ["y"]}
    checked = check_correction(FORM, before, {"name": "乙某", "many": []}, frozenset({"name"}), today=TODAY)
    assert [(fault.field, fault.code) for fault in checked.faults] == [("many", "form.locked")]
