"""Keys in custody: made once, wrapped on disk, signing only with leave that is fresh, for this seal, and not spent."""

import json
import os
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.crypto.ciphers import sm3
from kapok.kernel.crypto.custody import authorising, material, pkcs11
from kapok.kernel.crypto.custody.authorising import SpentHere, authorise
from kapok.kernel.crypto.custody.file import file_custody, keys_folder
from kapok.kernel.crypto.custody.kinds import custody_named
from kapok.kernel.crypto.custody.signing import authorised, create_key, custody_health, destroy_key, signer
from kapok.kernel.crypto.custody.wire import read, written
from kapok.kernel.crypto.errors import AuthorisationRefused, CustodyAway, CustodyRefused
from kapok.kernel.crypto.models import SpentAuthorisation
from kapok.kernel.crypto.sm2.signing import sm2_verify
from kapok.kernel.crypto.x509.issuing import WantedCertificate, issue_certificate
from tests.judges import openssl

pytestmark = pytest.mark.feature("18.15", part="custody of keys")

SEAL = "0190a1b2-0000-7000-8000-000000000001"
DOCUMENT = b"a document"


@pytest.fixture
def keys(master_key):
    """A node of its own whose keys lie in files."""
    return keys_folder()


def leave(document=DOCUMENT, **other):
    words = {"seal": SEAL, "person": "account 7", "purpose": "seal a licence", **other}
    return authorise(sm3(document), **words)


def issued(by, public):
    """A certificate of the key by itself."""
    begins = clock.wall()
    return issue_certificate(WantedCertificate({"CN": "样张"}, public, begins, begins + timedelta(days=1)), signer=by)


@pytest.mark.parametrize("algorithm", ["sm2", "ecdsa", "rsa"])
def test_a_key_signs_by_its_label_and_its_private_half_is_never_written_plainly(keys, algorithm, tmp_path):
    public = create_key("pki/root-1", algorithm)
    held_by = issued(signer("pki/root-1", b""), public)
    by = signer("pki/root-1", held_by)
    signature = by.sign(b"data")
    assert material.verifies(algorithm, public, material.digest_of(algorithm, public, b"data"), signature)
    if algorithm == "sm2":
        assert sm2_verify(public, b"data", signature)
    else:
        pem = tmp_path / "key.pem"
        pem.write_bytes(openssl.run("pkey", "-pubin", "-inform", "DER", stdin=public).stdout)
        assert openssl.key_made(pem, b"data", signature, digest="sha256")
    file = keys / "pki" / "root-1.key"
    private = material.private_bytes(file_custody()._open("pki/root-1"))
    held = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert private not in held and private.hex().encode() not in held
    assert (by.algorithm, by.certificate, by.chain) == (algorithm, held_by, ())
    assert private.hex() not in repr(by)


def test_who_comes_second_gets_the_first_ones_key_and_another_algorithm_is_refused(keys):
    with ThreadPoolExecutor(8) as pool:
        publics = set(pool.map(lambda _: create_key("pki/tsa", "sm2"), range(8)))
    assert len(publics) == 1
    with pytest.raises(CustodyRefused) as caught:
        create_key("pki/tsa", "ecdsa")
    assert caught.value.data["reason"] == "other_algorithm"
    assert sorted(path.name for path in keys.rglob("*") if path.is_file()) == ["master.key", "tsa.key"]


def test_a_certificate_of_another_key_is_not_signed_for(keys):
    public = create_key("pki/a", "sm2")
    create_key("pki/b", "sm2")
    held_by = issued(signer("pki/a", b""), public)
    with pytest.raises(CustodyRefused) as caught:
        signer("pki/b", held_by)
    assert caught.value.data["reason"] == "other_key"


@pytest.mark.parametrize(
    "label", ["", "master", "../master", "a/../b", "/etc/x", "A", "a//b", "a/", "x" * 101, "a b", "a\0b", "a/b/c/d/e/f/g"]
)
def test_a_label_that_leads_elsewhere_is_refused(keys, label):
    for act in (lambda: create_key(label, "sm2"), lambda: signer(label, b""), lambda: destroy_key(label)):
        with pytest.raises(CustodyRefused):
            act()


def test_no_key_and_no_such_algorithm_are_said(keys):
    with pytest.raises(CustodyRefused) as caught:
        signer("pki/none", b"")
    assert caught.value.data == {"key": "pki/none", "reason": "absent"}
    with pytest.raises(CustodyRefused):
        create_key("pki/x", "sm9")


def test_a_destroyed_key_signs_no_more_in_any_process_and_its_label_may_be_used_again(keys):
    first = create_key("pki/old", "sm2")
    by = signer("pki/old", b"")
    by.sign(b"data")
    shutil.copy(keys / "pki" / "old.key", keys / "copy")
    (keys / "pki" / "old.key").unlink()  # as another process would
    with pytest.raises(CustodyRefused):
        by.sign(b"data")
    assert create_key("pki/old", "sm2") != first
    destroy_key("pki/old")
    destroy_key("pki/old")
    with pytest.raises(CustodyRefused):
        signer("pki/old", b"")


def test_a_key_file_moved_altered_or_damaged_does_not_open(keys):
    create_key("pki/a", "sm2")
    create_key("pki/b", "sm2")
    shutil.copy(keys / "pki" / "b.key", keys / "pki" / "a.key")
    with pytest.raises(CustodyRefused) as caught:
        signer("pki/a", b"").sign(b"data")
    assert caught.value.data["reason"] == "damaged"
    told = json.loads((keys / "pki" / "b.key").read_text())
    (keys / "pki" / "b.key").write_text(json.dumps({**told, "algorithm": "rsa"}))
    with pytest.raises(CustodyRefused):
        signer("pki/b", b"").sign(b"data")
    (keys / "pki" / "b.key").write_text("{")
    with pytest.raises(CustodyRefused):
        signer("pki/b", b"")


def test_what_opens_keys_is_not_the_key_that_seals_personal_data(keys, settings):
    create_key("pki/a", "sm2")
    assert (keys / "master.key").read_bytes() != (settings.KAPOK_SECRETS / "master.key").read_bytes()
    assert custody_health() == ""


# --- leave ------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def seal_key(keys, db):
    create_key(f"seal/{SEAL}/1", "sm2")
    return signer(f"seal/{SEAL}/1", b"")


def refused(act):
    with pytest.raises(AuthorisationRefused) as caught:
        act()
    return caught.value.data["why"]


def test_a_seals_key_signs_once_with_leave_for_this_document_and_never_without(seal_key):
    given = leave()
    by = authorised(seal_key, given, DOCUMENT)
    assert sm2_verify(seal_key.key.public, b"to sign", by.sign(b"to sign"))
    assert refused(lambda: by.sign(b"to sign")) == "spent"
    assert refused(lambda: by.sign(b"something else")) == "spent"
    assert refused(lambda: seal_key.sign(b"to sign")) == "missing"
    row = SpentAuthorisation.objects.get()
    assert (bytes(row.nonce), row.key, bytes(row.document_sm3), bytes(row.signed_sm3)) == (
        given.nonce, f"seal/{SEAL}/1", sm3(DOCUMENT), sm3(b"to sign"),
    )  # fmt: skip


def test_leave_for_one_document_is_not_leave_for_another(seal_key):
    assert refused(lambda: authorised(seal_key, leave(), b"another document")) == "other_document"


def test_leave_for_one_seal_does_not_open_another_but_serves_each_of_its_own_keys_once(seal_key):
    assert refused(lambda: seal_key.sign(b"x", authorisation=leave(seal="another"))) == "other_seal"
    assert refused(lambda: seal_key.sign(b"x", authorisation=leave(seal=SEAL[:-1]))) == "other_seal"
    create_key(f"seal/{SEAL}/1/pdf", "ecdsa")
    given, pdf_key = leave(), signer(f"seal/{SEAL}/1/pdf", b"")
    seal_key.sign(b"x", authorisation=given)
    pdf_key.sign(b"x", authorisation=given)
    assert refused(lambda: pdf_key.sign(b"x", authorisation=given)) == "spent"


@pytest.mark.parametrize("field", ["document_sm3", "seal", "person", "purpose", "request", "issued_at", "nonce", "mac"])
def test_leave_that_was_altered_in_any_part_is_refused(seal_key, field):
    given = leave()
    value = getattr(given, field)
    other = value + timedelta(seconds=1) if field == "issued_at" else value[:-1] + (b"\0" if isinstance(value, bytes) else "0")
    if other == value:
        other = value[:-1] + (b"\1" if isinstance(value, bytes) else "1")
    assert refused(lambda: seal_key.sign(b"x", authorisation=replace(given, **{field: other}))) == "altered"


@pytest.mark.parametrize(("seconds", "holds"), [(-119, True), (-121, False), (4, True), (6, False)])
def test_leave_is_fresh_for_two_minutes_by_machine_time(seal_key, monkeypatch, seconds, holds):
    with monkeypatch.context() as patch:
        moved = clock.wall() + timedelta(seconds=seconds)
        patch.setattr(authorising.clock, "wall", lambda: moved)
        given = leave()
    with clock.frozen(clock.wall() + timedelta(days=900)):  # legal time has nothing to do with it
        if holds:
            seal_key.sign(b"x", authorisation=given)
        else:
            assert refused(lambda: seal_key.sign(b"x", authorisation=given)) == "stale"


def test_leave_is_spent_by_one_of_many_who_try_at_once(seal_key):
    """The table decides; here one after another, the race itself is the database's primary key."""
    given, won = leave(), 0
    for _ in range(20):
        try:
            seal_key.sign(b"x", authorisation=given)
            won += 1
        except AuthorisationRefused:
            continue
    assert won == 1


def test_what_is_long_spent_is_forgotten(seal_key, monkeypatch):
    SpentAuthorisation.objects.create(
        nonce=b"old", key="seal/x/1", document_sm3=b"", signed_sm3=b"", person="", spent_at=clock.wall() - timedelta(days=2)
    )
    monkeypatch.setattr(authorising.os, "urandom", bytes)
    seal_key.sign(b"x", authorisation=leave())
    assert [bytes(row.nonce) for row in SpentAuthorisation.objects.all()] == [bytes(16)]


def test_leave_is_not_spent_in_a_transaction_that_could_give_it_back(seal_key):
    given = leave()
    with pytest.raises(RuntimeError, match="in a transaction"), transaction.atomic():
        seal_key.sign(b"x", authorisation=given)
    assert seal_key.sign(b"x", authorisation=given)
    with transaction.atomic():
        create_key("pki/free", "ecdsa")
        assert signer("pki/free", b"").sign(b"x"), "a key without leave signs as before"


def test_leave_travels_as_json_whole_or_not_at_all(master_key):
    given = leave(request="request 5")
    assert read(json.loads(json.dumps(written(given)))) == given
    assert read(written(None)) is None
    for name in written(given):
        with pytest.raises((KeyError, ValueError, TypeError)):
            read({key: value for key, value in written(given).items() if key != name})


def test_a_process_without_a_database_remembers_what_was_spent_and_takes_nothing_older_than_itself(master_key, monkeypatch):
    older, memory = leave(), SpentHere()
    given = leave()
    memory.spend("seal/x/1", given)
    memory.spend("seal/x/2", given)
    assert refused(lambda: memory.spend("seal/x/1", given)) == "spent"
    assert refused(lambda: memory.spend("seal/x/1", older)) == "restarted"
    later = clock.wall() + timedelta(hours=1)
    monkeypatch.setattr(authorising.clock, "wall", lambda: later)
    for _ in range(1000):
        memory.spend("seal/x/1", leave())
    assert len(memory._spent) <= 1000


@pytest.mark.parametrize("wrong", [{"seal": "a/b"}, {"seal": ""}, {"person": ""}, {"purpose": ""}])
def test_leave_that_names_no_seal_person_or_purpose_is_not_minted(master_key, wrong):
    with pytest.raises(ValueError, match="names"):
        leave(**wrong)
    with pytest.raises(ValueError, match="names"):
        authorise(b"short", seal="s", person="p", purpose="p")


def test_a_wrong_signature_from_a_custody_is_never_given_out(keys, monkeypatch):
    create_key("pki/a", "ecdsa")
    monkeypatch.setattr(
        type(file_custody()), "sign_digest", lambda self, label, digest, leave: material.sign_digest(self._open(label), bytes(32))
    )
    with pytest.raises(CustodyRefused) as caught:
        signer("pki/a", b"").sign(b"data")
    assert caught.value.data["reason"] == "wrong_signature"


# --- a token ----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def token(tmp_path, settings, monkeypatch, master_key):
    """SoftHSM, with a token of its own."""
    module = next((path for path in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so") if os.path.exists(path)), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("needs softhsm2: apt install softhsm2")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    words = ["softhsm2-util", "--init-token", "--free", "--label", "kapok", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run(words, check=True, capture_output=True)
    (settings.KAPOK_SECRETS / "pkcs11.pin").write_text("1234\n")
    (settings.KAPOK_SECRETS / "pkcs11.pin").chmod(0o600)
    settings.KAPOK_PKCS11_MODULE, settings.KAPOK_PKCS11_TOKEN, settings.KAPOK_CUSTODY = module, "kapok", "pkcs11"
    pkcs11._at.cache_clear()
    yield tmp_path / "tokens"
    pkcs11._at.cache_clear()


def test_a_token_makes_keys_that_sign_and_cannot_be_read(token, tmp_path, db):
    import pkcs11 as interface

    for algorithm in ("ecdsa", "rsa"):
        public = create_key(f"seal/{SEAL}/{algorithm}", algorithm)
        assert create_key(f"seal/{SEAL}/{algorithm}", algorithm) == public
        by = signer(f"seal/{SEAL}/{algorithm}", b"")
        signature = by.sign(b"data", authorisation=leave())
        pem = tmp_path / "key.pem"
        pem.write_bytes(openssl.run("pkey", "-pubin", "-inform", "DER", stdin=public).stdout)
        assert openssl.key_made(pem, b"data", signature, digest="sha256")
        assert refused(lambda by=by: by.sign(b"data")) == "missing"
        held = custody_named()._open().get_key(object_class=interface.ObjectClass.PRIVATE_KEY, label=f"seal/{SEAL}/{algorithm}")
        secret = interface.Attribute.VALUE if algorithm == "ecdsa" else interface.Attribute.PRIVATE_EXPONENT
        with pytest.raises(interface.PKCS11Error):
            held[secret]
        destroy_key(f"seal/{SEAL}/{algorithm}")
        with pytest.raises(CustodyRefused):
            signer(f"seal/{SEAL}/{algorithm}", b"")
    with pytest.raises(CustodyRefused) as caught:
        create_key(f"seal/{SEAL}/sm2", "sm2")
    assert caught.value.data["reason"] == "algorithm"
    assert custody_health() == ""


def test_a_token_that_is_not_there_is_away_not_an_error_of_ours(master_key, settings):
    settings.KAPOK_CUSTODY = "pkcs11"
    pin, reasons = settings.KAPOK_SECRETS / "pkcs11.pin", []
    for module, mode in (("", 0), ("/nowhere/lib.so", 0), ("/nowhere/lib.so", 0o644), ("/nowhere/lib.so", 0o600)):
        settings.KAPOK_PKCS11_MODULE = module
        pkcs11._at.cache_clear()
        if mode:
            pin.write_text("1234")
            pin.chmod(mode)
        with pytest.raises(CustodyAway) as caught:
            create_key("pki/a", "ecdsa")
        reasons.append(caught.value.data["reason"])
    assert reasons[:3] == ["KAPOK_PKCS11_MODULE is not set", f"no PIN in {pin}", f"{pin} is readable by others"]
    pkcs11._at.cache_clear()
