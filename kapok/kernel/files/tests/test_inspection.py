"""Bad files are refused with their one reason in Chinese; good ones are taken."""

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pypdf import PdfWriter

from kapok.kernel.common.errors import Refused
from kapok.kernel.files import kinds
from kapok.kernel.files.checks.scanning import scanners
from kapok.kernel.files.public import clean_name, inspect, is_formula, media_type_of
from kapok.kernel.files.tests import made
from kapok.kernel.files.tests.corpus import ALLOWED, LIMIT, bad_files

pytestmark = pytest.mark.feature("08.15", part="files")
CORPUS = bad_files()


@pytest.mark.parametrize("bad", CORPUS, ids=lambda bad: bad.title)
def test_a_bad_file_is_refused_for_its_own_reason(bad):
    verdict = inspect(bad.name, bad.content, allow=bad.allow, limit=bad.limit)
    assert (verdict.allowed, verdict.code, verdict.status) == (False, bad.code, 422)
    with pytest.raises(Refused) as caught:
        verdict.or_raise()
    said = caught.value.message()
    assert "{" not in said and any("\u4e00" <= c <= "\u9fff" for c in said)


def test_the_corpus_has_at_least_eighty_cases_and_every_refusal_stands_in_it():
    from kapok.kernel.common.errors import sentences

    assert len(CORPUS) >= 80
    assert len({bad.title for bad in CORPUS}) == len(CORPUS)
    never = {"files.scan_unavailable"}
    assert {code for code in sentences if code.startswith("files.")} - never == {bad.code for bad in CORPUS}


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("表一")
        sheet.write("A1", "金额")
        sheet.write_formula("A2", "=1+1")
        sheet.write_url("A3", "https://www.gd.gov.cn/")

    return out.getvalue()


def written_pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


GOOD = [
    ("申请书.pdf", made.pdf(), kinds.PDF), ("a.PDF", written_pdf(), kinds.PDF), ("照片.jpg", made.jpeg(), kinds.JPEG),
    ("照片.JPEG", made.jpeg() + bytes(100), kinds.JPEG), ("a.png", made.png(), kinds.PNG), ("a.gif", made.gif(), kinds.GIF),
    ("a.bmp", made.bmp(), kinds.BMP), ("a.tif", made.tiff(), kinds.TIFF), ("a.webp", made.webp(), kinds.WEBP),
    ("a.docx", made.docx(), kinds.DOCX), ("a.xlsx", workbook(), kinds.XLSX), ("a.ofd", made.ofd(), kinds.OFD),
    ("a.zip", made.zipped({"材料/a.txt": "x", "b.pdf": made.pdf()}), kinds.ZIP), ("a.doc", made.ole("WordDocument"), kinds.DOC),
    ("a.xls", made.ole("Workbook"), kinds.XLS), ("a.txt", "说明，全角。".encode("gb18030"), kinds.TEXT),
    ("a.csv", "姓名,电话,差额\n林小满,+86 13800000000,-12.5\n".encode(), kinds.CSV), ("a.json", b'{"a": 1}', kinds.JSON),
    ("a.xml", b"<?xml version='1.0'?><a b='c'>x</a>", kinds.XML),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>", kinds.SVG), ("no extension", made.png(), kinds.PNG),
    ("C:\\Users\\me\\a.pdf", made.pdf(), kinds.PDF),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[name for name, _, _ in GOOD])
def test_a_good_file_is_taken_as_what_it_is(name, content, kind):
    verdict = inspect(name, content, allow=ALLOWED, limit=LIMIT)
    assert verdict.allowed, verdict
    assert media_type_of(name, content) == kind


@limits(max_examples=150, deadline=None)
@given(
    start=st.sampled_from([c for _, c, _ in GOOD] + [b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<a>"]),
    cut=st.integers(0, 3000), noise=st.binary(max_size=200),
    name=st.text(max_size=20) | st.sampled_from(["a.pdf", "a.png", "a.docx", "a.csv", "a.xml"]),
)  # fmt: skip
def test_no_content_however_broken_makes_the_inspection_fail(start, cut, noise, name):
    verdict = inspect(name, start[:cut] + noise + start[cut:], allow=ALLOWED, limit=LIMIT)
    assert verdict.allowed or verdict.code.startswith("files.")


def test_exactly_the_limit_is_taken():
    content = made.png()
    assert inspect("a.png", content, allow=(kinds.PNG,), limit=len(content)).allowed


def test_a_scanner_that_cannot_answer_stops_the_upload():
    def down(_content: bytes) -> str | None:
        raise ConnectionRefusedError

    scanners.put("down", down)
    try:
        verdict = inspect("a.png", made.png(), allow=(kinds.PNG,), limit=LIMIT)
        assert (verdict.code, verdict.status) == ("files.scan_unavailable", 503)
    finally:
        scanners._entries.pop("down")


@pytest.mark.parametrize(
    ("cell", "formula"),
    [("=A1", True), ("+1-1", True), ("-cmd", True), ("@x", True), ("－1＋1", True), ("-5", False), ("+86 755 1234", False),
     ("-1,234.50", False), ("1e5", False), ("-1e-5", False), ("—", False), ("--", False), ("", False), ("12%", False), ("-3%", False)],
)  # fmt: skip
def test_numbers_are_not_formulas(cell, formula):
    assert is_formula(cell) is formula


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("../../a b.pdf", "a b.pdf"), ("C:\\x\\简历.PDF", "简历.PDF"), ("CON.pdf", "_CON.pdf"), ('a<b>"c".pdf', "a_b__c_.pdf"),
     ("x" * 300 + ".pdf", "x" * 116 + ".pdf"), (" . .", ""), ("无扩展名", "无扩展名"), ("e\u0301.pdf", "é.pdf")],
)  # fmt: skip
def test_names_are_made_safe_for_any_disk(given_name, kept):
    assert clean_name(given_name) == kept


@given(st.text(max_size=400))
def test_any_name_cleans_to_something_harmless_and_stays_so(name):
    kept = clean_name(name)
    assert len(kept) <= 130 and not set(kept) & set('/\\<>:"|?*\0\n\r')
    assert clean_name(kept) == kept
