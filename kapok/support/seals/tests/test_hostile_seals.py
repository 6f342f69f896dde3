"""Seals made to confuse: whatever stands in their bytes, there is a report or a coded refusal, never a crash, and never 有效.

And the honest ones judged by unrelated code: BouncyCastle verifies signer, maker, time stamp and message of files made here.
"""

import random
import zipfile
from io import BytesIO

import pytest

from kapok.kernel.common.errors import KapokError
from kapok.kernel.crypto.public import SM2_ID, read_certificate, read_signature, sm3, verify_cms
from kapok.kernel.ofd.repacking import repacked
from kapok.support.seals.stamping.ofd import sign_ofd
from kapok.support.seals.tests.authority import NOW, SIGNED, paper, sealed, world
from kapok.support.seals.verifying import ofd
from kapok.support.seals.verifying.data import EXTENDED, UNDETERMINED, VALID
from kapok.support.seals.verifying.file import verify_content
from tests.judges.java import bouncy_castle

SIGN = "Doc_0/Signs/Sign_0/"


def part(content, name):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(SIGN + name)


def mangled(whole, dice):
    """Bytes changed, cut, doubled or moved."""
    changed = bytearray(whole)
    match dice.randrange(4):
        case 0:
            for _ in range(dice.randint(1, 12)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
        case 1:
            del changed[dice.randrange(len(changed)) :]
        case 2:
            at = dice.randrange(len(changed))
            changed[at:at] = changed[at : at + dice.randint(1, 200)]
        case _:
            one, other = sorted(dice.randrange(len(changed)) for _ in range(2))
            changed[one:other] = bytes(reversed(changed[one:other]))
    return bytes(changed)


@pytest.mark.parametrize("name", ["SignedValue.dat", "Signature.xml", "Seal.esl"])
def test_mangled_parts_of_a_seal_never_crash_and_are_never_valid(name):
    dice, content, trust = random.Random(f"18.{name}"), sealed(1), world().trust()
    whole = part(content, name)
    end = whole.find(read_signature(whole).timestamp) if name == "SignedValue.dat" else len(whole)
    for _ in range(250):
        changed = mangled(whole[:end], dice) + whole[end:]
        if changed == whole:
            continue
        try:
            report = verify_content(repacked(content, {SIGN + name: changed}), at=NOW, trust=trust)
        except KapokError as refused:
            assert refused.code and refused.status == 422
        else:
            assert report.verdict not in (VALID, EXTENDED)
            assert all(len(each.steps) == 10 for each in report.signatures)


def test_mangled_messages_of_digital_signatures_never_crash_and_are_never_valid():
    dice, trust = random.Random(1811), world().trust()
    content = sign_ofd(paper(1), world().signer, at=SIGNED)
    whole = part(content, "SignedValue.dat")
    for _ in range(250):
        changed = mangled(whole, dice)
        report = verify_content(repacked(content, {SIGN + "SignedValue.dat": changed}), at=NOW, trust=trust)
        assert report.verdict != VALID or _same_meaning(whole, changed)


def _same_meaning(whole, changed):
    """The frame of a CMS message is not signed: what was changed there leaves content, certificate, attributes and signature alone."""
    one, other = verify_cms(whole).signers[0], verify_cms(changed).signers[0]
    return (one.certificate, one.signed, one.signature) == (other.certificate, other.signed, other.signature)


def test_a_fault_of_ours_in_a_step_leaves_it_undecided_and_never_passed(monkeypatch):
    def broken(*given):
        raise ZeroDivisionError

    monkeypatch.setattr(ofd, "judge_signature", broken)
    report = verify_content(sealed(), at=NOW, trust=world().trust())
    step = report.signatures[0].step("signature")
    assert (step.outcome, step.code) == ("unknown", "step.failed")
    assert report.verdict == UNDETERMINED


@pytest.mark.feature("18.09", part="steps 3, 5 and 10 judged by BouncyCastle")
def test_bouncy_castle_agrees_with_signer_maker_and_time_stamp_of_a_sealed_file():
    judge, signed = bouncy_castle(), read_signature(part(sealed(), "SignedValue.dat"))
    signer, maker = (read_certificate(der).public_key for der in (signed.cert, signed.seal.maker_cert))
    over = signed.seal.signed_over[0][1]
    assert judge.says("sm2_verify", signer, SM2_ID, signed.to_sign, signed.signature)
    assert judge.says("sm2_verify", maker, SM2_ID, over, signed.seal.signature)
    assert judge.says("timestamp", signed.timestamp, world().tsa.certificate, sm3(signed.signature))
    assert not judge.says("sm2_verify", maker, SM2_ID, over + b".", signed.seal.signature)
    assert not judge.says("timestamp", signed.timestamp, world().tsa.certificate, sm3(b"another"))


@pytest.mark.feature("18.11", part="digital signatures in OFD")
def test_bouncy_castle_reads_the_digital_signature_in_a_file_made_here():
    value = part(sign_ofd(paper(1), world().signer, at=SIGNED), "SignedValue.dat")
    assert bouncy_castle().says("cms", value)
    changed = bytearray(value)
    changed[-5] ^= 1
    assert not bouncy_castle().says("cms", bytes(changed))
