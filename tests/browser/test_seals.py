"""印章管理 and 盖章 in a browser: a seal by three people; a paper sealed by a click on its page, and on a phone without script."""

from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.accounts.public import Account
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.models import Seal, SealUse
from kapok.support.seals.public import verify_file
from kapok.support.seals.tests.factories import account, office, paper, pdf_paper, sealed_office, user_of


@pytest.fixture
def org(db: None, tmp_path: Path) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "制章申请.pdf"
    file.write_bytes(pdf_paper())
    return file


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    file = tmp_path / "许可决定.ofd"
    file.write_bytes(paper(pages=3))
    return file


@pytest.mark.feature("18.03", part="in a browser")
@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", False)], ids=["desk with script", "phone without script"])
def test_a_seal_is_made_by_three_people_and_stopped(page_of: Any, org: Org, letter: Path, size: str, script: bool) -> None:
    people = {role: page_of(size, account=account(role, org), script=script) for role in ("leader", "admin", "operator")}
    page = people["leader"]
    page.goto("/work/seals/")
    page.get_by_role("link", name="申请印章").click()
    page.fill('[name="name"]', "深圳市市场监督管理局")
    page.fill('[name="reason"]', "首次制章")
    page.set_input_files('[name="file"]', letter)
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**?done=apply")
    address = f"/work/seals/{Seal.objects.get().id}/"
    step(people["admin"], address, "审批", "批准")
    people["admin"].goto(address)
    assert people["admin"].get_by_role("link", name="制作", exact=True).count() == 0, "not offered to who approved"
    people["admin"].goto(f"{address}step/make/")
    people["admin"].fill('[name="reason"]', "制作")
    people["admin"].get_by_role("button", name="制作", exact=True).click()
    people["admin"].get_by_text("须由不同的人办理").first.wait_for()
    step(people["operator"], address, "制作")
    step(people["admin"], address, "启用")
    assert Seal.objects.get().state == "in_use"
    page.goto("/work/seals/")
    assert page.locator('img[alt*="印模"]').count() == 1 or size == "phone"
    step(page, address, "停用")
    assert Seal.objects.get().state == "suspended"


def step(page: Any, address: str, name: str, does: str = "") -> None:
    """Do a step with a reason; `does`: what its button says, where that is another word."""
    page.goto(address)
    page.get_by_role("link", name=name, exact=True).click()
    page.fill('[name="reason"]', f"同意{name}")
    page.get_by_role("button", name=does or name, exact=True).click()
    page.wait_for_url("**?done=*")


@pytest.mark.feature("18.04", part="in a browser")
def test_a_clerk_clicks_on_the_page_and_the_sealed_file_comes_back(page_of: Any, org: Org, decision: Path) -> None:
    seal = sealed_office(org)
    page = page_of("desk", account=Account.objects.get(id=user_of(seal, org).account))
    page.goto("/work/seals/stamp/")
    page.set_input_files('[name="file"]', decision)
    page.get_by_role("button", name="下一步").click()
    page.locator('.ofd-page[data-page="1"] svg').first.wait_for()
    sheet = page.locator('.ofd-page[data-page="1"]')
    box = sheet.bounding_box()
    sheet.click(position={"x": box["width"] * 0.6, "y": 200})
    assert page.input_value('[name="pages"]') == "1"
    x, y = float(page.input_value('[name="x"]')), float(page.input_value('[name="y"]'))
    assert x == pytest.approx(210 * 0.6 - 21, abs=2) and y == pytest.approx(200 / box["width"] * 210 - 21, abs=2)
    ghost = sheet.locator("img").last
    assert ghost.get_attribute("src") == f"/work/seals/{seal.id}/picture/"
    page.get_by_role("button", name="盖章", exact=True).click()
    page.get_by_text("请填写事由").first.wait_for()
    page.fill('[name="reason"]', "颁发许可")
    page.get_by_role("button", name="盖章", exact=True).click()
    page.wait_for_url("**?done=sealed")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载盖章文件").click()
    use = SealUse.objects.get()
    assert verify_file(Path(download.value.path()).read_bytes()).verdict == "valid"
    assert (use.places[0]["page"], use.places[0]["x"]) == (1, x) and use.reason == "颁发许可"


@pytest.mark.feature("18.04", part="in a browser")
def test_without_script_a_phone_seals_by_page_and_millimetres(page_of: Any, org: Org, decision: Path) -> None:
    seal = sealed_office(org)
    page = page_of("phone", account=Account.objects.get(id=user_of(seal, org).account), script=False)
    page.goto("/work/seals/stamp/")
    page.set_input_files('[name="file"]', decision)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("骑缝章").check()
    page.fill('[name="reason"]', "颁发许可")
    page.get_by_role("button", name="盖章", exact=True).click()
    page.wait_for_url("**?done=sealed")
    assert [place["page"] for place in SealUse.objects.get().places] == [1, 2, 3]
