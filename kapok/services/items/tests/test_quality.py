"""The rule pack over a corpus: what it finds, where, how grave, and that errors block publishing."""

from copy import deepcopy
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kapok.kernel.common import clock
from kapok.services.items.data import CompiledItem
from kapok.services.items.errors import NotReady
from kapok.services.items.models import Item, ItemVersion, Score, State
from kapok.services.items.public import open_draft, publish
from kapok.services.items.rules.cleaning import clean
from kapok.services.items.rules.compiling import Identity, compile_item
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import pack_on, packs
from kapok.services.items.tests.factories import CONTACT, ELEMENTS, SYSTEM, law_of

pytestmark = pytest.mark.feature("09.07")
PACK = packs()[0]


def law(changes: dict[str, Any], type_code: str = "01", level: str = "3") -> CompiledItem:
    """The complete permit with some elements said otherwise (`materials.1.basis` reaches into rows; None takes away)."""
    raw = deepcopy({**ELEMENTS, **CONTACT, "name": "场所许可", "basis": ["管理条例第八条"]})
    for path, value in changes.items():
        *above, last = path.split(".")
        target: Any = raw
        for part in above:
            target = target[int(part)] if part.isdigit() else target[part]
        if value is None:
            target.pop(last)
        elif isinstance(target, list):
            target[int(last)] = value
        else:
            target[last] = value
    done, faults = clean(raw)
    assert faults == []
    code = f"11440100007482575H{level}44{type_code}18009000"
    identity = Identity(
        UUID(int=1), 1, 1, date(2026, 1, 1), None, code[19:], code, type_code, level, 1, code[:18], "某局", "440100000000"
    )  # fmt: skip
    return compile_item(identity, done)


def found(item: CompiledItem) -> dict[str, str]:
    """Rule → first place it found."""
    places: dict[str, str] = {}
    for finding in judge(item, PACK).findings:
        places.setdefault(finding.rule, finding.field)
    return places


INSTANT = {"kind": "即办件", "promised": {"value": 0}, "steps.0.days": None, "steps.1.days": None, "statutory": {"value": 0}}
FEE = {"name": "证照费", "standard": "每证10元", "basis": "发改价格〔2020〕1号"}
TREE = [{"key": "k", "text": "哪种？", "choices": ["a", "b"]}]
CORPUS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("promise longer than law", "Q01", "promised.value", {"promised": {"value": 21, "unit": "工作日"}}),
    ("promise in other unit", "Q01", "promised.unit", {"promised": {"value": 7, "unit": "自然日"}}),
    ("promise in hours against days", "Q01", "promised.unit", {"promised": {"value": 8, "unit": "小时"}}),
    ("law in natural days", "Q01", "promised.unit", {"statutory": {"value": 30, "unit": "自然日"}}),
    ("material without basis", "Q02", "materials.0.basis", {"materials.0.basis": ""}),
    ("last material without basis", "Q02", "materials.2.basis", {"materials.2.basis": None}),
    ("material from other, nobody named", "Q02", "materials.1.source", {"materials.1.source": "其他"}),
    ("fee without basis", "Q03", "fees.0.basis", {"fees": [{**FEE, "basis": ""}]}),
    ("second fee without basis", "Q03", "fees.1.basis", {"fees": [FEE, {**FEE, "name": "工本费", "basis": ""}]}),
    ("instant with promise", "Q04", "promised.value", {**INSTANT, "statutory": {"value": 5}, "promised": {"value": 1}}),
    ("instant with days in a step", "Q04", "steps.0.days", {"kind": "即办件", "promised": {"value": 0}, "statutory": {"value": 5}}),
    ("zero promise without instant", "Q04", "kind", {"promised": {"value": 0}, "steps.0.days": None, "steps.1.days": None}),
    ("county area for a city item", "Q05", "scope_of_service", {"scope_of_service": "全县"}),
    ("town area for a city item", "Q05", "scope_of_service", {"scope_of_service": "全镇"}),
    ("cross county for a city item", "Q05", "scope_of_service", {"scope_of_service": "跨县"}),
    (
        "province wide without net or agencies",
        "Q05",
        "scope_of_service",
        {"scope_of_service": "全省", "online": False, "channels": ["窗口"], "visits": 1},
    ),
    (
        "nation wide without net or agencies",
        "Q05",
        "scope_of_service",
        {"scope_of_service": "全国", "online": False, "channels": ["窗口"], "visits": 1},
    ),
    *(
        (f"vague material {name}", "Q06", "materials.1.name", {"materials.1.name": name})
        for name in (
            "其他材料",
            "其他相关材料",
            "法律规定的其他材料",
            "身份证等材料",
            "相关证明",
            "需要的材料",
            "有关证明文件",
            "图纸等资料",
        )
    ),
    ("answers without item", "Q07", "handling", {"questions": TREE, "handling": [{"code": "01", "name": "甲", "when": {"k": "a"}}]}),
    (
        "answers with two items",
        "Q07",
        "handling",
        {"questions": TREE, "handling": [{"code": "01", "name": "甲", "when": {"k": "a"}}, {"code": "02", "name": "乙"}]},
    ),
    ("unknown answer", "Q07", "handling.0.when", {"questions": TREE, "handling": [{"code": "01", "name": "甲", "when": {"k": "z"}}]}),
    ("cycle", "Q07", "questions", {"questions": [{**TREE[0], "when": {"k": "a"}}]}),
    ("unknown material in an item", "Q08", "handling.0", {"handling": [{"code": "01", "name": "甲", "materials": ["nothing"]}]}),
    ("unknown field in an item", "Q08", "handling.0", {"handling": [{"code": "01", "name": "甲", "fields": ["nothing"]}]}),
    ("field shown by an unknown one", "Q08", "form.1.shown_when", {"form.1.shown_when": {"nothing": "yes"}}),
    ("field shown by itself", "Q08", "form.1.shown_when", {"form.1.shown_when": {"place": "yes"}}),
    *(
        (f"without {key}", "Q09", key, {key: None})
        for key in (
            "basis",
            "conditions",
            "flow_text",
            "audience",
            "channels",
            "result_name",
            "places",
            "phone_consult",
            "phone_supervise",
            "steps",
            "form",
        )
    ),
    ("steps longer than promise", "Q10", "steps", {"steps.0.days": 9}),
    ("steps by one day longer", "Q10", "steps", {"steps.0.days": 6}),
    ("net without channel", "Q11", "channels", {"channels": ["窗口"]}),
    ("channel without net", "Q11", "online", {"online": False}),
    ("window only and no visit", "Q11", "visits", {"channels": ["窗口"], "online": False}),
    ("extension without days", "Q12", "special.0.days", {"special.0.days": None}),
    ("extension without basis", "Q12", "special.0.basis", {"special.0.basis": ""}),
    ("choice without options", "Q13", "form.1.options", {"form.1.type": "单选"}),
    ("choice with one option", "Q13", "form.1.options", {"form.1.type": "多选", "form.1.options": ["甲"]}),
    ("vague condition", "Q20", "conditions.1", {"conditions.1": "法律法规规定的其他条件"}),
    ("paper original of what government has", "Q21", "materials.2.originals", {"materials.2.originals": 1, "materials.2.form": "纸质"}),
    ("two visits", "Q22", "visits", {"visits": 2, "visits_reason": "现场核验"}),
    ("no questions answered", "Q23", "faq", {"faq": None}),
    ("material without standard", "Q24", "materials.0.standard", {"materials.0.standard": ""}),
    ("basis without article", "Q25", "basis.0", {"basis.0": "管理条例"}),
    ("example left", "Q26", "faq", {"example": ["faq"]}),
    ("identity number not marked personal", "Q27", "form.1.personal", {"form.1.type": "身份证号"}),
    ("promise as long as law", "Q28", "promised", {"promised": {"value": 20, "unit": "工作日"}}),
    ("visit without reason", "Q29", "visits_reason", {"visits": 1}),
]
GOOD: list[tuple[str, dict[str, Any]]] = [
    ("the permit itself", {}),
    ("promise below law", {"promised": {"value": 6, "unit": "工作日"}, "statutory": {"value": 7}}),
    ("instant", INSTANT),
    ("province wide by the net", {"scope_of_service": "全省"}),
    ("with a fee", {"fees": [FEE]}),
    ("other source with issuer", {"materials.1.source": "其他", "materials.1.issuer": "设计单位"}),
]


@pytest.mark.parametrize(("rule", "place", "changes"), [case[1:] for case in CORPUS], ids=[case[0] for case in CORPUS])
def test_each_fault_is_found_by_its_rule_at_its_element(rule: str, place: str, changes: dict[str, Any]):
    assert found(law(changes)).get(rule) == place


@pytest.mark.parametrize("changes", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_what_is_right_has_no_error(changes: dict[str, Any]):
    report = judge(law(changes), PACK)
    assert report.errors == ()


def test_the_corpus_has_at_least_sixty_cases_and_reaches_every_rule():
    assert len(CORPUS) + len(GOOD) >= 60
    assert {case[1] for case in CORPUS} == {rule.id for rule in PACK.rules}


def test_a_whole_permit_scores_100_warnings_take_points_and_an_error_takes_all():
    assert judge(law({}), PACK).score == 100
    assert judge(law({"faq": None, "basis.0": "管理条例"}), PACK).score == 95
    assert judge(law({"materials.0.basis": ""}), PACK).score == 0


def test_a_pack_is_in_force_from_its_day():
    assert pack_on(date(2030, 1, 1)).version >= pack_on(date(2026, 1, 1)).version == "2026.1"
    assert len({rule.id for rule in PACK.rules}) == len(PACK.rules)


@pytest.mark.django_db
def test_the_score_is_kept_with_the_packs_version(item: Item):
    score = Score.objects.get(version=law_of(item))
    assert (score.pack, score.score) == (pack_on(clock.today()).version, 100)


@pytest.mark.django_db
def test_errors_block_publishing(item: Item):
    version = open_draft(item.impl_code, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(
        state=State.REVIEWED, elements={**version.elements, "promised": {"value": 99, "unit": "work_day", "note": ""}}
    )
    with pytest.raises(NotReady) as wrong:
        publish(version.id, clock.today(), by=SYSTEM)
    assert [f.code for f in wrong.value.faults] == ["items.quality.Q01"]
    assert ItemVersion.objects.get(id=version.id).state == State.REVIEWED
