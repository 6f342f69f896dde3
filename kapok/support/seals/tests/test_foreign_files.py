"""Files of other makers: each step's verdict as recorded, and the steps that are mathematics judged again by OpenSSL and hashlib."""

import base64
import hashlib
import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import pytest

from kapok.kernel.crypto.public import read_certificate, read_signature
from kapok.kernel.ofd.public import StampAt, add_signature
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import NOW, PLACE, SIGNED, world
from kapok.support.seals.tests.foreign import foreign
from kapok.support.seals.verifying.corpus import AT, expected_reports, recorded_form
from kapok.support.seals.verifying.data import EXTENDED, UNTRUSTED, VALID
from kapok.support.seals.verifying.file import verify_content
from kapok.support.seals.verifying.trust import Trust

EXPECTED = expected_reports()
SEALED = [name for name, facts in EXPECTED.items() if facts.get("signatures")]
SIGN = "Doc_0/Signs/Sign_0/"


@pytest.mark.feature("18.10", part="files of other makers")
@pytest.mark.parametrize("name", EXPECTED)
def test_every_step_ends_as_recorded(name):
    assert recorded_form(verify_content(foreign(name), at=AT, trust=Trust())) == EXPECTED[name]


@pytest.mark.feature("18.10", part="files of other makers")
@pytest.mark.parametrize("name", SEALED)
def test_openssl_and_hashlib_come_to_the_same_in_the_steps_that_are_mathematics(name, tmp_path):
    with zipfile.ZipFile(BytesIO(foreign(name))) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist() if not entry.endswith("/")}
    xml = parts[SIGN + "Signature.xml"]
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("needs SM3 in Python's hashlib: an OpenSSL that has it")
    listed = re.findall(rb'FileRef="/?([^"]+)">\s*<ofd:CheckValue>([^<]+)<', xml)
    assert listed
    for path, value in listed:
        assert base64.b64decode(value) == hashlib.new("sm3", parts[path.decode()]).digest()
    signed = read_signature(parts[SIGN + "SignedValue.dat"])
    assert signed.data_hash == hashlib.new("sm3", xml).digest()
    assert _openssl(signed.cert, signed.to_sign, signed.signature, tmp_path)
    assert _openssl(signed.seal.maker_cert, signed.seal.signed_over[0][1], signed.seal.signature, tmp_path)


def _openssl(cert, data, signature, folder):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    body = base64.encodebytes(read_certificate(cert).key.spki).decode()
    (folder / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n")
    (folder / "data").write_bytes(data)
    (folder / "signature").write_bytes(signature)
    done = subprocess.run(
        [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "key.pem", "-in", folder / "data", "-rawin", "-digest", "sm3",
            "-sigfile", folder / "signature", "-pkeyopt", "distid:1234567812345678",
        ],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.feature("18.08", part="another maker's seal, extended by ours")
@pytest.mark.parametrize("name", SEALED)
def test_our_seal_beside_another_makers_leaves_that_one_as_it_was(name):
    """V4RideRight.ofd protects its list of signatures: that list is then the only changed part, and named so."""
    made, content = world(), foreign(name)
    before = verify_content(content, at=AT, trust=Trust()).signatures[0]
    both = stamp_ofd(content, made.seal, made.signer, places=[PLACE], at=SIGNED, timestamper=made.tsa)
    first, second = verify_content(both, at=NOW, trust=made.trust()).signatures
    step = first.step("references")
    assert (step.outcome, step.code) == ("pass", "references.extended")
    assert [each.outcome for each in first.steps[1:7]] == [each.outcome for each in before.steps[1:7]]
    assert second.verdict == VALID
    assert not first.covers_all and second.covers_all
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(BytesIO(both)) as new:
        changed = [entry for entry in old.namelist() if old.read(entry) != new.read(entry)]
    assert changed == ["Doc_0/Signs/Signatures.xml"]
    assert step.data["changed"] == (changed if name == "V4RideRight.ofd" else [])
    assert first.verdict in (UNTRUSTED, "invalid") if before.verdict != VALID else first.verdict == EXTENDED


@pytest.mark.feature("18.08", part="another maker's seal, extended by ours")
def test_a_list_of_signatures_that_changed_without_a_later_signature_is_a_fault():
    content = foreign("V4RideRight.ofd")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        listed = archive.read("Doc_0/Signs/Signatures.xml")
    changed = repacked(content, {"Doc_0/Signs/Signatures.xml": listed.replace(b"s006", b"s007")})
    report = verify_content(changed, at=AT, trust=Trust())
    assert report.verdict == "invalid"
    assert report.signatures[0].step("references").code == "references.changed"


def test_an_unsealed_paper_of_another_maker_is_sealed_and_keeps_every_other_byte():
    made, content = world(), foreign("helloworld.ofd")
    sealed = stamp_ofd(content, made.seal, made.signer, places=[PLACE], at=SIGNED)
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(BytesIO(sealed)) as new:
        changed = [entry for entry in old.namelist() if old.read(entry) != new.read(entry)]
        root = new.read("OFD.xml")
    assert changed == ["OFD.xml"]
    assert root.replace(b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", b"") == zipfile.ZipFile(BytesIO(content)).read(
        "OFD.xml"
    )
    assert verify_content(sealed, at=NOW, trust=made.trust()).verdict == VALID


def test_numbers_of_signatures_go_on_as_the_other_maker_counts():
    made = world()
    listed = {}
    for name in ("V4RideRight.ofd", "999.ofd"):
        both = add_signature(foreign(name), lambda xml, path: b"", seal_der=made.seal, stamps=[StampAt(1, 10, 10, 40, 40)], at=SIGNED)
        with zipfile.ZipFile(BytesIO(both)) as archive:
            listed[name] = re.findall(rb'<ofd:Signature ID="(\w+)"', archive.read("Doc_0/Signs/Signatures.xml"))
    assert listed == {"V4RideRight.ofd": [b"s001", b"s007"], "999.ofd": [b"1", b"3"]}
