"""The citizen's way through the portal with plain requests: no script, every step a page."""

import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from kapok.kernel.files.models import StoredFile
from kapok.services.intake.public import Case, choose
from kapok.services.items.public import CompiledItem, Item, item_in_force
from tests.journeys.answers import answers_for, situation_for
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _pdf() -> bytes:
    """One blank page, by a library of its own."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


PDF = _pdf()


@pytest.fixture
def browser(people: SimpleNamespace) -> Client:
    client = Client(HTTP_HOST="localhost")
    answer = client.post("/account/sign-in/", {"login": "16012345678", "password": PASSWORD})
    assert answer.status_code == 302, answer.content[:400]
    return client


@pytest.fixture
def item(catalogue: None) -> CompiledItem:
    """An item whose 情形 has a question and which asks for materials."""
    for row in Item.objects.order_by("id"):
        found = item_in_force(row.impl_code)
        if found and found.online and found.questions and found.materials and "1" in found.audience:
            return found
    pytest.fail("no such item in the demonstration's catalogue")


@pytest.mark.feature("07.01", part="pages without script; the thirty tasks in a browser")
@pytest.mark.parametrize(
    "address", ["/", "/search/?q=居住证", "/persons/", "/companies/", "/agencies/", "/themes/", "/regions/", "/regions/441900000000/"]
)
def test_everybody_can_browse(people: SimpleNamespace, address: str) -> None:
    answer = Client(HTTP_HOST="localhost").get(address)
    assert answer.status_code == 200


@pytest.mark.feature("07.08", part="a town of 东莞 opens without a county")
def test_a_town_of_dongguan_stands_directly_under_the_city(people: SimpleNamespace) -> None:
    answer = Client(HTTP_HOST="localhost").get("/regions/441900003000/")
    assert answer.status_code == 200 and "东莞市" in answer.content.decode()


@pytest.mark.feature("07.02", part="guide from the version in force")
def test_the_guide_says_what_the_version_says(people: SimpleNamespace, item: CompiledItem) -> None:
    page = Client(HTTP_HOST="localhost").get(f"/portal/guide/{item.impl_code}").content.decode()
    for text in (
        item.name,
        item.org_name,
        item.impl_code,
        item.result_name,
        *item.conditions,
        *item.basis,
        *(m.name for m in item.materials),
    ):
        assert text in page


@pytest.mark.feature("08.01", part="from guide to receipt without script")
@pytest.mark.smoke
def test_a_citizen_applies_step_by_step(browser: Client, people: SimpleNamespace, item: CompiledItem) -> None:
    address = browser.get(f"/apply/{item.impl_code}/")["Location"]
    situation: dict[str, str] = situation_for(item)
    for _ in range(len(situation) + 1):
        answer = browser.post(address, situation)
        if "/form/" in answer["Location"]:
            break
    answers, _ = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678")
    answer = browser.post(answer["Location"], answers)
    assert answer.status_code == 302, _faults(answer)
    answer = browser.post(answer["Location"], _uploads(item, situation))
    assert answer.status_code == 302, _faults(answer)
    check = browser.get(answer["Location"])
    assert check.status_code == 200
    answer = browser.post(answer["Location"])
    assert answer.status_code == 302, _faults(answer)
    case = Case.objects.get()
    assert case.serial in browser.get(answer["Location"]).content.decode()
    assert case.serial in browser.get(f"/mine/cases/{case.id}/").content.decode()
    assert item.name in browser.get("/mine/").content.decode()
    assert StoredFile.objects.exists()
    answer = browser.post(f"/mine/cases/{case.id}/withdraw/")
    assert Case.objects.get().outcome == "withdrawn"


def _uploads(item: CompiledItem, situation: dict[str, str]) -> dict[str, Any]:
    return {
        f"material-{m.key}": SimpleUploadedFile(f"{m.key}.pdf", PDF, content_type="application/pdf")
        for m in choose(item, situation).materials
        if m.required
    }


def _faults(answer: Any) -> str:
    page = answer.content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", page[page.find("error") : page.find("<form")])[-800:]


@pytest.mark.feature("07.17", part="another's case, open redirect, forged region, injection")
def test_anothers_case_and_bad_input_give_safe_answers(browser: Client, people: SimpleNamespace, item: CompiledItem) -> None:
    assert browser.get("/mine/cases/01a212c8-05a9-7362-a2a5-3ce952d7d607/").status_code == 404
    for address in ("/regions/999999999999/", "/regions/abc/", "/portal/guide/'or 1=1", "/apply/x/"):
        assert browser.get(address).status_code == 404
    assert browser.get("/search/", {"q": "%_'\"<script>" * 800}).status_code == 200
    evil = Client(HTTP_HOST="localhost").post(
        "/account/sign-in/?next=https://evil.example/", {"login": "16012345678", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert evil["Location"].startswith("/mine")
    assert Client(HTTP_HOST="localhost").get("/mine/")["Location"].startswith("/account/sign-in/")
