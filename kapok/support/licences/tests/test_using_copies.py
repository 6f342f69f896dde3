"""加注件: a copy for one purpose, watermarked and freshly sealed, that ends on its day."""

from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.crypto.public import SM2_ID, read_certificate, read_signature
from kapok.kernel.files.public import open_file
from kapok.kernel.ofd.public import read_ofd
from kapok.support.licences.actions.using_copies import CopyTerms, annotated_copy, finish_copy, own_download
from kapok.support.licences.errors import CopyWaits
from kapok.support.licences.jobs import finish_copies
from kapok.support.licences.models import Copy, Licence, Use
from kapok.support.licences.queries.using_verify import copy_status
from kapok.support.licences.tests.factories import Issuer, give_seal, issuer, seal_by_hand
from kapok.support.licences.tests.factories_using import Holder, held, holder
from kapok.support.seals.public import FileFacts, verify_file
from tests.judges.java import bouncy_castle

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def office() -> Issuer:
    return issuer()


def terms(**said: Any) -> CopyTerms:
    return CopyTerms(
        **{
            "purpose": "办理银行开户",
            "for_whom": "示范银行深圳分行",
            "until": clock.now() + timedelta(days=30),
            "item_code": "000199990001",
            **said,
        }
    )


@pytest.mark.feature("15.09", part="watermarked, sealed by itself, JZJ metadata and 事项编码")
def test_a_copy_says_for_whom_for_what_and_until_when_and_bears_a_seal_of_its_own(office: Issuer, me: Holder) -> None:
    mine = held(office, me.party)
    copy = annotated_copy(mine.id, "ofd", terms(), by=me.actor)
    content, original = open_file(copy.file), open_file(mine.ofd)
    package = read_ofd(content)
    custom = package.custom_data
    assert custom["JZJZZSY"] == "办理银行开户" and custom["JZJYXQJZSJ"] == clock.local(copy.until).isoformat(timespec="seconds")
    assert custom["JZJZZZ"] == "持证人本人" and custom["JZJZZSJ"] and custom["SXBM"] == "000199990001"
    assert custom["ZZBS"] == mine.identifier and custom["ZZBH"] == mine.number
    assert len(package.signatures) == 1
    assert package.signatures[0].signed_value != read_ofd(original).signatures[0].signed_value
    page = next(text.decode() for path, text in package.files.items() if path.endswith("Content.xml") and "Pages" in path)
    for words in ("仅供示范银行深圳分行使用", "用途：办理银行开户", "有效至"):
        assert words in page
    assert words not in next(t.decode() for p, t in read_ofd(original).files.items() if p.endswith("Content.xml") and "Pages" in p)
    report = verify_file(content)
    assert report.verdict == "valid", [step for signature in report.signatures for step in signature.steps if step.outcome == "fail"]
    use = Use.objects.get()
    assert (use.mode, use.result, use.item_code) == ("own", "file", "000199990001")


@pytest.mark.feature("15.09", part="judge of the seal: BouncyCastle")
def test_bouncy_castle_agrees_with_the_copys_seal(office: Issuer, me: Holder) -> None:
    judge = bouncy_castle()
    copy = annotated_copy(held(office, me.party).id, "ofd", terms(), by=me.actor)
    (entry,) = read_ofd(open_file(copy.file)).signatures
    signed = read_signature(entry.signed_value)
    key = read_certificate(signed.cert).public_key
    assert judge.says("sm2_verify", key, SM2_ID, signed.to_sign, signed.signature)
    flipped = signed.to_sign[:-1] + bytes([signed.to_sign[-1] ^ 1])
    assert not judge.says("sm2_verify", key, SM2_ID, flipped, signed.signature)


@pytest.mark.feature("15.09", part="a term before now is refused (422)")
def test_a_copy_that_ended_before_it_began_is_refused(office: Issuer, me: Holder) -> None:
    mine = held(office, me.party)
    for until, code in ((clock.now(), "licences.copy_ends_before"), (clock.now() + timedelta(days=9999), "licences.copy_too_long")):
        with pytest.raises(KapokError) as refused:
            annotated_copy(mine.id, "ofd", terms(until=until), by=me.actor)
        assert (refused.value.code, refused.value.status) == (code, 422)
    with pytest.raises(KapokError) as empty:
        annotated_copy(mine.id, "ofd", terms(purpose="", for_whom=" "), by=me.actor)
    assert [fault.field for fault in empty.value.faults] == ["purpose", "for_whom"]
    assert not Copy.objects.exists()


@pytest.mark.feature("15.09", part="an expired copy verifies as INVALID/expired")
def test_a_copy_past_its_day_is_invalid(office: Issuer, me: Holder) -> None:
    mine = held(office, me.party)
    copy = annotated_copy(mine.id, "ofd", terms(until=clock.now() + timedelta(days=2)), by=me.actor)
    content = open_file(copy.file)
    assert verify_file(content).verdict == "valid"
    with clock.frozen(clock.now() + timedelta(days=3)):
        report = verify_file(content)
        assert report.verdict == "invalid"
        assert any("copy_expired" in warning.code for warning in report.warnings)
        asked = copy_status(FileFacts(digest_sm3=bytes(copy.digest), custom=report.custom))
        assert asked is not None and (asked.status, asked.word, asked.tone) == ("expired", "已过期", "bad")
    Licence.objects.filter(id=mine.id).update(state="cancelled")
    ended = copy_status(FileFacts(digest_sm3=bytes(copy.digest)))
    assert ended is not None and ended.word == "原证照已注销" and ended.tone == "bad"


def test_the_holders_own_download_is_made_once_and_given_again(office: Issuer, me: Holder) -> None:
    mine = held(office, me.party)
    first, again = own_download(mine.id, "pdf", by=me.actor), own_download(mine.id, "pdf", by=me.actor)
    assert first.id == again.id and first.purpose == "本人留存"
    assert open_file(first.file).startswith(b"%PDF")
    assert first.until > clock.now() + timedelta(days=1000)
    assert own_download(mine.id, "ofd", by=me.actor).id != first.id


@pytest.mark.feature("15.09", part="a copy whose seal cannot be put waits and is finished once")
def test_a_copy_without_a_seal_waits_and_is_finished_once(me: Holder) -> None:
    bare = issuer(seal=False)
    issued = bare.issue(me.party)
    seal_by_hand(issued.id)
    with pytest.raises(CopyWaits):
        annotated_copy(issued.id, "ofd", terms(), by=me.actor)
    row = Copy.objects.get()
    assert row.file is None and row.waits_for == "licences.no_seal" and row.code_text == ""
    give_seal(bare.org)
    finish_copies()
    row.refresh_from_db()
    assert row.file is not None and row.waits_for == "" and row.code_text.startswith("KPK1:")
    before = row.file_id
    assert finish_copy(row.id).file_id == before


def test_a_copy_of_an_ended_licence_is_not_made(office: Issuer, me: Holder) -> None:
    mine = held(office, me.party)
    Licence.objects.filter(id=mine.id).update(state="revoked")
    with pytest.raises(KapokError) as refused:
        own_download(mine.id, "ofd", by=me.actor)
    assert refused.value.code == "licences.not_in_force"
    assert not Use.objects.exists()
