"""What certificates in the field look like where the standards leave room, and what names being the same means."""

import pytest

from kapok.kernel.crypto.custody import material
from kapok.kernel.crypto.x509 import encode, names
from kapok.kernel.crypto.x509.facts import certificate_verifies, read_certificate
from kapok.kernel.crypto.x509.keys import EC_KEY, SM2_CURVE, SM2_WITH_SM3, algorithm_identifier, spki_of
from kapok.kernel.crypto.x509.path import validate_path
from tests.judges.ring import BEGINS, ENDS, NOW, Holder, holder, issued, ring


def by_hand(signer, subject, issuer, spki, *, version=b"", extensions=b""):
    """A certificate put together part by part."""
    algorithm = algorithm_identifier(SM2_WITH_SM3)
    dates = encode.sequence(encode.certificate_time(BEGINS), encode.certificate_time(ENDS))
    tbs = encode.sequence(version, encode.integer(7), algorithm, issuer, dates, subject, spki, extensions)
    return encode.sequence(tbs, algorithm, encode.bits(signer.sign(tbs)))


def name(common, tag=encode.UTF8):
    """A name whose one attribute is written with any of ASN.1's strings."""
    text = encode.tlv(tag, common.encode("utf-16-be" if tag == 0x1E else "utf-8"))
    return encode.sequence(encode.set_of([encode.sequence(encode.oid("2.5.4.3"), text)]))


def test_an_old_root_without_extensions_is_an_issuer_when_it_is_trusted_and_only_then():
    key = holder()
    old = by_hand(key, name("旧根"), name("旧根"), spki_of(key.public))
    assert read_certificate(old).version == 1
    leaf = issued("章", Holder("sm2", key.key, old))
    assert validate_path(leaf.certificate, roots=[old], at=NOW, purpose="seal").valid
    made = ring()
    between = by_hand(made.root, name("旧机构"), read_certificate(made.root.certificate).subject_der, spki_of(key.public))
    below = issued("章", Holder("sm2", key.key, between))
    assert validate_path(below.certificate, pool=[between], roots=[made.root.certificate], at=NOW).codes() == ("x509.not_a_ca",)


def test_a_certificate_that_names_the_curve_as_the_kind_of_key_is_read():
    made, key = ring(), holder()
    spki = encode.sequence(encode.sequence(encode.oid(SM2_CURVE)), encode.bits(key.public))
    subject, issuer = name("老式"), read_certificate(made.authority.certificate).subject_der
    odd = by_hand(made.authority, subject, issuer, spki)
    assert read_certificate(odd).algorithm == "sm2" and read_certificate(odd).public_key == key.public
    assert certificate_verifies(odd, b"data", key.sign(b"data"))


def test_a_key_of_a_kind_we_do_not_know_verifies_nothing():
    made = ring()
    unknown = encode.sequence(encode.sequence(encode.oid("1.3.101.112")), encode.bits(bytes(32)))
    odd = by_hand(made.authority, name("未知"), read_certificate(made.authority.certificate).subject_der, unknown)
    assert read_certificate(odd).algorithm == ""
    assert not certificate_verifies(odd, b"data", bytes(64))
    assert validate_path(odd, pool=[made.authority.certificate], roots=[made.root.certificate], at=NOW).valid, "its issuer did sign it"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (name("Kapok Root"), name("kapok  root", encode.PRINTABLE), True),
        (name("根证书"), name("根证书", 0x1E), True),
        (name("Ｋapok"), name("kapok"), True),
        (name(" Kapok "), name("Kapok"), True),
        (name("Kapok Root"), name("KapokRoot"), False),
        (name("甲"), name("乙"), False),
        (names.write_name({"C": "CN", "CN": "甲"}), names.write_name({"CN": "甲"}), False),
    ],
)
def test_names_are_the_same_without_case_width_and_runs_of_blanks(one, other, same):
    assert (names.compared(one) == names.compared(other)) is same


def test_an_issuer_whose_name_is_written_otherwise_is_found():
    key, made = holder(), ring()
    authority = issued("Kapok CA", made.root, to=key, ca=True, subject={"CN": "Kapok CA"})
    other_form = by_hand(key, name("章"), name("KAPOK  ca", encode.PRINTABLE), spki_of(made.leaf.public))
    found = validate_path(other_form, pool=[authority.certificate], roots=[made.root.certificate], at=NOW)
    assert found.valid, found


def test_a_name_lies_below_another_part_by_part():
    inner = names.write_name({"C": "CN", "O": "广东省", "OU": "广州市"})
    assert names.begins_with(inner, names.write_name({"C": "CN", "O": "广东省"}))
    assert not names.begins_with(inner, names.write_name({"C": "CN", "O": "广东"}))
    assert names.begins_with(inner, names.write_name({}))


def test_a_certificate_trusted_itself_is_where_the_chain_ends():
    made = ring()
    alone = validate_path(made.leaf.certificate, roots=[made.leaf.certificate], at=NOW, purpose="seal")
    assert alone.valid and alone.chain == (made.leaf.certificate,)
    assert validate_path(made.leaf.certificate, roots=[made.authority.certificate], at=NOW).valid


def test_algorithms_must_be_those_of_the_key():
    made = ring()
    signature = made.leaf.sign(b"data")
    assert certificate_verifies(made.leaf.certificate, b"data", signature)
    for oid, holds in (
        (SM2_WITH_SM3, True),
        ("1.2.156.10197.1.301.1", True),
        ("1.2.840.10045.4.3.2", False),
        ("1.2.3", False),
        (EC_KEY, True),
    ):
        assert certificate_verifies(made.leaf.certificate, b"data", signature, oid) is holds, oid


def test_an_rsa_certificate_is_verified_and_a_short_key_is_told():
    made = ring("ecdsa")
    for public, warned in ((material.public_bytes(material.generate("rsa")), ()), (_short_rsa(), ("x509.short_key",))):
        leaf = issued("章", made.authority, public_key=public)
        found = validate_path(leaf.certificate, pool=[made.authority.certificate], roots=[made.root.certificate], at=NOW, purpose="seal")
        assert found.valid and tuple(each.code for each in found.warnings) == warned


def _short_rsa():
    modulus = (1 << 1023) + 12345  # never used: only its length is looked at
    key = encode.sequence(encode.integer(modulus), encode.integer(65537))
    return encode.sequence(encode.sequence(encode.oid("1.2.840.113549.1.1.1"), encode.null()), encode.bits(key))
