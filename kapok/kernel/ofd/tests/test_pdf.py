"""The PDF of the same pages: what is printed, where, and that both renditions look alike."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from pypdf import PdfReader

from kapok.kernel.ofd.public import DocInfo, GlyphMissing, OfdDocument, Page, TextLine, compose, document_of, write_pdf
from kapok.kernel.ofd.tests.papers import AT, LICENCE, OPINION, everything, layout

INFO = DocInfo("食品经营许可证", AT, author="深圳市市场监督管理局", keywords=("证照",))


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


@pytest.mark.feature("15.05", part="PDF rendition from the same drawing")
def test_the_pdf_says_what_the_drawing_says_and_is_equal_every_time():
    document = document_of(compose(layout("licence"), LICENCE), INFO)
    pdf = write_pdf(document)
    assert pdf == write_pdf(document)
    said = words_of(pdf)
    for line in (item.text for item in document.pages[0].items if isinstance(item, TextLine) and not item.down):
        assert line.replace(" ", "") in said
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked and "/StructTreeRoot" in opened.Root and opened.Root.Lang == "zh-CN"
        with opened.open_metadata() as facts:
            assert (facts["pdfaid:part"], facts["pdfaid:conformance"], facts["dc:title"]) == ("2", "A", "食品经营许可证")


def test_every_page_has_its_own_size_and_pictures_of_every_kind():
    reader = PdfReader(io.BytesIO(write_pdf(everything())))
    sizes = [(round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) for page in reader.pages]
    assert sizes == [(210, 297), (148, 210)]


def test_characters_stand_where_the_drawing_put_them():
    """Judge: pdftotext's boxes, made by a program that knows nothing of ours."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    document = document_of(compose(layout("opinion"), OPINION), INFO)
    out = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=write_pdf(document), capture_output=True, check=True).stdout.decode()
    lines = [item for item in document.pages[0].items if isinstance(item, TextLine) and not item.angle]
    for text in ("建设工程消防设计审查意见书", "深圳市前海木棉置业发展有限公司：", "审查内容"):
        line = next(line for line in lines if line.text == text)
        found = [row for row in out.splitlines() if f">{text}</word>" in row]
        x = float(found[0].split('xMin="')[1].split('"')[0]) / 72 * 25.4
        assert x == pytest.approx(line.x, abs=0.3)


@pytest.mark.parametrize("glyph", ["\U0002f00a", "\ue123"])
def test_a_character_nobody_can_write_stops_the_pdf_too(glyph):
    with pytest.raises(GlyphMissing) as caught:
        write_pdf(OfdDocument((Page(210, 297, (TextLine(10, 10, f"林{glyph}", 5),)),), INFO))
    assert caught.value.data["glyphs"] == glyph


def test_text_is_never_markup():
    pdf = write_pdf(OfdDocument((Page(210, 297, (TextLine(10, 10, '#set page() *a* $x$ "\\', 5),)),), INFO))
    assert '#setpage()*a*$x$"\\' in words_of(pdf)
