"""The node's own certificates: made once, issued from, revoked, published, rotated; the same whichever database looks at the keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from kapok.kernel.common import clock
from kapok.kernel.crypto import public as crypto
from kapok.kernel.crypto.cli import app
from kapok.kernel.crypto.models import Authority, IssuedCertificate, RevocationList, RevokedCertificate, TrustRoot
from kapok.kernel.crypto.pki import held as memory
from kapok.kernel.crypto.pki import publishing, storage
from kapok.kernel.crypto.pki.plan import AUTHORITIES, PURPOSES, SERVICES
from tests.judges import openssl
from tests.judges.java import bouncy_castle
from tests.judges.ring import ring

pytestmark = pytest.mark.django_db

SUBJECT = {"C": "CN", "O": "示例市住房和城乡建设局", "CN": "示例市住房和城乡建设局公章", "organizationIdentifier": "11440000MB2C99996K"}


@pytest.fixture
def seal():
    """A seal certificate just issued, with those above it."""
    return crypto.issue_for("seal", SUBJECT, crypto.sm2_generate().public, at=clock.now())


def revocation(certificate, issuer, at):
    return crypto.revocation_at(certificate, issuer, at, crypto.crls_for([certificate]))


@pytest.mark.feature("18.11", part="own authorities, lists, answers and time stamps for the stand-in")
def test_a_new_node_has_two_hierarchies_and_its_own_certificates():
    found = crypto.pki_overview()
    assert {(a.algorithm, a.role) for a in found.authorities} == {(p.algorithm, p.role) for p in AUTHORITIES}
    assert {s.purpose for s in found.services} == {p.purpose for p in SERVICES}
    assert [facts.algorithm for _purpose, facts in found.roots] == ["sm2", "ecdsa"]
    for authority in found.authorities:
        at = clock.now()
        assert crypto.validate_path(authority.certificate, pool=authority.chain, roots=crypto.trust_roots(), at=at, purpose="issuer").valid
        assert authority.is_root or openssl.chain_holds([authority.certificate, *authority.chain], at=at)


def test_set_up_again_changes_nothing():
    before = set(Authority.objects.values_list("id", flat=True)), IssuedCertificate.objects.count()
    lines = []
    crypto.ensure_pki(lines.append)
    assert (set(Authority.objects.values_list("id", flat=True)), IssuedCertificate.objects.count(), lines) == (*before, [])


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_every_purpose_gives_a_certificate_that_holds_for_it(purpose):
    plan = PURPOSES[purpose]
    made = ring(plan.algorithm)
    certificate, chain = crypto.issue_for(purpose, SUBJECT, made.leaf.public, at=clock.now())
    wanted = purpose if purpose != "encrypt" else "encrypt"
    found = crypto.validate_path(certificate, pool=chain, roots=crypto.trust_roots(purpose), at=clock.now(), purpose=wanted)
    assert found.valid, found.codes()
    assert openssl.chain_holds([certificate, *chain])
    assert bouncy_castle().says("path", certificate, chain[-1], str(int(clock.now().timestamp())), *chain[:-1])


def test_a_certificate_lasts_as_asked_but_never_beyond_its_issuer():
    key, at = crypto.sm2_generate().public, clock.now().replace(microsecond=0)
    three_years = at + timedelta(days=1095)
    asked, _ = crypto.issue_for("seal", SUBJECT, key, at=at, valid_to=three_years)
    assert (crypto.read_certificate(asked).valid_from, crypto.read_certificate(asked).valid_to) == (at, three_years)
    long, chain = crypto.issue_for("seal", SUBJECT, key, at=at, valid_to=at + timedelta(days=36500))
    assert crypto.read_certificate(long).valid_to == crypto.read_certificate(chain[0]).valid_to


def test_issuing_takes_one_statement(seal, django_assert_num_queries):
    key = crypto.sm2_generate().public
    with django_assert_num_queries(1):
        crypto.issue_for("seal", SUBJECT, key, at=clock.now())


@pytest.mark.feature("18.11", part="own authorities, lists, answers and time stamps for the stand-in")
def test_a_revoked_certificate_stands_on_the_next_list_and_in_the_next_answer(seal):
    certificate, chain = seal
    at = clock.now()
    assert revocation(certificate, chain[0], at).status == "good"
    number = crypto.pki_overview().authorities
    crypto.revoke_certificate(certificate, at=at, reason="superseded")
    found = revocation(certificate, chain[0], at)
    assert (found.status, found.reason, found.source) == ("revoked", "superseded", "crl")
    assert revocation(certificate, chain[0], at - timedelta(days=1)).revoked_later
    request = crypto.make_ocsp_request(certificate, chain[0], nonce=b"0123456789abcdef")
    answer = crypto.ocsp_answer(request)
    assert crypto.read_ocsp(answer).nonce == b"0123456789abcdef"
    assert crypto.revocation_at(certificate, chain[0], clock.now(), [], [answer]).status == "revoked"
    assert bouncy_castle().ask("ocsp", answer, certificate, chain[0]) == [b"true", b"revoked"]
    listed = bouncy_castle().ask("crl", crypto.crls_for([certificate])[0], chain[0], str(crypto.read_certificate(certificate).serial))
    assert listed[:2] == [b"true", b"true"]
    assert len(number) == len(AUTHORITIES)


def test_revoking_twice_keeps_the_first_and_a_stranger_is_named(seal):
    certificate, _chain = seal
    first = clock.now().replace(microsecond=0)
    crypto.revoke_certificate(certificate, at=first, reason="cessation")
    crypto.revoke_certificate(crypto.read_certificate(certificate).serial, at=first + timedelta(days=1), reason="key_compromise")
    assert RevokedCertificate.objects.get().reason == "cessation"
    with pytest.raises(crypto.CertificateUnknown):
        crypto.revoke_certificate("ABCDEF", at=first)
    with pytest.raises(ValueError, match="hold"):
        crypto.revoke_certificate(certificate, at=first, reason="hold")


def test_a_list_is_kept_until_something_is_revoked_or_it_grows_old(seal, django_assert_num_queries):
    certificate, chain = seal
    first = crypto.crls_for([certificate])
    with django_assert_num_queries(2):  # is it the newest, and its bytes: nothing is remembered of a transaction that may be rolled back
        assert crypto.crls_for([certificate]) == first
    with clock.frozen(clock.now() + timedelta(hours=13)):
        assert crypto.crls_for([certificate]) == first, "it holds for a week; who reads does not wait for the next"
        crypto.publish_crls()
        second = crypto.crls_for([certificate])
    assert second != first and RevocationList.objects.filter(authority_id=_authority_of(chain).id).count() == 2
    assert [crypto.read_crl(each[0]).number for each in (first, second)] == [1, 2]


def test_no_list_is_signed_in_a_transaction(seal):
    certificate, _chain = seal
    with transaction.atomic():
        assert crypto.crls_for([certificate]) == (), "there is none yet"
        with pytest.raises(crypto.PkiMissing):
            crypto.crl_file(_authority_of(seal[1]).id)
    first = crypto.crls_for([certificate])
    crypto.revoke_certificate(certificate, at=clock.now())
    with transaction.atomic():
        assert crypto.crls_for([certificate]) == first, "the newest must do"
    assert len(crypto.read_crl(crypto.crls_for([certificate])[0]).entries) == 1


def test_custody_that_is_away_keeps_nobody_from_the_list_that_holds(seal, monkeypatch):
    certificate, _chain = seal
    first = crypto.crls_for([certificate])
    crypto.revoke_certificate(certificate, at=clock.now())

    def away(*_args, **_said):
        raise crypto.CustodyAway(custody="custodian", reason="")

    monkeypatch.setattr(publishing, "make_crl", away)
    assert crypto.crls_for([certificate]) == first
    with clock.frozen(clock.now() + timedelta(days=8)), pytest.raises(crypto.CustodyAway):
        crypto.crls_for([certificate])


def test_every_authority_has_a_list(django_assert_max_num_queries):
    assert crypto.publish_crls() == len(AUTHORITIES) == RevocationList.objects.count()


def test_answers_tell_what_was_never_issued_from_what_is_not_ours(seal):
    certificate, chain = seal
    made = ring("sm2")
    strange = crypto.ocsp_answer(crypto.make_ocsp_request(made.leaf.certificate, made.authority.certificate))
    assert crypto.read_ocsp(strange).status == 6
    assert crypto.read_ocsp(crypto.ocsp_answer(b"nonsense")).status == 1
    never = crypto.ocsp_answer(crypto.make_ocsp_request(made.leaf.certificate, chain[0]))
    assert [each.status for each in crypto.read_ocsp(never).answers] == ["unknown"]
    assert crypto.revocation_at(certificate, chain[0], clock.now(), [], [never]).why == "other_certificate"


@pytest.mark.feature("18.11", part="own authorities, lists, answers and time stamps for the stand-in")
@pytest.mark.parametrize(("algorithm", "digest"), [("sm2", "sm3"), ("ecdsa", "sha256")])
def test_the_time_stamp_service_answers_requests(algorithm, digest):
    signer = crypto.timestamper(algorithm)
    imprint = crypto.sm3(b"x") if digest == "sm3" else __import__("hashlib").sha256(b"x").digest()
    request = bouncy_castle().ask("timestamp_request", imprint, digest)[0]
    answer = crypto.timestamp_answer(algorithm, request)
    assert bouncy_castle().says("timestamp_answer", request, answer, signer.certificate)
    stamp = crypto.read_timestamp(crypto.timestamp(b"x", signer, clock.now()), b"x", roots=crypto.trust_roots("timestamp"))
    assert stamp.sound and stamp.path.valid


def test_files_are_served_by_the_id_that_certificates_name(seal):
    certificate, chain = seal
    facts = crypto.read_certificate(certificate)
    authority = facts.crl_urls[0].rsplit("/", 1)[1].removesuffix(".crl")
    assert crypto.crl_file(authority) == crypto.crls_for([certificate])[0]
    assert crypto.ca_file(authority) == chain[0]
    assert crypto.crl_file("nonsense") is None and crypto.ca_file("0" * 32) is None


def test_after_a_rotation_the_new_generation_signs_and_the_old_one_still_verifies(seal):
    certificate, chain = seal
    maker, stamp = crypto.seal_maker().certificate, crypto.timestamp(b"x", crypto.timestamper(), clock.now())
    assert crypto.rotate("sm2/root") == ["sm2/root", "sm2/seal", "sm2/timestamp", "sm2/node", "seal_maker", "timestamp", "node"]
    assert crypto.seal_maker().certificate != maker
    roots = crypto.trust_roots("seal")
    assert crypto.validate_path(certificate, pool=crypto.known_issuers(), roots=roots, at=clock.now(), purpose="seal").valid
    assert crypto.read_timestamp(stamp, b"x", roots=roots).path.valid
    newer, newer_chain = crypto.issue_for("seal", SUBJECT, crypto.sm2_generate().public, at=clock.now())
    assert newer_chain[0] != chain[0] and newer_chain[-1] != chain[-1]
    assert crypto.validate_path(newer, pool=crypto.known_issuers(), roots=roots, at=clock.now(), purpose="seal").valid
    assert crypto.validate_path(newer, pool=crypto.known_issuers(), roots=[chain[-1]], at=clock.now()).verdict == "UNTRUSTED"
    crypto.revoke_certificate(certificate, at=clock.now())  # a retired authority still signs its lists
    assert revocation(certificate, chain[0], clock.now()).status == "revoked"


def test_a_rotation_that_is_rolled_back_leaves_nothing_in_memory():
    before = crypto.timestamper().certificate
    with transaction.atomic():
        crypto.rotate("timestamp")
        assert crypto.timestamper().certificate != before
        transaction.set_rollback(True)
    assert crypto.timestamper().certificate == before


@pytest.mark.django_db(transaction=True)
def test_a_new_database_takes_up_the_certificates_of_the_keys_that_are_there():
    before = {a.id: a.certificate for a in crypto.pki_overview().authorities}
    services = {s.purpose: s.certificate for s in crypto.pki_overview().services}
    _empty()
    crypto.ensure_pki()
    assert {a.id: a.certificate for a in crypto.pki_overview().authorities} == before
    assert {s.purpose: s.certificate for s in crypto.pki_overview().services} == services
    assert {row["id"] for row in storage.read_copy()} >= {str(found) for found in before}
    certificate, chain = crypto.issue_for("seal", SUBJECT, crypto.sm2_generate().public, at=clock.now())
    assert crypto.validate_path(certificate, pool=chain, roots=crypto.trust_roots(), at=clock.now()).valid


@pytest.mark.django_db(transaction=True)
def test_a_copy_whose_keys_are_gone_is_not_taken_up(tmp_path, settings):
    settings.KAPOK_KEYS = tmp_path / "keys"
    before = {a.id for a in crypto.pki_overview().authorities}
    storage.write_copy(storage.read_copy())
    _empty()
    crypto.ensure_pki()
    assert before.isdisjoint({a.id for a in crypto.pki_overview().authorities})
    memory._memory.clear()


def test_keys_that_are_gone_are_named(tmp_path, settings):
    assert crypto.pki_overview().missing == ()
    settings.KAPOK_KEYS = tmp_path / "keys"
    found = crypto.pki_overview()
    assert len(found.missing) == len(AUTHORITIES) + len(SERVICES) and all(label.startswith("pki/") for label in found.missing)
    with pytest.raises(crypto.CustodyRefused):
        crypto.node_signer()
    assert crypto.rotate("sm2/root")  # the way out: a new hierarchy beside the old certificates, which go on verifying
    assert crypto.node_signer().sign(b"x")


def test_set_up_does_not_wait_for_a_custodian_that_is_not_started_yet(tmp_path, settings):
    settings.KAPOK_CUSTODY, settings.KAPOK_CUSTODIAN = "custodian", tmp_path / "nobody.sock"
    assert crypto.rotate("timestamp") == ["timestamp"]


@pytest.mark.django_db(transaction=True)
def test_two_set_ups_at_once_make_one_hierarchy():
    _empty()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: _set_up_alone(), range(4)))
    assert Authority.objects.count() == len(AUTHORITIES) and not Authority.objects.filter(retired_at__isnull=False).exists()
    assert IssuedCertificate.objects.exclude(label="").count() == len(SERVICES)


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_one_list_and_nothing_is_locked_while_it_is_signed(monkeypatch):
    made, waits = publishing.make_crl, []
    monkeypatch.setattr(publishing, "make_crl", lambda *args, **said: waits.append(connection.in_atomic_block) or made(*args, **said))
    certificate, _chain = crypto.issue_for("seal", SUBJECT, crypto.sm2_generate().public, at=clock.now())
    crypto.revoke_certificate(certificate, at=clock.now())
    with ThreadPoolExecutor(4) as pool:
        lists = set(pool.map(lambda _n: _alone(lambda: crypto.crls_for([certificate])[0]), range(8)))
    assert len(lists) == 1 and len(crypto.read_crl(lists.pop()).entries) == 1
    assert list(RevocationList.objects.values_list("number", flat=True)) == [1]
    assert waits and not any(waits)


def _set_up_alone():
    _alone(crypto.ensure_pki)


def _alone(ask):
    """In a thread with a connection of its own."""
    try:
        return ask()
    finally:
        connection.close()


def _empty():
    tables = (RevocationList, RevokedCertificate, IssuedCertificate, TrustRoot, Authority)
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(table._meta.db_table for table in tables)}")
    memory._memory.clear()


def test_what_ends_soon_is_told_at_thirty_seven_and_one_day(seal):
    key, at = crypto.sm2_generate().public, clock.now().replace(microsecond=0)
    for days in (0.5, 5, 20, 60):
        crypto.issue_for("seal", SUBJECT, key, at=at - timedelta(days=400), valid_to=at + timedelta(days=days))
    crypto.issue_for("seal", SUBJECT, key, at=at - timedelta(days=400), valid_to=at - timedelta(days=3))
    found = crypto.expiring_certificates(at)
    assert [(each.level, each.days_left) for each in found] == [(0, -3), (1, 0), (7, 5), (30, 20)]
    ended = crypto.pki_overview().authorities[0].valid_to
    assert {each.purpose for each in crypto.expiring_certificates(ended - timedelta(days=6))} >= {"root", "authority", "node"}


def test_another_root_is_trusted_for_a_purpose_and_no_longer():
    made = ring("sm2")

    def judge(purpose):
        roots = crypto.trust_roots(purpose)
        return crypto.validate_path(made.leaf.certificate, pool=[made.authority.certificate], roots=roots, at=clock.now()).verdict

    assert judge("seal") == "UNTRUSTED"
    crypto.trust([made.root.certificate], "seal")
    crypto.trust([made.root.certificate], "seal")
    assert (judge("seal"), judge("timestamp")) == ("VALID", "UNTRUSTED")
    crypto.distrust(made.root.certificate, "seal")
    assert judge("seal") == "UNTRUSTED"


def test_commands_show_rotate_export_and_trust(tmp_path):
    run = CliRunner().invoke
    assert "sm2/seal G1  issuing" in run(app, ["pki", "show"]).output
    assert run(app, ["pki", "rotate", "sm2/seal"]).output == "made: sm2/seal, seal_maker\n"
    assert "sm2/seal G1  retired" in run(app, ["pki", "show"]).output
    assert run(app, ["pki", "rotate", "nonsense"]).exit_code == 2
    assert run(app, ["pki", "export", str(tmp_path / "out")]).exit_code == 0
    root = (tmp_path / "out" / "sm2-root-G1.pem").read_text()
    assert openssl.run("x509", "-noout", "-subject", stdin=root.encode()).returncode == 0
    made = ring("sm2")
    (tmp_path / "root.der").write_bytes(made.root.certificate)
    (tmp_path / "leaf.der").write_bytes(made.leaf.certificate)
    assert run(app, ["pki", "trust", str(tmp_path / "root.der"), "--purpose", "seal"]).exit_code == 0
    assert made.root.certificate in crypto.trust_roots("seal")
    assert run(app, ["pki", "trust", str(tmp_path / "leaf.der")]).exit_code == 2
    assert run(app, ["pki", "distrust", str(tmp_path / "root.der"), "--purpose", "seal"]).exit_code == 0
    assert made.root.certificate not in crypto.trust_roots("seal")


def _authority_of(chain):
    return next(a for a in crypto.pki_overview().authorities if a.certificate == chain[0])
