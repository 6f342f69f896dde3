"""One table of chains, good and bad: our verdict beside OpenSSL's and BouncyCastle's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from kapok.kernel.crypto.x509 import encode
from kapok.kernel.crypto.x509.crl import make_crl
from kapok.kernel.crypto.x509.extensions import NAME_LIMITS, POLICY_LIMITS, extension
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.names import write_name
from kapok.kernel.crypto.x509.path import validate_path
from kapok.kernel.crypto.x509.revocation import revocation_at
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from tests.judges import openssl
from tests.judges.java import bouncy_castle
from tests.judges.ring import DAY, NOW, Holder, holder, issued, ring

pytestmark = pytest.mark.processes  # starts Java and OpenSSL

STRANGE = extension("1.2.3.4.5.6", encode.null(), critical=True)


@dataclass
class Case:
    """A chain to judge: leaf, what else was sent along, the root trusted, when."""

    leaf: bytes
    pool: list[bytes]
    root: bytes
    at: datetime = NOW


def _ring(algorithm: str, **changes: dict) -> Case:
    made = ring(algorithm, change=lambda name: changes.get(name, {}))
    return Case(made.leaf.certificate, [made.authority.certificate], made.root.certificate)


def _deep(algorithm: str) -> Case:
    """Two authorities below the root where the upper one allows none below itself."""
    made = ring(algorithm)
    below = issued("下级机构", made.authority, ca=True)
    leaf = issued("章", below)
    return Case(leaf.certificate, [made.authority.certificate, below.certificate], made.root.certificate)


def _wrong_name(algorithm: str) -> Case:
    """Signed by the right key in the name of somebody else."""
    made = ring(algorithm)
    other = issued("别的机构", made.root, to=made.authority, ca=True)
    leaf = issued("章", Holder(algorithm, made.authority.key, other.certificate))
    return Case(leaf.certificate, [made.authority.certificate], made.root.certificate)


def _stranger(algorithm: str) -> Case:
    made = ring(algorithm)
    return Case(issued("自签", to=holder(algorithm)).certificate, [], made.root.certificate)


def _foreign(algorithm: str) -> Case:
    """A whole chain of somebody else whose names are all the same as ours."""
    made, other = ring(algorithm), ring(algorithm)
    return Case(other.leaf.certificate, [other.authority.certificate, other.root.certificate], made.root.certificate)


def _tampered(algorithm: str) -> Case:
    case = _ring(algorithm)
    changed = case.leaf.replace("某局".encode(), "其局".encode())
    assert changed != case.leaf
    return Case(changed, case.pool, case.root)


def _loop(algorithm: str) -> Case:
    """Two authorities that certify each other, and a leaf of one of them."""
    made, one, two = ring(algorithm), holder(algorithm), holder(algorithm)
    first = issued("甲", to=one, ca=True)
    second = issued("乙", first, to=two, ca=True)
    first_by_second = issued("甲", Holder(algorithm, two.key, second.certificate), to=one, ca=True)
    leaf = issued("章", Holder(algorithm, one.key, first_by_second.certificate))
    return Case(leaf.certificate, [first_by_second.certificate, second.certificate], made.root.certificate)


def _missing(algorithm: str) -> Case:
    case = _ring(algorithm)
    return Case(case.leaf, [], case.root)


def _crossed(algorithm: str) -> Case:
    """The authority also has a certificate by a stranger's root, sent along first; the way to ours is found all the same."""
    made, stranger = ring(algorithm), issued("他人根", to=holder(algorithm), ca=True)
    cross = issued("签发机构", stranger, to=made.authority, ca=True, subject={"C": "CN", "O": "测试", "CN": "签发机构"})
    return Case(made.leaf.certificate, [cross.certificate, stranger.certificate, made.authority.certificate], made.root.certificate)


def _limits(*, permitted: str = "", excluded: str = "") -> bytes:
    def tree(name: str) -> bytes:
        return encode.sequence(encode.explicit(4, write_name({"C": "CN", "O": name})))

    parts = [encode.tlv(0xA0, tree(permitted))] if permitted else []
    parts += [encode.tlv(0xA1, tree(excluded))] if excluded else []
    return extension(NAME_LIMITS, encode.sequence(*parts), critical=True)


_EXPLICIT = extension(POLICY_LIMITS, encode.sequence(encode.implicit(0, encode.integer(0))), critical=True)
_POLICY = "1.2.3.4.1"
_PAST, _FUTURE = NOW - DAY, NOW + DAY

CASES: dict[str, tuple[Callable[[str], Case], str, str, bool | None, bool]] = {
    # name: chain, our verdict, the fault named, OpenSSL hop by hop, BouncyCastle
    "valid": (_ring, "VALID", "", True, True),
    "crossed": (_crossed, "VALID", "", None, True),
    "leaf expired": (lambda a: _ring(a, leaf={"valid_to": _PAST}), "INVALID", "x509.expired", False, False),
    "leaf not yet valid": (lambda a: _ring(a, leaf={"valid_from": _FUTURE}), "INVALID", "x509.not_yet_valid", False, False),
    "authority expired": (lambda a: _ring(a, authority={"ca": True, "valid_to": _PAST}), "INVALID", "x509.expired", False, False),
    "ends this second": (lambda a: _ring(a, leaf={"valid_to": NOW}), "VALID", "", None, True),
    "no CA flag": (lambda a: _ring(a, authority={"ca": False, "depth": None}), "INVALID", "x509.not_a_ca", False, False),
    "no certificate signing": (
        lambda a: _ring(a, authority={"usages": ("crl_sign",)}), "INVALID", "x509.no_cert_sign", False, False,
    ),
    "too deep": (_deep, "INVALID", "x509.too_many_below", None, False),
    "critical extension": (lambda a: _ring(a, leaf={"more": (STRANGE,)}), "INVALID", "x509.critical_extension", False, False),
    "tampered": (_tampered, "INVALID", "x509.signature", False, False),
    "wrong name": (_wrong_name, "UNTRUSTED", "x509.issuer_unknown", False, False),
    "stranger": (_stranger, "UNTRUSTED", "x509.foreign_root", None, False),
    "foreign root": (_foreign, "UNTRUSTED", "x509.foreign_root", None, False),
    "loop": (_loop, "UNTRUSTED", "x509.loop", None, False),
    "issuer missing": (_missing, "UNTRUSTED", "x509.issuer_unknown", None, False),
    "name permitted": (lambda a: _ring(a, authority={"ca": True, "more": (_limits(permitted="测试"),)}), "VALID", "", None, True),
    "name not permitted": (
        lambda a: _ring(a, authority={"ca": True, "more": (_limits(permitted="别处"),)}), "INVALID", "x509.name_not_permitted", None, False,
    ),
    "name excluded": (
        lambda a: _ring(a, authority={"ca": True, "more": (_limits(excluded="测试"),)}), "INVALID", "x509.name_not_permitted", None, False,
    ),
    "policy demanded and held": (
        lambda a: _ring(a, authority={"ca": True, "more": (_EXPLICIT,), "policies": (_POLICY,)}, leaf={"policies": (_POLICY,)}),
        "VALID", "", None, True,
    ),
    "policy demanded and absent": (
        lambda a: _ring(a, authority={"ca": True, "more": (_EXPLICIT,), "policies": (_POLICY,)}), "INVALID", "x509.policy", None, False,
    ),
}  # fmt: skip


@pytest.mark.feature("18.12", part="matrix of chains beside OpenSSL and BouncyCastle")
@pytest.mark.parametrize("name", sorted(CASES))
@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa"])
def test_our_verdict_is_that_of_the_judges(algorithm, name):
    make, verdict, code, hops, whole = CASES[name]
    case = make(algorithm)
    found = validate_path(case.leaf, pool=case.pool, roots=[case.root], at=case.at, purpose="seal")
    assert found.verdict == verdict, found
    assert (code in found.codes()) if code else not found.faults, found
    assert all(fault.message() for fault in found.faults)
    seconds = str(int(case.at.timestamp()))
    assert bouncy_castle().says("path", case.leaf, case.root, seconds, *case.pool) is whole
    if hops is not None:
        assert openssl.chain_holds([case.leaf, *case.pool, case.root], at=case.at) is hops
    if algorithm == "ecdsa" and name not in OTHERWISE_FOR_OPENSSL:
        assert openssl.whole_chain_holds(case.leaf, case.pool, case.root, at=case.at)[0] is (verdict == "VALID")


OTHERWISE_FOR_OPENSSL = {"ends this second": "over in its last second", "crossed": "follows one way only"}

PURPOSE_CASES = {
    # purpose: parts of the leaf, allowed, the word OpenSSL has for it
    "seal with the right usage": ("seal", {"usages": ("digital_signature",)}, True, ""),
    "seal with a key for encryption": ("seal", {"usages": ("key_encipherment",)}, False, ""),
    "encryption with a key for encryption": ("encrypt", {"usages": ("key_encipherment",)}, True, ""),
    "encryption with a key for signing": ("encrypt", {"usages": ("digital_signature",)}, False, ""),
    "time stamp": ("timestamp", {"usages": ("digital_signature",), "extended": ("time_stamping",)}, True, "timestampsign"),
    "time stamp by a seal": ("timestamp", {}, False, "timestampsign"),
    "server": ("server", {"usages": ("digital_signature",), "extended": ("server_auth",)}, True, "sslserver"),
    "server by a client": ("server", {"usages": ("digital_signature",), "extended": ("client_auth",)}, False, "sslserver"),
    "client": ("client", {"usages": ("digital_signature",), "extended": ("client_auth",)}, True, "sslclient"),
    "client by a time stamp": ("client", {"usages": ("digital_signature",), "extended": ("time_stamping",)}, False, "sslclient"),
    "ocsp by a seal": ("ocsp", {}, False, ""),
}


@pytest.mark.feature("18.12", part="usage by purpose")
@pytest.mark.parametrize("name", sorted(PURPOSE_CASES))
def test_a_key_is_used_for_what_its_certificate_says(name):
    purpose, parts, allowed, word = PURPOSE_CASES[name]
    case = _ring("ecdsa", leaf=parts)
    found = validate_path(case.leaf, pool=case.pool, roots=[case.root], at=NOW, purpose=purpose)
    assert (found.verdict, found.codes()) == (("VALID", ()) if allowed else ("INVALID", ("x509.wrong_usage",)))
    if word:
        assert openssl.whole_chain_holds(case.leaf, case.pool, case.root, at=NOW, purpose=word)[0] is allowed


@pytest.mark.feature("18.12", part="usage by purpose")
def test_a_wanted_policy_must_hold_along_the_chain():
    held = {"policies": (_POLICY,)}
    both = _ring("sm2", authority={"ca": True, **held}, leaf=held)
    one = _ring("sm2", leaf=held)
    assert validate_path(both.leaf, pool=both.pool, roots=[both.root], at=NOW, policies=[_POLICY]).valid
    assert validate_path(one.leaf, pool=one.pool, roots=[one.root], at=NOW, policies=[_POLICY]).codes() == ("x509.policy",)
    assert validate_path(both.leaf, pool=both.pool, roots=[both.root], at=NOW, policies=["1.2.3.4.2"]).codes() == ("x509.policy",)


REVOCATIONS = {
    # days from NOW: revoked, asked; further: reason, key not to be relied on since → our answer
    "revoked before": (-2, 0, "superseded", None, "revoked"),
    "revoked at that second": (0, 0, "superseded", None, "revoked"),
    "revoked after": (2, 0, "superseded", None, "good"),
    "leaked before, revoked after": (2, 0, "key_compromise", -2, "revoked"),
    "leaked after": (4, 0, "key_compromise", 2, "good"),
}


@pytest.mark.feature("18.11", part="revoked before and after a moment")
@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa"])
@pytest.mark.parametrize("name", sorted(REVOCATIONS))
def test_revoked_means_revoked_from_then_on(algorithm, name):
    revoked, asked, reason, since, expected = REVOCATIONS[name]
    made = ring(algorithm)
    leaf, authority = made.leaf.certificate, made.authority.certificate
    serial = read_certificate(leaf).serial
    entry = RevocationEntry(serial, NOW + revoked * DAY, reason, NOW + since * DAY if since else None)
    crl = make_crl([entry], signer=made.authority, issuer=authority, this_update=NOW + 9 * DAY, next_update=NOW + 16 * DAY, number=1)
    found = revocation_at(leaf, authority, NOW + asked * DAY, [crl])
    assert (found.status, found.source, found.reason) == (expected, "crl", reason)
    assert found.revoked_later is (expected == "good")
    at = int((NOW + revoked * DAY).timestamp())
    assert bouncy_castle().ask("crl", crl, authority, str(serial))[:3] == [b"true", b"true", str(at).encode()]
