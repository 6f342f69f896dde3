"""What a use, a change or an import leaves behind is sound: a file that verifies, keys that are there, a seal that can sign."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.common.ids import uuid7
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.actions.batches import apply_for_task, close_task
from kapok.support.seals.actions.making import carry_out_change
from kapok.support.seals.actions.queueing import queue_use, run_queue
from kapok.support.seals.actions.steps import apply_for_change, do_step
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import Seal, SealTask, SealVersion
from kapok.support.seals.public import active_seal, answer_of, use_seal, verify_file
from kapok.support.seals.tests.factories import letter, office, sealed_office, staff, user_of, wish

pytestmark = pytest.mark.django_db
APPLICANT, APPROVER, MAKER = (system_actor(name) for name in ("申请人", "审批人", "制作人"))


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


def agreed(seal: SealFacts, kind: str) -> None:
    apply_for_change(seal.id, kind, reason="按规定办理", file=letter(), by=APPLICANT)
    do_step(seal.id, "approve_change", reason="同意", by=APPROVER)


def test_a_use_that_waited_while_its_seal_was_renewed_is_signed_within_the_new_certificate(org: Org) -> None:
    seal = sealed_office(org)
    asked = wish(seal)
    queue_use(asked, by=user_of(seal, org))
    with clock.frozen(clock.now() + timedelta(days=2)):
        agreed(seal, "renew")
        carry_out_change(seal.id, reason="换发", by=MAKER)
        assert run_queue() == 1
        answer = answer_of(asked.request)
        assert answer is not None and verify_file(answer.content).verdict == "valid"


def test_a_destruction_that_does_not_come_to_pass_leaves_the_keys(org: Org) -> None:
    seal = sealed_office(org)
    agreed(seal, "destroy")
    with pytest.raises(RuntimeError), transaction.atomic():
        carry_out_change(seal.id, reason="销毁", by=MAKER)
        raise RuntimeError("cut off before the commit")
    assert Seal.objects.get(id=seal.id).state == "in_use"
    assert use_seal(wish(seal), by=user_of(seal, org)).content


def test_a_seal_whose_key_others_hold_is_not_offered_for_use(org: Org) -> None:
    own = SealVersion.objects.get(seal=sealed_office(org).id)
    now = clock.now()
    foreign = Seal.objects.create(
        id=uuid7(), es_id="44030000009999", kind="licence", name="证照专用章", org=org, scope=own.seal.scope, region=org.region_id,
        state="in_use", version=1, origin="imported", applied_at=now, moved_at=now,
    )  # fmt: skip
    SealVersion.objects.create(
        seal=foreign, number=1, name=foreign.name, der=own.der, der_sm3=bytes(32), picture=own.picture, width=42, height=42,
        certificate=own.certificate, valid_from=own.valid_from, valid_to=own.valid_to, made_at=now,
    )  # fmt: skip
    assert active_seal(org.id, "licence") is None


def test_a_batch_is_ended_by_who_applied_or_decides_batches(org: Org) -> None:
    seal = sealed_office(org)
    user = user_of(seal, org)
    task = apply_for_task(seal.id, ["ab" * 32], reason="批量换发证照", by=user)
    with pytest.raises(Forbidden):
        close_task(task.id, reason="不相干的人", by=staff("clerk", org))
    assert close_task(task.id, reason="不再需要", by=user).state == SealTask.CLOSED
