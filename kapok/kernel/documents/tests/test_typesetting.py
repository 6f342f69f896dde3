"""Papers: what is printed, that data is never markup, that no glyph is lost."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from kapok.kernel.documents.errors import GlyphMissing, RenderFailed, TemplateMissing
from kapok.kernel.documents.public import Template, template, templates
from kapok.kernel.documents.tests.conftest import COMMON
from kapok.kernel.documents.typesetting import ROOT, typeset

pytestmark = pytest.mark.feature("08.06", part="document")
AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
PLAIN = Template("documents.plain", 1, "告知书", ROOT / "kernel/documents/tests/plain.typ")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


def made(data: dict, kind: Template = PLAIN, sealed: bool = False, number: str = "越市监〔2026〕12号") -> bytes:
    return typeset(kind, {**COMMON, **data}, number=number, issued_at=AT, sealed=sealed)


def test_a_paper_names_agency_number_recipient_date_and_says_that_its_seal_is_still_to_come():
    text = text_of(made({}))
    agency = ("广州市越秀区市场监督管理局", "告知书", "越市监〔2026〕12号", "待用印", "第1页")
    for said in (*agency, "林小满", "2026年11月25日", "食品经营许可（新办）"):
        assert said in text, said


def test_a_sealed_paper_and_a_paper_without_seal_do_not_say_so():
    assert "待用印" not in text_of(made({}, sealed=True))
    assert "待用印" not in text_of(made({}, replace(PLAIN, needs_seal=False)))


def test_a_paper_is_a4_and_embeds_its_fonts():
    page = PdfReader(io.BytesIO(made({}))).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    fonts = page["/Resources"]["/Font"].values()
    assert all("/FontFile" in str(f.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object().keys()) for f in fonts)


def test_equal_data_gives_equal_bytes_and_other_data_others():
    assert made({}) == made({})
    assert made({}) != made({"recipient": "陈大文"})


@pytest.mark.parametrize(
    "nasty",
    ['#panic("x")', "$x^2$ *a* _b_", '"]#read("/etc/passwd")[', "<label> @ref", "\\u{41} // x", "{{ x }}", "a" * 3000, "是" * 2000],
)
def test_what_people_write_is_printed_and_never_run(nasty):
    pdf = made({"item": nasty, "reason": nasty})
    assert nasty[:60].replace(" ", "") in text_of(pdf)


@pytest.mark.parametrize("glyph", ["\U0002f00a", "\ue123"], ids=["no font has it", "private area"])
def test_a_character_that_cannot_be_written_stops_the_paper_and_is_named(glyph):
    with pytest.raises(GlyphMissing) as caught:
        made({"recipient": f"林{glyph}满"})
    assert caught.value.data == {"key": "documents.plain", "glyphs": glyph}


def test_a_template_that_fails_says_which(tmp_path):
    broken = ROOT / "kernel/documents/tests/broken.typ"
    with pytest.raises(RenderFailed) as caught:
        made({}, Template("documents.broken", 1, "x", broken))
    assert caught.value.data["key"] == "documents.broken"
    assert "编号有效" in caught.value.message()


def test_templates_are_found_by_app_and_an_unknown_one_or_version_is_refused():
    for kind in templates():
        assert kind.title and kind.path.suffix == ".typ"
    for key, version in (("nobody.paper", None), (next((t.key for t in templates()), "x.y"), 99)):
        with pytest.raises(TemplateMissing):
            template(key, version)
