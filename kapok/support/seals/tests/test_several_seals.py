"""Several seals on one file, one seal over many pages, seals at keywords (18.08)."""

import itertools
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from kapok.kernel.ofd.public import OfdRefused, page_svg, read_ofd
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.data import StampPlace
from kapok.support.seals.stamping.ofd import sign_ofd, stamp_ofd
from kapok.support.seals.stamping.places import SHARED_BY, keyword_places, pages_of, repeated, straddling
from kapok.support.seals.tests.authority import NOW, PLACE, SIGNED, paper, sealed, world
from kapok.support.seals.verifying.data import EXTENDED, INVALID, VALID
from kapok.support.seals.verifying.file import verify_content


def parts_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stamped(content, places, seal=None):
    made = world()
    return stamp_ofd(content, seal or made.seal, made.signer, places=places, at=SIGNED, timestamper=made.tsa)


@pytest.mark.feature("18.08", part="several seals on one file")
def test_a_later_seal_leaves_the_earlier_one_valid_and_says_by_which_it_was_extended():
    first = sealed()
    both = stamped(first, [replace(PLACE, page=2)])
    report = verify_content(both, at=NOW, trust=world().trust())
    assert [each.verdict for each in report.signatures] == [EXTENDED, VALID]
    assert report.verdict == VALID
    assert "s003" in report.signatures[0].step("references").says
    before, after = parts_of(first), parts_of(both)
    assert [name for name in before if after[name] != before[name]] == ["Doc_0/Signs/Signatures.xml"]
    assert sorted(set(after) - set(before)) == [f"Doc_0/Signs/Sign_1/{name}" for name in ("Seal.esl", "Signature.xml", "SignedValue.dat")]


@pytest.mark.feature("18.08", part="several seals on one file")
def test_three_seals_and_a_digital_signature_stand_beside_each_other():
    content = sealed()
    for number in range(2):
        content = stamped(content, [StampPlace(1, 20 + 50 * number, 150)])
    content = sign_ofd(content, world().signer, at=SIGNED)
    report = verify_content(content, at=NOW, trust=world().trust())
    assert [each.verdict for each in report.signatures] == [EXTENDED, EXTENDED, EXTENDED, VALID]
    assert [each.kind for each in report.signatures] == ["seal", "seal", "seal", "sign"]


@pytest.mark.feature("18.08", part="several seals on one file")
def test_a_part_of_an_earlier_seal_that_is_changed_breaks_both():
    both = stamped(sealed(), [PLACE])
    seal = bytearray(parts_of(both)["Doc_0/Signs/Sign_0/Seal.esl"])
    seal[-3] ^= 1
    report = verify_content(repacked(both, {"Doc_0/Signs/Sign_0/Seal.esl": bytes(seal)}), at=NOW, trust=world().trust())
    assert [each.verdict for each in report.signatures] == [INVALID, INVALID]


@pytest.mark.feature("18.08", part="several seals on one file")
def test_something_else_slipped_in_beside_a_later_seal_is_no_extension():
    both = stamped(sealed(), [PLACE])
    document = parts_of(both)["Doc_0/Document.xml"]
    more = document.replace(b"</", b"<x>Annots/More.xml</x></", 1)
    slipped = repacked(both, {"Doc_0/Annots/More.xml": b"<a/>", "Doc_0/Document.xml": more})
    assert verify_content(slipped, at=NOW, trust=world().trust()).verdict == INVALID


@pytest.mark.feature("18.08", part="multi-page and repeated seals")
def test_a_seal_repeated_on_every_page_shows_on_every_page():
    content = stamped(paper(3), repeated(range(1, 4), 120, 200, 42, 42))
    report = verify_content(content, at=NOW, trust=world().trust())
    assert (report.verdict, report.signatures[0].pages) == (VALID, (1, 2, 3))
    package = read_ofd(content)
    assert all("ofd-seal" in page_svg(package, number) for number in (1, 2, 3))


@pytest.mark.feature("18.08", part="骑缝章")
@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("pages", [2, 5, 20, 21, 47])
def test_a_straddling_seal_is_cut_so_that_the_pages_fanned_out_show_it_whole(pages, left):
    places = straddling([(210.0, 297.0)] * pages, pages=list(range(1, pages + 1)), y=100, width=40, height=40, left=left)
    assert [place.page for place in places] == list(range(1, pages + 1))
    groups = [list(group) for _, group in itertools.groupby(places, key=lambda place: place.clip[2])]
    for place in places:
        x, _, width, height = place.clip
        shown_from = place.x + x
        assert height == 40
        assert shown_from == pytest.approx(0 if left else 210 - width)
        assert width >= 40 / SHARED_BY - 1e-9
    assert sum(place.clip[2] for place in places) == pytest.approx(40 * -(-pages // SHARED_BY))
    assert groups


@pytest.mark.feature("18.08", part="骑缝章")
def test_a_straddling_seal_is_verified_and_drawn_on_each_page():
    sizes = pages_of(paper(4))
    content = stamped(paper(4), straddling(sizes, pages=[1, 2, 3, 4], y=120, width=42, height=42))
    report = verify_content(content, at=NOW, trust=world().trust())
    assert (report.verdict, report.signatures[0].pages) == (VALID, (1, 2, 3, 4))
    stamps = read_ofd(content).signatures[0].stamps
    assert [(round(stamp.boundary.x, 2), round(stamp.clip.x, 2), round(stamp.clip.width, 2)) for stamp in stamps] == [
        (199.5, 0.0, 10.5), (189.0, 10.5, 10.5), (178.5, 21.0, 10.5), (168.0, 31.5, 10.5),
    ]  # fmt: skip


@pytest.mark.feature("18.08", part="multi-page and repeated seals")
def test_a_keyword_gives_a_place_on_every_page_where_it_stands():
    places = keyword_places(paper(3), "盖章处")
    assert [place.page for place in places] == [1, 2, 3]
    assert all(abs(place.x + 21 - 129) < 6 and abs(place.y + 21 - 238) < 6 for place in places), places
    assert keyword_places(paper(3), "没有这个词") == []
    assert keyword_places(paper(3), "") == []


def test_a_place_on_a_page_there_is_not_is_refused():
    with pytest.raises(OfdRefused) as caught:
        stamped(paper(1), [replace(PLACE, page=2)])
    assert caught.value.code == "ofd.no_page"


def test_equal_input_gives_equal_bytes_apart_from_the_signature():
    first, second = stamped(paper(), [PLACE]), stamped(paper(), [PLACE])
    differ = {name for name, part in parts_of(first).items() if parts_of(second)[name] != part}
    assert differ == {"Doc_0/Signs/Sign_0/SignedValue.dat"}


def test_parts_that_do_not_change_keep_their_compressed_bytes():
    before, after = paper(), sealed()
    with zipfile.ZipFile(BytesIO(before)) as archive:
        for entry in archive.infolist():
            start = entry.header_offset
            packed = before[start : start + 30 + len(entry.filename) + entry.compress_size][30:]
            if entry.filename != "OFD.xml":
                assert packed in after
