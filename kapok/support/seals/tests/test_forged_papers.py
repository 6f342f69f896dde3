"""Papers made by somebody who knows the verifier well: right signatures about the wrong thing. None of them may come out as valid."""

import hashlib
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from kapok.kernel.crypto.cms import signing
from kapok.kernel.crypto.public import RevocationEntry, make_signature, sm3, timestamp
from kapok.kernel.crypto.x509 import encode
from kapok.kernel.ofd.public import OfdRefused, add_signature
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.actions.checking import Wrong, seal_of
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import NOW, PLACE, SIGNED, paper, sealed, world
from kapok.support.seals.verifying import references
from kapok.support.seals.verifying.data import INVALID, UNDETERMINED, VALID
from kapok.support.seals.verifying.file import verify_content

SIGN = "Doc_0/Signs/Sign_0/"


def judged(content, *revoked):
    return verify_content(content, at=NOW, trust=world().trust(*revoked))


def stamped(seal, signer):
    return judged(stamp_ofd(paper(1), seal, signer, places=[PLACE], at=SIGNED, timestamper=world().tsa))


def code(report, key):
    return report.signatures[0].step(key).code


# --- who made the seal ------------------------------------------------------------------------------------------------------------------


def test_whoever_has_a_seal_cannot_make_another_in_the_name_of_the_province():
    made = world()
    owner = made.issued("有章的人", extended=("document_signing", "email_protection"))
    forged = made.make_seal(name="样省人民政府", maker=owner)
    report = stamped(forged, made.signer)
    assert (report.verdict, code(report, "maker_certificate")) == (INVALID, "maker_certificate.usage")
    assert stamped(made.make_seal(certs=(owner.certificate,)), owner).verdict == VALID, "it may seal, though"


def test_a_seal_made_by_the_owner_of_another_is_not_taken_in_either():
    made = world()
    owner = made.issued("有章的人", extended=("document_signing", "email_protection"))
    with pytest.raises(Wrong) as refused:
        seal_of(made.make_seal(maker=owner), made.trust(), NOW)
    assert (refused.value.code, refused.value.found) == ("maker_invalid", "x509.wrong_usage")


def test_a_seal_made_with_the_key_that_uses_it_is_nobodys_seal():
    made = world()
    report = stamped(made.make_seal(maker=made.signer), made.signer)
    assert (report.verdict, code(report, "maker_certificate")) == (INVALID, "maker_certificate.usage")


@pytest.mark.parametrize("extended", [("server_auth",), ("time_stamping",), ("code_signing", "ocsp_signing")])
def test_a_certificate_for_something_else_does_not_seal_papers(extended):
    made = world()
    other = made.issued("网站", extended=extended)
    report = stamped(made.make_seal(certs=(other.certificate,)), other)
    assert (report.verdict, code(report, "chains")) == (INVALID, "chains.broken")


# --- what was signed --------------------------------------------------------------------------------------------------------------------


def parts_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed_without_its_root():
    """As many makers do it: OFD.xml is not among what the seal protects, so that it may be changed."""
    made, parts = world(), parts_of(sealed(1))
    before, _, rest = parts[SIGN + "Signature.xml"].partition(b'<ofd:Reference FileRef="/OFD.xml">')
    xml = before + rest.partition(b"</ofd:Reference>")[2]
    value = make_signature(made.seal, sm3(xml), f"/{SIGN}Signature.xml", made.signer, SIGNED)
    return repacked(sealed(1), {SIGN + "Signature.xml": xml, SIGN + "SignedValue.dat": value})


def written_in_capitals(name, part):
    return name.upper(), part


def written_in_utf_16(name, part):
    return name, part.decode().replace("UTF-8", "UTF-16").encode("utf-16") if name.endswith(".xml") else part


def written_with_references(name, part):
    return name, part.replace(b".xml", b"&#46;xml").replace(b".ttf", b"&#46;ttf").replace(b".png", b"&#46;png")


def without_a_suffix(name, part):
    return name.removesuffix(".xml"), re.sub(rb"(?<!Signatures)\.xml", b"", part)


@pytest.mark.parametrize("writes", [written_in_capitals, written_in_utf_16, written_with_references, without_a_suffix])
def test_pages_put_in_place_of_the_sealed_ones_are_found_however_their_paths_are_written(writes):
    whole = sealed_without_its_root()
    assert judged(whole).verdict == VALID
    added = {}
    for name, part in parts_of(paper(1, "另一份证照")).items():
        if name.startswith("Doc_0/"):
            folder, _, last = name.replace("Doc_0", "Neu").rpartition("/")
            renamed, written = writes(f"N{last}", part if b"<ofd" not in part else _renamed(part))
            added[f"{folder}/{renamed}"] = written
    _, root = writes("OFD.xml", parts_of(whole)["OFD.xml"].replace(b"Doc_0/Document.xml", b"Neu/NDocument.xml"))
    report = judged(repacked(whole, {"OFD.xml": root} | added))
    assert (report.verdict, code(report, "references")) == (INVALID, "references.uncovered")


def _renamed(part):
    for last in (b"Content.xml", b"PublicRes.xml", b"DocumentRes.xml", b"font_1.ttf", b"image_2.png"):
        part = part.replace(last, b"N" + last)
    return part


def test_a_message_over_a_digest_that_can_be_forged_decides_nothing(monkeypatch):
    made, inner = world(), signing._TYPES["gb"][1]
    monkeypatch.setitem(signing._DIGESTS, "sm2", encode.sequence(encode.oid("1.3.14.3.2.26")))

    def make(xml, path):
        signed = signing._signed_attributes(hashlib.sha1(xml).digest(), inner, SIGNED, None)
        value = made.signer.sign(signed)
        return signing._message(made.signer, "gb", encode.sequence(encode.oid(inner)), signed, value, None)

    report = judged(add_signature(paper(1), make, at=SIGNED, kind="Sign"))
    assert (report.verdict, code(report, "data_hash")) == (UNDETERMINED, "data_hash.weak")


def message_by(made, *attributes):
    """A paper with a digital signature over just these signed attributes."""
    inner = signing._TYPES["gb"][1]

    def make(xml, path):
        kinds = {"type": (signing.CONTENT_TYPE, encode.oid(inner)), "digest": (signing.MESSAGE_DIGEST, encode.octets(sm3(xml)))}
        signed = encode.set_of(signing._attribute(*kinds.get(each, each)) for each in attributes)
        return signing._message(made.signer, "gb", encode.sequence(encode.oid(inner)), signed, made.signer.sign(signed), None)

    return add_signature(paper(1), make, at=SIGNED, kind="Sign")


def test_a_signed_attribute_that_stands_twice_is_not_read_the_way_the_forger_likes():
    made = world()
    assert judged(message_by(made, "type", "digest")).verdict == VALID
    twice = message_by(made, "type", (signing.MESSAGE_DIGEST, encode.octets(bytes(32))), "digest")
    assert judged(twice).verdict == INVALID


def test_a_digital_signature_counts_only_for_the_certificate_it_names():
    made = world()
    named = [(signing.SIGNING_CERTIFICATE, signing.signing_certificate(hand)) for hand in (made.signer, made.maker)]
    assert judged(message_by(made, "type", "digest", named[0])).verdict == VALID
    report = judged(message_by(made, "type", "digest", named[1]))
    assert (report.verdict, code(report, "signature")) == (INVALID, "signature.other_certificate")


# --- when it was signed -----------------------------------------------------------------------------------------------------------------


def test_a_stamp_fetched_before_the_signature_existed_proves_no_time():
    made = world()

    def make(xml, path):
        draft = []
        make_signature(made.seal, sm3(xml), path, _Listening(made.signer, draft), SIGNED)
        token = timestamp(draft[0], made.tsa, SIGNED)
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED, timestamp=lambda value: token)

    whole = add_signature(paper(1), make, seal_der=made.seal, at=SIGNED)
    report = judged(whole, RevocationEntry(made.signer.serial, SIGNED + timedelta(days=9), "superseded"))
    assert report.verdict == UNDETERMINED
    assert (code(report, "timestamp"), code(report, "revocation")) == ("timestamp.beside", "revocation.unproven")
    assert judged(whole).verdict == VALID, "while nothing is over, the time named is enough"


class _Listening:
    """Signs as another does and keeps what was to be signed."""

    def __init__(self, hand, heard):
        self.certificate, self.chain, self.algorithm, self.hand, self.heard = hand.certificate, (), "sm2", hand, heard

    def sign(self, data, **_):
        self.heard.append(data)
        return self.hand.sign(data)


def test_an_authority_of_stamps_whose_key_leaked_later_proves_no_time_any_more():
    made = world()
    lost = RevocationEntry(made.signer.serial, SIGNED + timedelta(days=9), "key_compromise")
    leaked = RevocationEntry(made.tsa.serial, SIGNED + timedelta(days=99), "key_compromise")
    retired = RevocationEntry(made.tsa.serial, SIGNED + timedelta(days=99), "cessation")
    report = judged(sealed(1), lost, leaked)
    assert (report.verdict, code(report, "timestamp")) == (UNDETERMINED, "timestamp.leaked")
    assert judged(sealed(1), lost, retired).verdict == VALID


def test_pages_are_not_hidden_by_calling_them_lists_of_signatures():
    whole = sealed_without_its_root()
    parts = parts_of(paper(1, "另一份证照"))
    added = {name.replace("Doc_0", "Neu"): part for name, part in parts.items() if name in (PAGE, "Doc_0/Document.xml")}
    root = parts_of(whole)["OFD.xml"]
    body = root[root.index(b"<ofd:DocBody>") : root.index(b"</ofd:OFD>")]
    ours = body.replace(b"Doc_0/Document.xml", b"Neu/Document.xml")
    hiding = [body.replace(b"/Doc_0/Signs/Signatures.xml", b"/" + name.encode()) for name in added]
    bodies = root.replace(body, b"".join((ours, *hiding)))
    assert judged(repacked(whole, {"OFD.xml": bodies} | added)).verdict == INVALID


PAGE = "Doc_0/Pages/Page_0/Content.xml"


def test_a_paper_that_other_readers_would_open_as_a_pdf_says_so():
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(sealed(1))) as whole, zipfile.ZipFile(out, "w") as both:
        for number, entry in enumerate(whole.infolist()):
            entry.extra = b"\xfe\xca\x0a\x00%PDF-1.7 \n" if number == 0 else entry.extra
            both.writestr(entry, whole.read(entry.filename))
    assert b"%PDF-" in out.getvalue()[:1024]
    assert "ofd.also_pdf" in [warned.code for warned in judged(out.getvalue()).warnings]
    assert "ofd.also_pdf" not in [warned.code for warned in judged(sealed(1)).warnings]


# --- how much work it makes -------------------------------------------------------------------------------------------------------------


def test_a_part_that_is_named_many_times_is_hashed_once(monkeypatch):
    counted = []
    method = references.METHODS[0]
    counting = replace(method, digest=lambda data: counted.append(data) or method.digest(data))
    monkeypatch.setattr(references, "METHODS", (counting,))
    xml = parts_of(sealed(1))[SIGN + "Signature.xml"]
    first = re.search(rb"<ofd:Reference .*?</ofd:Reference>", xml)[0]
    judged(repacked(sealed(1), {SIGN + "Signature.xml": xml.replace(first, first * 200)}))
    assert counted.count(parts_of(sealed(1))["OFD.xml"]) == 1


def test_a_file_with_hundreds_of_signatures_is_refused():
    listed = parts_of(sealed(1))["Doc_0/Signs/Signatures.xml"]
    one = re.search(rb"<ofd:Signature .*?/>", listed)[0]
    with pytest.raises(OfdRefused) as refused:
        judged(repacked(sealed(1), {"Doc_0/Signs/Signatures.xml": listed.replace(one, one * 101)}))
    assert refused.value.code == "ofd.too_complex"
