"""Certificates, lists, answers and time stamps made to do harm: an error is a verdict, never a crash, never a long wait."""

import os
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.crypto.x509 import decode, encode
from kapok.kernel.crypto.x509.crl import ListUnreadable, make_crl, read_crl
from kapok.kernel.crypto.x509.extensions import write_constraints
from kapok.kernel.crypto.x509.facts import CertificateUnreadable, certificate_verifies, read_certificate
from kapok.kernel.crypto.x509.keys import SM2_WITH_SM3, algorithm_identifier
from kapok.kernel.crypto.x509.ocsp import (
    OcspUnreadable,
    StatusAnswer,
    cert_id,
    make_ocsp,
    make_ocsp_request,
    read_ocsp,
    read_ocsp_request,
)
from kapok.kernel.crypto.x509.path import TRIES, validate_path
from kapok.kernel.crypto.x509.revocation import revocation_at
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from kapok.kernel.crypto.x509.timestamps import answer_timestamp, make_timestamp_request, read_timestamp, timestamp
from tests.judges.ring import DAY, NOW, holder, issued, ring

FULL = os.environ.get("KAPOK_FULL") == "1"
MUTANTS = 100_000 if FULL else 1_000
POOL = 10_000 if FULL else 1_000

RING = ring("sm2")
LEAF, AUTHORITY, ROOT = RING.leaf.certificate, RING.authority.certificate, RING.root.certificate
SERIAL = read_certificate(LEAF).serial
CRL = make_crl(
    [RevocationEntry(SERIAL, NOW, "key_compromise", NOW - DAY)],
    signer=RING.authority, issuer=AUTHORITY, this_update=NOW, next_update=NOW + DAY, number=1,
)  # fmt: skip
OCSP = make_ocsp(
    [StatusAnswer(cert_id(SERIAL, read_certificate(AUTHORITY)), "good", NOW, NOW + DAY)],
    signer=RING.authority, responder=AUTHORITY, at=NOW, nonce=b"12345678",
)  # fmt: skip
TOKEN = timestamp(b"data", RING.stamper, NOW)


def judged(leaf, pool=(AUTHORITY,)):
    return validate_path(leaf, pool=pool, roots=[ROOT], at=NOW, purpose="seal")


def mutants(good, count, seed=20261125):
    """Bytes changed, put in, taken out, swapped, cut."""
    chance = random.Random(seed)
    for _ in range(count):
        bad = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(len(bad))
            kind = chance.randrange(5)
            if kind == 0:
                bad[at] ^= 1 << chance.randrange(8)
            elif kind == 1:
                bad[at] = chance.choice((0, 0x30, 0x7F, 0x80, 0x84, 0xFF))
            elif kind == 2:
                bad[at:at] = chance.randbytes(chance.randrange(1, 5))
            elif kind == 3:
                del bad[at : at + chance.randrange(1, 9)]
            else:
                bad = bad[: max(1, at)]
            if not bad:
                break
        if bytes(bad) != good:
            yield bytes(bad)


@pytest.mark.feature("18.12", part="hostile certificates")
def test_a_mutated_certificate_is_never_valid_and_never_an_error():
    verdicts = {judged(bad).verdict for bad in mutants(LEAF, MUTANTS)}
    assert verdicts == {"INVALID", "UNTRUSTED"}
    assert all(judged(LEAF, [bad]).verdict in ("UNTRUSTED", "INVALID") for bad in mutants(AUTHORITY, MUTANTS // 5))
    assert all(validate_path(LEAF, pool=[AUTHORITY], roots=[bad], at=NOW).verdict in ("UNTRUSTED", "INVALID") for bad in mutants(ROOT, 50))


@pytest.mark.feature("18.12", part="hostile certificates")
def test_a_mutated_list_or_answer_says_nothing():
    for bad in mutants(CRL, MUTANTS):
        assert revocation_at(LEAF, AUTHORITY, NOW, [bad]).status == "unknown"
    for bad in mutants(OCSP, MUTANTS):
        assert revocation_at(LEAF, AUTHORITY, NOW, [], [bad]).status in ("unknown", "good")  # what is not signed may change
    for bad in mutants(make_ocsp_request(LEAF, AUTHORITY, nonce=b"12345678"), MUTANTS):
        try:
            read_ocsp_request(bad)
        except OcspUnreadable:
            continue


@pytest.mark.feature("18.12", part="hostile certificates")
def test_a_mutated_time_stamp_is_not_sound_or_is_the_same_in_what_counts():
    for bad in mutants(TOKEN, MUTANTS):
        read = read_timestamp(bad, b"data", roots=[ROOT])
        assert not read.sound or (read.at, read.certificate) == (NOW, RING.stamper.certificate)
    for bad in mutants(make_timestamp_request(bytes(32), "sm3", nonce=5), MUTANTS // 5):
        assert answer_timestamp(bad, RING.stamper, NOW)


def test_every_prefix_of_a_certificate_is_unreadable():
    for size in range(len(LEAF)):
        with pytest.raises(CertificateUnreadable):
            read_certificate(LEAF[:size])


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x88" + b"\xff" * 8,
        b"\x30\x81\x05" + bytes(5),
        b"\x30\x82\x00\x05" + bytes(5),
        b"\x1f\x81\x01\x00",
        LEAF + b"\x00",
        b"\x30\x83" + (200_000).to_bytes(3, "big") + bytes(200_000),
        b"\x30\x02" * 20_000,
    ],
)
def test_lengths_that_lie_and_forms_that_are_not_der_are_refused(der):
    with pytest.raises(CertificateUnreadable):
        read_certificate(der)
    with pytest.raises(ListUnreadable):
        read_crl(der)
    with pytest.raises(OcspUnreadable):
        read_ocsp(der)
    assert read_timestamp(der).faults == ("stamp.unreadable",)
    assert judged(der).codes() == ("x509.unreadable",)
    assert not certificate_verifies(der, b"", b"")


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_answered(noise):
    assert judged(noise).verdict == "INVALID"
    assert judged(LEAF, [noise]).verdict == "UNTRUSTED"
    assert revocation_at(LEAF, AUTHORITY, NOW, [noise], [noise]).status == "unknown"
    assert read_timestamp(noise, roots=[ROOT]).at is None


def test_an_extension_that_stands_twice_is_refused():
    twice = issued("章", RING.authority, more=(write_constraints(True, None),))
    assert judged(twice.certificate).codes() == ("x509.unreadable",)


def test_an_odd_serial_number_is_told_and_changes_nothing():
    for serial in (-5, 0, 1 << 200):
        found = judged(issued("章", RING.authority, serial=serial).certificate)
        assert found.valid and [each.code for each in found.warnings] == ["x509.odd_serial"], serial
    assert read_certificate(issued("章", RING.authority, serial=-255).certificate).serial_text == "-FF"


def test_a_pool_of_thousands_is_searched_in_one_pass():
    key = holder()
    crowd = [issued(f"旁人{n}", RING.root, to=key, serial=n + 1).certificate for n in range(POOL)]
    assert judged(LEAF, [*crowd, AUTHORITY]).valid
    assert judged(LEAF, crowd).codes() == ("x509.issuer_unknown",)


def test_a_pool_of_issuers_with_one_name_ends_the_search():
    """Each could be the issuer by name; only so many signatures are checked, and an answer comes all the same."""
    key = holder()
    same = [issued("签发机构", to=key, ca=True, serial=n + 1).certificate for n in range(POOL)]
    assert judged(LEAF, [*same, AUTHORITY]).valid, "the key identifier leads to the right one first"
    found = judged(LEAF, same)
    assert found.verdict == "UNTRUSTED" and "x509.too_many_paths" in found.codes()
    assert len(same) > 4 * TRIES


def test_many_ways_through_a_thicket_are_bounded():
    """Every authority certified by every other one: the number of ways grows beyond all measure, the search does not."""
    keys = [issued(f"机构{n}", ca=True) for n in range(8)]
    thicket = [issued(f"机构{n}", by, to=one, ca=True).certificate for n, one in enumerate(keys) for m, by in enumerate(keys) if m != n]
    leaf = issued("章", keys[0])
    found = judged(leaf.certificate, thicket)
    assert found.verdict == "UNTRUSTED"


def test_a_list_of_ten_thousand_is_read():
    entries = [RevocationEntry(n + 1, NOW, "superseded") for n in range(POOL)]
    listed = make_crl(entries, signer=RING.authority, issuer=AUTHORITY, this_update=NOW, next_update=NOW + DAY, number=7)
    assert len(read_crl(listed).entries) == POOL


def test_a_strangers_list_is_never_unfolded():
    """Its entries may be malformed or millions: the signature is looked at first."""
    stranger = ring("sm2")
    junk = encode.sequence(*(encode.sequence(encode.null()) for _ in range(50_000)))
    facts = read_certificate(stranger.authority.certificate)
    for signer, why in ((stranger.leaf, "other_issuer"), (stranger.authority, "unreadable")):
        dates = encode.certificate_time(NOW) + encode.certificate_time(NOW + DAY)
        tbs = encode.sequence(encode.integer(1), algorithm_identifier(SM2_WITH_SM3), facts.subject_der, dates, junk)
        listed = encode.sequence(tbs, algorithm_identifier(SM2_WITH_SM3), encode.bits(signer.sign(tbs)))
        found = revocation_at(stranger.leaf.certificate, stranger.authority.certificate, NOW, [listed])
        assert (found.status, found.why) == ("unknown", why)


def test_what_is_written_is_read_again():
    for value in (0, 1, 127, 128, 255, 256, -1, -128, -129, 1 << 160):
        assert decode.integer(decode.parse(encode.integer(value))) == value
    for dotted in ("1.2.156.10197.1.501", "2.25.340282366920938463463374607431768211455", "0.9.2342"):
        assert decode.oid(decode.parse(encode.oid(dotted))) == dotted
    for positions in ((), (0,), (7,), (8,), (0, 5, 6)):
        assert decode.flags(decode.parse(encode.flags(positions))) == set(positions)
    for moment in (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC), datetime(1999, 2, 3, tzinfo=UTC)):
        assert decode.time(decode.parse(encode.certificate_time(moment))) == moment
    for size in (0, 1, 127, 128, 255, 256, 65535, 65536):
        assert decode.octets(decode.parse(encode.octets(bytes(size)))) == bytes(size)


@pytest.mark.parametrize(
    "text",
    [b"2026060108000", b"260601080000", b"20260601080000+0800", b"20261301000000Z", "２０260601080000Z".encode(), b"20260601080000.Z1Z"],
)
def test_times_in_other_forms_are_refused(text):
    with pytest.raises(decode.Malformed):
        decode.time(decode.parse(encode.tlv(encode.GENERALIZED_TIME, text)))
