"""What makers write differently is verified all the same, and named (18.10); built by hand, so both sides are our reading."""

import base64
import hashlib
import zipfile
from io import BytesIO

import pytest
from asn1crypto import core, parser

from kapok.kernel.crypto.public import SealExtension, make_signature, read_certificate, sign_cms, sm3, sm3_with_z, verify_cms
from kapok.kernel.crypto.ses import schema
from kapok.kernel.crypto.sm2.curve import raw_signature, sequence
from kapok.kernel.ofd.public import add_signature
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.stamping.ofd import sign_ofd
from kapok.support.seals.tests.authority import NOW, PLACE, SIGNED, Hand, paper, sealed, world
from kapok.support.seals.tests.foreign import foreign
from kapok.support.seals.verifying.data import UNDETERMINED, UNTRUSTED, VALID
from kapok.support.seals.verifying.file import verify_content
from kapok.support.seals.verifying.trust import Trust

SIGN = "Doc_0/Signs/Sign_0/"


class RawHand(Hand):
    """Writes its signatures as 64 bytes r‖s."""

    def sign(self, data, *, authorisation=None):
        return raw_signature(super().sign(data))


def key_of(hand):
    return read_certificate(hand.certificate).public_key


def report_of(make, *, seal=None, **more):
    made = world()
    whole = add_signature(paper(1), make, seal_der=seal or made.seal, at=SIGNED, **more)
    return verify_content(whole, at=NOW, trust=made.trust())


def inner(message):
    """The SignedData inside a message, without the identifier and the tag around it."""
    content = parser.parse(message)[4]
    return parser.parse(content[parser.peek(content) :])[4]


def names(report):
    return [warned.code for warned in report.signatures[0].warnings]


@pytest.mark.feature("18.10", part="dataHash plain and with Z, raw r‖s, names and paths")
def test_a_data_hash_with_z_self_judged():
    made = world()
    report = report_of(lambda xml, path: make_signature(made.seal, sm3_with_z(key_of(made.signer), xml), path, made.signer, SIGNED))
    assert report.verdict == VALID
    assert report.signatures[0].step("data_hash").code == "data_hash.ok_z"
    assert "ses.data_hash_z" in names(report)


@pytest.mark.feature("18.10", part="dataHash plain and with Z, raw r‖s, names and paths")
def test_raw_signatures_of_signer_and_maker_self_judged():
    made = world()
    maker, signer = (RawHand(hand.key, hand.certificate, hand.chain) for hand in (made.maker, made.signer))
    seal = made.make_seal(maker=maker)
    report = report_of(lambda xml, path: make_signature(seal, sm3(xml), path, signer, SIGNED), seal=seal)
    assert report.verdict == VALID
    assert names(report).count("ses.raw_signature") == 2


def test_a_critical_extension_that_nobody_here_knows_is_named_self_judged():
    made = world()
    seal = made.make_seal(extensions=(SealExtension("1.2.156.99.1", True, b"a"), SealExtension("1.2.156.99.2", False, b"b")))
    ours = (SealExtension("1.2.156.99.3", True, b"c"),)
    report = report_of(
        lambda xml, path: make_signature(seal, sm3(xml), path, made.signer, SIGNED, extensions=ours), seal=seal
    )  # fmt: skip
    assert [warned.data["oids"] for warned in report.signatures[0].warnings if warned.code == "ses.critical"] == [
        ["1.2.156.99.1", "1.2.156.99.3"]
    ]
    assert "ses.critical" not in names(verify_content(sealed(1), at=NOW, trust=made.trust()))


@pytest.mark.feature("18.10", part="dataHash plain and with Z, raw r‖s, names and paths")
@pytest.mark.parametrize("with_z", [False, True])
def test_certificates_listed_by_digest_self_judged(with_z):
    made = world()
    seal = made.make_seal(by_digest=True)
    if with_z:
        form = schema.SealForm.load(seal)
        digest = sm3_with_z(key_of(made.signer), made.signer.certificate)
        info = form["info"].copy()
        listed = schema.CertDigests([{"type": schema.Text("printable", core.PrintableString("SM3")), "value": digest}])
        info["property"]["cert_list"] = core.Any(listed)
        der = info.dump(force=True)
        seal = sequence(der, form["cert"].dump(), form["algorithm"].dump(), core.OctetBitString(made.maker.sign(der)).dump())
    report = report_of(lambda xml, path: make_signature(seal, sm3(xml), path, made.signer, SIGNED), seal=seal)
    assert report.verdict == VALID
    assert report.signatures[0].step("cert_list").code == ("cert_list.ok_digest_z" if with_z else "cert_list.ok_digest")


@pytest.mark.feature("18.10", part="dataHash plain and with Z, raw r‖s, names and paths")
def test_a_makers_signature_over_all_three_parts_and_another_path_noted_self_judged():
    made = world()
    form = schema.SealForm.load(made.seal)
    parts = [form[name].dump() for name in ("info", "cert", "algorithm")]
    seal = sequence(*parts, core.OctetBitString(made.maker.sign(sequence(*parts))).dump())
    report = report_of(lambda xml, path: make_signature(seal, sm3(xml), "Signature.xml", made.signer, SIGNED), seal=seal)
    assert report.verdict == VALID
    assert {"ses.seal_over_whole", "ses.property_info"} <= set(names(report))


@pytest.mark.feature("18.10", part="dataHash plain and with Z, raw r‖s, names and paths")
@pytest.mark.parametrize(
    ("written", "verdict", "code"),
    [
        ("SM3", VALID, "references.ok"), ("sm3", VALID, "references.ok"), ("SHA-256", VALID, "references.ok"),
        ("2.16.840.1.101.3.4.2.1", VALID, "references.ok"), ("MD5", UNDETERMINED, "references.weak"), ("", UNDETERMINED, "references.weak"),
        ("SHA1", UNDETERMINED, "references.weak"), ("CRC32", UNDETERMINED, "references.method"),
    ],
)  # fmt: skip
def test_digests_by_name_or_identifier_and_weak_ones_prove_nothing(written, verdict, code):
    made = world()
    digests = {"sm3": sm3, "sha": lambda part: hashlib.sha256(part).digest(), "md5": lambda part: hashlib.md5(part).digest()}
    kind = {"SHA-256": "sha", "2.16.840.1.101.3.4.2.1": "sha", "MD5": "md5", "": "md5", "SHA1": "sha1", "CRC32": "md5"}.get(written, "sm3")
    digest = digests.get(kind) or (lambda part: hashlib.sha1(part).digest())
    plain = paper(1)

    def make(xml, path):
        return make_signature(made.seal, sm3(xml), path, made.signer, SIGNED)

    whole = add_signature(plain, make, seal_der=made.seal, at=SIGNED)
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = parts[SIGN + "Signature.xml"].replace(b"1.2.156.10197.1.401", written.encode())
    for part in parts.values():
        xml = xml.replace(base64.b64encode(sm3(part)), base64.b64encode(digest(part)))
    changed = {SIGN + "Signature.xml": xml, SIGN + "SignedValue.dat": make(xml, f"/{SIGN}Signature.xml")}
    report = verify_content(repacked(whole, changed), at=NOW, trust=made.trust())
    assert (report.verdict, report.signatures[0].step("references").code) == (verdict, code)
    assert ("ofd.method_name" in names(report)) == ("." not in written and written != "CRC32")


@pytest.mark.feature("18.10", part="v1 and v5, self-judged")
def test_a_v1_signature_in_a_document_is_verified_in_all_steps_self_judged():
    """With the v1 seal of another maker, whose key we do not have: its own steps pass, the signer is not in its list."""
    made, seal = world(), foreign("UserV1.esl")

    def make(xml, path):
        signed = schema.ToSignV1(
            {
                "version": 1, "seal": core.Any.load(seal), "time_info": f"{SIGNED:%Y%m%d%H%M%S}Z".encode(), "data_hash": sm3(xml),
                "property_info": schema.Text("ia5", core.IA5String(path)), "cert": made.signer.certificate,
                "algorithm": "1.2.156.10197.1.501",
            }
        )  # fmt: skip
        return schema.SignatureFormV1({"to_sign": signed, "signature": made.signer.sign(signed.dump())}).dump()

    found = report_of(make, seal=seal).signatures[0]
    outcomes = {step.key: step.outcome.value for step in found.steps}
    assert found.form == "SES v1"
    assert {key: outcomes[key] for key in ("references", "data_hash", "signature", "seal_signature")} == dict.fromkeys(
        ("references", "data_hash", "signature", "seal_signature"), "pass"
    )
    assert found.step("cert_list").code == "cert_list.absent"


@pytest.mark.feature("18.10", part="v1 and v5, self-judged")
def test_a_v5_seal_and_signature_are_verified_self_judged():
    made = world()
    form = schema.SealForm.load(made.seal)
    info = form["info"].copy()
    info["header"]["version"] = 5
    der = info.dump(force=True)
    seal = sequence(der, form["cert"].dump(), form["algorithm"].dump(), core.OctetBitString(made.maker.sign(der)).dump())
    report = report_of(lambda xml, path: make_signature(seal, sm3(xml), path, made.signer, SIGNED), seal=seal)
    assert (report.verdict, report.signatures[0].form) == (VALID, "SES v5")


@pytest.mark.feature("18.11", part="digital signatures in OFD")
@pytest.mark.parametrize("stamped", [False, True])
def test_a_digital_signature_without_a_seal_is_verified_and_a_flipped_byte_is_found(stamped):
    made = world()
    whole = sign_ofd(paper(1), made.signer, at=SIGNED, timestamper=made.tsa if stamped else None)
    report = verify_content(whole, at=NOW, trust=made.trust())
    assert (report.verdict, report.signatures[0].kind, report.signatures[0].form) == (VALID, "sign", "GB/T 35275")
    assert [step.outcome.value for step in report.signatures[0].steps[3:6]] == ["skipped"] * 3
    assert (report.signatures[0].claimed_at, report.signatures[0].proven_at) == (SIGNED, SIGNED if stamped else None)
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        value, xml = archive.read(SIGN + "SignedValue.dat"), archive.read(SIGN + "Signature.xml")
    signature = verify_cms(value).signers[0].signature
    places = ((SIGN + "SignedValue.dat", value, value.find(signature) + 20, "signature"), (SIGN + "Signature.xml", xml, 120, "data_hash"))
    for path, part, at, key in places:
        changed = bytearray(part)
        changed[at] ^= 1
        found = verify_content(repacked(whole, {path: bytes(changed)}), at=NOW, trust=made.trust()).signatures[0]
        also = {"timestamp"} if stamped and key == "signature" else set()
        assert {step.key for step in found.steps if step.outcome == "fail"} == {key} | also


@pytest.mark.feature("18.11", part="digital signatures in OFD")
@pytest.mark.parametrize("form", ["bare", "base64", "document", "detached", "detached digest"])
def test_forms_of_digital_signatures_that_are_met_self_judged(form):
    made = world()

    def make(xml, path):
        digest = sm3(xml)
        content = {"base64": base64.b64encode(digest), "document": xml, "detached": xml}.get(form, digest)
        whole = sign_cms(content, made.signer, detached=form.startswith("detached"), at=SIGNED)
        return inner(whole) if form == "bare" else whole

    report = verify_content(add_signature(paper(1), make, at=SIGNED, kind="Sign"), at=NOW, trust=made.trust())
    assert report.verdict == VALID
    assert ("cms.bare" in names(report)) == (form == "bare")


def test_the_same_file_is_untrusted_where_nobody_knows_its_root_and_never_invalid():
    assert verify_content(sealed(), at=NOW, trust=Trust()).verdict == UNTRUSTED
    assert PLACE.page == 1
