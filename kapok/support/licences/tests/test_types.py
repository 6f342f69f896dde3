"""Types: drafted, submitted, reviewed by another, published, replaced, stopped; and the demo's own types, which hold."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kapok.kernel.common.errors import Conflict, Forbidden, Invalid, NotHere
from kapok.kernel.ofd.public import svg_of
from kapok.kernel.orgs.tests.factories import make_org
from kapok.support.licences.actions.types import draft_type, import_type, review_type, save_type, stop_type, submit_type
from kapok.support.licences.data import HolderFacts
from kapok.support.licences.errors import SamePerson, TypeFrozen
from kapok.support.licences.models import LicenceType, TypeVersion
from kapok.support.licences.queries.drawing import preview
from kapok.support.licences.queries.types import facts_from, type_by_code, type_for, types_for_material, version_for
from kapok.support.licences.rules import spec as rules
from kapok.support.licences.tests.factories import SYSTEM, staff, type_text

DEMO = sorted((Path(__file__).parents[4] / "demo" / "data" / "licences").glob("*.toml"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Any:
    return make_org("深圳市证照管理局", level=3, region="440300000000")


def parts(text: str) -> tuple[str, dict[str, Any], str]:
    """Code, description and layout of a type's text."""
    said = tomllib.loads(text)
    layout, spec = rules.cut_layout(text, said)
    spec.pop("owner")
    return spec.pop("code"), spec, layout


@pytest.mark.feature("15.01", part="草稿→审核→发布→停用 by two people")
def test_a_type_goes_through_review_by_another_to_publication_and_stop(owner: Any) -> None:
    editor, reviewer = staff("editor", owner), staff("reviewer", owner)
    code, spec, layout = parts(type_text(owner))
    draft = draft_type(owner.id, code, spec, layout, by=editor)
    assert draft.state == TypeVersion.DRAFT
    item = spec["items"][0]["code"]
    assert type_for("", item) is None
    assert submit_type(draft.id, by=editor).state == TypeVersion.REVIEW
    with pytest.raises(TypeFrozen):
        save_type(draft.id, spec, layout, by=editor)
    with pytest.raises(Forbidden):
        review_type(draft.id, True, by=editor)
    back = review_type(draft.id, False, "版式缺二维码", by=reviewer)
    assert (back.state, back.opinion) == (TypeVersion.DRAFT, "版式缺二维码")
    submit_type(draft.id, by=editor)
    assert review_type(draft.id, True, by=reviewer).state == TypeVersion.PUBLISHED
    found = type_for("", item)
    assert found is not None
    assert found.code == code
    assert types_for_material("场所许可证副本") == (code,)
    assert stop_type(draft.id, "不再核发", by=reviewer).state == TypeVersion.STOPPED
    assert type_by_code(code) is None


def test_who_edited_does_not_review(owner: Any) -> None:
    both = staff("editor", owner)
    from kapok.kernel.access.public import actor_of_account, grant

    grant(both_account(both), "reviewer", org=owner.id, reason="测试", by=SYSTEM)
    both = actor_of_account(both.account)
    code, spec, layout = parts(type_text(owner))
    draft = draft_type(owner.id, code, spec, layout, by=both)
    submit_type(draft.id, by=both)
    with pytest.raises(SamePerson):
        review_type(draft.id, True, by=both)


def both_account(actor: Any) -> Any:
    from kapok.kernel.accounts.public import Account

    return Account.objects.get(id=actor.account)


@pytest.mark.feature("15.01", part="every fault named, the layout's at its line")
def test_every_fault_of_a_draft_is_named_before_review(owner: Any) -> None:
    editor = staff("editor", owner)
    code, spec, layout = parts(type_text(owner))
    spec["fields"][1]["from"] = "somewhere.else"
    spec["fields"][2]["key"] = "place"
    spec["numbering"]["pattern"] = "固定"
    draft = draft_type(owner.id, code, spec, layout, by=editor)
    with pytest.raises(Invalid) as error:
        submit_type(draft.id, by=editor)
    assert {f.code for f in error.value.faults} >= {"licences.source", "licences.key_twice", "licences.no_serial"}
    code, spec, layout = parts(type_text(owner, suffix=code[18:]))
    save_type(draft.id, spec, layout.replace("{place}", "{nowhere}"), by=editor)
    with pytest.raises(Invalid) as error:
        submit_type(draft.id, by=editor)
    fault = error.value.faults[0]
    line = next(n for n, text in enumerate(layout.splitlines(), 1) if "{place}" in text)
    assert fault.code == "layout.unknown_field"
    assert f"第 {line} 行" in str(fault.says) or "第" in str(fault.says)


def test_a_code_is_a_credit_code_and_three(owner: Any) -> None:
    assert [f.code for f in rules.code_faults("123")] == ["licences.code_length"]
    assert [f.code for f in rules.code_faults("11440000MBK0100021" + "001")] == ["licences.code_definer"]
    assert [f.code for f in rules.code_faults(owner.uscc + "0a1")] == ["licences.code_suffix"]
    assert rules.code_faults("11100000000013338W032") == []  # 建筑施工特种作业人员操作资格证书, in use
    with pytest.raises(Invalid):
        draft_type(owner.id, "123", {}, "", by=SYSTEM)


def test_editors_of_another_agency_see_nothing(owner: Any) -> None:
    code, spec, layout = parts(type_text(owner))
    draft = draft_type(owner.id, code, spec, layout, by=staff("editor", owner))
    other = staff("editor", make_org("广州市别的局", level=3, region="440100000000"))
    with pytest.raises(NotHere):
        version_for(other, draft.id)
    with pytest.raises(NotHere):
        save_type(draft.id, spec, layout, by=other)
    with pytest.raises(Forbidden):
        draft_type(owner.id, code, spec, layout, by=other)


def test_one_draft_at_a_time_and_a_published_version_says_what_it_says(owner: Any) -> None:
    text = type_text(owner)
    first = import_type(text, editor=SYSTEM, reviewer=SYSTEM)
    assert first is not None
    assert import_type(text, editor=SYSTEM, reviewer=SYSTEM) is None
    code, spec, layout = parts(text)
    second = draft_type(owner.id, code, {**spec, "years": 3}, layout, by=SYSTEM)
    assert second.number == 2
    with pytest.raises(Conflict):
        draft_type(owner.id, code, spec, layout, by=SYSTEM)
    submit_type(second.id, by=SYSTEM)
    review_type(second.id, True, by=SYSTEM)
    first.refresh_from_db()
    assert first.state == TypeVersion.REPLACED
    with pytest.raises(DatabaseError, match="says what it says"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update licences_type_version set layout = '' where id = %s", [first.id])


def test_an_item_has_one_type(owner: Any) -> None:
    import_type(type_text(owner, item="000131999999"), editor=SYSTEM, reviewer=SYSTEM)
    with pytest.raises(Invalid) as error, transaction.atomic():
        import_type(type_text(owner, item="000131999999"), editor=SYSTEM, reviewer=SYSTEM)
    assert [f.code for f in error.value.faults] == ["licences.item_taken"]


@pytest.mark.parametrize("path", DEMO, ids=[each.stem for each in DEMO])
def test_the_demos_types_are_published_and_can_be_drawn(path: Path) -> None:
    make_org("广东省政务服务和数据管理局", level=2, region="440000000000", uscc="11440000MBK0100020")
    version = import_type(path.read_text(encoding="utf-8"), editor=SYSTEM, reviewer=SYSTEM)
    assert version is not None
    type = facts_from(version)
    values = {each.key: f"{each.label}示例" if each.type != "amount" else "1000000" for each in type.fields}
    drawing = preview(type, values, issuer="广州市示例许可局", holder=HolderFacts("测试甲", "440300199001019999", "111"))
    assert len(drawing.pages) == 1
    assert "seal" in drawing.anchors
    assert svg_of(drawing.pages[0]).startswith("<svg")
    assert type.minimal
    assert LicenceType.objects.get(code=type.code).name == type.name
