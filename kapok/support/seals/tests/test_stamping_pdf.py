"""A seal on a PDF: levels of PAdES judged by poppler and pyHanko, places judged by what poppler draws, SM2 by openssl."""

from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import asn1, create_key, issue_for, signer, sm3, timestamper, trust_roots, verify_cms
from kapok.support.seals.data import StampPlace
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.stamping.pdf import node_evidence, stamp_pdf
from kapok.support.seals.tests import papers_pdf as made
from kapok.support.seals.verifying.data import EXTENDED, VALID
from kapok.support.seals.verifying.pdf import verify_pdf
from kapok.support.seals.verifying.pdf_reading import read_pdf
from kapok.support.seals.verifying.trust import Trust, node_trust
from tests.judges import openssl

pytestmark = pytest.mark.feature("18.13")


@pytest.mark.parametrize("algorithm", ["ecdsa", "rsa"])
@pytest.mark.parametrize("level", made.LEVELS)
def test_every_level_is_valid_to_poppler_to_pyhanko_and_to_us(level, algorithm, tmp_path):
    content = made.sealed(level, algorithm)
    said = made.pdfsig(content, tmp_path).split("Signature #")[1]
    assert "Signature Validation: Signature is Valid." in said
    assert "ETSI.CAdES.detached" in said and "Certificate Common Name: 某局电子印章" in said
    assert ("Total document signed" in said) is (level in ("B-B", "B-T"))
    (report, *stamps), _, pages, _ = verify_pdf(content, at=made.NOW, trust=made.trust(algorithm))
    assert (report.verdict, report.form, pages) == (VALID, f"PAdES {level}", 3)
    assert report.proven_at == (made.SIGNED if level != "B-B" else None) and report.claimed_at == made.SIGNED
    assert [(stamp.verdict, stamp.form) for stamp in stamps] == ([(VALID, "RFC 3161")] if level == "B-LTA" else [])
    held = made.people(algorithm)
    certificates = [asn1.x509.Certificate.load(each.certificate) for each in (held.root, held.authority)]
    context = ValidationContext(trust_roots=certificates[:1], other_certs=certificates[1:], moment=made.SIGNED, allow_fetching=False)
    status = validate_pdf_signature(_embedded(content)[0], context, context)
    assert status.bottom_line and status.intact and status.valid and status.trusted
    assert (status.timestamp_validity is not None) is (level != "B-B")


def _embedded(content):
    from io import BytesIO

    return PdfFileReader(BytesIO(content)).embedded_signatures


def test_the_earlier_bytes_stay_as_they_are_and_equal_calls_give_equal_bytes():
    """RSA signs the same alike; every other part follows from the input."""
    first, second = (made.sealed("B-B", "rsa") for _ in range(2))
    assert first == second
    assert first.startswith(made.paper())
    for level in ("B-T", "B-LTA"):
        assert made.sealed(level).startswith(made.paper())


@pytest.mark.django_db
def test_the_nodes_own_authorities_give_the_evidence_that_lasts(tmp_path):
    """Key in custody, certificate of the node, its time stamps and lists: valid by the roots alone, whoever asks later."""
    at = clock.now()
    public = create_key("pki/test-pdf", "ecdsa")
    certificate, chain = issue_for("pdf_seal", {"CN": "某局", "O": "某局"}, public, at=at - timedelta(days=1))
    by, stamper = signer("pki/test-pdf", certificate, chain), timestamper("ecdsa")
    content = stamp_pdf(
        made.paper(),
        b"",
        made.SQUARE,
        by,
        places=[made.PLACE],
        at=at,
        timestamper=stamper,
        evidence=node_evidence(by, stamper),
        archive=True,
    )
    assert "Signature is Valid." in made.pdfsig(content, tmp_path)
    for trust in (node_trust(), Trust(roots=tuple(trust_roots("seal")), stamp_roots=tuple(trust_roots("timestamp")))):
        found, stamp = verify_pdf(content, at=at + timedelta(minutes=1), trust=trust)[0]
        assert (found.verdict, found.form, stamp.verdict) == (VALID, "PAdES B-LTA", VALID), [step.code for step in found.steps]


# --- SM2: both sides are our own reading, but for the raw signature ----------------------------------------------------------------------


def test_self_judged_a_second_signature_by_sm2_stands_beside_the_first_and_openssl_verifies_its_raw_value(tmp_path):
    content = made.sealed("B-T", "ecdsa", sm2_signer=made.people("sm2").leaf)
    first, second = verify_pdf(content, at=made.NOW, trust=made.trust("ecdsa", "sm2"))[0]
    assert (first.verdict, second.verdict) == (EXTENDED, VALID)
    assert "Signature is Valid." in made.pdfsig(content, tmp_path).split("Signature #")[1]
    facts = read_pdf(content)
    covered = facts.covered(facts.signatures[1])
    (by,) = verify_cms(facts.signatures[1].message, content=covered).signers
    assert (by.digest_algorithm, by.signature_algorithm) == ("sm3", asn1.SM2_SM3)
    assert openssl.signature_holds(by.certificate, by.signed, by.signature)
    assert not openssl.signature_holds(by.certificate, by.signed + b"\0", by.signature)
    judged = openssl.run("dgst", "-sm3", "-binary", stdin=covered).stdout
    assert judged in by.signed and judged == sm3(covered)


def test_self_judged_sm2_alone_is_valid_too():
    content = made.sealed("B-T", "sm2")
    (report,), *_ = verify_pdf(content, at=made.NOW, trust=made.trust("sm2"))
    assert (report.verdict, report.form) == (VALID, "PAdES B-T")


# --- where the seal stands --------------------------------------------------------------------------------------------------------------


def near(box, place, slack=2):
    wanted = (place.x, place.y, place.x + place.width, place.y + place.height)
    return box is not None and all(abs(drawn - asked) <= slack for drawn, asked in zip(box, wanted, strict=True))


def test_the_picture_is_drawn_in_vectors_at_its_place_and_size(tmp_path):
    place = StampPlace(2, 30, 50, 60, 40)
    content = made.sealed(places=(place,))
    assert near(made.red_box(content, 2, tmp_path), place)
    assert made.red_box(content, 1, tmp_path) is None and made.red_box(content, 3, tmp_path) is None
    assert b"/Subtype /Image" not in content[len(made.paper()) :]
    assert verify_pdf(content, at=made.NOW, trust=made.trust("ecdsa"))[0][0].pages == (2,)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_on_a_turned_and_cut_page_it_stands_where_the_reader_sees_the_place(degrees, tmp_path):
    place = StampPlace(1, 20, 90, 50, 30)
    content = made.sealed(content=made.turned(degrees), places=(place,))
    assert near(made.red_box(content, 1, tmp_path), place)
    assert "Signature is Valid." in made.pdfsig(content, tmp_path)


def test_one_seal_over_the_edges_of_all_pages_and_the_same_on_each_are_one_signature(tmp_path):
    edges = tuple(StampPlace(page, 210 - 14 - 14 * (page - 1), 100, clip=(14.0 * (page - 1), 0.0, 14.0, 42.0)) for page in (1, 2, 3))
    content = made.sealed(places=(*edges, StampPlace(3, 20, 20, 20, 20)))
    for page in (1, 2):
        assert near(made.red_box(content, page, tmp_path), StampPlace(page, 196, 100, 14, 42))
    (report,), *_ = verify_pdf(content, at=made.NOW, trust=made.trust("ecdsa"))
    assert (report.verdict, report.pages) == (VALID, (1,))
    assert "Total document signed" in made.pdfsig(content, tmp_path)


def test_a_second_seal_leaves_the_first_valid_and_takes_one_place(tmp_path):
    once = made.sealed()
    twice = made.sealed(algorithm="rsa", content=once, places=(StampPlace(2, 20, 20),))
    first, second = verify_pdf(twice, at=made.NOW, trust=made.trust("ecdsa", "rsa"))[0]
    assert (first.verdict, second.verdict) == (EXTENDED, VALID)
    assert "Seal2" in first.step("references").says
    assert made.pdfsig(twice, tmp_path).count("Signature is Valid.") == 2
    assert twice.startswith(once)
    with pytest.raises(SealRefused):
        made.sealed(content=once, places=(StampPlace(1, 20, 20), StampPlace(2, 20, 20)))


def test_a_picture_of_dots_and_no_picture_at_all(tmp_path):
    from kapok.support.seals.tests.authority import PNG

    content = stamp_pdf(made.paper(), PNG, "", made.people("ecdsa").leaf, places=[made.PLACE], at=made.SIGNED)
    assert near(made.red_box(content, 1, tmp_path), made.PLACE)
    unseen = made.sealed(places=())
    assert made.red_box(unseen, 1, tmp_path) is None
    assert verify_pdf(unseen, at=made.NOW, trust=made.trust("ecdsa"))[0][0].pages == ()


@pytest.mark.parametrize(
    "place", [StampPlace(0, 1, 1), StampPlace(4, 1, 1), StampPlace(1, 180, 100), StampPlace(1, -5, 1), StampPlace(1, 1, 290)]
)
def test_a_place_outside_of_the_pages_is_refused(place):
    with pytest.raises(SealRefused) as caught:
        made.sealed(places=(place,))
    assert caught.value.code == "seals.place"


def test_what_is_no_pdf_or_is_locked_is_refused_with_a_code(tmp_path):
    from io import BytesIO

    import pikepdf

    locked = BytesIO()
    with pikepdf.open(BytesIO(made.paper())) as opened:
        opened.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for content in (b"%PDF-1.7\nnothing", made.paper()[:3000], b"x", locked.getvalue()):
        with pytest.raises(SealRefused) as caught:
            made.sealed(content=content)
        assert caught.value.code == "seals.unreadable"
