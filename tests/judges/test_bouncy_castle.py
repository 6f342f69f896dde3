"""Certificates, lists, answers, time stamps: what we make BouncyCastle accepts, what BouncyCastle makes we read alike."""

from datetime import UTC, datetime

import pytest

from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.cms.reading import verify_cms
from kapok.kernel.crypto.x509.crl import make_crl, read_crl
from kapok.kernel.crypto.x509.facts import certificate_verifies, read_certificate
from kapok.kernel.crypto.x509.keys import digest_by_name
from kapok.kernel.crypto.x509.ocsp import StatusAnswer, cert_id, make_ocsp, read_ocsp, read_ocsp_request
from kapok.kernel.crypto.x509.path import validate_path
from kapok.kernel.crypto.x509.revocation import revocation_at
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from kapok.kernel.crypto.x509.timestamps import (
    answer_timestamp,
    make_timestamp_request,
    read_timestamp,
    timestamp,
    timestamp_digest,
    token_of_answer,
)
from tests.judges.java import JudgeFault, bouncy_castle
from tests.judges.ring import DAY, NOW, ring

pytestmark = pytest.mark.processes  # starts Java and OpenSSL

ALGORITHMS = {"sm2": ("SM3withSM2", "sm3"), "ecdsa": ("SHA256withECDSA", "sha256")}
WORLD = ("root", "authority", "leaf", "stamper", "crl", "good", "revoked", "cms", "detached", "token", "delegated")
TEXT = "木棉花开 kapok".encode()


@pytest.fixture(params=sorted(ALGORITHMS))
def algorithm(request):
    return request.param


@pytest.fixture
def world(algorithm):
    """Everything BouncyCastle makes, by name."""
    made = bouncy_castle().ask("world", ALGORITHMS[algorithm][0], str(int(NOW.timestamp())), TEXT)
    return dict(zip(WORLD, made, strict=True))


@pytest.mark.feature("18.11", part="CRL, OCSP and time stamps judged by BouncyCastle both ways")
def test_what_bouncy_castle_makes_is_read_alike(algorithm, world):
    leaf, authority = world["leaf"], world["authority"]
    found = validate_path(leaf, pool=[authority], roots=[world["root"]], at=NOW, purpose="seal")
    assert found.valid, found.codes()
    before, after = NOW - DAY, NOW + DAY / 48
    assert revocation_at(leaf, authority, after, [world["crl"]]).status == "revoked"
    assert revocation_at(leaf, authority, before, [world["crl"]]).status == "good"
    assert revocation_at(leaf, authority, after, [world["crl"]]).reason == "key_compromise"
    assert set(read_crl(world["crl"]).entries) == {read_certificate(leaf).serial, 77}
    assert read_crl(world["crl"]).number == 9
    for answer, status in (("good", "good"), ("revoked", "revoked"), ("delegated", "good")):
        assert revocation_at(leaf, authority, after, [], [world[answer]]).status == status, answer
    stamp = read_timestamp(world["token"], TEXT, roots=[world["root"]], pool=[authority])
    assert stamp.sound and stamp.path.valid and stamp.at == NOW and stamp.certificate == world["stamper"]
    assert read_timestamp(world["token"], b"other").faults == ("stamp.other_data",)


@pytest.mark.feature("18.11", part="CRL, OCSP and time stamps judged by BouncyCastle both ways")
def test_what_we_make_bouncy_castle_accepts(algorithm):
    judge, made = bouncy_castle(), ring(algorithm)
    leaf, authority, root = made.leaf.certificate, made.authority.certificate, made.root.certificate
    serial = read_certificate(leaf).serial
    assert (
        judge.says("certificate", leaf, authority) and judge.says("certificate", authority, root) and judge.says("certificate", root, root)
    )
    assert judge.says("path", leaf, root, str(int(NOW.timestamp())), authority)
    crl = make_crl(
        [RevocationEntry(serial, NOW - DAY, "superseded")],
        signer=made.authority, issuer=authority, this_update=NOW, next_update=NOW + DAY, number=3,
    )  # fmt: skip
    assert judge.ask("crl", crl, authority, str(serial)) == [b"true", b"true", str(int((NOW - DAY).timestamp())).encode(), b"4"]
    assert judge.ask("crl", crl, authority, "5")[:2] == [b"true", b"false"]
    about = cert_id(serial, read_certificate(authority), "sha1")
    for status, entry in (("good", None), ("revoked", RevocationEntry(serial, NOW - DAY, "key_compromise")), ("unknown", None)):
        answer = make_ocsp([StatusAnswer(about, status, NOW, NOW + DAY, entry)], signer=made.authority, responder=authority, at=NOW)
        assert judge.ask("ocsp", answer, leaf, authority) == [b"true", status.encode()]


@pytest.mark.feature("18.11", part="CRL, OCSP and time stamps judged by BouncyCastle both ways")
def test_our_time_stamps_hold_for_bouncy_castle(algorithm):
    judge, made = bouncy_castle(), ring(algorithm)
    digest_name = ALGORITHMS[algorithm][1]
    digest = digest_by_name(digest_name, TEXT)
    token = timestamp(TEXT, made.stamper, NOW)
    assert judge.ask("timestamp", token, made.stamper.certificate, digest) == [b"true", str(int(NOW.timestamp())).encode()]
    request = judge.ask("timestamp_request", digest, digest_name)[0]
    answer = answer_timestamp(request, made.stamper, NOW)
    assert judge.says("timestamp_answer", request, answer, made.stamper.certificate)
    assert read_timestamp(token_of_answer(answer), TEXT).sound
    other = answer_timestamp(judge.ask("timestamp_request", sm3(b"other"), "sm3")[0], made.stamper, NOW)
    assert not judge.says("timestamp_answer", request, other, made.stamper.certificate)
    altered = bytearray(token)
    altered[-20] ^= 1
    with pytest.raises(JudgeFault):
        judge.ask("timestamp", bytes(altered), made.stamper.certificate, digest)
    assert not read_timestamp(bytes(altered), TEXT).sound


@pytest.mark.feature("18.11", part="messages signed by BouncyCastle")
def test_messages_signed_by_bouncy_castle_are_verified(algorithm, world):
    attached, detached = verify_cms(world["cms"]), verify_cms(world["detached"], content=TEXT)
    for message in (attached, detached):
        assert message.valid and message.signers[0].certificate == world["leaf"]
    assert attached.content == TEXT and detached.content is None
    assert not verify_cms(world["detached"], content=TEXT + b".").valid


def test_requests_are_read_both_ways(algorithm):
    judge, made = bouncy_castle(), ring(algorithm)
    for digest in ("SM3", "SHA1"):
        asked = read_ocsp_request(judge.ask("ocsp_request", made.leaf.certificate, made.authority.certificate, digest)[0])
        assert asked.about[0].issued_by(read_certificate(made.authority.certificate)) and len(asked.nonce) == 16
        assert asked.about[0].serial == read_certificate(made.leaf.certificate).serial
    assert make_timestamp_request(sm3(TEXT), "sm3", nonce=20261125) == judge.ask("timestamp_request", sm3(TEXT), "sm3")[0]


def test_a_digest_of_another_algorithm_can_be_stamped(algorithm):
    """The authority stamps what it is given: SHA-512 by an SM2 authority too."""
    made = ring(algorithm)
    token = timestamp_digest(digest_by_name("sha512", TEXT), "sha512", made.stamper, NOW)
    assert read_timestamp(token, TEXT).sound and read_timestamp(token, TEXT).digest_name == "sha512"
    assert bouncy_castle().says("timestamp", token, made.stamper.certificate, digest_by_name("sha512", TEXT))


def test_signatures_of_bouncy_castle_hold_for_us():
    point, _private, signature = bouncy_castle().ask("derive", TEXT)
    made = ring("sm2", leaf_key=point)
    assert certificate_verifies(made.leaf_certificate, TEXT, signature)
    assert not certificate_verifies(made.leaf_certificate, TEXT + b".", signature)
    assert bouncy_castle().says("sm2_verify", point, "1234567812345678", TEXT, signature)
    assert not bouncy_castle().says("sm2_verify", point, "somebody else", TEXT, signature)


def test_an_answer_of_a_stranger_says_nothing(world):
    strange = ring("sm2")
    assert revocation_at(strange.leaf.certificate, strange.authority.certificate, NOW, [world["crl"]]).why == "other_issuer"
    assert revocation_at(strange.leaf.certificate, strange.authority.certificate, NOW, [], [world["good"]]).why == "other_certificate"
    assert read_ocsp(world["good"]).produced_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
