"""Bad input: every case gets an exact message at its field, and nothing changes."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, KapokError, sentences
from kapok.kernel.orgs.public import Org, dissolve_org
from kapok.kernel.orgs.tests.factories import ADMIN, make_org
from kapok.services.items.errors import BadFile
from kapok.services.items.models import BaseItem, Item, ItemVersion, Validity
from kapok.services.items.public import create_item, import_items, open_draft, publish, save_elements, set_base, set_layer
from kapok.services.items.rules.table import table
from kapok.services.items.tests.factories import MATERIALS, PROVINCE, SYSTEM, account, base_code, city_org, items_file, law_of
from kapok.services.items.tests.test_pages import body, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.13")]


def material(**said: Any) -> dict[str, Any]:
    return {"materials": [{**MATERIALS[0], **said}]}


def place(**said: Any) -> dict[str, Any]:
    return {"places": [{"name": "大厅", "address": "中心路1号", "hours": "9:00-12:00", "phone": "0755-12345678", **said}]}


MEGABYTE = "字" * 350_000

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("full-width digits in a phone", {"phone_consult": "０755-12345678"}, "phone_consult", "items.full_width"),
    ("full-width letters in a text", {"exercise_content": "按Ａ类办理"}, "exercise_content", "items.full_width"),
    ("full-width digits in a number", {"visits": "２"}, "visits", "items.full_width"),
    ("full-width digits in a limit", {"promised": {"value": "７"}}, "promised.value", "items.full_width"),
    ("pasted paragraph of HTML", {"exercise_content": "<p>按规定办理</p>"}, "exercise_content", "items.html"),
    ("pasted link", {"conditions": ['<a href="x">条件</a>']}, "conditions.0", "items.html"),
    ("script", {"exercise_content": "<script>alert(1)</script>"}, "exercise_content", "items.html"),
    ("broken tag", {"exercise_content": "内容<img src=x onerror=y"}, "exercise_content", "items.html"),
    ("HTML entity", {"exercise_content": "甲&nbsp;乙"}, "exercise_content", "items.html"),
    ("comment of a word processor", {"exercise_content": "<!--[if gte mso 9]-->内容"}, "exercise_content", "items.html"),
    ("HTML in a material", material(name="<b>申请表</b>"), "materials.0.name", "items.html"),
    ("HTML in an answer", {"faq": [{"question": "问", "answer": "<br>答"}]}, "faq.0.answer", "items.html"),
    ("zero statutory limit without 即办", {"statutory": {"value": 0}}, "statutory.value", "items.zero_not_instant"),
    ("hours without times", place(hours="工作日上班时间"), "places.0.hours", "items.bad_hours"),
    ("hours with one time only", place(hours="9:00开门"), "places.0.hours", "items.bad_hours"),
    ("hour 25", place(hours="25:00-26:00"), "places.0.hours", "items.bad_clock"),
    ("minute 61", place(hours="9:61-12:00"), "places.0.hours", "items.bad_clock"),
    ("no hours", place(hours=""), "places.0.hours", "items.required"),
    ("1 MB pasted into a text", {"exercise_content": MEGABYTE}, "exercise_content", "items.too_long"),
    ("1 MB pasted into a line", {"phone_consult": "1" * 1_000_000}, "phone_consult", "items.too_long"),
    ("1 MB pasted into lines", {"conditions": "条件\n" * 150_000}, "conditions", "items.too_long"),
    ("1 MB pasted into a row", material(basis=MEGABYTE), "materials.0.basis", "items.too_long"),
    ("1 MB pasted into options", {"form": [{"key": "a", "label": "甲", "options": "x" * 1_000_000}]}, "form.0.options.0", "items.too_long"),
    ("one character too many", {"phone_consult": "0755-12345678", "result_sample": "字" * 257}, "result_sample", "items.too_long"),
    ("too many lines", {"joint_orgs": [f"第{i}局" for i in range(31)]}, "joint_orgs", "items.too_many"),
    ("too many rows", {"fees": [{"name": f"费{i}", "standard": "1元"} for i in range(31)]}, "fees", "items.too_many"),
    ("NUL", {"exercise_content": "甲\x00乙"}, "exercise_content", "items.control"),
    ("bell", {"exercise_content": "甲\x07乙"}, "exercise_content", "items.control"),
    ("zero-width space", {"exercise_content": "甲\u200b乙"}, "exercise_content", "items.control"),
    ("right-to-left override", {"exercise_content": "甲\u202e乙"}, "exercise_content", "items.control"),
    ("private use character", {"exercise_content": "甲\ue000乙"}, "exercise_content", "items.control"),
    ("half a surrogate pair", {"exercise_content": "甲\ud800乙"}, "exercise_content", "items.control"),
    ("unknown element", {"nonsense": "x"}, "nonsense", "items.unknown_element"),
    ("identity is not an element", {"impl_code": "x"}, "impl_code", "items.unknown_element"),
    ("unknown column of a row", material(colour="red"), "materials.0.colour", "items.unknown_column"),
    ("unknown part of a limit", {"promised": {"value": 1, "days": 2}}, "promised.days", "items.unknown_column"),
    ("text where rows belong", {"materials": "申请表"}, "materials", "items.wrong_type"),
    ("rows that are texts", {"materials": ["申请表"]}, "materials.0", "items.wrong_type"),
    ("number where text belongs", {"exercise_content": 7}, "exercise_content", "items.wrong_type"),
    ("text where a limit belongs", {"promised": "7天"}, "promised", "items.wrong_type"),
    ("mapping where lines belong", {"conditions": {"a": "b"}}, "conditions", "items.wrong_type"),
    ("text where a number belongs", {"visits": "一次"}, "visits", "items.not_a_number"),
    ("decimal visits", {"visits": "1.5"}, "visits", "items.not_a_number"),
    ("float visits", {"visits": 1.5}, "visits", "items.not_a_number"),
    ("yes as visits", {"visits": True}, "visits", "items.not_a_number"),
    ("negative visits", {"visits": -1}, "visits", "items.out_of_range"),
    ("21 visits", {"visits": 21}, "visits", "items.out_of_range"),
    ("limit of ten years", {"promised": {"value": 3651}}, "promised.value", "items.out_of_range"),
    ("negative limit", {"promised": {"value": -3}}, "promised.value", "items.out_of_range"),
    ("unknown unit", {"promised": {"value": 3, "unit": "周"}}, "promised.unit", "items.unknown_code"),
    ("unknown kind", {"kind": "快办件"}, "kind", "items.unknown_code"),
    ("unknown audience", {"audience": ["外星人"]}, "audience.0", "items.unknown_code"),
    ("unknown channel", {"channels": ["窗口", "心灵感应"]}, "channels.1", "items.unknown_code"),
    ("unknown service area", {"scope_of_service": "全宇宙"}, "scope_of_service", "items.unknown_code"),
    ("unknown source of a material", material(source="天上掉下"), "materials.0.source", "items.unknown_code"),
    ("unknown role", {"steps": [{"key": "a", "name": "审", "role": "局长秘书"}]}, "steps.0.role", "items.unknown_code"),
    ("perhaps is neither yes nor no", {"online": "也许"}, "online", "items.not_yes_or_no"),
    ("number as yes", {"express": 7}, "express", "items.not_yes_or_no"),
    ("Chinese key", material(key="申请表"), "materials.0.key", "items.bad_key"),
    ("key with a space", material(key="a b"), "materials.0.key", "items.bad_key"),
    ("key that begins with a digit", material(key="1a"), "materials.0.key", "items.bad_key"),
    ("no key", material(key=""), "materials.0.key", "items.required"),
    ("no name", material(name="  "), "materials.0.name", "items.required"),
    ("the same key twice", {"materials": [MATERIALS[0], {**MATERIALS[1], "key": "application"}]}, "materials", "items.duplicate"),
    ("the same condition twice", {"joint_orgs": ["甲局", "甲局"]}, "joint_orgs", "items.duplicate"),
    ("three digit handling code", {"handling": [{"code": "001", "name": "甲"}]}, "handling.0.code", "items.bad_suffix"),
    ("letters as phone", {"phone_consult": "请到大厅咨询"}, "phone_consult", "items.bad_phone"),
    ("too short a phone", {"phone_consult": "12"}, "phone_consult", "items.bad_phone"),
    ("one bad phone of two", {"phone_consult": "0755-12345678、12"}, "phone_consult", "items.bad_phone"),
    ("30 February", {"review_on": "2026-02-30"}, "review_on", "items.bad_date"),
    ("date in words", {"review_on": "明年三月"}, "review_on", "items.bad_date"),
    ("address without protocol", {"online_url": "www.example.gov.cn"}, "online_url", "items.bad_url"),
    ("script as address", {"online_url": "javascript:alert(1)"}, "online_url", "items.bad_url"),
    ("condition without answer", {"form": [{"key": "a", "label": "甲", "shown_when": "b"}]}, "form.0.shown_when.0", "items.bad_pair"),
    (
        "question with one choice",
        {"questions": [{"key": "a", "text": "问", "choices": ["甲"]}]},
        "questions.0.choices",
        "items.too_few_choices",
    ),
    ("credit code nobody has", {"collect_orgs": ["11440100007482575H"]}, "collect_orgs", "items.unknown_org"),
]


@pytest.mark.parametrize(("given", "field", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_field_is_named_with_its_cause_and_nothing_is_saved(item: Item, given: dict[str, Any], field: str, code: str):
    version = open_draft(item.impl_code, by=SYSTEM)
    before = ItemVersion.objects.filter(id=version.id).values().get()
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"visits_reason": "须现场核验", **given}, by=SYSTEM)
    assert (field, code) in {(f.field, f.code) for f in wrong.value.faults}
    assert all("{" not in str(f.says) for f in wrong.value.faults)
    assert ItemVersion.objects.filter(id=version.id).values().get() == before


WRONG_SHAPES = {"items.wrong_type", "items.unknown_element", "items.unknown_column"}
"""What a form cannot carry: its fields are all texts, and its names those of the table."""
TYPED = [case for case in CASES if case[3] not in WRONG_SHAPES and not case[0].startswith(("number as yes", "half a surrogate"))]


@pytest.mark.parametrize(("given", "field", "code"), [case[1:] for case in TYPED], ids=[case[0] for case in TYPED])
def test_the_editors_form_shows_it_at_the_field_keeps_what_was_typed_and_saves_nothing(
    item: Item, given: dict[str, Any], field: str, code: str
):
    version = open_draft(item.impl_code, by=SYSTEM)
    key = field.partition(".")[0]
    element = table().elements[key]
    who = client_of(account("editor", make_org("广东省某厅", level=2, region=PROVINCE), at=item.org))
    sent = {"revision": version.revision, "shown": list(given), **form_data(given)}
    answer = who.post(reverse("items:edit", args=[version.id, element.section]), sent)
    page = body(answer, 422)
    assert escape(max(re.split(r"\{\w+\}", str(sentences[code])), key=len)) in page
    summary = re.findall(r'href="#(id_[^"]+|editor)"', page)
    assert any(anchor.startswith(f"id_{key}") for anchor in summary) or key in LOCKED, summary
    assert [anchor for anchor in summary if f'id="{anchor}"' not in page] == []
    version.refresh_from_db()
    assert (version.revision, version.elements) == (0, law_of(item).elements)


LOCKED = ("statutory", "audience")
"""Set by the province in this item: they are not drawn as fields, so the summary leads to the form."""


def form_data(given: dict[str, Any]) -> dict[str, Any]:
    """The values as a browser would post them."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        element = table().elements[key]
        if element.kind == "rows":
            for number, row in enumerate(value):
                found |= {f"{key}.{number}.{name}": text_of(part) for name, part in row.items()}
        elif element.kind == "limit":
            found |= {f"{key}.{name}": text_of(part) for name, part in value.items()}
        else:
            found[key] = value if element.kind == "codes" else text_of(value)
    return found


def text_of(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("given", "field", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_import_names_file_and_place_and_takes_nothing(org: Any, given: dict[str, Any], field: str, code: str):
    raw = items_file([org], elements=given)
    with pytest.raises(BadFile) as wrong:
        import_items([raw], by=SYSTEM)
    assert (field, code) in {(f.field.removeprefix("elements."), f.code) for f in wrong.value.faults}
    said = wrong.value.message()
    assert raw["base"]["base_code"] in said and field.partition(".")[0] in said and "items." not in said, said
    assert Item.objects.count() == BaseItem.objects.count() == ItemVersion.objects.count() == 0


def test_the_corpus_has_at_least_seventy_cases_and_both_doors_see_most_of_it():
    assert len(CASES) >= 70
    assert len(TYPED) >= 60


def test_all_faults_are_named_at_once(item: Item):
    version = open_draft(item.impl_code, by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"phone_consult": "无", "visits": "多次", **place(hours="全天")}, by=SYSTEM)
    assert {f.field for f in wrong.value.faults} == {"phone_consult", "visits", "places.0.hours"}


def test_a_dissolved_agency_is_named(item: Item):
    gone = city_org("深圳市旧局")
    dissolve_org(gone.id, clock.today(), "机构改革", by=ADMIN)
    version = open_draft(item.impl_code, by=SYSTEM)
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"collect_orgs": [gone.uscc]}, by=SYSTEM)
    assert [(f.field, f.code) for f in wrong.value.faults] == [("collect_orgs", "items.dissolved_org")]
    with pytest.raises(Invalid) as wrong:
        create_item(item.base, Org.objects.get(id=gone.id), by=SYSTEM)
    assert [f.code for f in wrong.value.faults] == ["items.dissolved_org"]


def test_law_does_not_begin_in_the_past(item: Item):
    version = open_draft(item.impl_code, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state="reviewed")
    with pytest.raises(KapokError) as refused:
        publish(version.id, clock.today() - timedelta(1), by=SYSTEM)
    assert refused.value.code == "items.past"
    assert Validity.objects.filter(item=item).count() == 1


@pytest.mark.parametrize(
    ("code", "type_code", "cause"),
    [
        ("440118009000", "20", "items.type_digits"),
        ("4401180090", "01", "codes.item.length"),
        ("４40118009000", "01", "codes.item.full_width"),
        ("440118009000", "99", "items.unknown_code"),
    ],
)
def test_a_base_item_with_a_wrong_code_is_refused(province: None, code: str, type_code: str, cause: str):
    with pytest.raises(Invalid) as wrong:
        set_base(code, "某许可", type_code, ["3"], by=SYSTEM)
    assert cause in [f.code for f in wrong.value.faults]


def test_a_layer_with_faults_changes_nothing(province: None):
    base = set_base(base_code(), "某许可", "01", ["3"], by=SYSTEM)
    with pytest.raises(Invalid):
        set_layer(base, "440000000000", {"visits": "很多"}, reason="试", by=SYSTEM)
    with pytest.raises(Invalid):
        set_layer(base, "440000000000", {}, {"visits": "sometimes"}, reason="试", by=SYSTEM)
    assert base.layers.count() == 0


@pytest.mark.parametrize(
    ("spoil", "place_of_fault"),
    [
        (lambda raw: raw.update(format=2), "format"),
        (lambda raw: raw["base"].pop("name"), "base.name"),
        (lambda raw: raw["base"].update(type_code="魔法"), "base.type_code"),
        (lambda raw: raw["elements"].update(materials=[{"name": "无键"}]), "elements.materials.0.key"),
        (lambda raw: raw["implement"][0].update(phone_consult="无"), "implement.0.phone_consult"),
        (lambda raw: raw["implement"][0].update(effective_on="昨天"), "implement.0.effective_on"),
        (lambda raw: raw["implement"][0].update(org_uscc="11440100007482575H"), "implement.org_uscc"),
        (lambda raw: raw["elements"].update(promised={"value": 99}), "promised.value"),
    ],
)
def test_a_bad_file_names_the_place_and_leaves_nothing_behind(org: Any, spoil: Any, place_of_fault: str):
    raw = items_file([org])
    spoil(raw)
    with pytest.raises(BadFile) as wrong:
        import_items([raw], by=SYSTEM)
    assert place_of_fault in [f.field for f in wrong.value.faults]
    assert Item.objects.count() == ItemVersion.objects.count() == 0
    assert isinstance(clock.today(), date)
