"""The item files by themselves: codes, trees, limits, and what the demonstration promises to cover."""

import re
import tomllib
from pathlib import Path

import pytest

from kapok.kernel.common.codes import item as item_codes
from kapok.kernel.common.codes import uscc

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted((DATA / "items").glob("*.toml"))}
ORGS = {org["uscc"]: org for org in tomllib.loads((DATA / "agencies.toml").read_text("utf-8"))["org"] if org.get("uscc")}
ALL = sorted(FILES)


def elements(name):
    return FILES[name]["elements"]


def implementers(name):
    return [ORGS[row["org_uscc"]] for row in FILES[name]["implement"]]


def test_there_are_enough_items_of_enough_agencies_in_every_place():
    orgs = {org["key"]: org for name in ALL for org in implementers(name)}
    assert len(ALL) >= 44 and len(orgs) >= 14
    assert {org["level"] for org in orgs.values()} == {2, 3, 4, 5, 6}
    assert {org["region"][:4] for org in orgs.values()} >= {"4400", "4401", "4403", "4412", "4419"}


@pytest.mark.parametrize("name", ALL)
def test_codes_hold_and_say_the_type_and_level_of_the_item(name):
    base = FILES[name]["base"]
    types = {"行政许可": "01", "行政给付": "05", "行政确认": "07", "其他行政权力": "10", "公共服务": "20"}
    assert item_codes.parse_base(base["base_code"]).type == types[base["type_code"]]
    for row, org in zip(FILES[name]["implement"], implementers(name), strict=True):
        assert uscc.check(row["org_uscc"])
        assert item_codes.check(item_codes.make(row["org_uscc"], str(org["level"]), base["base_code"]))


def test_no_code_is_given_twice():
    rows = [(row, FILES[name]["base"]["base_code"]) for name in ALL for row in FILES[name]["implement"]]
    codes = [item_codes.make(row["org_uscc"], row["level"], base_code) for row, base_code in rows]
    assert len(codes) == len(set(codes))
    assert len({org["uscc"] for org in ORGS.values()}) == len(ORGS)


@pytest.mark.parametrize("name", ALL)
def test_the_promise_keeps_within_the_law_and_the_steps_within_the_promise(name):
    said = elements(name)
    for row in ({}, *FILES[name]["implement"]):
        promised, statutory = row.get("promised", said["promised"]), row.get("statutory", said.get("statutory"))
        if statutory:
            assert promised["unit"] == statutory["unit"] and promised["value"] <= statutory["value"]
        assert (said["kind"] == "即办件") == (promised["value"] == 0)
        assert sum(step.get("days", 0) for step in said["steps"]) <= promised["value"]


@pytest.mark.parametrize("name", ALL)
def test_forms_and_materials_are_real_ones(name):
    said = elements(name)
    assert 6 <= len(said["form"]) <= 18 and 3 <= len(said["materials"]) <= 8
    assert len({field["section"] for field in said["form"]}) >= 2
    assert any(field.get("prefill") for field in said["form"])
    keys = [field["key"] for field in said["form"]]
    for place, field in enumerate(said["form"]):
        assert all(key in keys[:place] for key in field.get("shown_when", {}))
    assert all(material["source"] and material["basis"] for material in said["materials"])
    assert said["faq"] and all(row["places"] and re.search(r"\d:\d\d", row["places"][0]["hours"]) for row in FILES[name]["implement"])
    assert all("《" in law for law in FILES[name]["base"]["basis"])
    assert said["example"]


def paths(questions, given=None):
    """Every way of answering the questions that stand."""
    given = given or {}
    for question in questions:
        if question["key"] not in given and all(given.get(k) == v for k, v in question.get("when", {}).items()):
            for choice in question["choices"]:
                yield from paths(questions, given | {question["key"]: choice["key"]})
            return
    yield given


@pytest.mark.parametrize("name", [name for name in ALL if "questions" in elements(name)])
def test_every_way_through_the_tree_leads_to_one_handling_item(name):
    said = elements(name)
    reached = set()
    for given in paths(said["questions"]):
        fitting = [h["code"] for h in said["handling"] if all(given.get(k) == v for k, v in h["when"].items())]
        assert len(fitting) == 1, given
        reached.update(fitting)
    assert reached == {h["code"] for h in said["handling"]}


def test_what_the_demonstration_must_show_is_there():
    every = [elements(name) for name in ALL]
    units = {limit["unit"] for said in every for limit in (said["promised"],)}
    special = {one["kind"] for said in every for one in said.get("special", ())}
    assert {said["kind"] for said in every} == {"即办件", "承诺件"}
    assert units == {"工作日", "自然日", "小时"}
    assert special == {1, 2}
    assert any(said.get("fees") for said in every)
    assert sum("questions" in said for said in every) >= 8
    assert any(len(said["questions"]) >= 3 for said in every if "questions" in said)
    assert any(step.get("four_eyes") for said in every for step in said["steps"])
    assert any(len(said["steps"]) >= 3 for said in every)
    audiences = {one for said in every for one in said["audience"]}
    assert {"自然人", "企业法人"} <= audiences


def test_an_item_of_guangzhou_may_be_handed_in_at_zhaoqing():
    guangzhou = {org["uscc"] for org in ORGS.values() if org["region"].startswith("4401")}
    elsewhere = [
        (name, code) for name in ALL for code in elements(name).get("collect_orgs", ())
        if ORGS[code]["region"].startswith("4412") and any(one["org_uscc"] in guangzhou for one in FILES[name]["implement"])
    ]  # fmt: skip
    assert elsewhere
