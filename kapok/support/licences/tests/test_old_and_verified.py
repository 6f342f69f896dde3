"""What is said of a licence afterwards: to /verify/ by file, identifier and number; and old ones under their own type and seal."""

from datetime import timedelta

import pytest

from kapok.kernel.common import clock
from kapok.kernel.files.public import open_file
from kapok.kernel.ofd.public import read_ofd
from kapok.support.licences.actions.changing import cancel, change, suspend
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.actions.types import draft_type, review_type, stop_type, submit_type
from kapok.support.licences.models import Licence, Signing, TypeVersion
from kapok.support.licences.queries.business import business_status
from kapok.support.licences.queries.licences import face_of, file_of, licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.tests.factories import SYSTEM, Issuer, issuer
from kapok.support.seals.public import FileFacts, verify_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer()


def test_the_business_status_by_file_identifier_and_number(office: Issuer) -> None:
    issued = office.issue()
    drain()
    content = open_file(file_of(issued.id))
    pdf = open_file(file_of(issued.id, "pdf"))
    for each in (content, pdf):
        business = verify_file(each).business
        assert business is not None
        assert (business.kind, business.number, business.status, business.same_file) == ("licence", issued.number, "valid", True)
        assert "测试甲" not in str(business)
    for text in (issued.identifier, issued.number):
        found = business_status(FileFacts(identifier=text))
        assert found is not None
        assert (found.status, found.same_file) == ("valid", None)
    copied = business_status(FileFacts(digest_sm3=bytes(32), custom={"ZZBS": issued.identifier}))
    assert copied is not None
    assert (copied.same_file, copied.tone) == (False, "attention"), "another file is nothing to rely on, however the licence stands"
    assert business_status(FileFacts(identifier="没有这个号")) is None
    suspend(issued.id, "调查", by=office.approver)
    held = verify_file(content).business
    assert held is not None
    assert (held.status, held.tone) == ("suspended", "attention")
    Licence.objects.filter(id=issued.id).update(state="valid")
    done = change(issued.id, {"place": "新路"}, "迁址", by=office.approver)
    drain()
    old = verify_file(content).business
    assert old is not None
    assert old.status == "changed" and "第 2 版" in old.says
    cancel(done.licence, "申请注销", cause="normal", by=office.approver)  # type: ignore[union-attr]  # a change that needs no second person
    ended = business_status(FileFacts(identifier=licence(done.licence).identifier))  # type: ignore[union-attr]  # as above
    assert ended is not None
    assert (ended.status, ended.tone) == ("cancelled", "bad")


def test_an_expired_licence_says_since_when(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = office.issue(valid_to=clock.today())
    drain()
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: clock.local(later).date())
    found = business_status(FileFacts(identifier=issued.identifier))
    assert found is not None
    assert found.status == "expired"


@pytest.mark.feature("15.17", part="old licences verify under their own type version, template and seal after a type change")
def test_an_old_licence_stays_under_its_own_type_when_that_changes(office: Issuer) -> None:
    old = office.issue()
    drain()
    before = TypeVersion.objects.get(id=office.type.id)
    spec = {
        **before.spec,
        "fields": [*before.spec["fields"], {"key": "keeper", "label": "负责人", "from": "answers.keeper", "required": True}],
    }
    second = draft_type(office.org.id, office.type.code, spec, before.layout.replace("场所许可证", "场所许可证（新版）"), by=SYSTEM)
    submit_type(second.id, by=SYSTEM)
    review_type(second.id, True, by=SYSTEM)
    report = verify_file(open_file(file_of(old.id)))
    assert report.verdict == "valid"
    assert report.business is not None and report.business.same_file
    assert type_version(Licence.objects.get(id=old.id).type_version_id).number == 1
    assert "负责人" not in face_of(old.id)
    stop_type(second.id, "停发", by=SYSTEM)
    assert verify_file(open_file(file_of(old.id))).verdict == "valid"
    assert read_ofd(open_file(file_of(old.id))).custom_data["ZZBS"] == old.identifier


@pytest.mark.feature("15.17", part="a signer with an expired certificate refuses")
def test_a_seal_whose_certificate_is_over_signs_nothing(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    from kapok.support.seals.models import Seal

    issued = office.issue()
    later = clock.now() + timedelta(days=365 * 12)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert drain() == 0
    assert not licence(issued.id).usable
    waiting = Signing.objects.get()
    assert waiting.code in ("seals.certificate_expired", "licences.no_seal", "seals.not_in_use")
    assert Seal.objects.filter(org=office.org.id).exists()
