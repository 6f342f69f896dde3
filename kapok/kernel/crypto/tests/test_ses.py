"""The codec of electronic seals, against files of other makers, OpenSSL, and forms built by hand."""

import base64
import random
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import core

from kapok.kernel.crypto.public import (
    SealExtension,
    SealSpec,
    SesUnreadable,
    WantedCertificate,
    is_signature,
    issue_certificate,
    make_seal,
    make_signature,
    read_certificate,
    read_seal,
    read_signature,
    sm2_generate,
    sm2_sign,
    sm2_verify,
    sm3,
    sm3_with_z,
)
from kapok.kernel.crypto.ses import schema
from kapok.kernel.crypto.sm2.curve import sequence

FOREIGN = Path(__file__).parents[5] / "shared" / "vectors" / "ofd"
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SM2_SM3 = "1.2.156.10197.1.501"


def foreign(name):
    if not (FOREIGN / name).is_file():
        pytest.skip(f"needs the file of another maker: ../shared/vectors/ofd/{name}")
    return (FOREIGN / name).read_bytes()


class Hand:
    """A self-signed key in memory."""

    algorithm = "sm2"

    def __init__(self, name):
        self.key = sm2_generate()
        wanted = WantedCertificate({"CN": name}, self.key.public, AT, AT + timedelta(days=900))
        self.certificate = issue_certificate(wanted, signer=self)

    def sign(self, data):
        return sm2_sign(self.key, data)


@pytest.fixture(scope="module")
def maker():
    return Hand("制章者")


@pytest.fixture(scope="module")
def signer():
    return Hand("盖章人")


def spec(signer, **changed):
    facts = {
        "es_id": "44030000000007", "name": "深圳市样章管理局", "kind": 1, "certs": (signer.certificate,), "created": AT, "valid_from": AT,
        "valid_to": AT + timedelta(days=365), "picture": b"\x89PNG picture",
    }  # fmt: skip
    return SealSpec(**(facts | changed))


def openssl_verifies(cert, data, signature, tmp_path):
    """OpenSSL's own SM2, with the usual id; it knows nothing of seals."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    (tmp_path / "key.pem").write_bytes(_public_pem(cert))
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "signature").write_bytes(signature)
    done = subprocess.run(
        [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "key.pem", "-in", tmp_path / "data", "-rawin", "-digest", "sm3",
            "-sigfile", tmp_path / "signature", "-pkeyopt", "distid:1234567812345678",
        ],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def _public_pem(cert):
    body = base64.encodebytes(read_certificate(cert).key.spki).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n".encode()


def test_seals_of_two_generations_by_another_maker_are_read():
    old, new = read_seal(foreign("UserV1.esl")), read_seal(foreign("UserV4.esl"))
    assert (old.version, old.name, old.kind, old.picture.width) == (1, "OFDRW测试用印章", 1, 40)
    assert (new.version, new.name, new.kind, new.header_id) == (4, "OFD R&W 测试用印章", 3, "ES")
    for seal in (old, new):
        assert seal.valid_from == datetime(2020, 4, 22, 2, 18, 7, tzinfo=UTC) or seal.valid_from == datetime(2020, 4, 22, 2, 9, tzinfo=UTC)
        assert len(seal.certs) == 1
        assert seal.picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "over"), [("UserV1.esl", "info+cert+algorithm"), ("UserV4.esl", "info")])
def test_what_the_maker_signed_differs_by_generation_and_openssl_agrees(name, over, tmp_path):
    seal = read_seal(foreign(name))
    first, data = seal.signed_over[0]
    assert first == over
    assert openssl_verifies(seal.maker_cert, data, seal.signature, tmp_path)
    assert not openssl_verifies(seal.maker_cert, seal.signed_over[1][1], seal.signature, tmp_path)


@pytest.mark.parametrize("name", ["SESV4SignDoc.ofd", "V4RideRight.ofd", "999.ofd", "signedFile.ofd", "v4signed.ofd"])
def test_signatures_in_documents_of_other_makers_are_read_and_openssl_agrees_with_both_signatures(name, tmp_path):
    with zipfile.ZipFile(BytesIO(foreign(name))) as archive:
        signed = read_signature(archive.read("Doc_0/Signs/Sign_0/SignedValue.dat"))
        assert signed.data_hash == sm3(archive.read("Doc_0/Signs/Sign_0/Signature.xml"))
    assert signed.version == 4
    assert signed.property_info == "/Doc_0/Signs/Sign_0/Signature.xml"
    assert openssl_verifies(signed.cert, signed.to_sign, signed.signature, tmp_path)
    assert openssl_verifies(signed.seal.maker_cert, signed.seal.signed_over[0][1], signed.seal.signature, tmp_path)


@pytest.mark.feature("18.02", part="DER re-read")
@pytest.mark.parametrize("by_digest", [False, True])
def test_a_seal_is_read_back_as_it_was_made_and_openssl_knows_its_maker(maker, signer, by_digest, tmp_path):
    extensions = (SealExtension("1.2.3.4", False, b"x"),)
    der = make_seal(spec(signer, by_digest=by_digest, extensions=extensions), maker)
    seal = read_seal(der)
    assert (seal.version, seal.header_version, seal.es_id, seal.name) == (4, 4, "44030000000007", "深圳市样章管理局")
    assert (seal.valid_from, seal.valid_to, seal.extensions, seal.der) == (AT, AT + timedelta(days=365), extensions, der)
    assert seal.certs == (() if by_digest else (signer.certificate,))
    assert [each.value for each in seal.digests] == ([sm3(signer.certificate)] if by_digest else [])
    assert openssl_verifies(maker.certificate, seal.signed_over[0][1], seal.signature, tmp_path)


def test_a_signature_is_read_back_as_it_was_made_and_openssl_knows_its_signer(maker, signer, tmp_path):
    seal = make_seal(spec(signer), maker)
    der = make_signature(seal, sm3(b"xml"), "/Doc_0/Signs/Sign_0/Signature.xml", signer, AT, timestamp=lambda value: b"token" + value)
    signed = read_signature(der)
    assert is_signature(der)
    assert (signed.version, signed.signed_at, signed.data_hash, signed.cert) == (4, AT, sm3(b"xml"), signer.certificate)
    assert signed.seal.der == seal
    assert signed.timestamp == b"token" + signed.signature
    assert openssl_verifies(signer.certificate, signed.to_sign, signed.signature, tmp_path)


def test_a_seal_of_another_maker_is_written_again_byte_for_byte(tmp_path):
    """Our schema says what their bytes say: parsed and dumped anew, nothing changes."""
    der = foreign("UserV4.esl")
    assert schema.SealForm.load(der).dump(force=True) == der


@pytest.mark.feature("18.10", part="v1 and v5, self-judged")
def test_v1_signature_built_by_hand_is_read_self_judged(maker, signer):
    """No file of that generation is at hand: both sides are our reading of GM/T 0031-2014."""
    seal = foreign("UserV1.esl")
    signed = schema.ToSignV1(
        {
            "version": 1, "seal": core.Any.load(seal), "time_info": b"20260301083000Z", "data_hash": sm3(b"x"),
            "property_info": schema.Text("ia5", core.IA5String("/a")), "cert": signer.certificate, "algorithm": SM2_SM3,
        }
    )  # fmt: skip
    der = schema.SignatureFormV1({"to_sign": signed, "signature": signer.sign(signed.dump())}).dump()
    read = read_signature(der)
    assert (read.version, read.signed_at, read.cert, read.token_inside) == (1, AT, signer.certificate, False)
    key = read_certificate(signer.certificate).public_key
    assert sm2_verify(key, read.to_sign, read.signature)


@pytest.mark.feature("18.10", part="v1 and v5, self-judged")
@pytest.mark.parametrize("tagged", [False, True])
def test_v5_seal_with_a_time_stamp_is_read_self_judged(maker, signer, tagged):
    four = schema.SealForm.load(make_seal(spec(signer), maker))
    info = four["info"].copy()
    info["header"]["version"] = 5
    parts = [info.dump(force=True), *(four[name].dump() for name in ("cert", "algorithm", "signature"))]
    assert read_seal(sequence(*parts)).version == 5
    token = core.OctetBitString(b"a token").dump()
    with_stamp = read_seal(sequence(*parts, b"\xa0" + bytes([len(token)]) + token if tagged else token))
    assert (with_stamp.version, with_stamp.timestamp) == (5, b"a token")


def test_the_hash_with_z_is_what_an_sm2_signature_is_made_over(signer):
    gmalg = pytest.importorskip("gmalg", reason="needs gmalg: pip install -r requirements-dev.txt")
    key = signer.key.public
    judge = gmalg.SM2(uid=b"1234567812345678", pk=key)
    digest = gmalg.SM3()
    digest.update(judge._core.entity_info(b"1234567812345678", judge._pk))
    digest.update(b"data")
    assert sm3_with_z(key, b"data") == digest.value()
    assert sm3_with_z(b"\x04" + bytes(64), b"data") is None


@pytest.mark.parametrize(
    "der", [b"", b"\x30", b"\x30\x00", b"\x30\x84\xff\xff\xff\xff", b"\x02\x01\x01", b"PK\x03\x04", b"\x30\x80\x00\x00"]
)
def test_what_is_no_seal_is_refused_with_a_code(der):
    for read in (read_seal, read_signature):
        with pytest.raises(SesUnreadable):
            read(der)
    assert not is_signature(der)


def test_bytes_after_the_end_are_named(maker, signer):
    der = make_seal(spec(signer), maker)
    assert read_seal(der + b"\x00").warnings == ("ses.trailing_bytes",)


def test_mutated_seals_and_signatures_are_read_or_refused_and_nothing_else(maker, signer):
    dice = random.Random(18)
    seal = make_seal(spec(signer), maker)
    whole = make_signature(seal, sm3(b"x"), "/a", signer, AT, timestamp=lambda value: value)
    for source, read in ((seal, read_seal), (whole, read_signature)):
        for _ in range(400):
            changed = bytearray(source)
            for _ in range(dice.randint(1, 4)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            cut = bytes(changed[: dice.randint(0, len(changed))] if dice.random() < 0.3 else changed)
            try:
                read(cut)
            except SesUnreadable as error:
                assert error.code == "crypto.ses_unreadable"
