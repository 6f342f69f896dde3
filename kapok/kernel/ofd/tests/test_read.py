"""Reading: other people's files as they are, our own as they were written, and vendors' ways of writing under their names."""

from datetime import UTC, datetime

import pytest

from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.pages import Attachment, DocInfo, OfdDocument, Page, TextLine
from kapok.kernel.ofd.reading.shapes import Box, steps
from kapok.kernel.ofd.tests.packing import NS, OFD, pack, parts, unpack
from kapok.kernel.ofd.tests.vectors import vector
from kapok.kernel.ofd.words import search, text_of
from kapok.kernel.ofd.writer import write_ofd

CORPUS = {
    # pages, documents' ids, signatures, departures by code
    "999": (5, "050001700111_12235358", 1, {"ofd.no_signature_type"}),
    "AddAttachment": (1, "ef859f38362246c491fe63dd14139b2a", 0, set()),
    "SESV4SignDoc": (1, "07723bc91fdf4078a17588d63c419bea", 1, set()),
    "V4RideRight": (5, "5e07a151ff9847bea6b5e12b9d7c6e9a", 1, {"ofd.file_missing"}),
    "helloworld": (1, "78f00e0b90954f2c8cd487333e890300", 0, set()),
    "signedFile": (1, "1f5e84f2ef4041519304911e8e2c5298", 1, {"ofd.no_signature_type"}),
    "v4signed": (
        1,
        "0eb8011566b14d9f942a38d7df30f2de",
        1,
        {"ofd.no_signature_type", "ofd.path_case", "ofd.max_unit_id_missing", "ofd.id_missing"},
    ),
}
"""What each file of other makers holds, read by hand from its parts."""


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.feature("18.06", part="files of other makers")
def test_a_file_of_other_makers_is_read_as_it_is(name):
    package = read_ofd(vector(f"{name}.ofd"))
    pages, doc_id, signatures, departures = CORPUS[name]
    assert len(package.pages) == pages
    assert [page.number for page in package.pages] == list(range(1, pages + 1))
    assert package.info.doc_id == doc_id
    assert len(package.signatures) == signatures
    assert {departure.code for departure in package.warnings} == departures


def test_the_lists_beside_the_pages_are_read():
    package = read_ofd(vector("999.ofd"))
    assert package.custom_data["销售方名称"] == "财天下科技有限公司"
    (attachment,) = package.attachments
    assert (attachment.name, attachment.visible) == ("original_invoice", False)
    assert package.content_of(attachment) == package.files["Doc_0/Attachs/original_invoice.xml"]
    assert [tag.path for tag in package.custom_tags] == ["Doc_0/Tags/Tag_Invoice.xml"]


@pytest.mark.feature("18.10", part="vendor paths, types and digests are accepted with named departures when reading")
def test_a_signature_is_described_as_the_file_has_it():
    (signature,) = read_ofd(vector("999.ofd")).signatures
    assert (signature.id, signature.type, signature.provider) == ("1", "Seal", "KingGrid")
    assert signature.check_method == "1.2.156.10197.1.401"
    assert len(signature.references) == 20 and all(
        reference.path and len(reference.check_value) == 32 for reference in signature.references
    )
    assert signature.seal is None and len(signature.signed_value) == 6543
    (stamp,) = signature.stamps
    assert (stamp.page, stamp.boundary, stamp.clip) == (1, Box(90, 8, 30, 20), None)


def test_a_seal_over_five_pages_shows_a_strip_on_each():
    (signature,) = read_ofd(vector("V4RideRight.ofd")).signatures
    assert [(stamp.page, stamp.clip) for stamp in signature.stamps] == [(n + 1, Box(8 * n, 0, 8, 40)) for n in range(5)]
    assert len(signature.seal) == 17011


@pytest.mark.feature("18.05", part="read back by our reader")
def test_our_own_paper_is_read_back_as_it_was_written():
    info = DocInfo("题名", datetime(2026, 11, 25, tzinfo=UTC), author="作者", subject="主题", keywords=("一", "二"))
    page = Page(210, 140, (TextLine(20, 30, "第一行：𠮷野家", 5), TextLine(20, 40, "second line", 5)))
    written = OfdDocument((page, Page(100, 50)), info, {"ZZMC": "证照名称"}, (Attachment("附件.txt", b"inside"),))
    package = read_ofd(write_ofd(written))
    assert (package.info.title, package.info.author, package.info.subject, package.info.keywords) == ("题名", "作者", "主题", ("一", "二"))
    assert package.custom_data == {"ZZMC": "证照名称"}
    assert [(package.page(n).box.width, package.page(n).box.height) for n in (1, 2)] == [(210, 140), (100, 50)]
    assert text_of(package, 1).replace("\n", "") == "第一行：𠮷野家second line"  # a rare character stands in a font of its own
    assert [(attachment.name, package.content_of(attachment)) for attachment in package.attachments] == [("附件.txt", b"inside")]
    assert package.warnings == ()


CONTENT = "Doc_0/Pages/Page_0/Content.xml"
UNIT = '<ofd:TextObject ID="4" Boundary="1 2 50 9" Size="4"><ofd:TextCode X="0" Y="4">字</ofd:TextCode></ofd:TextObject>'


@pytest.mark.parametrize(
    ("part", "changes", "code"),
    [
        (CONTENT, ((f" {NS}", ""), ("ofd:", "")), "ofd.namespace_missing"),
        (CONTENT, (("http://www.ofdspec.org/2016", "http://www.ofdspec.org"),), "ofd.namespace_other"),
        (CONTENT, (("xmlns:ofd", "xmlns:o"), ("<ofd:", "<o:"), ("</ofd:", "</o:")), "ofd.prefix_other"),
        (CONTENT, (("xmlns:ofd", "xmlns"), ("<ofd:", "<"), ("</ofd:", "</")), "ofd.prefix_other"),
        ("OFD.xml", (("Doc_0/Document.xml", "doc_0/document.XML"),), "ofd.path_case"),
        ("OFD.xml", (("Doc_0/Document.xml", "Doc_0\\Document.xml"),), "ofd.path_backslash"),
        ("Doc_0/Document.xml", (("Pages/Page_0", "Doc_0/Pages/Page_0"),), "ofd.path_base"),
        ("Doc_0/Document.xml", (("DocumentRes.xml", "Nowhere.xml"),), "ofd.file_missing"),
        ("Doc_0/Document.xml", (("<ofd:MaxUnitID>99</ofd:MaxUnitID>", ""),), "ofd.max_unit_id_missing"),
        ("Doc_0/DocumentRes.xml", (("</ofd:Res>", "</ofd:Re>"),), "ofd.xml_broken"),
    ],
)
@pytest.mark.feature("18.06", part="vendors' ways are read and named")
def test_a_vendors_way_is_read_and_named(part, changes, code):
    files = parts(UNIT)
    words = files[part].decode()
    for old, new in changes:
        assert old in words
        words = words.replace(old, new)
    package = read_ofd(pack({**files, part: words.encode()}))
    assert text_of(package) == "字"
    assert [departure.code for departure in package.warnings] == [code]
    assert package.warnings[0].says


def test_a_misspelt_custom_data_is_read_as_what_it_means():
    files = parts()
    words = "<ofd:CustomDatas><ofd:CuslomData Name='ZZMC'>证照</ofd:CuslomData></ofd:CustomDatas></ofd:DocInfo>"
    files["OFD.xml"] = OFD.replace("</ofd:DocInfo>", words).encode()
    package = read_ofd(pack(files))
    assert package.custom_data == {"ZZMC": "证照"}
    assert [(departure.code, departure.value) for departure in package.warnings] == [("ofd.spelling", "CuslomData")]


def test_two_documents_in_one_file_are_numbered_through():
    files = parts()
    body = OFD[OFD.index("<ofd:DocBody>") : OFD.index("</ofd:OFD>")]
    files["OFD.xml"] = OFD.replace("</ofd:OFD>", body.replace("Doc_0", "Doc_1").replace(">1<", ">2<") + "</ofd:OFD>").encode()
    files |= {name.replace("Doc_0", "Doc_1"): content for name, content in files.items() if name.startswith("Doc_0")}
    package = read_ofd(pack(files))
    assert [(page.number, page.document, page.path) for page in package.pages] == [
        (1, 0, "Doc_0/Pages/Page_0/Content.xml"),
        (2, 1, "Doc_1/Pages/Page_0/Content.xml"),
    ]
    assert [document.info.doc_id for document in package.documents] == ["1", "2"]


def test_chinese_part_names_in_gbk_are_read_as_they_were_meant():
    content = pack({**parts(), "Doc_0/XXXX.txt": b"inside"}).replace(b"XXXX.txt", "附件.txt".encode("gb18030"))
    package = read_ofd(content)
    assert package.files["Doc_0/附件.txt"] == b"inside"
    assert [departure.code for departure in package.warnings] == ["ofd.name_encoding"]


@pytest.mark.parametrize(
    ("words", "count", "expected"),
    [
        ("1 2 3", 3, [1, 2, 3]),
        ("g 3 2.5 -1", 4, [2.5, 2.5, 2.5, -1]),
        ("1.59", 4, [1.59] * 4),
        ("g 2 3 1.5 3 g 2 1.5", 6, [3, 3, 1.5, 3, 1.5, 1.5]),
        ("g 99999 1", 3, [1, 1, 1]),
        ("", 3, []),
        ("g", 2, [0, 0]),
    ],
)
def test_steps_are_spelt_out(words, count, expected):
    assert steps(words, count) == expected


def test_words_are_found_over_runs_and_spaces():
    package = read_ofd(vector("999.ofd"))
    hits = search(package, "财天下科技 有限公司")
    assert [hit.page for hit in hits] == [1, 2, 3, 4, 5]
    assert hits[0].line == "财天下科技有限公司" and 28.5 < hits[0].box.width < 28.7
    spread = read_ofd(pack(parts("".join(_letter(at, letter) for at, letter in enumerate("电子印章")))))
    (hit,) = search(spread, "子印")
    assert hit.box.x == 15 and hit.box.width == 14
    assert search(spread, "  ") == []


def _letter(at: int, letter: str) -> str:
    inside = f'<ofd:TextCode X="0" Y="4">{letter}</ofd:TextCode>'
    return f'<ofd:TextObject ID="{10 + at}" Boundary="{5 + 10 * at} 5 9 9" Size="4">{inside}</ofd:TextObject>'


def test_a_package_may_be_taken_apart_and_put_together():
    content = vector("SESV4SignDoc.ofd")
    assert read_ofd(pack(unpack(content))).signatures[0].signature_xml == read_ofd(content).signatures[0].signature_xml
    assert NS in "".join(part.decode() for name, part in unpack(content).items() if name.endswith(".xml"))
