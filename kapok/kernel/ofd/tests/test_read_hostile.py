"""What is refused, with which code; and that a person is told what to do."""

import zipfile
from io import BytesIO

import pytest

from kapok.kernel.ofd.limits import LIMITS, Limits
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.refusals import SAYS, OfdRefused
from kapok.kernel.ofd.tests.packing import DOCUMENT, NS, OFD, PAGE, pack, paper, parts

COMPOSITE = '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="5" Width="9" Height="9"><ofd:Content>{}</ofd:Content>'
COMPOSITE += "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
INSIDE = '<ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="5"/>'


def code_of(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(OfdRefused) as refused:
        read_ofd(content, limits)
    said = refused.value.message()
    assert "{" not in said and said.endswith("。"), said
    assert refused.value.status == 422
    return refused.value.code


def renamed(name: str) -> bytes:
    return pack({**parts(), name: b"x"})


@pytest.mark.parametrize(
    "name",
    ["../evil", "Doc_0/../../evil", "/etc/passwd", "Doc_0\\evil", "C:/evil", "Doc_0//evil", "./evil", "Doc_0/./evil"],
)
@pytest.mark.feature("18.06", part="paths")
def test_a_part_whose_name_leaves_the_package_is_refused(name):
    assert code_of(renamed(name)) == "ofd.path"


@pytest.mark.feature("18.06", part="paths")
def test_a_reference_that_leaves_the_package_is_refused():
    files = parts()
    files["Doc_0/Document.xml"] = files["Doc_0/Document.xml"].replace(b"DocumentRes.xml", b"../../../etc/passwd")
    assert code_of(pack(files)) == "ofd.path"


def test_a_reference_that_stays_inside_and_is_missing_is_only_missing():
    files = parts()
    files["Doc_0/Document.xml"] = files["Doc_0/Document.xml"].replace(b"DocumentRes.xml", b"Res/../../Other/Res.xml")
    assert [departure.code for departure in read_ofd(pack(files)).warnings] == ["ofd.file_missing"]


@pytest.mark.feature("18.06", part="zip bombs")
def test_a_bomb_is_measured_while_it_is_inflated():
    bomb = pack({**parts(), "Doc_0/Res/zeros": bytes(60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert code_of(bomb) == "ofd.zip_bomb"


def test_a_size_the_header_denies_is_not_believed():
    content = bytearray(pack({**parts(), "Doc_0/Res/zeros": bytes(60 * 1024 * 1024)}))
    for at in range(len(content) - 4):
        if content[at : at + 4] == b"PK\x01\x02" and content[at + 46 : at + 61] == b"Doc_0/Res/zeros":
            content[at + 24 : at + 28] = (5).to_bytes(4, "little")
    assert code_of(bytes(content)) in ("ofd.damaged", "ofd.zip_bomb")


def test_all_parts_together_have_a_limit():
    limits = Limits(total=3000, single=2000)
    assert code_of(pack({**parts(), **{f"Doc_0/{n}": b"x" * 900 for n in range(4)}}), limits) == "ofd.zip_bomb"


@pytest.mark.feature("18.06", part="file above limit")
def test_a_file_above_the_limit_is_refused_before_it_is_opened():
    assert code_of(b"PK\x03\x04" + bytes(2000), Limits(size=1000)) == "ofd.too_large"


def test_too_many_parts_are_refused():
    assert code_of(pack({**parts(), **{f"x/{n}": b"" for n in range(60)}}), Limits(parts=50)) == "ofd.too_many_files"


def test_two_parts_of_one_name_are_refused():
    made = BytesIO(paper())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr("Doc_0/Document.xml", "<other/>")
    assert code_of(made.getvalue()) == "ofd.duplicate"


def test_a_link_and_an_encrypted_part_are_refused():
    made = BytesIO(paper())
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("Doc_0/link")
        link.external_attr = 0xA1FF << 16
        archive.writestr(link, "/etc/passwd")
    assert code_of(made.getvalue()) == "ofd.symlink"
    encrypted = bytearray(paper())
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(encrypted)) == "ofd.encrypted"


def test_an_unknown_compression_is_refused():
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_BZIP2) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    assert code_of(made.getvalue()) == "ofd.compression"


@pytest.mark.parametrize("declared", ['<!DOCTYPE x SYSTEM "http://127.0.0.1/x">', '<!DOCTYPE x [<!ENTITY a "b">]>', "<!doctype html>"])
@pytest.mark.parametrize("part", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml"])
@pytest.mark.feature("18.06", part="external entities")
def test_a_declaration_in_any_part_is_refused(part, declared):
    files = parts()
    files[part] = declared.encode() + files[part]
    assert code_of(pack(files)) == "ofd.entity"


def test_a_declaration_hidden_in_utf_16_is_refused():
    files = parts()
    files["OFD.xml"] = ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + OFD).encode("utf-16")
    assert code_of(pack(files)) == "ofd.entity"


@pytest.mark.feature("18.06", part="cycles")
@pytest.mark.parametrize(
    "files",
    [
        {"OFD.xml": OFD.replace("Doc_0/Document.xml", "OFD.xml")},
        {"Doc_0/Document.xml": (DOCUMENT % "").replace("Pages/Page_0/Content.xml", "Document.xml")},
        {"Doc_0/Document.xml": (DOCUMENT % "").replace("Pages/Page_0/Content.xml", "/OFD.xml")},
        {
            "Doc_0/Document.xml": DOCUMENT % '<ofd:TemplatePage ID="7" BaseLoc="T.xml"/>',
            "Doc_0/T.xml": PAGE % ('<ofd:Template TemplateID="7"/>', ""),
        },
        {
            "Doc_0/Document.xml": DOCUMENT % '<ofd:TemplatePage ID="7" BaseLoc="T.xml"/><ofd:TemplatePage ID="8" BaseLoc="U.xml"/>',
            "Doc_0/T.xml": PAGE % ('<ofd:Template TemplateID="8"/>', ""),
            "Doc_0/U.xml": PAGE % ('<ofd:Template TemplateID="7"/>', ""),
        },
        {
            "Doc_0/Document.xml": (DOCUMENT % "").replace("</ofd:Document>", "<ofd:Annotations>A.xml</ofd:Annotations></ofd:Document>"),
            "Doc_0/A.xml": f'<ofd:Annotations {NS}><ofd:Page PageID="1"><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        },
    ],
    ids=["document", "page", "page-entry", "template", "two-templates", "annotations"],
)
def test_what_refers_to_itself_is_refused(files):
    assert code_of(pack({**parts(), **{name: words.encode() for name, words in files.items()}})) == "ofd.cycle"


def test_a_composite_and_a_drawing_parameter_that_hold_themselves_are_refused():
    assert code_of(paper(resources=COMPOSITE.format(INSIDE))) == "ofd.cycle"
    params = '<ofd:DrawParams><ofd:DrawParam ID="3" Relative="4"/><ofd:DrawParam ID="4" Relative="3"/></ofd:DrawParams>'
    assert code_of(paper(resources=params)) == "ofd.cycle"


def test_xml_nested_or_crowded_beyond_reason_is_refused():
    deep = "<ofd:PageBlock>" * 400 + "</ofd:PageBlock>" * 400
    files = parts()
    files["OFD.xml"] = OFD.replace("<ofd:DocInfo>", deep + "<ofd:DocInfo>").encode()
    assert code_of(pack(files)) == "ofd.too_complex"
    files["OFD.xml"] = OFD.replace("<ofd:DocInfo>", "<x/>" * 3000 + "<ofd:DocInfo>").encode()
    assert code_of(pack(files), Limits(tags=1000)) == "ofd.too_complex"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ofd.not_zip"),
        (b"%PDF-1.7 ...", "ofd.not_zip"),
        (b"PK\x03\x04 and no more", "ofd.damaged"),
        (pack({"a": b"b"}), "ofd.no_document"),
    ],
    ids=["empty", "pdf", "stub", "other-zip"],
)
def test_what_is_no_ofd_is_said_to_be_none(content, code):
    assert code_of(content) == code


def test_a_part_whose_checksum_is_wrong_is_damaged():
    content = bytearray(pack(parts(), stored=True))
    at = content.index(b"<ofd:DocID>")
    content[at + 1] ^= 1
    assert code_of(bytes(content)) == "ofd.damaged"


def test_every_code_has_its_sentence():
    assert all(code.startswith("ofd.") for code in SAYS)
