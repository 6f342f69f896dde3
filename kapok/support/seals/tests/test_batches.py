"""批量任务: approved beforehand with count and digests; nothing else is sealed under it."""

from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, Refused
from kapok.kernel.crypto.public import sm3
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.actions import using
from kapok.support.seals.actions.batches import apply_for_task, close_task, decide_task
from kapok.support.seals.models import SealTask, SealTaskFile, SealUse
from kapok.support.seals.public import SealRefused, use_seal
from kapok.support.seals.tests.factories import office, paper, sealed_office, staff, user_of, wish

pytestmark = [pytest.mark.django_db, pytest.mark.feature("18.18", part="batches")]


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


def refused(code: str, *args: Any, **said: Any) -> None:
    with pytest.raises(SealRefused) as found:
        use_seal(*args, **said)
    assert found.value.code == code


def test_the_501st_file_of_a_500_file_task_is_refused(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 uses for real: only the stamp is put on once and taken again, for 500 signatures say no more than one."""
    seal = sealed_office(org)
    clerk, boss = user_of(seal, org, per_day=1000), staff("leader", org)
    files = [f"文件{number}".encode() for number in range(501)]
    task = apply_for_task(seal.id, [sm3(file).hex() for file in files[:500]], reason="批量换发证照", by=clerk)
    refused("seals.task_not_approved", wish(seal, files[0], task=task.id), by=clerk)
    decide_task(task.id, approve=True, reason="同意", by=boss)
    monkeypatch.setattr(using, "stamped", lambda work: (work.request.content + b"!", "00", "", False))
    refused("seals.not_in_task", wish(seal, files[500], task=task.id), by=clerk)
    for file in files[:500]:
        use_seal(wish(seal, file, task=task.id), by=clerk)
    refused("seals.task_full", wish(seal, files[500], task=task.id), by=clerk)
    refused("seals.task_used", wish(seal, files[3], task=task.id), by=clerk)
    assert SealUse.objects.filter(task_id=task.id).count() == 500 == SealTaskFile.objects.exclude(use=None).count()


def test_a_batch_is_decided_by_another_hand_and_ends(org: Org) -> None:
    seal = sealed_office(org)
    boss = user_of(seal, org, "leader")
    task = apply_for_task(seal.id, [sm3(paper()).hex()], reason="批量换证", by=boss)
    with pytest.raises(Refused) as found:
        decide_task(task.id, approve=True, reason="同意", by=boss)
    assert (found.value.code, found.value.status) == ("seals.same_hand", 403)
    decide_task(task.id, approve=True, reason="同意", by=staff("leader", org))
    with pytest.raises(Refused):
        decide_task(task.id, approve=False, reason="退回", by=staff("admin", org))
    with clock.frozen(clock.now() + timedelta(days=31)):
        refused("seals.task_over", wish(seal, task=task.id), by=boss)
    close_task(task.id, reason="不再需要", by=boss)
    refused("seals.task_not_approved", wish(seal, task=task.id), by=boss)
    assert SealTask.objects.get().state == "closed"


@pytest.mark.parametrize("digests", [[], ["xyz"], ["a" * 63], ["a" * 64, "A" * 64]])
def test_a_list_that_is_no_list_of_digests_is_refused(org: Org, digests: list[str]) -> None:
    seal = sealed_office(org)
    with pytest.raises(Invalid) as found:
        apply_for_task(seal.id, digests, reason="批量换证", by=user_of(seal, org))
    assert found.value.faults[0].code == "seals.task_list"


def test_a_task_is_for_one_seal(org: Org) -> None:
    seal, other = sealed_office(org), sealed_office(org, "licence")
    clerk = user_of(seal, org)
    task = apply_for_task(seal.id, [sm3(paper()).hex()], reason="批量换证", by=clerk)
    decide_task(task.id, approve=True, reason="同意", by=staff("leader", org))
    refused("seals.task_other_seal", wish(other, task=task.id), by=user_of(other, org))
