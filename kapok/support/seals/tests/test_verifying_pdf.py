"""Verifying a PDF: what was appended, moved, swapped or bent fails at the step that looks at it, and nothing crashes."""

import os
import random
from datetime import timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from kapok.kernel.crypto.public import RevocationEntry, read_certificate
from kapok.support.seals.stamping import pdf as stamping
from kapok.support.seals.stamping.pdf import _close
from kapok.support.seals.tests import papers_pdf as made
from kapok.support.seals.verifying import pdf_reading
from kapok.support.seals.verifying.data import INVALID, UNDETERMINED, UNTRUSTED, VALID
from kapok.support.seals.verifying.errors import NotVerifiable
from kapok.support.seals.verifying.pdf import verify_pdf
from kapok.support.seals.verifying.pdf_reading import read_pdf
from kapok.support.seals.verifying.trust import Trust

pytestmark = pytest.mark.feature("18.13")

MUTATIONS = 3000 if os.environ.get("KAPOK_FULL") == "1" else 300


def report(content, *, at=made.NOW, trust=None):
    return verify_pdf(content, at=at, trust=trust or made.trust("ecdsa"))[0][0]


def failed(found):
    return {step.key for step in found.steps if step.outcome == "fail"}


# --- what was appended ------------------------------------------------------------------------------------------------------------------


def change_the_page(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def overlay_a_note(writer):
    page = writer.find_page_for_modification(0)[0]
    note = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/FreeText"), "/Contents": generic.TextStringObject("100,000")}
    note["/Rect"] = generic.ArrayObject(generic.NumberObject(number) for number in (10, 10, 200, 50))
    writer.register_annotation(page, writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in note.items()})))


def move_the_seal(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject(generic.NumberObject(number) for number in (10, 10, 200, 200))
    writer.update_container(field)


def swap_the_picture(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(generic.StreamObject(stream_data=b""))})
    writer.update_container(field)


def add_a_page(writer):
    pages = writer.root["/Pages"]
    first = writer.find_page_for_modification(0)[0]
    pages["/Kids"].append(first)
    pages["/Count"] = generic.NumberObject(4)
    writer.update_container(pages)


def draw_a_field_that_nobody_signed(writer):
    append_signature_field(writer, SigFieldSpec("Empty", on_page=0, box=(0, 0, 600, 800)))


def draw_in_a_field_that_waited(writer):
    field = next(reference for name, _, reference in enumerate_sig_fields(writer) if name == "Waits").get_object()
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(generic.StreamObject(stream_data=b""))})
    writer.update_container(field)


@pytest.mark.parametrize(
    "deed", [change_the_page, overlay_a_note, move_the_seal, swap_the_picture, add_a_page, draw_a_field_that_nobody_signed]
)
@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_a_page_changed_by_an_appended_update_is_invalid_though_the_signature_holds(deed, level, tmp_path):
    out, writer = made.appended(made.sealed(level))
    deed(writer)
    writer.write_in_place()
    found = report(out.getvalue())
    assert found.verdict == INVALID and failed(found) == {"references"}
    assert found.step("references").code == "references.incremental"
    assert found.step("signature").code == "signature.ok" and found.step("data_hash").code == "data_hash.pdf_ok"
    assert "Signature is Valid." in made.pdfsig(out.getvalue(), tmp_path), "poppler looks at the covered bytes alone"


def test_evidence_and_time_stamps_may_follow_and_so_may_the_description():
    for level in ("B-LT", "B-LTA"):
        assert report(made.sealed(level)).step("references").code == "references.pdf_kept"
    out, writer = made.appended(made.sealed())
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("另一个标题")}))
    writer.write_in_place()
    assert report(out.getvalue()).verdict == VALID


def test_bytes_after_the_end_are_named():
    found = report(made.sealed() + b"\n% more\n")
    assert found.verdict == VALID and [warned.code for warned in found.warnings] == ["pdf.trailing"]


# --- what was bent ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", [b"stream", b"/Adobe.PPKLite", b"/Reason", b"/BBox", b"/FT /Sig"])
def test_one_flipped_byte_of_the_page_the_picture_or_the_signatures_own_words_fails_the_digest(region):
    content = made.sealed("B-T", reason="发证")
    for place in {content.index(region) + len(region) - 1, content.rindex(region) + len(region) - 1}:
        bent = bytearray(content)
        bent[place] ^= 1
        try:
            judged = report(bytes(bent))
        except (NotVerifiable, IndexError):  # a word without which it is no signature, or no PDF, any more
            continue
        assert judged.verdict == INVALID and {"data_hash"} <= failed(judged) <= {"data_hash", "references"}, place
        assert judged.step("signature").code == "signature.ok"


def test_the_room_kept_for_the_message_is_covered_by_nobody_so_what_is_put_there_is_named():
    content = made.sealed()
    end = content.index(b"/ByteRange") - 20
    found = report(content[:end] + b"A" + content[end + 1 :])
    assert found.verdict == VALID and [warned.code for warned in found.warnings] == ["pdf.padding"]


def test_every_kind_of_byte_of_the_message_that_is_bent_is_noticed():
    """Flipped in the message itself: unreadable, another certificate, a wrong value, a wrong time stamp; never valid with a new meaning."""
    content, chance = made.sealed("B-T"), random.Random(13)
    message = read_pdf(content).signatures[0].message
    written = message.hex().upper().encode()
    at = content.index(written)
    kinds = set()
    for _ in range(120):
        place = chance.randrange(len(message))
        bent = bytearray(message)
        bent[place] ^= 1 << chance.randrange(8)
        found = report(content[:at] + bytes(bent).hex().upper().encode() + content[at + len(written) :])
        kinds |= {step.key for step in found.steps if step.outcome != "pass"} - {"cert_list", "seal_signature", "maker_certificate"}
        assert found.verdict != VALID or found.proven_at in (None, made.SIGNED), place
    assert {"signature", "data_hash", "timestamp", "chains"} <= kinds


def test_a_message_that_brings_its_own_content_says_nothing_of_the_file():
    """Rightly signed, but over bytes inside the message instead of the file's."""
    from kapok.kernel.crypto.public import sign_cms

    content, held = made.sealed(), made.people("ecdsa").leaf
    message = read_pdf(content).signatures[0].message
    alien = sign_cms(b"something else", held, at=made.SIGNED, family="pkcs7")
    at = content.index(message.hex().upper().encode())
    swapped = content[:at] + alien.hex().upper().encode().ljust(2 * len(message), b"0") + content[at + 2 * max(len(message), len(alien)) :]
    found = report(swapped)
    assert found.step("signature").code == "signature.ok"
    assert found.verdict == INVALID and "data_hash" in failed(found)


def test_a_range_that_leaves_a_gap_is_invalid():
    content = made.sealed()
    at = content.index(b"/ByteRange") + len(b"/ByteRange ")
    told = content[at : content.index(b"]", at) + 1]
    numbers = [int(part) for part in told.strip(b"[]").split()]
    for wrong in ([0, numbers[1] - 40, *numbers[2:]], [numbers[0], numbers[1], numbers[2], numbers[3] - 40], [40, *numbers[1:]]):
        written = ("[" + " ".join(map(str, wrong)) + "]").encode().ljust(len(told))
        found = report(content[:at] + written + content[at + len(told) :])
        assert found.verdict == INVALID, wrong


def test_another_certificate_of_the_same_name_is_not_the_signers():
    from kapok.kernel.crypto.public import SIGNING_CERTIFICATE, sign_digest_cms, signing_certificate
    from kapok.support.seals.verifying.pdf import _judge_signature, verify_cms
    from tests.judges.ring import issued

    held = made.people("ecdsa")
    other = issued("某局电子印章", held.authority, to=held.leaf)  # the same key under another certificate
    bound = {SIGNING_CERTIFICATE: signing_certificate(other)}
    message = sign_digest_cms(bytes(32), held.leaf, attributes=bound)
    (signer,) = verify_cms(message).signers
    assert signer.valid and _judge_signature(signer).code == "other_certificate"


def test_a_file_without_signatures_and_one_that_is_none():
    assert verify_pdf(made.paper(), at=made.NOW, trust=Trust())[:3] == ((), (), 3)
    for content in (b"%PDF-1.7", b"%PDF-1.7\n" + os.urandom(500), made.sealed()[:9000]):
        with pytest.raises(NotVerifiable) as caught:
            verify_pdf(content, at=made.NOW, trust=Trust())
        assert caught.value.code == "seals.verify_pdf"


def test_more_signatures_than_can_be_judged_in_good_time_are_refused_not_passed_over(monkeypatch):
    monkeypatch.setattr(pdf_reading, "MOST_SIGNATURES", 1)
    with pytest.raises(NotVerifiable):
        report(made.sealed("B-LTA"))
    monkeypatch.setattr(pdf_reading, "MOST_SIGNATURES", 50)
    monkeypatch.setattr(pdf_reading, "MOST_WORK", 1000)
    with pytest.raises(NotVerifiable):
        report(made.sealed())


@pytest.mark.parametrize("level", ["B-B", "B-LTA"])
def test_mutated_files_are_unreadable_or_judged_but_never_a_crash(level):
    content, chance = made.sealed(level), random.Random(18_13)
    for _ in range(MUTATIONS):
        bent = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(bent))
            match chance.randrange(3):
                case 0:
                    bent[place] ^= 1 << chance.randrange(8)
                case 1:
                    del bent[place : place + chance.randrange(1, 200)]
                case 2:
                    bent[place:place] = chance.randbytes(chance.randrange(1, 50))
        try:
            reports, *_ = verify_pdf(bytes(bent), at=made.NOW, trust=made.trust("ecdsa", lists=False))
        except NotVerifiable:
            continue
        assert all(len(found.steps) == 10 for found in reports)


# --- whom and when ----------------------------------------------------------------------------------------------------------------------


def test_a_strangers_root_is_untrusted_and_no_lists_is_undetermined():
    assert report(made.sealed("B-T"), trust=Trust()).verdict == UNTRUSTED
    assert report(made.sealed("B-T"), trust=made.trust("ecdsa", lists=False)).verdict == UNDETERMINED


def test_with_its_evidence_inside_a_file_is_valid_where_nobody_can_be_asked():
    """The verifier knows the root alone: no lists, no authorities."""
    alone = made.trust("ecdsa", lists=False)
    for level in ("B-LT", "B-LTA"):
        assert report(made.sealed(level), trust=alone).verdict == VALID, level


def test_revoked_later_harms_nothing_that_has_a_time_stamp_and_revoked_before_is_invalid():
    serial = read_certificate(made.people("ecdsa").leaf_certificate).serial
    for moved, by_level in (
        (timedelta(days=30), {"B-B": UNDETERMINED, "B-T": VALID, "B-LTA": VALID}),
        (-timedelta(days=30), {"B-B": INVALID, "B-T": INVALID}),
    ):
        revoked = RevocationEntry(serial, made.SIGNED + moved, "superseded")
        for level, verdict in by_level.items():
            found = report(made.sealed(level), trust=made.trust("ecdsa", revoked=(revoked,)))
            assert found.verdict == verdict, (level, moved, [step.code for step in found.steps])


def test_a_document_time_stamp_proves_the_time_of_a_signature_that_has_none_of_its_own():
    from io import BytesIO

    out = BytesIO(made.sealed("B-B"))
    _close(out, made.people("ecdsa").stamper, made.SIGNED)
    found = report(out.getvalue())
    assert (found.verdict, found.proven_at) == (VALID, made.SIGNED)


def test_words_are_plain_and_complete():
    from kapok.support.seals.verifying.words import sayings

    for code in (code for code in sayings if ".pdf_" in code or code in ("references.incremental", "signature.other_certificate")):
        assert str(sayings[code].says) and str(sayings[code].means), code


def test_a_field_that_waits_for_another_signer_may_not_be_drawn_over_the_page():
    out, writer = made.appended(made.paper())
    append_signature_field(writer, SigFieldSpec("Waits", on_page=0, box=(0, 0, 600, 800)))
    writer.write_in_place()
    whole = made.sealed("B-T", content=out.getvalue())
    assert report(whole).verdict == VALID
    for deed in (draw_a_field_that_nobody_signed, draw_in_a_field_that_waited):
        out, writer = made.appended(whole)
        deed(writer)
        writer.write_in_place()
        assert (report(out.getvalue()).verdict, report(out.getvalue()).step("references").code) == (INVALID, "references.incremental")


def test_a_time_stamp_that_anybody_may_fetch_draws_nothing_on_the_page(monkeypatch):
    real = SigFieldSpec
    drawn = {"on_page": 0, "box": (0, 0, 600, 800)}
    monkeypatch.setattr(stamping, "SigFieldSpec", lambda name, **told: real(name, **(told or drawn)))
    whole = made.sealed("B-LTA")
    monkeypatch.undo()
    assert report(whole).verdict == INVALID
    assert report(made.sealed("B-LTA")).verdict == VALID


@pytest.mark.parametrize("in_place", [False, True])
def test_what_the_document_says_of_itself_is_what_the_first_signature_found(in_place):
    out, writer = made.appended(made.sealed("B-T"))
    if in_place:
        told = writer.trailer["/Info"]
        told["/Title"] = generic.TextStringObject("改过")
        writer.update_container(told)
    else:
        writer.set_info(writer.add_object(generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("改过")})))
    writer.write_in_place()
    reports, _, _, custom = verify_pdf(out.getvalue(), at=made.NOW, trust=made.trust("ecdsa"))
    assert (reports[0].verdict, custom["Title"]) == (VALID, "样张")


PAGES, FIELDS = "1 0 obj<</Pages 2 0 R/AcroForm<</Fields[4 0 R 4 0 R]>>>>endobj 2 0 obj<</Count 1/Kids[{0}]>>endobj 3 0 obj<<>>endobj ", 26
"""A form whose every branch hangs twice below the one above it: as small as it is, walking it would take years."""


@pytest.mark.parametrize("kids", ["2 0 R", "3 0 R"])
def test_trees_that_have_no_end_are_refused_at_once(kids):
    branches = "".join(f"{4 + n} 0 obj<</T(a)/Kids[{5 + n} 0 R {5 + n} 0 R]>>endobj " for n in range(FIELDS))
    body = (PAGES.format(kids) + branches + f"{4 + FIELDS} 0 obj<</T(b)/FT/Tx>>endobj ").encode()
    places = [
        body.index(f"{number} 0 obj".encode() if number == 1 else f" {number} 0 obj".encode()) + 1 - (number == 1)
        for number in range(1, 5 + FIELDS)
    ]
    table = b"".join(b"%010d 00000 n \n" % (place + 9) for place in places)
    size = 5 + FIELDS
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        9 + len(body),
    )
    with pytest.raises(NotVerifiable) as refused:
        read_pdf(b"%PDF-1.7\n" + body + tail)
    assert refused.value.data["why"] == "endless tree"
