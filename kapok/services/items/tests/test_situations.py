"""The 情形 tree: every set of answers selects exactly one 业务办理项; anything else is refused when it is saved."""

from dataclasses import asdict, replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid
from kapok.services.items.data import NO_FEE, Choice, HandlingItem, SituationQuestion
from kapok.services.items.errors import NotReady
from kapok.services.items.models import Item, ItemVersion
from kapok.services.items.public import item_in_force, narrowed, next_question, open_draft, publish, save_elements, select
from kapok.services.items.rules.tree import asked, check_tree, paths
from kapok.services.items.tests.factories import SYSTEM

pytestmark = pytest.mark.feature("09.08")


def question(key: str, choices: str = "ab", **when: str) -> SituationQuestion:
    return SituationQuestion(key, f"问{key}", tuple(Choice(c, c) for c in choices), tuple(when.items()))


def handling(code: str, *materials: str, **when: str) -> HandlingItem:
    return HandlingItem(code, f"办理项{code}", tuple(when.items()), materials)


# q1 a → q2 (a/b → q3) ; q1 b → q4 ; q4 b → q5
FIVE = (
    question("q1"),
    question("q2", q1="a"),
    question("q3", "abc", q1="a", q2="b"),
    question("q4", q1="b"),
    question("q5", q1="b", q4="b"),
)
ITEMS = (
    handling("01", q1="a", q2="a"),
    handling("02", q2="b", q3="a"),
    handling("03", q2="b", q3="b"),
    handling("04", q2="b", q3="c"),
    handling("05", q4="a"),
    handling("06", q5="a"),
    handling("07", q5="b"),
)


TORN = SituationQuestion("b", "问b", (Choice("a", "a"),), (("a", "a"), ("a", "b")))
NEVER = (handling("01", a="a"), handling("02", a="b"), handling("03", a="b", b="a"))


def test_a_tree_of_five_questions_selects_exactly_one_item_for_each_of_all_paths():
    assert check_tree(FIVE, ITEMS) == []
    every = list(paths(FIVE))
    assert len(every) == 7
    chosen = [select(FIVE, ITEMS, answers) for answers in every]
    assert sorted(h.code for h in chosen if h) == ["01", "02", "03", "04", "05", "06", "07"]


def test_answers_to_questions_that_are_not_asked_do_not_count():
    everything = {"q1": "b", "q2": "a", "q3": "a", "q4": "a", "q5": "b"}
    assert asked(FIVE, everything) == {"q1": "b", "q4": "a"}
    found = select(FIVE, ITEMS, everything)
    assert found is not None and found.code == "05"


def test_an_open_question_selects_nothing_yet():
    assert select(FIVE, ITEMS, {"q1": "a"}) is None
    left = next_question(FIVE, {"q1": "a"})
    assert left is not None and left.key == "q2"
    assert select(FIVE, ITEMS, {"q1": "x"}) is None


@pytest.mark.parametrize(
    ("questions", "items", "code"),
    [
        ((question("a", b="a"), question("b", a="a")), (handling("01"),), "items.tree_cycle"),
        ((question("a", a="a"),), (handling("01"),), "items.tree_cycle"),
        ((question("a"), TORN), (handling("01"),), "items.tree_contradiction"),
        ((question("a"),), (HandlingItem("01", "办理项", (("a", "a"), ("a", "b"))),), "items.tree_contradiction"),
        ((question("a"), question("b", a="z")), (handling("01"),), "items.dangling"),
        ((question("a"),), (handling("01", zz="a"),), "items.dangling"),
        ((question("a"),), (handling("01", a="a"),), "items.tree_none"),
        ((question("a"),), (handling("01", a="a"), handling("02", a="b"), handling("03", a="b")), "items.tree_many"),
        ((question("a"), question("b", a="a"), question("c", a="b", b="a")), (handling("01"),), "items.tree_unreachable"),
        ((question("a"), question("b", a="a")), NEVER, "items.tree_unreachable"),
        (tuple(question(f"q{i}") for i in range(14)), (handling("01"),), "items.tree_big"),
    ],
)  # fmt: skip
def test_a_tree_that_does_not_hold_is_refused_with_its_cause(questions: Any, items: Any, code: str):
    assert code in {f.code for f in check_tree(questions, items)}


@pytest.mark.django_db
def test_a_cycle_is_refused_when_it_is_saved(item: Item):
    version = open_draft(item.impl_code, by=SYSTEM)
    choices = ["甲", "乙"]
    circle = [
        {"key": "a", "text": "甲？", "choices": choices, "when": {"b": "甲"}},
        {"key": "b", "text": "乙？", "choices": choices, "when": {"a": "甲"}},
    ]
    with pytest.raises(Invalid) as wrong:
        save_elements(version.id, {"questions": circle}, by=SYSTEM)
    assert [f.code for f in wrong.value.faults] == ["items.tree_cycle"]
    version.refresh_from_db()
    assert "questions" not in version.elements


@pytest.mark.django_db
def test_a_tree_that_holds_is_saved_and_selects_materials(item: Item):
    version = open_draft(item.impl_code, by=SYSTEM)
    tree = {
        "questions": [
            {"key": "kind", "text": "办理哪种情形？", "choices": [{"key": "new", "text": "首次"}, {"key": "change", "text": "变更"}]}
        ],
        "handling": [
            {"code": "01", "name": "首次申请", "when": {"kind": "new"}},
            {"code": "02", "name": "变更", "when": {"kind": "change"}, "materials": ["application"]},
        ],
    }
    version = save_elements(version.id, tree, by=SYSTEM)
    from kapok.services.items.queries.resolving import compile_version

    law = compile_version(version)
    found = select(law.questions, law.handling, {"kind": "change"})
    assert found is not None
    assert (found.code, found.materials) == (law.impl_code + "02", ("application",))


def as_rows(*parts: Any) -> list[dict[str, Any]]:
    """Questions or handling items as the editor gives them."""
    return [{k: v for k, v in asdict(part).items() if v not in ((), "")} for part in parts]


@pytest.mark.django_db
def test_each_path_of_a_published_tree_has_its_own_materials_form_conditions_steps_fee_and_result(item: Item):
    """The tree of five questions as law: 7 paths, each with exactly one handling item, which says what is its own of every sub-entity."""
    version = open_draft(item.impl_code, by=SYSTEM)
    own = {
        "01": {"materials": ("application",), "fees": (NO_FEE,)},
        "02": {"materials": ("application", "plan"), "fields": ("company",)},
        "03": {"conditions": ("已在本市经营三年",)},
        "04": {"steps": ("decide",), "result_name": "不予变更通知书"},
        "05": {"fees": ("工本费",)},
    }
    fees = [{"name": n, "standard": "10元", "basis": "某办法第一条"} for n in ("工本费", "检测费")]
    given = {"questions": as_rows(*FIVE), "handling": as_rows(*(replace(h, **own.get(h.code, {})) for h in ITEMS)), "fees": fees}
    save_elements(version.id, given, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state="reviewed")
    publish(version.id, clock.today(), by=SYSTEM)
    law = item_in_force(item.impl_code)
    assert law is not None
    found = {}
    for answers in paths(law.questions):
        chosen = select(law.questions, law.handling, answers)
        assert chosen is not None
        found[chosen.code[-2:]] = narrowed(law, chosen)
    assert sorted(found) == ["01", "02", "03", "04", "05", "06", "07"]
    assert ([m.key for m in found["01"].materials], found["01"].fees) == (["application"], ())
    assert ([m.key for m in found["02"].materials], [f.key for f in found["02"].form]) == (["application", "plan"], ["company"])
    assert found["03"].conditions == (*law.conditions, "已在本市经营三年")
    assert ([s.key for s in found["04"].steps], found["04"].result_name) == (["decide"], "不予变更通知书")
    assert [f.name for f in found["05"].fees] == ["工本费"]
    assert replace(found["06"], digest="") == replace(law, digest="")


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["materials", "fields", "steps", "fees"])
def test_a_handling_item_that_names_what_is_not_there_is_not_published(item: Item, part: str):
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"handling": [{"code": "01", "name": "办理", part: ["nothing"]}]}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state="reviewed")
    with pytest.raises(NotReady) as wrong:
        publish(version.id, clock.today(), by=SYSTEM)
    assert [(f.field, f.code) for f in wrong.value.faults] == [("handling.0", "items.quality.Q08")]


@settings(max_examples=60)
@given(st.lists(st.integers(2, 3), min_size=1, max_size=4), st.data())
def test_whatever_check_lets_pass_selects_one_item_on_every_path(sizes: list[int], data: st.DataObject):
    """Random flat trees with random handling items: check_tree and select never disagree."""
    questions = tuple(question(f"q{i}", "abc"[:size]) for i, size in enumerate(sizes))
    whens = data.draw(st.lists(st.lists(st.integers(0, len(sizes) - 1), unique=True, max_size=2), min_size=1, max_size=4))
    items = tuple(
        HandlingItem(f"{n:02d}", str(n), tuple((f"q{i}", data.draw(st.sampled_from("abc"[: sizes[i]]))) for i in sorted(when)))
        for n, when in enumerate(whens)
    )
    good = not check_tree(questions, items)
    counts = []
    for answers in product(*("abc"[:size] for size in sizes)):
        given_answers = {f"q{i}": a for i, a in enumerate(answers)}
        counts.append(sum(all(given_answers[q] == c for q, c in h.when) for h in items))
        assert (select(questions, items, given_answers) is not None) == (counts[-1] == 1)
    if good:
        assert set(counts) == {1}
