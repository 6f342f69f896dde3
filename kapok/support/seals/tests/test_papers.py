"""Receipts and notices carry their agency's seal once it has one; without they wait and say so."""

import io
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.documents.public import Document, document, issue_document, render
from kapok.kernel.documents.templates import Template, _found
from kapok.kernel.documents.typesetting import ROOT
from kapok.kernel.files.public import StoredFile
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.tasks.models import Task
from kapok.support.seals.actions.renewing import warn_renewals
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.models import SealUse, SealVersion
from kapok.support.seals.public import verify_file
from kapok.support.seals.tests.factories import SYSTEM, office, sealed_office

pytestmark = pytest.mark.django_db
DATA = {"agency": "深圳市市场监督管理局", "issued_on": "2026-11-25", "recipient": "林小满", "item": "场所许可"}


@pytest.fixture
def org(db: None, tmp_path: Any, settings: Any) -> Org:
    settings.KAPOK_FILES = tmp_path / "files"
    small_province(tmp_path)
    _found()["test.notice"] = {1: Template("test.notice", 1, "受理通知书", ROOT / "kernel/documents/tests/plain.typ")}
    return office()


def issued(**data: Any) -> Document:
    about = uuid7()
    said = {"about_kind": "case", "about": about, "subject": about, "number": f"N{about}", "by": system_actor("测试")}
    return issue_document("test.notice", data={**DATA, **data}, **said)


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")


@pytest.mark.feature("08.06", part="sealed by the agency on first download")
def test_a_paper_waits_without_a_seal_and_is_sealed_by_the_first_download_after_its_agency_has_one(org: Org) -> None:
    row = issued()
    first = render(row.id)
    assert "待用印" in words(first) and document(row.id).state == "unsealed" and render(row.id) == first
    seal = sealed_office(org)
    sealed = render(row.id)
    assert "待用印" not in words(sealed) and document(row.id).state == "issued" and render(row.id) == sealed
    use = SealUse.objects.get()
    assert (use.seal_id, use.about, use.about_kind, use.request) == (seal.id, row.id, "document", row.id)
    assert StoredFile.objects.filter(media_type="application/pdf").count() == 1
    (place,) = use.places
    assert place["x"] == pytest.approx(136, abs=1) and 40 < place["y"] < 255 and place["width"] == 42
    report = verify_file(sealed)
    assert report.verdict == "valid", report


def test_a_paper_of_a_suspended_seal_or_an_unknown_agency_stays_unsealed(org: Org) -> None:
    seal = sealed_office(org)
    suspend_seal(seal.id, reason="停用", by=SYSTEM)
    for row in (issued(), issued(agency="没有的局")):
        assert "待用印" in words(render(row.id)) and document(row.id).state == "unsealed"
    assert SealUse.objects.count() == 0


def test_keepers_are_told_30_7_and_1_days_before_a_certificate_ends_and_once_each(org: Org) -> None:
    seal = sealed_office(org)
    ends = SealVersion.objects.get(seal=seal.id).valid_to
    told = []
    for days in (40, 31, 30, 29, 8, 7, 6, 2, 1, 0.5):
        with clock.frozen(ends - timedelta(days=days)):
            told.append(warn_renewals(by=SYSTEM))
    assert told == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0]
    task = Task.objects.get(source=seal.id)
    assert (task.code, task.deed, task.due_at) == ("renew", "seals.keep", ends)
