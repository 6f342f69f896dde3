"""Importing on screen: hand in, read the report, confirm, download; without script, and with few statements."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kapok.kernel.access.tests.factories import holder
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import work_off
from kapok.kernel.imports.tests.kinds import HEAD
from kapok.kernel.imports.tests.test_importing import BODY, checked, good, sheet
from kapok.kernel.journal.public import Entry
from kapok.kernel.orgs.tests.factories import make_org

pytestmark = pytest.mark.django_db


def signed_in(who) -> Client:
    client = Client()
    session = client.session
    session["account"] = str(who.account)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def browser(clerk) -> Client:
    return signed_in(clerk)


def test_a_clerk_hands_in_reads_confirms_and_sees_what_became_of_it(browser):
    page = browser.get(reverse("imports:upload", args=["test.cards"]))
    assert "发证机关" in page.text and "下载空白表" in page.text
    file = SimpleUploadedFile("cards.csv", sheet(good(1), good(2), f"K3,,{BODY},,"))
    answer = browser.post(reverse("imports:upload", args=["test.cards"]), {"file": file})
    address = answer["Location"]
    assert answer.status_code == 302 and "等待检查" in browser.get(address).text
    work_off()
    report = browser.get(address).text
    assert "检查完毕，还没有导入" in report and "没有填写“姓名”" in report and "导入合格的 2 行" in report
    assert browser.post(f"{address}approve").status_code == 302
    work_off()
    done = browser.get(address).text
    assert "已完成" in done and "核对表" in done


def test_the_progress_is_a_part_that_asks_again_and_ends_with_the_whole_page(browser, clerk):
    batch = checked(sheet(good(1)), clerk)
    Batch.objects.filter(id=batch.id).update(state=Batch.TAKING, done=50, total=200)
    part = browser.get(reverse("imports:progress", args=[batch.id]))
    assert 'hx-trigger="every 2s"' in part.text and "<html" not in part.text and "HX-Refresh" not in part
    Batch.objects.filter(id=batch.id).update(state=Batch.DONE)
    assert browser.get(reverse("imports:progress", args=[batch.id]))["HX-Refresh"] == "true"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_downloading_faults_is_written_down(browser, clerk, form):
    batch = checked(sheet(f"K3,,{BODY},,"), clerk)
    answer = browser.get(reverse("imports:faults", args=[batch.id, form]))
    assert answer.status_code == 200 and f".{form}" in answer["Content-Disposition"] and answer["Cache-Control"] == "no-store"
    assert Entry.objects.filter(about=batch.id, event="imports.faults_handed_out").count() == 1
    assert browser.get(reverse("imports:faults", args=[batch.id, "exe"])).status_code == 404


def test_a_missing_or_empty_file_is_said_at_the_field(browser):
    for sent, words in (({}, "请选择文件"), ({"file": SimpleUploadedFile("a.csv", b"")}, "无法识别文件")):
        page = browser.post(reverse("imports:upload", args=["test.cards"]), sent)
        assert page.status_code == 422 and words in page.text


def test_the_empty_sheet_has_the_columns(browser):
    answer = browser.get(reverse("imports:form", args=["test.cards"]))
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_strangers_are_told_nothing(browser, clerk):
    batch = checked(sheet(good(1)), clerk)
    stranger = signed_in(holder("clerk", org=make_org("天河区市场监督管理局").id))
    for name in ("batch", "progress", "groups"):
        assert stranger.get(reverse(f"imports:{name}", args=[batch.id])).status_code == 404
    assert stranger.get(reverse("imports:faults", args=[batch.id, "csv"])).status_code == 404
    for name in ("approve", "stop"):
        assert stranger.post(reverse(f"imports:{name}", args=[batch.id])).status_code == 404
    assert stranger.get(reverse("imports:upload", args=["nobody.knows"])).status_code == 404


def test_the_pages_need_a_fixed_number_of_statements(browser, clerk, django_assert_max_num_queries):
    few, many = checked(sheet(good(1)), clerk), checked((HEAD + "\n".join(f"K{n},,{BODY},," for n in range(300))).encode(), clerk)
    for batch in (few, many):
        address = reverse("imports:batch", args=[batch.id])
        browser.get(address)
        with django_assert_max_num_queries(9):
            browser.get(address)
    with django_assert_max_num_queries(7):
        browser.get(reverse("imports:list"))
