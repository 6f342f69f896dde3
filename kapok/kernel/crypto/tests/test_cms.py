"""CMS messages of both families, judged by openssl (ECDSA, RSA, opening envelopes) and BouncyCastle (SM2)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok.kernel.crypto import asn1
from kapok.kernel.crypto.asn1 import cms
from kapok.kernel.crypto.cms.enveloping import envelop, open_envelope
from kapok.kernel.crypto.cms.reading import verify_cms
from kapok.kernel.crypto.cms.signing import sign_cms, sign_digest_cms, signing_certificate
from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.errors import CipherBroken, CmsUnreadable
from kapok.kernel.crypto.sm2.signing import sm2_generate
from tests.judges import java, openssl
from tests.judges.ring import BEGINS, NOW, issued, ring

pytestmark = pytest.mark.feature("18.11", part="CMS of GB/T 35275")

CONTENT = "关于印发《木棉平台管理办法》的通知".encode() * 20
FORMS = {
    "bare": {},
    "with attributes": {"at": NOW},
    "detached": {"at": NOW, "detached": True},
    "detached, bare": {"detached": True},
    "more attributes": {"at": NOW, "attributes": {"1.2.3.4": b"\x04\x03abc"}},
}


@pytest.fixture(scope="module")
def rings():
    return {name: ring(name) for name in ("sm2", "ecdsa", "rsa")}


@pytest.mark.parametrize("family", ["gb", "pkcs7"])
@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa", "rsa"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_message_says_what_was_put_into_it_and_its_signature_holds(rings, algorithm, family, form):
    signer = rings[algorithm].leaf
    message = sign_cms(CONTENT, signer, family=family, **form)
    read = verify_cms(message, content=CONTENT if form.get("detached") else None)
    assert read.valid and read.family == family
    assert read.content == (None if form.get("detached") else CONTENT)
    (by,) = read.signers
    assert (by.certificate, by.signed_at, by.fault) == (signer.certificate, form.get("at"), "")
    assert set(read.certificates) == {signer.certificate, *signer.chain}
    assert by.attributes.get("1.2.3.4") == form.get("attributes", {}).get("1.2.3.4")
    assert cms.ContentInfo.load(message, strict=True).dump(force=True) == message, "written as DER"


@pytest.mark.parametrize("algorithm", ["ecdsa", "rsa"])
def test_openssl_verifies_what_is_signed_and_we_verify_what_openssl_signs(rings, algorithm, tmp_path):
    held = rings[algorithm].leaf
    data, root = tmp_path / "content", tmp_path / "root.pem"
    data.write_bytes(CONTENT)
    root.write_bytes(openssl.run("x509", "-inform", "DER", stdin=rings[algorithm].root.certificate).stdout)
    words = ("cms", "-verify", "-inform", "DER", "-binary", "-CAfile", str(root), "-purpose", "any", "-attime", str(int(NOW.timestamp())))
    attached = openssl.run(*words, stdin=sign_cms(CONTENT, held, at=NOW, family="pkcs7"))
    assert attached.stdout == CONTENT, attached.stderr
    detached = openssl.run(*words, "-content", str(data), stdin=sign_cms(CONTENT, held, at=NOW, family="pkcs7", detached=True))
    assert detached.returncode == 0, detached.stderr
    own, key = tmp_path / "own.pem", tmp_path / "key.pem"
    own.write_bytes(openssl.run("x509", "-inform", "DER", stdin=held.certificate).stdout)
    key.write_bytes(openssl.run("pkey", "-inform", "DER", stdin=material.private_bytes(held.key)).stdout)
    for more in ((), ("-noattr",), ("-keyid",), ("-stream", "-nodetach")):
        made = openssl.run("cms", "-sign", "-binary", "-signer", str(own), "-inkey", str(key), "-outform", "DER", *more, stdin=CONTENT)
        assert verify_cms(made.stdout, content=CONTENT).valid, more


@pytest.mark.parametrize(("family", "form"), [("gb", {}), ("pkcs7", {}), ("pkcs7", {"at": NOW})])
def test_bouncy_castle_verifies_sm2_messages(rings, family, form):
    """It knows the types of GB/T 35275 only outside of signed attributes, where they are told it under the names of PKCS #7."""
    judge, leaf = java.bouncy_castle(), rings["sm2"].leaf
    assert judge.ask("cms", sign_cms(CONTENT, leaf, family=family, **form)) == [b"true", CONTENT]
    assert judge.says("cms", sign_cms(CONTENT, leaf, family=family, detached=True, **form), CONTENT)
    assert not judge.says("cms", sign_cms(CONTENT, leaf, family=family, detached=True, **form), CONTENT + b".")


@pytest.mark.parametrize("family", ["gb", "pkcs7"])
def test_a_changed_byte_of_content_attributes_or_signature_is_noticed(rings, family):
    leaf, chance = rings["sm2"].leaf, random.Random(35275)
    message = sign_cms(CONTENT, leaf, at=NOW, family=family)
    parts = {
        "content": message.index(CONTENT),
        "signature": len(message) - 40,
        "attributes": message.index(bytes.fromhex("06092a864886f70d010904")),
    }
    for what, place in parts.items():
        for _ in range(10):
            broken = bytearray(message)
            broken[place + chance.randrange(11 if what == "attributes" else 30)] ^= 1 << chance.randrange(8)
            try:
                assert not verify_cms(bytes(broken)).valid, what
            except CmsUnreadable:
                continue


@pytest.mark.parametrize("name", ["sm2_sign", "sm2_key"])
def test_other_identifiers_written_for_the_same_signature_are_read(rings, name):
    """Some write the identifier of signing with SM2, or of the curve, where others write SM2 with SM3."""
    message = cms.ContentInfo.load(sign_cms(CONTENT, rings["sm2"].leaf, at=NOW))
    message["content"]["signer_infos"][0]["signature_algorithm"]["algorithm"] = name
    read = verify_cms(message.dump(force=True))
    assert read.valid and read.signers[0].signature_algorithm in (asn1.SM2_SIGN, asn1.SM2_CURVE)


def test_a_signature_is_bound_to_its_own_content_kind_and_certificate(rings):
    leaf, other = rings["sm2"].leaf, issued("另一局", rings["sm2"].authority)
    message = sign_cms(CONTENT, leaf, at=NOW, detached=True)
    assert not verify_cms(message, content=CONTENT[:-1]).valid
    assert verify_cms(message).signers[0].fault == "no_content"
    swapped = message.replace(leaf.certificate, other.certificate) if len(leaf.certificate) == len(other.certificate) else b""
    if swapped:
        assert not verify_cms(swapped, content=CONTENT).valid
    without = cms.ContentInfo.load(message)
    del without["content"]["certificates"]
    found = verify_cms(without.dump(force=True), content=CONTENT)
    assert found.signers[0].fault == "no_certificate" and not found.valid
    assert verify_cms(without.dump(force=True), content=CONTENT, pool=(other.certificate, leaf.certificate)).valid


def test_the_signed_attribute_of_pades_names_the_certificate(rings):
    for algorithm, size in (("sm2", 32), ("ecdsa", 32)):
        told = asn1.tsp.SigningCertificateV2.load(signing_certificate(rings[algorithm].leaf), strict=True)
        first = told["certs"][0]
        assert first["hash_algorithm"]["algorithm"].native == {"sm2": "sm3", "ecdsa": "sha256"}[algorithm]
        assert len(first["cert_hash"].native) == size
    digest = material.digest_of("ecdsa", b"", CONTENT)
    assert verify_cms(sign_digest_cms(digest, rings["ecdsa"].leaf, attributes={}), content=CONTENT).valid


# --- envelopes --------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def receivers(rings):
    keys = [sm2_generate() for _ in range(3)]
    usages = ("key_encipherment", "data_encipherment")
    issuer = rings["sm2"].authority
    return [(key, issued(f"收方{n}", issuer, public_key=key.public, usages=usages).certificate) for n, key in enumerate(keys)]


@pytest.mark.parametrize("family", ["gb", "pkcs7"])
def test_each_receiver_opens_the_envelope_and_nobody_else(receivers, family):
    sealed = envelop(CONTENT, [certificate for _, certificate in receivers[:2]], family=family)
    for key, certificate in receivers[:2]:
        assert open_envelope(sealed, key) == open_envelope(sealed, key, certificate=certificate) == CONTENT
    stranger, certificate = receivers[2]
    for words in ({}, {"certificate": certificate}):
        with pytest.raises(CipherBroken):
            open_envelope(sealed, stranger, **words)
    assert CONTENT[:16] not in sealed
    assert envelop(CONTENT, [receivers[0][1]]) != envelop(CONTENT, [receivers[0][1]]), "a new key each time"


def test_openssl_opens_our_envelope(receivers, tmp_path):
    key, certificate = receivers[0]
    own, private = tmp_path / "own.pem", tmp_path / "key.pem"
    own.write_bytes(openssl.run("x509", "-inform", "DER", stdin=certificate).stdout)
    ec_key = bytes.fromhex("30770201010420") + key.private + bytes.fromhex("a00a06082a811ccf5501822da144034200") + key.public
    private.write_bytes(openssl.run("pkey", "-inform", "DER", stdin=ec_key).stdout)
    done = openssl.run(
        *("cms", "-decrypt", "-binary", "-inform", "DER", "-recip", str(own), "-inkey", str(private)),
        stdin=envelop(CONTENT, [certificate], family="pkcs7"),
    )
    assert done.stdout == CONTENT, done.stderr


def test_an_envelope_without_receiver_or_for_another_algorithm_is_refused(rings):
    with pytest.raises(ValueError, match="receiver"):
        envelop(CONTENT, [])
    with pytest.raises(ValueError, match="SM2"):
        envelop(CONTENT, [rings["ecdsa"].leaf.certificate])


# --- what is no message -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "junk", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 2000, b"\x04\x03abc", b"\x30\x03\x02\x01\x05", bytes(100)]
)
def test_bytes_that_are_no_message_are_refused_with_a_code(junk):
    for read in (verify_cms, lambda der: open_envelope(der, sm2_generate())):
        with pytest.raises(CmsUnreadable) as caught:
            read(junk)
        assert caught.value.code == "crypto.cms_unreadable"


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_mutated_message_is_unreadable_or_invalid_but_never_a_crash(data):
    held = _held()
    message = bytearray(data.draw(st.sampled_from([held["signed"], held["sealed"]])))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(message) - 1))
        message[place] = data.draw(st.integers(0, 255))
    message = message[: data.draw(st.sampled_from([len(message), len(message) - 1, len(message) // 2]))]
    for read in (verify_cms, lambda der: open_envelope(der, held["key"])):
        try:
            read(bytes(message))
        except (CmsUnreadable, CipherBroken):
            continue


_kept = {}


def _held():
    """Made once: hypothesis takes no fixture of a module."""
    if not _kept:
        made, key = ring("sm2"), sm2_generate()
        certificate = issued("收方", made.authority, public_key=key.public, valid_from=BEGINS).certificate
        _kept.update(signed=sign_cms(b"content", made.leaf, at=NOW), sealed=envelop(b"content", [certificate]), key=key)
    return _kept
