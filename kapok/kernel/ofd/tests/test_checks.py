"""The validator: sound files are sound, and each fault put into one is found and named, and no other."""

import pytest

from kapok.kernel.ofd.checks import SAYS, check_ofd, is_sound
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.specimen import specimen
from kapok.kernel.ofd.tests.packing import pack, parts
from kapok.kernel.ofd.tests.vectors import vector

TEXT = '<ofd:TextObject ID="4" Boundary="1 2 50 9" Font="3" Size="4"><ofd:TextCode X="0" Y="4">字</ofd:TextCode></ofd:TextObject>'
FONT = '<ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'
CONTENT, DOCUMENT, RES = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Document.xml", "Doc_0/DocumentRes.xml"


def test_our_own_paper_is_sound():
    assert check_ofd(read_ofd(specimen(2))) == []


@pytest.mark.parametrize("name", ["helloworld", "SESV4SignDoc", "AddAttachment"])
def test_a_clean_file_of_another_maker_is_sound(name):
    assert check_ofd(read_ofd(vector(f"{name}.ofd"))) == []


def test_faults_of_other_makers_are_found():
    found = {(finding.code, finding.value) for finding in check_ofd(read_ofd(vector("v4signed.ofd")))}
    assert ("ofd.check.reference", "DrawParam 4") in found
    assert ("ofd.check.reference", "ColorSpace 5") in found
    assert ("ofd.check.id_missing", "TextObject") in found
    (missing,) = check_ofd(read_ofd(vector("V4RideRight.ofd")))
    assert (missing.code, missing.value) == ("ofd.check.part_missing", "PublicRes.xml")


@pytest.mark.parametrize(
    ("part", "old", "new", "code", "value"),
    [
        (CONTENT, 'Font="3"', 'Font="77"', "ofd.check.reference", "Font 77"),
        (CONTENT, 'Font="3"', 'Font="3" DrawParam="8"', "ofd.check.reference", "DrawParam 8"),
        (CONTENT, "<ofd:TextCode", '<ofd:FillColor Value="0" ColorSpace="9"/><ofd:TextCode', "ofd.check.reference", "ColorSpace 9"),
        (
            CONTENT,
            "</ofd:Layer>",
            '<ofd:ImageObject ID="6" Boundary="0 0 1 1" ResourceID="5"/></ofd:Layer>',
            "ofd.check.reference",
            "ResourceID 5",
        ),
        (CONTENT, "<ofd:Content>", '<ofd:Template TemplateID="5"/><ofd:Content>', "ofd.check.reference", "Template 5"),
        (CONTENT, ' ID="4"', "", "ofd.check.id_missing", "TextObject"),
        (CONTENT, ' ID="4"', ' ID="2"', "ofd.check.id_twice", "2"),
        (CONTENT, ' ID="4"', ' ID="x4"', "ofd.check.id_form", "x4"),
        (CONTENT, ' ID="4"', ' ID="100"', "ofd.check.id_above_max", "100"),
        (CONTENT, 'Boundary="1 2 50 9"', 'Boundary="1 2 50"', "ofd.check.boundary", "TextObject 4"),
        (CONTENT, 'Size="4"', 'Size="big"', "ofd.check.number", "Size big"),
        (DOCUMENT, "0 0 100 80", "0 0 100000 80000", "ofd.check.page_box", "PhysicalBox 0 0 100000 80000"),
        (DOCUMENT, "0 0 100 80", "0 0 0.2 0.1", "ofd.check.page_box", "PhysicalBox 0 0 0.2 0.1"),
        (DOCUMENT, "Page_0/Content.xml", "Page_1/Content.xml", "ofd.check.part_missing", "Page 1"),
        (CONTENT, "http://www.ofdspec.org/2016", "http://example.org/other", "ofd.check.namespace", "http://example.org/other"),
        (CONTENT, "ofd:Page", "ofd:Leaf", "ofd.check.root", "Leaf"),
        (RES, "</ofd:Fonts>", "</ofd:Font>", "ofd.check.part_broken", ""),
        (RES, ' ID="3" FontName', " FontName", "ofd.check.id_missing", "Font"),
    ],
)
@pytest.mark.feature("18.06", part="references, ids, units, namespace")
def test_a_fault_is_found_and_named(part, old, new, code, value):
    files = parts(TEXT, resources=FONT)
    assert is_sound(read_ofd(pack(files)))
    assert old.encode() in files[part]
    files[part] = files[part].replace(old.encode(), new.encode())
    package = read_ofd(pack(files))
    assert (code, value) in {(finding.code, finding.value) for finding in check_ofd(package)}
    assert not is_sound(package)


def test_a_document_without_pages_or_sizes_is_faulty():
    files = parts(TEXT, resources=FONT)
    files[DOCUMENT] = files[DOCUMENT].replace(b'<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>', b"")
    assert [finding.code for finding in check_ofd(read_ofd(pack(files)))] == ["ofd.check.no_pages"]
    files = parts(TEXT, resources=FONT)
    files[DOCUMENT] = files[DOCUMENT].replace(b"<ofd:PhysicalBox>0 0 100 80</ofd:PhysicalBox>", b"")
    assert [finding.code for finding in check_ofd(read_ofd(pack(files)))] == ["ofd.check.box_missing"]


def test_every_finding_has_a_sentence_and_a_weight():
    assert all(severity in ("error", "note") and says for severity, says in SAYS.values())
