"""The workbench's pages: each opens, says what it should, and asks the database as often as it should."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.services.items.models import FieldComment, Item, ItemVersion, State, Validity
from kapok.services.items.public import open_draft, save_elements, set_base, set_layer, set_power, submit
from kapok.services.items.rules.quality import pack_on
from kapok.services.items.tests.factories import (
    CONTACT,
    PROVINCE,
    SYSTEM,
    account,
    base_code,
    base_of,
    city_org,
    items_file,
    published,
    reviewers,
)

pytestmark = pytest.mark.django_db


def client_of(who: Account) -> Client:
    client = Client()
    session = client.session
    session["account"] = str(who.id)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def editor(org: Any) -> Client:
    return client_of(account("editor", org))


@pytest.fixture
def desk(org: Any) -> dict[str, Any]:
    reviewers()
    return {
        "org": org,
        "item": published(org),
        "editor": client_of(account("editor", org)),
        "reviewer": client_of(account("reviewer", org)),
    }


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:2000].decode()
    return answer.content.decode()


@pytest.mark.feature("09.15", part="pages")
def test_every_page_opens(desk: dict[str, Any]):
    item, editor = desk["item"], desk["editor"]
    version = open_draft(item.impl_code, by=SYSTEM)
    pages = [
        reverse("items:list"), reverse("items:find"), reverse("items:tree"), reverse("items:new"),
        reverse("items:base", args=[item.base.base_code]),
        reverse("items:item", args=[item.impl_code]), reverse("items:version", args=[version.id]), reverse("items:diff", args=[version.id]),
        reverse("items:diff", args=[version.id]) + "?against=parent",
    ]  # fmt: skip
    for page in pages:
        assert "场所许可" in body(editor.get(page)) or page == reverse("items:new")
    assert "没有等您审核" in body(desk["reviewer"].get(reverse("items:inbox")))


def test_strangers_are_sent_to_sign_in_and_others_see_nothing(desk: dict[str, Any]):
    page = reverse("items:item", args=[desk["item"].impl_code])
    assert Client().get(page).status_code == 302
    assert client_of(account("editor", city_org("深圳市另一局"))).get(page).status_code == 404
    assert client_of(account("clerk", desk["org"])).get(page).status_code == 403


@pytest.mark.feature("09.01")
@pytest.mark.parametrize(("type_code", "kind"), [("01", "承诺件"), ("20", "即办件")])
def test_a_clerk_creates_an_item_section_by_section(org: Any, type_code: str, kind: str):
    """行政许可 and 公共服务: partial saves, missing elements named by section, submitted when whole; no script anywhere."""
    editor, code = client_of(account("editor", org)), base_code(type_code)
    base = set_base(code, "新的事项", type_code, ["3"], by=SYSTEM)
    given = {"name": "新的事项", "audience": ["自然人"], "basis": ["条例第三条"], "result_name": "决定书", "result_type": "其他"}
    law = {"statutory": {"value": 20}} if type_code == "01" else {}
    set_layer(base, PROVINCE, {**given, **law}, reason="标准要素", by=SYSTEM)
    answer = editor.post(reverse("items:new"), {"base": code})
    version = ItemVersion.objects.get(item__base=base)
    assert answer["Location"] == reverse("items:edit", args=[version.id, "basic"])

    def save(section: str, status: int = 302, **typed: Any) -> str:
        version.refresh_from_db()
        names = list(dict.fromkeys(name.split(".")[0] for name in typed))
        sent = {"revision": version.revision, "shown": names, **{k.replace("__", "."): v for k, v in typed.items()}}
        answer = editor.post(reverse("items:edit", args=[version.id, section]), sent)
        return body(answer, status) if status != 302 else answer["Location"]

    kind_code = "2" if kind == "承诺件" else "1"
    save("basic", kind=kind_code)
    page = body(editor.get(reverse("items:version", args=[version.id])))
    for section, title in (
        ("受理条件与流程", "受理条件"),
        ("受理条件与流程", "办理流程"),
        ("办理环节与特别程序", "办理环节"),
        ("地点、时间与咨询", "咨询电话"),
        ("申请表单", "申请表单"),
    ):
        assert f"<b>{section}</b>" in page and title in page.split(f"<b>{section}</b>")[1].split("</li>")[0]
    days = "7" if kind == "承诺件" else "0"
    save("limits", **{"promised.value": days, "promised.unit": "work_day", "promised.note": ""})
    save("accept", conditions="依法登记\n场所符合要求", flow_text="申请\n受理\n决定", scope_of_service="全市")
    save("form", **{"form.0.key": "company", "form.0.label": "单位名称", "form.0.type": "text", "form.0.required": "true"})
    save(
        "materials",
        **{
            "materials.0.key": "application",
            "materials.0.name": "申请表",
            "materials.0.source": "applicant",
            "materials.0.basis": "条例第四条",
            "materials.0.standard": "完整",
        },
    )
    save("handling", **{"steps.0.key": "decide", "steps.0.name": "决定", "steps.0.role": "leader", "steps.0.four_eyes": "false"})
    save("channels", channels=["1", "2"], online="true", visits="0")
    refused = save("contact", 422, phone_consult="０755", phone_supervise="0755-12345")
    assert 'href="#id_phone_consult"' in refused and "全角" in refused and 'value="０755"' in refused
    place = CONTACT["places"][0]
    save("contact", phone_consult="0755-12345678", phone_supervise="0755-12345", **{f"places.0.{k}": v for k, v in place.items()})
    page = body(editor.get(reverse("items:version", args=[version.id])))
    assert "缺少必填要素" not in page
    editor.post(reverse("items:submit", args=[version.id]))
    version.refresh_from_db()
    assert version.state == State.IN_REVIEW, body(editor.get(reverse("items:version", args=[version.id])))
    assert version.elements["materials"][0]["key"] == "application"


@pytest.mark.feature("09.01")
def test_another_row_is_offered_without_script_and_nothing_is_saved_by_it(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    page = reverse("items:edit", args=[version.id, "faq"])
    typed = {"shown": ["faq"], "add": "faq", "faq.0.question": "问一", "faq.0.answer": "答一", "revision": 0}
    again = body(desk["editor"].post(page, typed))
    assert 'name="faq.2.question"' in again and 'value="问一"' in again
    version.refresh_from_db()
    assert version.revision == 0


@pytest.mark.feature("09.01")
def test_a_row_ticked_away_is_gone(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    save_elements(version.id, {"places": [CONTACT["places"][0], {**CONTACT["places"][0], "name": "分厅"}]}, by=SYSTEM)
    version.refresh_from_db()
    typed: dict[str, Any] = {"shown": ["places"], "revision": version.revision, "places.1.remove": "on"}
    for number, name in ((0, "政务服务中心"), (1, "分厅")):
        typed |= {f"places.{number}.{k}": v for k, v in {**CONTACT["places"][0], "name": name}.items()}
    assert desk["editor"].post(reverse("items:edit", args=[version.id, "contact"]), typed).status_code == 302
    version.refresh_from_db()
    assert "places" not in version.elements or [p["name"] for p in version.elements["places"]] == ["政务服务中心"]


def test_two_editors_do_not_overwrite_each_other(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    page = reverse("items:edit", args=[version.id, "channels"])
    assert desk["editor"].post(page, {"shown": ["visits"], "revision": 0, "visits": "1"}).status_code == 302
    assert "已被他人保存" in body(desk["editor"].post(page, {"shown": ["visits"], "revision": 0, "visits": "2"}), 409)
    version.refresh_from_db()
    assert version.elements["visits"] == 1


def test_what_is_not_theirs_is_shown_with_its_owner_and_cannot_be_typed(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    page = body(desk["editor"].get(reverse("items:edit", args=[version.id, "basic"])))
    assert 'name="name"' not in page and "省级" in page
    assert 'name="kind"' in page and "继承自广东省" in page


@pytest.mark.feature("09.05")
def test_review_on_screen_with_remarks_and_return(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}}, by=SYSTEM)
    submit(version.id, by=SYSTEM)
    page = reverse("items:review", args=[version.id])
    reviewer = desk["reviewer"]
    assert "场所许可" in body(reviewer.get(reverse("items:inbox")))
    assert "单位审核" in body(reviewer.get(page))
    reviewer.post(reverse("items:remark", args=[version.id]), {"element": "promised", "text": "能否再压缩？"})
    assert FieldComment.objects.get().element == "promised"
    assert "退回须写明理由" in body(reviewer.post(page, {"outcome": "return", "opinion": ""}), 409)
    assert reviewer.post(page, {"outcome": "return", "opinion": "请修改"}).status_code == 302
    assert ItemVersion.objects.get(id=version.id).state == State.RETURNED
    shown = body(desk["editor"].get(reverse("items:version", args=[version.id])))
    assert "能否再压缩？" in shown and "请修改" in shown
    desk["editor"].post(reverse("items:settle", args=[version.id, FieldComment.objects.get().id]))
    assert FieldComment.objects.get().resolved_at is not None


def test_publishing_and_cancelling_on_screen(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    page = reverse("items:publish", args=[version.id])
    shown = body(desk["reviewer"].get(page))
    assert "现行版本将在生效日终止" in shown
    assert "不能早于今天" in body(desk["reviewer"].post(page, {"effective_on": "2020-01-01", "step": "publish"}), 409)
    assert desk["reviewer"].post(page, {"effective_on": "2036-01-01", "step": "publish"}).status_code == 302
    assert Validity.objects.filter(item=desk["item"]).count() == 2
    cancel = reverse("items:cancel", args=[desk["item"].impl_code])
    assert "请写明理由" in body(desk["reviewer"].post(cancel, {"on": "2036-06-01", "reason": ""}), 409)
    assert desk["reviewer"].post(cancel, {"on": "2036-06-01", "reason": "依据废止"}).status_code == 302


@pytest.mark.feature("09.15")
def test_the_tree_counts_by_region_and_lists_every_seeded_gap(org: Any):
    served = published(org, base={"power": "场所许可权"})
    published(org, base={"name": "没有权力的事项"})
    set_power("P-unused", "没有事项的权力", "01", by=SYSTEM)
    set_base(base_code(), "没人实施的许可", "01", ["3"], by=SYSTEM)
    editor = client_of(account("editor", org))
    page = body(editor.get(reverse("items:tree")))
    assert "没有事项的权力" in page and "没有权力的事项" in page and "场所许可权" in page
    shenzhen = body(editor.get(reverse("items:tree") + "?region=440300000000"))
    assert "没人实施的许可" in shenzhen.split("应有未有的实施清单")[-1]
    from kapok.services.items.queries.tree import branches, gaps_of, items_without_power, powers_without_item

    assert {b.base.base_code: b.implemented for b in branches("440300000000")}[served.base.base_code] == 1
    assert {b.base.base_code: b.implemented for b in branches("440100000000")}[served.base.base_code] == 0
    assert [p.code for p in powers_without_item()] == ["P-unused"]
    assert {b.name for b in items_without_power()} == {"没有权力的事项", "没人实施的许可"}
    assert [g.base.name for g in gaps_of("440300000000") if g.region == "440300000000"] == ["没人实施的许可"]
    base_page = body(editor.get(reverse("items:base", args=[served.base.base_code])))
    assert served.impl_code + "01" in base_page


@pytest.mark.feature("09.15")
def test_what_is_not_exercised_with_a_reason_is_no_gap(org: Any):
    from kapok.services.items.public import record_not_exercised
    from kapok.services.items.queries.tree import gaps_of

    base = set_base(base_code(), "不行使的许可", "01", ["3"], by=SYSTEM)
    assert [g.base.id for g in gaps_of("440300000000")] == [base.id]
    record_not_exercised(base, org.id, "本市无此类机构", by=SYSTEM)
    assert gaps_of("440300000000") == []


@pytest.mark.feature("09.06")
def test_the_base_page_shows_children_as_inherited_or_conflict_and_adopts(province: None):
    raw = items_file([city_org("深圳市甲局"), city_org("深圳市乙局")])
    raw["implement"][1]["promised"] = {"value": 6, "unit": "工作日"}
    from kapok.services.items.public import import_items

    import_items([raw], by=SYSTEM)
    base = base_of(raw)
    set_layer(
        base,
        PROVINCE,
        {**base.layers.get().elements, "promised": {"value": 6, "unit": "work_day", "note": "全省"}},
        reason="压缩",
        by=SYSTEM,
    )
    admin = client_of(account("admin", city_org("广东省某厅", PROVINCE), region=PROVINCE))
    page = reverse("items:base", args=[base.base_code])
    shown = body(admin.get(page))
    assert "已继承" in shown and "冲突" in shown
    assert admin.post(page, {"conflicts": "take"}).status_code == 302
    assert ItemVersion.objects.filter(item__base=base, number=2, state="published").count() == 2


@pytest.mark.feature("09.07")
def test_the_score_says_which_pack_judged(desk: dict[str, Any]):
    version = open_draft(desk["item"].impl_code, by=SYSTEM)
    page = body(desk["editor"].get(reverse("items:version", args=[version.id])))
    assert f"规则包 {pack_on(clock.today()).version}" in page


@pytest.mark.parametrize(("page", "most"), [("items:list", 12), ("items:find", 12), ("items:inbox", 12), ("items:tree", 20)])
def test_lists_ask_as_often_with_many_rows_as_with_few(org: Any, page: str, most: int):
    def count() -> int:
        client.get(reverse(page))
        with CaptureQueriesContext(connection) as seen:
            body(client.get(reverse(page)))
        return len(seen)

    who = account("editor", org)
    from kapok.kernel.access.public import grant

    grant(who, "reviewer", org=org.id, reason="测试", by=SYSTEM)
    client = client_of(who)
    in_review(org)
    few = count()
    for _n in range(6):
        in_review(org)
    assert count() == few <= most
    assert Item.objects.count() == 7


def in_review(org: Any) -> None:
    """An item with a version in force and one in review."""
    version = open_draft(published(org).impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}}, by=SYSTEM)
    submit(version.id, by=SYSTEM)
