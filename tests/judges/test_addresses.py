"""The addresses that a certificate names are served: OpenSSL fetches, asks and is answered over HTTP."""

import urllib.request

import pytest

from kapok.kernel.common import clock
from kapok.kernel.crypto import public as crypto
from tests.judges import openssl
from tests.judges.ring import ring

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
SUBJECT = {"C": "CN", "O": "示例市档案局", "CN": "示例市档案局公章"}


@pytest.fixture
def served(live_server, settings):
    """A certificate that names the running server, and those above it."""
    settings.KAPOK_PKI_URL = f"{live_server.url}/api/seals/v1/pki"
    return crypto.issue_for("pdf_seal", SUBJECT, ring("ecdsa").leaf.public, at=clock.now())


def fetch(url, body=None, kind=""):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if kind else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


@pytest.mark.feature("18.11", part="addresses in certificates answer")
def test_the_list_the_authority_and_the_status_service_answer(served, tmp_path):
    certificate, chain = served
    facts = crypto.read_certificate(certificate)
    assert fetch(facts.ca_urls[0]) == chain[0]
    assert crypto.revocation_at(certificate, chain[0], clock.now(), [fetch(facts.crl_urls[0])]).status == "good"
    names = [openssl.pem(der, tmp_path / f"{n}.pem") for n, der in enumerate((certificate, *chain))]
    command = ("ocsp", "-issuer", names[1], "-cert", names[0], "-url", facts.ocsp_urls[0], "-CAfile", names[2], "-verify_other", names[1])
    done = openssl.run(*command)
    assert b"Response verify OK" in done.stderr and b": good" in done.stdout, done.stderr
    crypto.revoke_certificate(certificate, at=clock.now(), reason="key_compromise")
    assert b": revoked" in openssl.run(*command).stdout
    assert crypto.revocation_at(certificate, chain[0], clock.now(), [fetch(facts.crl_urls[0])]).status == "revoked"


@pytest.mark.feature("18.11", part="addresses in certificates answer")
def test_the_time_stamp_service_answers(served, live_server, tmp_path):
    (tmp_path / "data").write_bytes("木棉".encode())
    query = tmp_path / "query"
    openssl.run("ts", "-query", "-data", str(tmp_path / "data"), "-sha256", "-cert", "-out", str(query))
    answer = fetch(f"{live_server.url}/api/seals/v1/pki/tsa/ecdsa", query.read_bytes(), "application/timestamp-query")
    (tmp_path / "answer").write_bytes(answer)
    chain = crypto.timestamper("ecdsa").chain
    names = [openssl.pem(der, tmp_path / f"{n}.pem") for n, der in enumerate(chain)]
    done = openssl.run(
        "ts", "-verify", "-queryfile", str(query), "-in", str(tmp_path / "answer"), "-CAfile", names[-1], "-untrusted", names[0]
    )
    assert b"Verification: OK" in done.stdout, done.stderr
