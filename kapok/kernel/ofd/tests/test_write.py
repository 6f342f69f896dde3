"""Writing OFD: equal bytes for equal input, and what was written is what is read."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pikepdf
import pytest
from lxml import etree
from PIL import Image

from kapok.kernel.ofd.public import (
    DocInfo,
    GlyphMissing,
    NotWritable,
    OfdDocument,
    Page,
    Path,
    Picture,
    TextLine,
    check_ofd,
    compose,
    document_of,
    ofd_files,
    read_ofd,
    search,
    text_of,
    write_ofd,
    write_pdf,
)
from kapok.kernel.ofd.tests.papers import AT, LICENCE, OPINION, SHAPE, everything, layout, png

NS = {"ofd": "http://www.ofdspec.org/2016"}
INFO = DocInfo("证照", AT)


def parsed(files, path):
    return etree.fromstring(files[path])


@pytest.mark.processes
@pytest.mark.feature("18.05", part="equal bytes for equal input")
def test_two_runs_give_equal_bytes_and_another_process_too(settings):
    here = sha256(write_ofd(everything())).hexdigest()
    assert sha256(write_ofd(everything())).hexdigest() == here
    program = (
        "import os, hashlib, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'kapok.site.settings'); django.setup();"
        f"from django.conf import settings; settings.KAPOK_FONTS = {str(settings.KAPOK_FONTS)!r};"
        "from kapok.kernel.ofd.tests.papers import everything; from kapok.kernel.ofd.public import write_ofd;"
        "print(hashlib.sha256(write_ofd(everything())).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert there.stdout.split()[-1] == here
    assert write_ofd(everything("林大满")) != write_ofd(everything())


@pytest.mark.feature("18.05", part="read back equals input")
def test_what_was_written_is_what_is_read(settings):
    document = everything()
    package = read_ofd(write_ofd(document))
    assert not package.warnings
    assert check_ofd(package) == []
    assert package.custom_data == document.custom
    info = package.info
    assert (info.title, info.author, info.subject, info.keywords) == ("食品经营许可证", "深圳市市场监督管理局", "证照", ("证照", "食品"))
    assert info.created == "2026-11-25"
    assert [(page.box.width, page.box.height) for page in map(package.page, (1, 2))] == [(210, 297), (148, 210)]
    lines = [item.text for page in document.pages for item in page.items if isinstance(item, TextLine)]
    assert text_of(package).split("\n") == lines
    assert [(file.name, file.visible, package.content_of(file)) for file in package.attachments] == [
        (attachment.name, attachment.visible, attachment.content) for attachment in document.attachments
    ]
    assert any(content == png() for content in package.files.values())


@pytest.mark.feature("18.05", part="read back equals input")
def test_every_character_stands_where_its_line_put_it():
    package = read_ofd(write_ofd(everything()))
    hit = search(package, "林小满")[0]
    assert (hit.page, hit.box.x, hit.box.width) == (1, pytest.approx(30, abs=0.01), pytest.approx(3 * 5.6, abs=0.05))
    page = parsed(package.files, "Doc_0/Pages/Page_0/Content.xml")
    codes = page.findall(".//ofd:TextCode", NS)
    assert codes[2].get("DeltaX") == "3.4 g 4 3 2 6 6 2 g 4 3 5 3 3 5 3 3"
    assert codes[3].get("DeltaY") == "5 5 5"
    path = page.find(".//ofd:PathObject", NS)
    assert path.find("ofd:AbbreviatedData", NS).text == "M 0.5 0.5 L 50.5 0.5 B 60.5 0.5 60.5 20.5 50.5 20.5 Q 20.5 30.5 0.5 0.5 C"
    assert path.get("Boundary") == "29.5 99.5 61 31"


def test_a_field_of_the_data_is_tagged_with_the_objects_that_show_it():
    files = ofd_files(everything())
    fields = parsed(files, "Doc_0/Tags/Fields.xml")
    shown = {field.get("Name"): [ref.text for ref in field] for field in fields}
    page = parsed(files, "Doc_0/Pages/Page_0/Content.xml")
    texts = {one.get("ID"): one.find("ofd:TextCode", NS).text for one in page.findall(".//ofd:TextObject", NS)}
    assert [texts[ref] for ref in shown["CZZT"]] == ["林小满"]
    assert shown["ZZBFJG"] == []


def test_ids_are_unique_and_the_largest_is_named():
    files = ofd_files(everything())
    ids = [
        int(one.get("ID"))
        for path in files
        if path.endswith(".xml") and "Attach" not in path
        for one in parsed(files, path).iter()
        if one.get("ID")
    ]
    pages = {one.get("ID") for one in parsed(files, "Doc_0/Document.xml").iter("{http://www.ofdspec.org/2016}Page")}
    assert len(ids) == len(set(ids)) and len(pages) == 2
    assert parsed(files, "Doc_0/Document.xml").findtext(".//ofd:MaxUnitID", namespaces=NS) == str(max(ids))


@pytest.mark.feature("18.05", part="missing glyph")
@pytest.mark.parametrize("glyph", ["\U0002f00a", "\ue123"], ids=["no font has it", "private area"])
def test_a_character_that_cannot_be_written_stops_the_paper_and_is_named(glyph):
    with pytest.raises(GlyphMissing) as caught:
        write_ofd(everything(f"林{glyph}满"))
    assert caught.value.data == {"glyphs": glyph} and glyph in caught.value.message()
    with pytest.raises(GlyphMissing) as caught:
        compose(layout("licence"), {**LICENCE, "CZZT": f"{glyph}记", "FDDBR": "林\ue124"})
    assert set(caught.value.data["glyphs"]) >= {glyph}


@pytest.mark.parametrize(
    "document",
    [
        OfdDocument((), INFO),
        OfdDocument((Page(210, 297, (), "nobody"),), INFO),
        OfdDocument((Page(210, 297, (Picture(0, 0, 1, 1, b"GIF89a"),)),), INFO),
        OfdDocument((Page(210, 297, (Path((("M", 0, 0), ("L", 1, 1)), "red"),)),), INFO),
        OfdDocument((Page(210, 297),), replace(INFO, title="a\x00b")),
        OfdDocument((Page(210, 297),), INFO, {"ZZMC": "\ud800"}),
    ],
    ids=["no pages", "template page", "picture", "colour", "control character", "half a character"],
)
def test_what_cannot_be_written_is_refused_with_its_reason(document):
    with pytest.raises(NotWritable) as caught:
        write_ofd(document)
    assert caught.value.data["why"]


@pytest.mark.feature("18.05", part="layout description, tables, templates")
def test_a_layout_with_a_table_over_three_pages_becomes_a_sound_file():
    drawing = compose(layout("opinion"), OPINION)
    package = read_ofd(write_ofd(document_of(drawing, INFO)))
    assert check_ofd(package) == [] and not package.warnings
    assert len(package.pages) == len(drawing.pages) >= 3
    for number in range(1, len(package.pages) + 1):
        assert f"第 {number} 页 共 {len(package.pages)} 页" in text_of(package, number)
        assert "审查内容" in text_of(package, number) or number == len(package.pages)
    templates = [path for path in package.files if "/Tpls/" in path]
    assert len(templates) == 1, "the frame is kept once"
    assert search(package, "深圳市住房和建设局")[-1].page == drawing.anchors["seal"].page


def test_a_shape_is_read_back_with_its_curves():
    files = ofd_files(OfdDocument((Page(210, 297, (SHAPE,)),), INFO))
    assert b" B " in files["Doc_0/Pages/Page_0/Content.xml"] and b'Fill="true"' in files["Doc_0/Pages/Page_0/Content.xml"]


def test_a_photograph_is_carried_as_it_is_and_shown_in_both_renditions():
    out = io.BytesIO()
    Image.new("RGB", (40, 60), "#b3261e").save(out, "JPEG")
    drawing = compose(layout("licence"), LICENCE, {"photo": out.getvalue()})
    (photo,) = (item for item in drawing.pages[0].items if isinstance(item, Picture))
    assert (photo.height, photo.width) == (35, pytest.approx(35 * 40 / 60, abs=0.001))
    files = ofd_files(document_of(drawing, INFO))
    assert out.getvalue() in files.values() and b'Format="JPEG"' in files["Doc_0/DocumentRes.xml"]
    with pikepdf.open(io.BytesIO(write_pdf(document_of(drawing, INFO)))) as pdf:
        images = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        assert [(int(one.Width), int(one.Height)) for one in images] == [(40, 60)]
