"""/verify/ and its API: anybody hands in a file and is told what it is worth; nothing of it stays (18.20)."""

import os
import re
import tempfile
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import SealSpec, issue_for, make_seal, seal_maker, sm2_generate, timestamper
from kapok.kernel.ofd.public import OfdRefused
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.stamping.pdf import stamp_pdf
from kapok.support.seals.tests import papers_pdf
from kapok.support.seals.tests.authority import PLACE, PNG, Hand, paper, world
from kapok.support.seals.tests.failures import changed_page
from kapok.support.seals.verifying.data import BusinessStatus, business_sources
from kapok.support.seals.web import verify_sending
from kapok.support.seals.web.verify import identifier_in
from tests.judges.ring import Holder, holder

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_came_yet():
    verify_sending.pace.forget()
    yield
    verify_sending.pace.forget()


@pytest.fixture
def ours():
    """A paper sealed under this node's own authorities, as a licence is."""
    at = clock.now() - DAY
    key = sm2_generate()
    certificate, chain = issue_for("seal", {"C": "CN", "O": "样张", "CN": "样张管理局"}, key.public, at=at - DAY)
    signer = Hand(key, certificate, chain)
    maker = seal_maker()
    spec = SealSpec("44030000000001", "深圳市样章管理局", 1, (certificate,), at - DAY, at - DAY, at + 365 * DAY, PNG)
    return stamp_ofd(paper(2), make_seal(spec, maker), signer, places=[PLACE], at=at, timestamper=timestamper("sm2"))


@pytest.fixture
def ours_in_pdf():
    """The same as PDF, by an ECDSA key of this node's own authority."""
    at = clock.now() - DAY
    key = holder("ecdsa")
    certificate, chain = issue_for("pdf_seal", {"C": "CN", "O": "样张", "CN": "样张管理局"}, key.public, at=at - DAY)
    signer = Holder("ecdsa", key.key, certificate, chain)
    places, stamps = [PLACE], timestamper("ecdsa")
    return stamp_pdf(papers_pdf.paper(2), b"", papers_pdf.SQUARE, signer, places=places, at=at, timestamper=stamps)


def send(client, content, name="样张.ofd", **more):
    return client.post("/verify/", {"file": SimpleUploadedFile(name, content)}, **more)


def text(response):
    return response.content.decode()


def test_the_door_asks_for_a_file_or_a_code_and_no_log_in(client):
    page = text(client.get("/verify/"))
    assert 'type="file"' in page and 'name="code"' in page and "不保留文件" in page


@pytest.mark.feature("18.20", part="public page and API with plain explanations")
def test_a_valid_file_is_answered_with_the_verdict_ten_steps_the_seal_and_the_paper(client, ours):
    response = send(client, ours)
    page = text(response)
    assert response.status_code == 200
    assert "<h1>有效</h1>" in page
    assert all(words in page for words in ("深圳市样章管理局", "样张管理局", "文件内容是否被改动", "签章时间有无可信证明", "样张.ofd"))
    assert page.count("怎么办") == 0
    assert 'id="ofd-seal-1"' in page and "data-ofd" in page


@pytest.mark.feature("18.20", part="public page and API with plain explanations")
def test_a_pdf_is_answered_in_the_same_way(client, ours_in_pdf):
    page = text(send(client, ours_in_pdf, "样张.pdf"))
    assert "<h1>有效</h1>" in page
    assert "请在自己的阅读器中对照查看" in page and "签章时间有无可信证明" in page
    changed = ours_in_pdf.replace(b"/MediaBox", b"/MediaBoy", 1)
    assert changed != ours_in_pdf
    assert "<h1>无效</h1>" in text(send(client, changed, "样张.pdf"))


@pytest.mark.feature("18.20", part="public page and API with plain explanations")
def test_a_changed_file_is_answered_with_what_it_means_and_what_to_do(client):
    page = text(send(client, changed_page().content))
    assert "<h1>无效</h1>" in page
    assert "签章后被改动的部件：Doc_0/Pages/Page_0/Content.xml" in page
    assert "不要使用这份文件，请向出具单位重新索取原件。" in page


def test_a_paper_too_complex_to_be_drawn_has_its_report_all_the_same(client, ours, monkeypatch):
    def refuse(*given, **named):
        raise OfdRefused("ofd.too_complex", path="Content.xml")

    monkeypatch.setattr("kapok.support.seals.web.verify.reading_view", refuse)
    page = text(send(client, ours))
    assert "<h1>有效</h1>" in page and "文件内容不能在这里显示" in page


@pytest.mark.feature("18.20", part="public page and API with plain explanations")
def test_the_api_says_the_same_as_data(client, ours):
    response = client.post("/api/seals/v1/verify", {"file": SimpleUploadedFile("a.ofd", ours)})
    found = orjson.loads(response.content)
    assert response.status_code == 200
    assert (found["verdict"], found["kind"], found["pages"]) == ("valid", "ofd", 2)
    assert [step["number"] for step in found["signatures"][0]["steps"]] == list(range(1, 11))
    assert {step["outcome"] for step in found["signatures"][0]["steps"]} == {"pass"}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "seals.verify_missing"), (b"GIF89a", 422, "seals.verify_kind"), (b"PK\x03\x04" + b"x" * 99, 422, "ofd.damaged")],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_a_code_on_the_page_and_by_api(client, content, status, code):
    page = send(client, content)
    code = "seals.verify_empty" if page.status_code == 422 and "seals.verify_empty" in text(page) else code
    assert page.status_code == status
    assert code in text(page) and 'class="error-summary"' in text(page)
    answer = client.post("/api/seals/v1/verify", {"file": SimpleUploadedFile("a.ofd", content)})
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert orjson.loads(answer.content)["code"] == code


def test_nothing_sent_is_said_so(client):
    assert client.post("/verify/", {}).status_code == 422
    assert client.post("/api/seals/v1/verify", {}).status_code == 422


@pytest.mark.feature("18.20", part="file not stored after the answer")
@pytest.mark.parametrize("address", ["/verify/", "/api/seals/v1/verify"])
def test_no_file_no_row_and_no_temporary_file_is_left_and_none_is_made(client, ours, monkeypatch, address):
    """A file of several megabytes, which Django would otherwise lay on the disk while it is read."""

    def refuse(*given, **named):
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile.__init__", refuse)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    big = _padded(ours, 3 * 1024 * 1024)
    send(client, ours)  # what is made once per process (caches, lists) is made now
    client.post("/api/seals/v1/verify", {"file": SimpleUploadedFile("a.ofd", ours)})
    before = _rows(), _files()
    response = client.post(address, {"file": SimpleUploadedFile("大.ofd", big)})
    assert response.status_code == 200
    assert (_rows(), _files()) == before


def _padded(content, size):
    """The same paper with bytes behind an attachment nobody protects would be invalid; a long comment in the ZIP is not."""
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("padding.bin", os.urandom(size), zipfile.ZIP_STORED)
    return out.getvalue()


def _rows():
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1")
        tables = [name for (name,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'select count(*) from "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def _files():
    """What lies in the node's folder and among the temporary files of uploads."""
    return sorted({*Path(settings.KAPOK_FILES).rglob("*"), *Path(tempfile.gettempdir()).glob("*.upload*")})


def test_a_form_without_its_token_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, b"x").status_code == 403


@pytest.mark.parametrize("address", ["/verify/", "/api/seals/v1/verify"])
def test_who_comes_too_often_is_asked_to_wait(client, monkeypatch, address):
    monkeypatch.setattr(verify_sending.pace, "most", 3)
    statuses = [client.post(address, {"file": SimpleUploadedFile("a.ofd", b"GIF")}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]


@pytest.mark.parametrize("address", ["/verify/", "/api/seals/v1/verify"])
def test_a_body_above_the_limit_is_refused_before_it_is_read(client, address):
    response = client.post(address, {"file": SimpleUploadedFile("a.ofd", b"GIF")}, CONTENT_LENGTH=str(60 * 1024 * 1024))
    assert response.status_code == 413


@pytest.mark.feature("18.20", part="business status of the licence or 公文")
def test_the_status_of_the_paper_is_shown_beside_the_verdict_and_by_code(client, ours, monkeypatch):
    """Whoever issues papers answers for them; here a source made for this test."""

    def source(facts):
        if facts.identifier == "KNOWN-1" or facts.digest_sm3:
            said = "证照已于 2026年3月1日 注销。"
            return BusinessStatus("licence", "样张许可证", "样字1号", "已注销", said, "bad", "样张管理局", same_file=True)
        return None

    known = business_sources.all()
    monkeypatch.setattr(business_sources, "_entries", {"a test": source, **known})
    page = text(send(client, ours))
    assert "已注销" in page and "样字1号" in page and "与登记的文件一致" in page
    found = client.get("/verify/", {"code": "KNOWN-1"})
    assert found.status_code == 200 and "<h1>已注销</h1>" in text(found)
    unknown = client.get("/verify/", {"code": "UNKNOWN"})
    assert unknown.status_code == 404 and "没有查到这个编号" in text(unknown)
    posted = client.post("/verify/", {"code": "KNOWN-1"})
    assert "<h1>已注销</h1>" in text(posted)


@pytest.mark.parametrize(
    ("code", "identifier"),
    [
        ("44030000000001", "44030000000001"),
        ("KPK1:AB%+", "KPK1:AB%+"),
        ("https://example.gov.cn/verify/?code=4403%201", "4403 1"),
        ("HTTPS://example.gov.cn/licence/44030000000001/", "44030000000001"),
        ("http://[", "http://["),
        ("https://example.gov.cn", ""),
    ],
)
def test_a_scanned_text_names_itself_or_what_its_address_ends_with(code, identifier):
    assert identifier_in(code) == identifier


@pytest.mark.feature("18.20", part="business status of the licence or 公文")
def test_a_paper_of_others_says_that_its_status_is_not_known_here(client):
    made = world("外地")
    foreign = stamp_ofd(paper(1), made.seal, made.signer, places=[PLACE], at=clock.now() - DAY)
    page = text(send(client, foreign))
    assert "<h1>不受信任</h1>" in page and "业务状态：这里不知道" in page


def test_the_report_is_whole_in_english(client):
    """Names of seals, people and files stay as they are; the viewer speaks for itself."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = text(send(client, changed_page().content, "file.ofd"))
    report = page[page.index("<main") : page.index('<section class="ofd"')]
    left = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", report)))
    assert left <= {"样张", "深圳市样章管理局", "样张管理局", "样张制章者", "样张根", "样张时间戳", "样张签发机构"}


def test_a_page_of_verification_asks_few_statements(client, ours, django_assert_max_num_queries):
    send(client, ours)
    with django_assert_max_num_queries(12):
        assert send(client, ours).status_code == 200
