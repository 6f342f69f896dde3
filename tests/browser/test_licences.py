"""A type of licence is made and reviewed; a licence is looked at, changed, and revoked by two people: in a real browser."""

from typing import Any
from uuid import UUID

import pytest

from kapok.kernel.accounts.public import Account
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import TypeVersion
from kapok.support.licences.queries.licences import face_of, licence
from kapok.support.licences.tests.factories import issuer, staff, type_text

pytestmark = pytest.mark.usefixtures("province")


@pytest.fixture
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


def account(actor: Any) -> Account:
    return Account.objects.get(id=actor.account)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.feature("15.01", part="browser: owner and reviewer")
@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", False)], ids=["desk with script", "phone without script"])
def test_a_type_is_made_previewed_submitted_and_published(page_of: Any, size: str, script: bool) -> None:
    org = make_org("深圳市编目局", level=3, region="440300000000")
    text = "\n".join(line for line in type_text(org, name="编目许可证").splitlines() if not line.startswith(('code = "1', "owner = ")))
    owner = page_of(size, account=account(staff("editor", org)), script=script)
    owner.goto("/work/licences/types/")
    owner.get_by_role("link", name="新建类型").click()
    owner.get_by_label("证照类型代码").fill(f"{org.uscc}321")
    if script:
        with owner.expect_response("**/types/preview/"):
            owner.get_by_label("类型说明和版式").fill(text.replace("{place}", "{nowhere}"))
        owner.get_by_text("nowhere").first.wait_for()
        with owner.expect_response("**/types/preview/"):
            owner.get_by_label("类型说明和版式").fill(text)
        owner.locator("#preview svg").first.wait_for()
    owner.get_by_label("类型说明和版式").fill(text)
    press(owner, "保存草稿")
    assert owner.locator("#preview svg").first.is_visible()
    press(owner, "提交审核")
    assert "审核中" in owner.inner_text("main")
    reviewer = page_of(size, account=account(staff("reviewer", org)), script=script)
    reviewer.goto(owner.url)
    reviewer.get_by_label("审核意见").fill("版式齐全")
    press(reviewer, "同意发布")
    assert "已发布" in reviewer.inner_text("main")
    assert TypeVersion.objects.get(type__code=f"{org.uscc}321").state == TypeVersion.PUBLISHED


@pytest.mark.feature("15.06", part="browser: 变更 with its new version, 吊销 by two people")
@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", False)], ids=["desk with script", "phone without script"])
def test_a_licence_is_changed_and_revoked_by_two_people(page_of: Any, size: str, script: bool) -> None:
    office = issuer(second='"revoke"')
    issued = office.issue()
    drain()
    clerk = page_of(size, account=account(office.approver), script=script)
    clerk.goto("/work/licences/")
    clerk.get_by_role("link", name="场所许可证").first.click()
    assert clerk.locator(".ofd-page svg").first.is_visible()
    clerk.get_by_role("link", name="变更").click()
    clerk.get_by_label("场所地址").fill("新示范路9号")
    clerk.get_by_label("理由").fill("迁址")
    press(clerk, "下一步：核对")
    assert "新示范路9号" in clerk.inner_text("main")
    press(clerk, "确认变更")
    new = UUID(clerk.url.partition("?")[0].rstrip("/").rpartition("/")[2])
    assert "正在等待签章" in clerk.inner_text("main")
    drain()
    assert (licence(issued.id).state, licence(new).state, face_of(new)["场所地址"]) == ("changed", "valid", "新示范路9号")
    clerk.reload()
    clerk.get_by_role("link", name="吊销").click()
    clerk.get_by_label("理由").fill("严重违法")
    press(clerk, "下一步：核对")
    press(clerk, "提交复核")
    assert "等待复核" in clerk.inner_text("main")
    leader = page_of(size, account=account(office.leader), script=script)
    leader.goto(clerk.url)
    leader.get_by_label("复核意见").fill("同意")
    press(leader, "同意办理")
    assert licence(new).state == "revoked"
    assert "吊销" in leader.inner_text("main")
