"""收件 with the keyboard alone: from the menu to the printed receipt by Tab, Enter and typing; the mouse never moves."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from kapok.kernel.accounts.public import Account
from kapok.kernel.common.codes import uscc
from kapok.kernel.files.models import StoredFile
from kapok.kernel.journal.models import Entry
from kapok.kernel.parties.public import Party
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Act, Case, Dossier, Handed
from kapok.services.intake.tests.factories import FORM, Office, number, office

TABLES = (Case, Act, Dossier, Handed, Party, StoredFile, Entry)
FARTHEST = 90
"""No control of the sheet is farther from the top than this many presses of Tab."""


@pytest.fixture
def here(db: None, tmp_path: Any) -> Office:
    small_province(tmp_path)
    return office()


def rows() -> list[int]:
    return [table.objects.count() for table in TABLES]


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until what has the focus is this; Tab selects what is in a field, so that typing replaces it."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector} on {page.url}")


def enter(page: Any) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def to_the_sheet(page: Any, here: Office, reach: Any) -> None:
    """From the menu of the workbench to the sheet of the item."""
    page.goto("/work/")
    reach(page, 'nav a[href="/work/intake/window/"]')
    enter(page)
    reach(page, "main input[name=q]")
    page.keyboard.type("场所许可")
    enter(page)
    reach(page, f'main a[href="/work/intake/window/{here.item.impl_code}/"]')
    enter(page)


def wrong(right: str) -> str:
    """The same with another check digit."""
    return right[:17] + next(digit for digit in "0123456789" if digit != right[17])


@pytest.mark.feature("08.02", part="keyboard alone")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_clerk_takes_an_application_in_without_touching_the_mouse(here: Office, page_of: Any, script: bool) -> None:
    page = page_of("desk", account=Account.objects.get(id=here.clerk.account), script=script)
    reach = tab_to if script else _tab_without_script
    to_the_sheet(page, here, reach)
    right, before = number(), rows()
    _fill(page, reach, wrong(right))
    _submit(page, reach)
    assert rows() == before, "a wrong check digit stores nothing"
    summary = page.locator(".error-summary")
    assert summary.locator('a[href="#id_number"]').count() == 1
    assert "校验" in summary.inner_text()
    assert page.locator("#id_number").get_attribute("aria-invalid") == "true"
    assert page.locator("#id_number").input_value() == wrong(right)
    if script:
        assert page.evaluate("document.activeElement.className") == "error-summary", "the summary is read first"
    reach(page, "#id_number")
    page.keyboard.type(right)
    assert page.locator('[name="m-plan-copies"]').input_value() == "3" and page.locator('[name="m-plan"]').is_checked()
    _submit(page, reach)
    assert page.url.endswith("/receipt/")
    case = Case.objects.get()
    assert case.serial in page.locator("main").inner_text()
    handed = {(h.key, h.originals, h.copies) for h in Handed.objects.filter(case=case)}
    assert handed == {("application", 1, 0), ("plan", 1, 3)}
    _looks_right_on_paper(page, case)


def _tab_without_script(page: Any, selector: str) -> None:
    """Without script in the page nothing can be asked of it from inside: the driver looks at the focus from outside."""
    wanted = page.locator(selector).first
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def _fill(page: Any, reach: Any, digits: str) -> None:
    for selector, text in (("#id_number", digits), ("#id_name", "测试丁"), ("#id_phone", "16012345678"), ("#id_f-place", "示范路3号")):
        reach(page, selector)
        page.keyboard.type(text)
    reach(page, '[name="m-application"]')
    page.keyboard.press("Space")
    reach(page, '[name="m-plan"]')
    page.keyboard.press("Space")
    reach(page, '[name="m-plan-originals"]')
    page.keyboard.type("1")
    reach(page, '[name="m-plan-copies"]')
    page.keyboard.type("3")


def _submit(page: Any, reach: Any) -> None:
    reach(page, ".submit-row button")
    enter(page)


def _looks_right_on_paper(page: Any, case: Case) -> None:
    """The print view: the receipt and nothing of the screen around it."""
    page.emulate_media(media="print")
    for gone in (".bar", ".side", ".no-print", "footer"):
        for one in page.locator(gone).all():
            assert not one.is_visible(), f"{gone} is printed"
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    assert len(paper.pages) == 1
    printed = "".join(paper.pages[0].extract_text().split())
    assert case.serial in printed and "收件回执" in printed and "设计图纸" in printed
    page.emulate_media(media="screen")


@pytest.mark.feature("08.02", part="keyboard alone")
def test_a_credit_code_with_a_wrong_check_character_names_the_field_too(db: None, tmp_path: Any, page_of: Any) -> None:
    small_province(tmp_path)
    company_form = [{"key": "company", "label": "单位名称", "prefill": "company.name"}, FORM[1]]
    here = office("深圳市企业局", elements={"audience": ["企业法人"], "form": company_form})
    page = page_of("desk", account=Account.objects.get(id=here.clerk.account))
    to_the_sheet(page, here, tab_to)
    right = uscc.make("91", "440300", "MA5TE0T0")
    before = rows()
    _fill(page, tab_to, wrong(right))
    _submit(page, tab_to)
    assert rows() == before
    assert page.locator('.error-summary a[href="#id_number"]').count() == 1
    assert "统一社会信用代码" in page.locator("label[for=id_number]").inner_text()
    tab_to(page, "#id_number")
    page.keyboard.type(right)
    _submit(page, tab_to)
    assert Case.objects.get().serial in page.locator("main").inner_text()
