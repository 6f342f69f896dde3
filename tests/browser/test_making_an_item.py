"""An editor makes an item through the sectioned screens; it is reviewed and published: at a desk with script, on a phone without."""

import re
from typing import Any

import pytest

from kapok.kernel.regions.tests.factories import small_province
from kapok.services.items.models import ItemVersion, State
from kapok.services.items.public import item_in_force, set_base, set_layer
from kapok.services.items.tests.factories import PROVINCE, SYSTEM, account, base_code, city_org, reviewers

GIVEN: dict[str, Any] = {"audience": ["自然人"], "basis": ["条例第三条"], "result_name": "决定书", "result_type": "其他"}
NEEDED = {
    "办理时限": "承诺办结时限",
    "受理条件与流程": "受理条件",
    "申请表单": "申请表单",
    "办理环节与特别程序": "办理环节",
    "地点、时间与咨询": "监督电话",
}


class Desk:
    """A person's browser at the catalogue."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, section: str) -> None:
        if (fold := self.page.locator("summary", has_text="编辑步骤")).is_visible():
            fold.click()
        self.page.get_by_role("navigation", name="编辑步骤").get_by_role("link", name=re.compile(f"^{section}( |$)")).click()
        self.page.wait_for_load_state()

    def put(self, **typed: str) -> None:
        for name, value in typed.items():
            field = self.page.locator(f'[name="{name.replace("__", ".")}"]')
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def row(self, **typed: str) -> None:
        """Fill the first row of a sub-entity, opening it if it is folded."""
        name = next(iter(typed)).replace("__", ".")
        field = self.page.locator(f'[name="{name}"]')
        if not field.is_visible():
            self.page.locator("details", has=field).locator("summary").click()
        self.put(**typed)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def save(self) -> None:
        self.press("保存")
        assert "已保存" in self.page.inner_text("body")

    def missing(self) -> dict[str, str]:
        """Section → its missing elements, as the page lists them."""
        rows = self.page.locator("li", has=self.page.locator("b")).all_inner_texts()
        return {title: row for title in NEEDED for row in rows if row.startswith(title)}


@pytest.fixture
def office(db: None, tmp_path: Any) -> dict[str, Any]:
    """An office in Shenzhen with an editor and a reviewer, and the department that reviews beside it."""
    small_province(tmp_path)
    beside, org = reviewers()["city"], city_org()
    people = {"editor": account("editor", org), "reviewer": account("reviewer", org), "peer": account("reviewer", beside)}
    return {"org": org, **people}


@pytest.mark.feature("09.01")
@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", False)], ids=["desk with script", "phone without script"])
@pytest.mark.parametrize(("type_code", "name"), [("01", "浏览器里的许可"), ("20", "浏览器里的服务")])
def test_an_item_is_made_section_by_section_reviewed_and_published(
    page_of: Any, office: dict[str, Any], size: str, script: bool, type_code: str, name: str
):
    base = set_base(base_code(type_code), name, type_code, ["3"], by=SYSTEM)
    law = {"statutory": {"value": 20}} if type_code == "01" else {}
    set_layer(base, PROVINCE, {**GIVEN, "name": name, **law}, reason="标准要素", by=SYSTEM)
    editor = Desk(page_of(size, account=office["editor"], script=script))
    editor.page.goto("/work/items/new/")
    editor.page.get_by_role("button").filter(has_text=name).click()
    editor.page.wait_for_url("**/edit/basic/")
    version = ItemVersion.objects.get(item__base=base)
    fill_some(editor, type_code)
    assert set(editor.missing()) == set(NEEDED) - {"办理时限"}
    assert all(NEEDED[section] in said for section, said in editor.missing().items())
    editor.page.goto(f"/work/items/versions/{version.id}/")
    editor.press("提交审核")
    version.refresh_from_db()
    assert version.state == State.DRAFT
    fill_rest(editor, version)
    editor.page.goto(f"/work/items/versions/{version.id}/")
    assert editor.missing() == {}
    editor.press("提交审核")
    for person in ("reviewer", "peer"):
        pass_on(Desk(page_of(size, account=office[person], script=script)), name)
    publisher = Desk(page_of(size, account=office["reviewer"], script=script))
    publisher.page.goto(f"/work/items/versions/{version.id}/publish/")
    publisher.press("发布")
    found = item_in_force(version.item.impl_code)
    assert found is not None and found.name == name
    assert [m.name for m in found.materials] == ["申请表"] and [s.name for s in found.steps] == ["决定"]


def fill_some(desk: Desk, type_code: str) -> None:
    """Two sections, saved apart: what was saved stays when the browser comes back later."""
    kind = "2" if type_code == "01" else "1"
    desk.put(kind=kind)
    desk.save()
    desk.open("办理时限")
    desk.put(promised__value="7" if kind == "2" else "0", promised__unit="work_day")
    desk.save()
    desk.page.goto(desk.page.url)
    assert desk.page.locator('[name="promised.value"]').input_value() == ("7" if kind == "2" else "0")


def fill_rest(desk: Desk, version: ItemVersion) -> None:
    desk.page.goto(f"/work/items/versions/{version.id}/edit/accept/")
    desk.put(conditions="依法登记\n场所符合要求", flow_text="申请\n受理\n决定", scope_of_service="全市")
    desk.save()
    desk.open("申请表单")
    desk.row(form__0__key="company", form__0__label="单位名称")
    desk.save()
    desk.open("申请材料")
    desk.row(materials__0__key="application", materials__0__name="申请表", materials__0__basis="条例第四条", materials__0__standard="完整")
    desk.save()
    desk.open("办理环节与特别程序")
    desk.row(steps__0__key="decide", steps__0__name="决定", steps__0__role="leader")
    desk.save()
    desk.open("办理形式与网办")
    desk.tick("窗口")
    desk.tick("电脑端网办")
    desk.put(online="true", visits="0")
    desk.save()
    desk.open("地点、时间与咨询")
    desk.put(phone_consult="０755-12345678", phone_supervise="0755-12345")
    desk.row(places__0__name="大厅", places__0__address="中心路1号", places__0__hours="9:00-17:00", places__0__phone="0755-12345678")
    desk.press("保存")
    summary = desk.page.get_by_role("alert").first
    assert "全角" in summary.inner_text()
    desk.put(phone_consult="0755-12345678")
    desk.save()


def pass_on(desk: Desk, name: str) -> None:
    """A reviewer finds it in his inbox and lets it pass."""
    desk.page.goto("/work/items/inbox/")
    desk.page.get_by_role("link", name=name).first.click()
    desk.page.wait_for_load_state()
    desk.press("通过")
    assert "审核意见已记录" in desk.page.inner_text("body")
