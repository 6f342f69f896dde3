"""Values come down through levels, and every level can say why it has the value it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.inherit.public import (
    EXTENDABLE,
    LOCKED,
    MISSING,
    OVERRIDABLE,
    Layer,
    additions,
    diff,
    effects,
    extended,
    may_set,
    own_part,
    resolve,
    values,
)

DEFAULTS = {"name": LOCKED, "place": OVERRIDABLE, "conditions": EXTENDABLE}
STATE = Layer("state", "国家", 1, {"name": "甲", "conditions": ["一"]})
PROVINCE = Layer("province", "省", 3, {"place": "省厅", "conditions": ["二"]})
CITY = Layer("city", "市", 1, {"place": "市厅", "conditions": ["三"]})


@pytest.mark.feature("09.06")
def test_each_element_says_whose_value_it_has_and_why():
    found = resolve([STATE, PROVINCE, CITY], DEFAULTS)
    assert (found["name"].value, found["name"].how, found["name"].owner) == ("甲", "inherited", "国家")
    assert (found["place"].value, found["place"].how, found["place"].shadowed) == ("市厅", "own", "省厅")
    assert (found["conditions"].value, found["conditions"].how) == (["一", "二", "三"], "extended")


@pytest.mark.feature("09.06")
def test_locked_override_is_refused_with_the_owner_named():
    above = resolve([STATE, PROVINCE], DEFAULTS)
    verdict = may_set(above["name"], "乙")
    assert (verdict.allowed, verdict.code, verdict.data["owner"]) == (False, "inherit.locked", "国家")
    assert may_set(above["name"], "甲")
    assert may_set(above["place"], "乙")
    assert may_set(above["conditions"], ["二"]).code == "inherit.only_add"
    assert may_set(above["conditions"], ["一", "二", "四"])


@pytest.mark.feature("09.06")
def test_a_value_below_a_lock_is_set_aside_and_a_lock_cannot_be_loosened():
    locking = Layer("province", "省", 1, {"place": "省厅"}, {"place": LOCKED})
    loosening = Layer("city", "市", 1, {}, {"place": OVERRIDABLE})
    found = resolve([locking, loosening, Layer("county", "县", 1, {"place": "县局"})], DEFAULTS)["place"]
    assert (found.value, found.how, found.rule, found.locked_by) == ("省厅", "kept", LOCKED, "省")


@pytest.mark.feature("09.06")
def test_only_the_own_part_is_stored():
    above = resolve([STATE, PROVINCE], DEFAULTS)
    assert own_part(above["conditions"], ["一", "二", "四"]) == ["四"]
    assert own_part(above["place"], "省厅") is MISSING
    assert own_part(above["place"], "市厅") == "市厅"


@pytest.mark.feature("09.06")
def test_a_change_above_is_inherited_or_a_conflict_below():
    newer = Layer("province", "省", 4, {"place": "新厅", "conditions": ["二", "五"]})
    follows = {e.element: e for e in effects([STATE, PROVINCE], [STATE, newer], Layer("a", "甲县", 1, {}), DEFAULTS)}
    assert {name: e.state for name, e in follows.items()} == {"place": "inherited", "conditions": "inherited"}
    assert follows["conditions"].after == ["一", "二", "五"]
    stands = {e.element: e for e in effects([STATE, PROVINCE], [STATE, newer], Layer("b", "乙县", 1, {"place": "县厅"}), DEFAULTS)}
    assert stands["place"].state == "conflict"
    assert stands["place"].after == "县厅"


def test_diff_names_what_came_and_what_went():
    changes = {c.element: c for c in diff({"a": 1, "c": ["x", "y"], "d": "t"}, {"a": 2, "b": 3, "c": ["y", "z"]})}
    assert {n: c.kind for n, c in changes.items()} == {"a": "changed", "b": "added", "c": "changed", "d": "removed"}
    assert (changes["c"].came, changes["c"].went) == (("z",), ("x",))


entries = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(entries, entries)
def test_adding_and_taking_apart_are_inverse(above: list[str], own: list[str]):
    whole = extended(above, own)
    assert whole[: len(above)] == above
    assert extended(above, additions(above, whole)) == whole


@given(st.lists(st.dictionaries(st.sampled_from(["name", "place"]), st.integers(0, 3)), min_size=1, max_size=5))
def test_the_highest_value_of_a_locked_element_always_wins(rows: list[dict[str, int]]):
    layers = [Layer(str(i), str(i), 1, row) for i, row in enumerate(rows)]
    got = values(resolve(layers, DEFAULTS))
    expected = next((row["name"] for row in rows if "name" in row), None)
    assert got.get("name") == expected
    lowest = next((row["place"] for row in reversed(rows) if "place" in row), None)
    assert got.get("place") == lowest


@pytest.mark.feature("09.06")
def test_whoever_gives_the_value_states_its_rule_and_nobody_else_loosens_it():
    giving = Layer("province", "省", 1, {"name": "甲"}, {"name": OVERRIDABLE})
    assert may_set(resolve([giving], DEFAULTS)["name"], "乙")
    silent = Layer("province", "省", 1, {"name": "甲"})
    loosening = Layer("city", "市", 1, {}, {"name": OVERRIDABLE})
    assert not may_set(resolve([silent, loosening], DEFAULTS)["name"], "乙")
