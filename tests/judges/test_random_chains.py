"""Chains put together at random, judged by us and by BouncyCastle; and certificates of the world, read by us and by cryptography."""

import base64
import os
import random
import re
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography import x509

from kapok.kernel.crypto.x509 import encode
from kapok.kernel.crypto.x509.extensions import POLICY_LIMITS, extension
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.path import validate_path
from tests.judges.java import bouncy_castle
from tests.judges.ring import DAY, NOW, Holder, holder, issued

pytestmark = pytest.mark.processes  # starts Java and OpenSSL

CHAINS = 3_000 if os.environ.get("KAPOK_FULL") == "1" else 150
POLICIES = ("1.2.3.4.1", "1.2.3.4.2", "2.5.29.32.0")
KEYS = {algorithm: [holder(algorithm) for _ in range(5)] for algorithm in ("sm2", "ecdsa")}


def parts_of(chance: random.Random, depth: int, below: int) -> dict[str, Any]:
    """What a certificate says: mostly right, now and then not. `below`: authorities that follow."""
    ca = depth > 0
    said: dict[str, Any] = {"ca": ca} if chance.random() > 0.03 or not ca else {"ca": False}
    if ca and said["ca"] and chance.random() < 0.4:
        said["depth"] = max(0, below + chance.choice((-1, 0, 0, 0, 1)))
    if chance.random() < 0.05:
        said["valid_to"] = NOW - DAY
    if chance.random() < 0.05:
        said["valid_from"] = NOW + DAY
    if ca and chance.random() < 0.05:
        said["usages"] = ("crl_sign",)
    if chance.random() < 0.6:
        said["policies"] = tuple(chance.sample(POLICIES, chance.choice((1, 1, 2))))
    more = []
    if chance.random() < 0.05:
        more.append(extension("1.2.3.4.5", encode.null(), critical=chance.random() < 0.5))
    if ca and chance.random() < 0.2:
        more.append(extension(POLICY_LIMITS, encode.sequence(encode.implicit(0, encode.integer(chance.randrange(3)))), critical=True))
    if ca and chance.random() < 0.1:
        more.append(extension("2.5.29.54", encode.integer(chance.randrange(2)), critical=True))
    return {**said, "more": tuple(more)}


def chain_of(chance: random.Random, algorithm: str) -> tuple[bytes, list[bytes], bytes]:
    """A leaf, what stands between, shuffled, and the root."""
    length = chance.choice((0, 1, 1, 2, 3))
    by = issued("根", to=KEYS[algorithm][0], ca=True)
    root, between = by.certificate, []
    for number in range(length):
        by = issued(f"机构{number}", by, to=KEYS[algorithm][number + 1], **parts_of(chance, length - number, length - number - 1))
        between.append(by.certificate)
    if chance.random() < 0.05:
        by = Holder(algorithm, KEYS[algorithm][4].key, by.certificate)  # signed by somebody else in its name
    leaf = issued("叶", by, to=KEYS[algorithm][4], **parts_of(chance, 0, 0)).certificate
    if between and chance.random() < 0.05:
        between.pop(chance.randrange(len(between)))
    chance.shuffle(between)
    return leaf, between, root


@pytest.mark.feature("18.12", part="chains at random beside BouncyCastle")
@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa"])
def test_chains_at_random_are_judged_alike(algorithm):
    judge, valid = bouncy_castle(), 0
    for number in range(CHAINS):
        leaf, between, root = chain_of(random.Random(f"{algorithm} {number}"), algorithm)
        ours = validate_path(leaf, pool=between, roots=[root], at=NOW)
        theirs = judge.says("path", leaf, root, str(int(NOW.timestamp())), *between)
        assert ours.valid is theirs, (number, ours)
        valid += ours.valid
    assert CHAINS / 10 < valid < CHAINS * 9 / 10, "both answers are common"


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_the_worlds_certificates_are_read_as_cryptography_reads_them():
    """Roots of many makers, with all the oddities of thirty years: one has a negative serial number."""
    text = Path(certifi.where()).read_text()
    found = [base64.b64decode(body) for body in re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.DOTALL)]
    assert len(found) > 100
    for der in found:
        ours, theirs = read_certificate(der), x509.load_der_x509_certificate(der)
        assert (ours.serial, ours.valid_from, ours.valid_to) == (
            theirs.serial_number,
            theirs.not_valid_before_utc,
            theirs.not_valid_after_utc,
        )
        assert [value for _part, value in ours.subject_parts] == [a.value for a in theirs.subject]
        assert ours.is_ca and ours.self_issued
        if ours.outer_oid != "1.2.840.113549.1.1.5":
            assert ours.issued_by(ours), ours.subject
