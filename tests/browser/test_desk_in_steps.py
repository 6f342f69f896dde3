"""Pages of the desk that are reached by sending a form: they work without script, and are as sound as those with an address."""

from typing import Any

import pytest

from kapok.kernel.accounts.public import Account
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import Office, office
from kapok.services.intake.tests.test_pages_special import SPECIAL
from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, axe, overflow


@pytest.fixture
def here(db: None, tmp_path: Any) -> Office:
    small_province(tmp_path)
    return office(elements={"special": SPECIAL})


def sound(page: Any) -> list[str]:
    return [f"{page.title()}: {fault}" for fault in overflow(page) + axe(page)]


@pytest.mark.feature("08.03", part="bulk acts with preview")
def test_many_cases_are_previewed_and_accepted_without_script(here: Office, page_of: Any) -> None:
    cases = [here.case() for _ in range(3)]
    page = page_of("desk", account=Account.objects.get(id=here.clerk.account), script=False)
    page.goto("/work/intake/?tab=new")
    for box in page.locator("input[name=case]").all()[:2]:
        box.check()
    page.locator("button[name=what][value=accept]").click()
    assert Case.objects.filter(state="accepted").count() == 0 and page.locator("tbody tr").count() == 2
    page.locator("button[name=do]").click()
    assert Case.objects.filter(id__in=cases, state="accepted").count() == 2
    page.reload()
    assert Case.objects.filter(id__in=cases, state="accepted").count() == 2 and "没有重复办理" in page.locator("main").inner_text()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.feature("08.08", part="page shows the due date before it is confirmed")
def test_preview_verdicts_and_confirmation_are_sound(here: Office, page_of: Any, size: str) -> None:
    case, faults = here.accepted(), []
    here.case()
    page = page_of(size, account=Account.objects.get(id=here.clerk.account))
    page.goto("/work/intake/")
    for box in page.locator("input[name=case]").all():
        box.check()
    page.locator("button[name=what][value=accept]").click()
    faults += sound(page)
    page.locator("button[name=do]").click()
    faults += sound(page)
    page = page_of(size, account=Account.objects.get(id=here.approver.account))
    page.goto(f"/work/intake/cases/{case}/")
    page.locator("summary", has_text="延长审批").click()
    form = page.locator("form:has(input[name=outcome][value=extend])")
    for name, text in (("reason", "案情复杂"), ("basis", "行政许可法第四十二条"), ("days", "5")):
        form.locator(f"[name={name}]").fill(text)
    form.locator("[name=approver]").select_option(str(here.leader.account))
    form.locator("button.btn-primary").click()
    faults += sound(page)
    assert not Case.objects.get(id=case).extended
    page.locator("button[name=sure]").click()
    assert Case.objects.get(id=case).extended
    page.locator("text=显示完整号码").click()
    faults += sound(page)
    assert_none(faults)
