"""A citizen's first application in a real browser with script off: from the guide to the receipt, and its paper."""

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from kapok.kernel.documents.models import Document
from kapok.kernel.journal.models import Entry
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import ANSWERS, FORM
from kapok.services.portal.tests.factories import citizen, served

QUESTION = {
    "key": "place",
    "text": "场所是自有的还是租用的？",
    "choices": [{"key": "own", "text": "自有"}, {"key": "rent", "text": "租用"}],
}


def _one_page() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def guide(db: None, tmp_path: Path) -> str:
    small_province(tmp_path)
    return f"/portal/guide/{served(elements={'questions': [QUESTION]}).item.impl_code}"


@pytest.mark.feature("08.01", part="from guide to receipt in a browser without script")
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_the_guide_to_the_receipt_without_script(guide: str, page_of: Any, size: str) -> None:
    me = citizen()
    page = page_of(size, account=me.account, script=False)
    page.goto(guide)
    page.get_by_role("link", name="在线办理").first.click()
    for _ in range(4):
        if page.get_by_role("button", name="提交申请").count():
            break
        _fill(page)
        page.get_by_role("button", name="保存并继续").click()
    assert not Case.objects.exists()
    page.get_by_role("button", name="提交申请").click()

    case, act = Case.objects.get(), Act.objects.get()
    assert (act.case_id, act.act, case.applicant_id) == (case.id, "apply", me.party.id)
    assert Entry.objects.filter(about=case.id, action="intake.apply").count() == 1
    assert page.get_by_text(case.serial).first.is_visible()
    paper = page.get_by_role("link", name="收件回执").first.get_attribute("href")
    first, second = (page.request.get(paper).body() for _ in range(2))
    assert first.startswith(b"%PDF") and first == second
    assert Document.objects.get(about=case.id).number == case.serial


def _fill(page: Any) -> None:
    """The questions of one step, as somebody would who knows the answers."""
    for name in {field.get_attribute("name") for field in page.locator("main input[type=radio]").all()}:
        page.locator(f"main input[type=radio][name='{name}']").first.check()
    for field in page.locator("main input[type=file]").all():
        field.set_input_files({"name": "材料.pdf", "mimeType": "application/pdf", "buffer": _one_page()})
    for name, value in ANSWERS.items():
        field = page.locator(f"main [name='{name}']:not([type=radio])")
        if field.count():
            field.first.fill(value)


KEPT = {"key": "kept", "label": "房屋来源", "type": "choice", "options": [["own", "自有"], ["rent", "租用"]], "section": "场所"}
LEASE = {"key": "lease", "label": "租约编号", "section": "场所", "shown_when": [["kept", "rent"]]}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_question_that_hangs_on_another_comes_with_its_answer(db: None, tmp_path: Path, page_of: Any, script: bool) -> None:
    small_province(tmp_path)
    code, me = served(elements={"form": [*FORM, KEPT, LEASE]}).item.impl_code, citizen()
    page = page_of("desk", account=me.account, script=script)
    page.goto(f"/portal/guide/{code}")
    page.get_by_role("link", name="在线办理").first.click()
    lease = page.get_by_label("租约编号")
    assert lease.is_visible() is not script
    page.get_by_label("租用").check()
    assert lease.is_visible()
    lease.fill("租2026-08")
    page.get_by_label("自有").check()
    assert lease.is_visible() is not script
