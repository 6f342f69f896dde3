"""The way to the seal: made after the decision, sealed once, resumed wherever it was cut off, in order, late ones told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import sm3
from kapok.kernel.files.public import open_file
from kapok.kernel.journal.models import Entry
from kapok.kernel.ofd.public import read_ofd
from kapok.kernel.tasks.models import Task
from kapok.support.licences.actions import issuing, signing
from kapok.support.licences.actions.changing import cancel
from kapok.support.licences.actions.signing import drain, raise_alarms, sign_waiting, try_again
from kapok.support.licences.errors import AlreadyIssued, NotSigned
from kapok.support.licences.models import Licence, Signing
from kapok.support.licences.queries import queue
from kapok.support.licences.queries.licences import file_of, licence
from kapok.support.licences.tests.factories import ANSWERS, SYSTEM, Issuer, give_seal, history, issuer
from kapok.support.seals.models import SealUse
from kapok.support.seals.public import SealNotReady, verify_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.mark.feature("15.05", part="OFD with one CustomData a metadata name and a v4 seal; the PDF is of the same pages")
def test_a_licence_is_composed_sealed_and_kept(office: Issuer) -> None:
    issued = office.issue()
    with pytest.raises(NotSigned):
        file_of(issued.id)
    assert drain() == 1
    row = Licence.objects.select_related("ofd", "pdf").get(id=issued.id)
    assert row.state == Licence.VALID
    assert history(row.id) == [("issue", "pending"), ("seal", "valid")]
    assert not Signing.objects.exists()
    content = open_file(file_of(row.id))
    assert sm3(content) == row.digest
    package = read_ofd(content)
    assert len(package.signatures) == 1
    expected = {
        "ZZBS": row.identifier,
        "ZZBH": row.number,
        "ZZMC": "场所许可证",
        "ZZLXDM": row.type_code,
        "KZ_DZ": "示范路1号",
        "CZZTDMLXDM": "111",
    }
    assert {key: package.custom_data[key] for key in expected} == expected
    assert {"ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "CZZT", "CZZTDM", "ZZYXQQSRQ", "ZZYXQJZRQ", "ZZQZSJ", "ZZQZMC"} <= set(package.custom_data)
    assert open_file(file_of(row.id, "pdf")).startswith(b"%PDF")
    report = verify_file(content)
    assert report.verdict == "valid"
    assert report.business is not None
    assert (report.business.status, report.business.same_file) == ("valid", True)


@pytest.mark.feature("15.03", part="retried with back-off, told with its reason, signed once when the seal is there")
def test_without_a_seal_licences_wait_with_the_reason_and_are_signed_in_order_later() -> None:
    bare = issuer(seal=False)
    issued = [bare.issue().id for _ in range(4)]
    assert drain() == 0
    waiting = list(Signing.objects.order_by("licence_id"))
    assert {each.code for each in waiting} == {"licences.no_seal"}
    assert len({each.retry_at for each in waiting}) == 1
    task = Task.objects.get(code="licences.signing")
    assert bare.org.name in task.title
    assert task.deed == "licences.handle"
    assert not licence(issued[0]).usable
    assert drain() == 0, "backed off: nothing is tried before its time"
    give_seal(bare.org)
    try_again(issued[0], by=bare.approver)
    assert drain() == 4
    order = Entry.objects.filter(event="licences.sealed").order_by("id").values_list("about", flat=True)
    assert list(order) == issued
    assert Task.objects.get(code="licences.signing").state == Task.DONE
    assert SealUse.objects.count() == 8


@pytest.mark.feature("15.03", part="a seal server that does not answer")
def test_a_seal_server_that_is_away_holds_its_agency_alone(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    other = issuer("广州市另一局", region="440100000000")
    first, second, third = office.issue().id, other.issue().id, office.issue().id
    real = signing.seals.use_seal

    def away(request: Any, *, by: Any) -> Any:
        if request.about in (first, third):
            raise SealNotReady(reason="印章服务器没有应答。")
        return real(request, by=by)

    monkeypatch.setattr(signing.seals, "use_seal", away)
    assert drain() == 1
    assert licence(second).state == "valid"
    assert {s.code for s in Signing.objects.all()} == {"seals.not_ready"}
    monkeypatch.undo()
    Signing.objects.update(retry_at=None)
    assert drain() == 2
    assert SealUse.objects.count() == 6


STEPS = ["paper_of", "write_ofd", "seal ofd", "write_pdf", "seal pdf", "store", "finish"]


@pytest.mark.feature("15.02", part="a killed follower resumes and seals once")
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_resumes_and_seals_once(office: Issuer, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    issued = office.issue()
    kill_after(step, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        sign_waiting()
    monkeypatch.undo()
    assert licence(issued.id).state == "pending"
    assert sign_waiting() == 0, "the dead worker's lease still runs"
    Signing.objects.update(lease_until=clock.wall() - timedelta(seconds=1))
    assert sign_waiting() == 1
    assert licence(issued.id).state == "valid"
    assert SealUse.objects.filter(about=issued.id).count() == 2
    assert Entry.objects.filter(about=issued.id, event="licences.sealed").count() == 1


def kill_after(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies right after a step: nothing behind it runs, not even its cleaning up."""
    monkeypatch.setattr(queue, "release", lambda worker: None)
    where = {
        "paper_of": (signing, "paper_of"),
        "write_ofd": (signing.ofd, "write_ofd"),
        "write_pdf": (signing.ofd, "write_pdf"),
        "store": (signing, "store"),
        "finish": (signing, "finish"),
        "seal ofd": (signing.seals, "use_seal"),
        "seal pdf": (signing.seals, "use_seal"),
    }
    module, name = where[step]
    real = getattr(module, name)

    def dies(*args: Any, **said: Any) -> Any:
        if step == "finish":
            raise KeyboardInterrupt
        made = real(*args, **said)
        if step.startswith("seal") and args[0].media != step[5:]:
            return made
        raise KeyboardInterrupt

    monkeypatch.setattr(module, name, dies)


@pytest.mark.feature("15.03", part="a failure of one licence is a task with its reason, and holds no other")
def test_one_that_cannot_be_made_holds_no_other(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = office.issue().id, office.issue().id
    real = signing.paper_of

    def narrow(row: Licence, **said: Any) -> Any:
        if row.id == bad:
            from kapok.kernel.ofd.public import DoesNotFit

            raise DoesNotFit(place="part[2]", text="太长")
        return real(row, **said)

    monkeypatch.setattr(signing, "paper_of", narrow)
    assert drain() == 1
    assert licence(good).usable
    assert Signing.objects.get().code == "ofd.does_not_fit"
    task = Task.objects.get(source=bad)
    assert "内容超出版面" in task.title
    assert task.link == f"/work/licences/{bad}/"


@pytest.mark.feature("15.03", part="alarmed after ten minutes")
def test_a_late_one_is_told_to_the_leaders_once() -> None:
    bare = issuer(seal=False)
    issued = bare.issue().id
    assert raise_alarms() == 0
    Signing.objects.update(queued_at=clock.wall() - timedelta(minutes=11))
    assert raise_alarms() == 1
    assert raise_alarms() == 0
    task = Task.objects.get(source=issued, code="licences.late")
    assert task.deed == "licences.confirm"


def test_a_licence_cancelled_while_it_waits_is_not_signed(office: Issuer) -> None:
    issued = office.issue().id
    cancel(issued, "录入错误", cause="error", by=office.approver)
    assert drain() == 0
    assert licence(issued).state == "cancelled"
    assert not SealUse.objects.filter(about=issued).exists()


@pytest.mark.feature("15.04", part="20 parallel issues give 1")
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_issues_of_one_number_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    office = issuer(seal=False)
    monkeypatch.setattr(issuing, "written", lambda *_, **__: "唯一的编号")
    from kapok.support.licences.tests.factories import person

    holders = [person() for _ in range(20)]

    def one(number: int) -> str:
        try:
            with transaction.atomic():
                return office.issue(holders[number], ANSWERS).number
        except AlreadyIssued as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(20)))
    assert answers == sorted(["licences.already_issued"] * 19 + ["唯一的编号"])
    assert Licence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_sign_each_licence_once_and_every_agency_in_order() -> None:
    offices = [issuer("深圳市并行一局"), issuer("广州市并行二局", region="440100000000")]
    issued: dict[int, list[UUID]] = {each.org.id: [] for each in offices}
    for number in range(12):
        each = offices[number % 2]
        issued[each.org.id].append(each.issue().id)

    def work(_: int) -> None:
        try:
            for _round in range(40):
                if not sign_waiting(3) and not Signing.objects.exists():
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert not Signing.objects.exists()
    assert SealUse.objects.count() == 24
    sealed = list(Entry.objects.filter(event="licences.sealed").order_by("id").values_list("about", flat=True))
    for ids in issued.values():
        assert [each for each in sealed if each in ids] == ids


def test_the_clerk_of_another_agency_does_not_press_on(office: Issuer) -> None:
    from kapok.kernel.common.errors import NotHere

    issued = office.issue().id
    stranger = issuer("佛山市路人局", seal=False, region="440100000000").approver
    with pytest.raises(NotHere):
        try_again(issued, by=stranger)
    try_again(issued, by=SYSTEM)
