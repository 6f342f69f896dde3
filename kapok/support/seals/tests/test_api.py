"""The API of seals for systems that connect: seal by file or digest, and a coded answer for everything that is wrong."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kapok.kernel.accounts.models import ApiToken
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.crypto.public import read_certificate, read_signature, sm2_verify, sm3
from kapok.kernel.ofd.public import read_ofd
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals import rules
from kapok.support.seals.actions.queueing import run_queue
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import SealUse
from kapok.support.seals.public import verify_file
from kapok.support.seals.tests.factories import SYSTEM, office, paper, pdf_paper, sealed_office, user_of
from kapok.support.seals.web import pki_api
from kapok.support.seals.web.verify_sending import Pace
from sandbox.seal_server.server import SealServer

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.17", part="API")]
PLACE = [{"page": 1, "x": 130, "y": 210}]


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def seal(org: Org) -> SealFacts:
    return sealed_office(org)


class Caller:
    """A connected system with a token."""

    def __init__(self, account: Account) -> None:
        token = f"token-of-{account.login}"
        ApiToken.objects.create(digest=sm3(token.encode()), account=account, label="测试", made_at=clock.wall())
        self.headers = {"authorization": f"Bearer {token}"}
        self.client = Client()

    def seal(self, seal: Any, content: bytes | None = None, key: str = "k1", **said: Any) -> Any:
        asked = {"seal": str(seal), "reason": "颁发许可", "places": PLACE, **said}
        file = SimpleUploadedFile("a.ofd", content if content is not None else paper(), "application/octet-stream")
        headers = {**self.headers, "idempotency-key": key}
        return self.client.post("/api/seals/v1/seal", {"file": file, "asked": json.dumps(asked)}, headers=headers)

    def get(self, address: str) -> Any:
        return self.client.get(f"/api/seals/v1/{address}", headers=self.headers)


@pytest.fixture
def caller(seal: SealFacts, org: Org) -> Caller:
    return Caller(Account.objects.get(id=user_of(seal, org).account))


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["code"]


def test_a_file_is_sealed_and_the_answer_names_its_entry(caller: Caller, seal: SealFacts) -> None:
    answer = caller.seal(seal.id, digest=sm3(paper()).hex(), case_number="A1")
    assert answer.status_code == 200, answer.content
    assert verify_file(answer.content).verdict == "valid" and answer["Seal-Digest"] == sm3(answer.content).hex()
    use = caller.get(f"uses/{answer['Seal-Use']}").json()
    assert (use["seal"], use["case_number"], use["document_sm3"]) == (seal.es_id, "A1", sm3(paper()).hex())
    assert caller.seal(seal.id, pdf_paper(), "k2").content.startswith(b"%PDF-")


def test_two_seals_stand_on_one_file_both_valid(caller: Caller, seal: SealFacts, org: Org) -> None:
    other = sealed_office(org, "licence")
    second = Caller(Account.objects.get(id=user_of(other, org).account))
    first = caller.seal(seal.id)
    both = second.seal(other.id, first.content, places=[{"page": 1, "x": 60, "y": 210}])
    assert both.status_code == 200 and len(read_ofd(both.content).signatures) == 2
    assert verify_file(both.content).verdict in ("valid", "extended")


def test_a_wish_sent_again_gets_the_same_file_and_another_file_under_its_key_is_refused(caller: Caller, seal: SealFacts) -> None:
    first, again = caller.seal(seal.id), caller.seal(seal.id)
    assert first.content == again.content and first["Seal-Use"] == again["Seal-Use"] and SealUse.objects.count() == 1
    assert code(caller.seal(seal.id, paper("另一份"))) == (409, "seals.replayed")
    assert caller.get("requests/k1").content == first.content
    assert caller.get("requests/k9").status_code == 404


def test_everything_that_is_wrong_has_its_code(caller: Caller, seal: SealFacts, org: Org) -> None:
    stranger = Caller(Account.objects.get(id=user_of(sealed_office(org, "approval"), org).account))
    assert code(caller.seal(seal.id, digest="0" * 64)) == (422, "seals.wrong_digest")
    assert code(stranger.seal(seal.id)) == (403, "seals.not_for_you")
    assert code(caller.seal("01900000-0000-7000-8000-000000000000")) == (404, "kapok.not_here")
    assert code(caller.seal("nonsense"))[0] == 422
    assert code(caller.seal(seal.id, reason="")) == (422, "seals.no_reason")
    assert code(caller.seal(seal.id, b"hello")) == (422, "seals.media")
    assert code(caller.seal(seal.id, b"PK\x03\x04rubbish")) == (422, "seals.unreadable")
    assert code(caller.seal(seal.id, b"%PDF-rubbish")) == (422, "seals.unreadable")
    assert code(caller.seal(seal.id, places=[{"page": 5, "x": 1, "y": 1}])) == (422, "seals.place")
    assert code(caller.seal(seal.id, places=[])) == (422, "seals.no_place")
    assert code(caller.seal(seal.id, places=[], keyword="没有的字")) == (422, "seals.keyword_missing")
    assert code(caller.seal(seal.id, key="")) == (400, "idempotency.missing")
    suspend_seal(seal.id, reason="停用", by=SYSTEM)
    assert code(caller.seal(seal.id)) == (409, "seals.suspended")
    assert caller.client.post("/api/seals/v1/seal").status_code in (401, 422)
    assert caller.client.get("/api/seals/v1/seals").status_code == 401
    assert SealUse.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(caller: Caller, seal: SealFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.table()["numbers"], "file_megabytes", 1)
    assert code(caller.seal(seal.id, b"PK" + bytes(1_100_000))) == (413, "seals.too_large")


def test_a_digest_is_signed_for_a_paper_that_stays_where_it_is(caller: Caller, seal: SealFacts) -> None:
    digest, path = sm3(b"<Signature/>"), "/Doc_0/Signs/Sign_0/Signature.xml"
    said = {"seal": str(seal.id), "reason": "颁发许可", "data_hash": digest.hex(), "property_info": path}
    headers = {**caller.headers, "idempotency-key": "d1"}
    answer = caller.client.post("/api/seals/v1/seal-digest", json.dumps(said), content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    signed = read_signature(answer.content)
    assert signed.data_hash == digest and signed.property_info == path and signed.timestamp
    assert sm2_verify(read_certificate(signed.cert).key.bits, signed.to_sign, signed.signature)
    use = SealUse.objects.get()
    assert bytes(use.document_sm3) == digest and use.media == "hash"
    wrong = {**said, "data_hash": "zz"}
    answer = caller.client.post("/api/seals/v1/seal-digest", json.dumps(wrong), content_type="application/json", headers=headers)
    assert answer.status_code == 422


def test_the_status_of_a_seal_is_told_by_number_and_by_digest(caller: Caller, seal: SealFacts) -> None:
    assert caller.get("seals").json()["seals"][0]["es_id"] == seal.es_id
    for name in (seal.es_id, seal.der_sm3.hex()):
        assert caller.get(f"seals/{name}").json()["state"] == "in_use"
    suspend_seal(seal.id, reason="停用", by=SYSTEM)
    assert caller.get(f"seals/{seal.es_id}").json()["state"] == "suspended"
    assert caller.get("seals/nothing").status_code == 404


def test_a_wish_may_wait_for_the_holder_of_the_key(org: Org, settings: Any) -> None:
    server = SealServer(token="demo").start()
    settings.KAPOK_SEAL_SERVER_TOKEN = "demo"
    settings.KAPOK_SEAL_SERVER, settings.KAPOK_SEAL_CUSTODY, settings.KAPOK_SEAL_SERVER_LIMIT = server.address, "remote", "0.5"
    seal = sealed_office(org)
    caller = Caller(Account.objects.get(id=user_of(seal, org).account))
    server.stop()
    assert code(caller.seal(seal.id)) == (503, "seals.not_ready")
    waits = caller.seal(seal.id, queue=True)
    assert waits.status_code == 202 and caller.get("requests/k1").json()["state"] == "waiting"
    server.start()
    assert run_queue() == 1
    assert verify_file(caller.get("requests/k1").content).verdict == "valid"
    server.stop()


def test_the_pki_answers_at_the_addresses_certificates_name(seal: SealFacts, org: Org, client: Client) -> None:
    from kapok.support.seals.models import SealVersion

    facts = read_certificate(bytes(SealVersion.objects.get(seal=seal.id).certificate))
    address = next(url for url in facts.crl_urls)
    path = address[address.index("/api/seals/v1/pki/") :]
    assert client.get(path)["Content-Type"] == "application/pkix-crl"
    assert client.get("/api/seals/v1/pki/crl/nonsense.crl").status_code == 404
    for tail in ("ocsp", "tsa/sm2", "tsa/ecdsa"):
        answer = client.post(f"/api/seals/v1/pki/{tail}", b"rubbish", content_type="application/octet-stream")
        assert answer.status_code == 200 and answer.content[:1] == b"\x30"
    assert client.post("/api/seals/v1/pki/tsa/rsa", b"x", content_type="application/octet-stream").status_code == 404
    assert client.post("/api/seals/v1/pki/ocsp", b"", content_type="application/octet-stream").status_code == 422


def test_the_description_of_the_api_names_every_door(client: Client) -> None:
    paths = set(client.get("/api/seals/v1/openapi.json").json()["paths"])
    assert {f"/api/seals/v1/{name}" for name in ("seal", "seal-digest", "seals", "verify", "pki/ocsp")} <= paths


def test_one_address_cannot_have_stamps_and_answers_signed_without_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pki_api, "pace", Pace(1))
    sent = [client.post("/api/seals/v1/pki/ocsp", b"", content_type="application/octet-stream").status_code for _ in range(2)]
    assert sent == [422, 429]
