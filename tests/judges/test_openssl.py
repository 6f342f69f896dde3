"""OpenSSL's own commands on what the authorities make: lists, answers and time stamps, whole for ECDSA, bare signatures for SM2."""

import pytest

from kapok.kernel.crypto.x509 import decode
from kapok.kernel.crypto.x509.crl import make_crl, read_crl
from kapok.kernel.crypto.x509.facts import read_certificate
from kapok.kernel.crypto.x509.ocsp import StatusAnswer, make_ocsp, read_ocsp, read_ocsp_request
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from kapok.kernel.crypto.x509.timestamps import answer_timestamp, read_timestamp, timestamp, token_of_answer
from tests.judges import openssl
from tests.judges.ring import DAY, NOW, ring

pytestmark = [pytest.mark.processes, pytest.mark.feature("18.11", part="lists, answers and time stamps judged by OpenSSL")]


@pytest.fixture
def made():
    return ring("ecdsa")


@pytest.fixture
def written(tmp_path):
    """Writes bytes to a file; certificates as PEM."""

    def write(name, content, pem=False):
        path = tmp_path / name
        path.write_bytes(openssl.run("x509", "-inform", "DER", stdin=content).stdout if pem else content)
        return str(path)

    return write


def crl_of(made, *entries):
    return make_crl(entries, signer=made.authority, issuer=made.authority.certificate, this_update=NOW, next_update=NOW + DAY, number=1)


def test_openssl_verifies_a_list_and_refuses_a_chain_by_it(made, written):
    serial = read_certificate(made.leaf.certificate).serial
    crl = crl_of(made, RevocationEntry(serial, NOW - DAY, "key_compromise"))
    authority, root = written("ca.pem", made.authority.certificate, True), written("root.pem", made.root.certificate, True)
    done = openssl.run("crl", "-inform", "DER", "-in", written("list.crl", crl), "-CAfile", authority, "-noout", "-text")
    assert b"verify OK" in done.stderr and b"Key Compromise" in done.stdout
    leaf = written("leaf.pem", made.leaf.certificate, True)
    pem = written("list.pem", openssl.run("crl", "-inform", "DER", stdin=crl).stdout)
    at = str(int(NOW.timestamp()))
    command = ("verify", "-crl_check", "-attime", at, "-CAfile", root, "-untrusted", authority, "-CRLfile")
    assert b"certificate revoked" in openssl.run(*command, pem, leaf).stderr
    clean = written("clean.pem", openssl.run("crl", "-inform", "DER", stdin=crl_of(made)).stdout)
    assert openssl.run(*command, clean, leaf).returncode == 0


@pytest.mark.parametrize("status", ["good", "revoked", "unknown"])
def test_openssl_asks_and_accepts_the_answer(made, written, status, tmp_path):
    authority, leaf = written("ca.pem", made.authority.certificate, True), written("leaf.pem", made.leaf.certificate, True)
    root = written("root.pem", made.root.certificate, True)
    assert openssl.run("ocsp", "-issuer", authority, "-cert", leaf, "-reqout", str(tmp_path / "request")).returncode == 0
    asked = read_ocsp_request((tmp_path / "request").read_bytes())
    entry = RevocationEntry(asked.about[0].serial, NOW - DAY, "superseded") if status == "revoked" else None
    answers = [StatusAnswer(asked.about[0], status, NOW, NOW + DAY, entry)]
    answer = make_ocsp(answers, signer=made.authority, responder=made.authority.certificate, at=NOW, nonce=asked.nonce)
    done = openssl.run(
        "ocsp", "-issuer", authority, "-cert", leaf, "-respin", written("answer", answer), "-CAfile", root, "-verify_other", authority,
        "-no_nonce", "-attime", str(int(NOW.timestamp())), "-validity_period", "999999999",
    )  # fmt: skip
    assert b"Response verify OK" in done.stderr, done.stderr
    assert f"leaf.pem: {status}".encode() in done.stdout


def test_openssl_asks_for_a_time_stamp_and_verifies_it(made, written, tmp_path):
    data = written("data", "木棉".encode())
    assert openssl.run("ts", "-query", "-data", data, "-sha256", "-cert", "-out", str(tmp_path / "query")).returncode == 0
    answer = answer_timestamp((tmp_path / "query").read_bytes(), made.stamper, NOW)
    root, authority = written("root.pem", made.root.certificate, True), written("ca.pem", made.authority.certificate, True)
    when = ("-attime", str(int(NOW.timestamp())), "-CAfile", root, "-untrusted", authority)
    done = openssl.run("ts", "-verify", "-queryfile", str(tmp_path / "query"), "-in", written("answer", answer), *when)
    assert b"Verification: OK" in done.stdout, done.stderr
    other = written("other", b"other")
    assert openssl.run("ts", "-verify", "-data", other, "-in", written("answer", answer), *when).returncode != 0
    assert read_timestamp(token_of_answer(answer), "木棉".encode()).sound


def test_bare_sm2_signatures_of_list_answer_and_time_stamp_hold():
    """OpenSSL reads these structures but cannot verify them with the usual id; the signature over the signed bytes it can."""
    made = ring("sm2")
    authority = made.authority.certificate
    crl = read_crl(crl_of(made, RevocationEntry(7, NOW)))
    assert openssl.signature_holds(authority, crl.tbs, crl.signature)
    asked = read_ocsp(
        make_ocsp([], signer=made.authority, responder=authority, at=NOW)  # an answer about nothing is signed like any other
    )
    assert openssl.signature_holds(authority, asked.tbs, asked.signature)
    assert not openssl.signature_holds(authority, asked.tbs + b"\0", asked.signature)
    signed, signature = _signed_part(timestamp(b"data", made.stamper, NOW))
    assert openssl.signature_holds(made.stamper.certificate, signed, signature)


def _signed_part(token):
    """Signed attributes, as the set that is signed, and the signature of a token's one signer."""
    body = decode.parse(token).parts()[1].only().parts()
    signer = body[-1].parts()[0].parts()
    return b"\x31" + signer[3].raw[1:], decode.octets(signer[5])
