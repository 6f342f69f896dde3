"""Batches of documents, approved beforehand with their number and digests (批量用章任务)."""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import Forbidden, Invalid, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import action, record
from kapok.support.seals import rules
from kapok.support.seals.access import seal_for, task_for
from kapok.support.seals.actions.steps import check_reason, fault
from kapok.support.seals.events import TaskMoved
from kapok.support.seals.models import SealTask, SealTaskFile

_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@action("seals.apply_task")
def apply_for_task(seal_id: UUID, digests: Sequence[str], *, reason: str, by: By) -> SealTask:
    """Apply for the sealing of so many documents, each named by its SM3 (64 hexadecimal digits)."""
    seal = seal_for(by, seal_id, "seals.use")
    check_reason(reason)
    wanted, most = [digest.strip().lower() for digest in digests], rules.number("task_files")
    sound = all(_DIGEST.fullmatch(digest) for digest in wanted) and len(set(wanted)) == len(wanted)
    if not 1 <= len(wanted) <= most or not sound:
        raise Invalid([fault("digests", "seals.task_list", most=most)])
    now = clock.now()
    task = SealTask.objects.create(
        id=uuid7(),
        seal=seal,
        count=len(wanted),
        reason=reason.strip(),
        ends=now + timedelta(days=rules.number("task_days")),
        applied_by=by.ref.account,
        applied_at=now,
    )
    SealTaskFile.objects.bulk_create([SealTaskFile(task=task, digest=bytes.fromhex(digest)) for digest in wanted], batch_size=1000)
    return _moved(task, seal.es_id, reason, by)


@action("seals.decide_task")
def decide_task(task_id: UUID, *, approve: bool, reason: str, by: By) -> SealTask:
    """Approve a batch or give it back; never by who applied for it."""
    task = task_for(by, task_id, "seals.tasks", lock=True)
    check_reason(reason)
    if task.state != SealTask.APPLIED:
        raise Refused("seals.task_decided")
    if task.applied_by == by.ref.account:
        raise Refused("seals.same_hand", 403, step="申请")
    task.state = SealTask.APPROVED if approve else SealTask.RETURNED
    task.decided_by, task.decided_at, task.decision = by.ref.account, clock.now(), reason.strip()
    task.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    return _moved(task, task.seal.es_id, reason, by)


@action("seals.close_task")
def close_task(task_id: UUID, *, reason: str, by: By) -> SealTask:
    """End a batch before its term: what is not sealed yet will not be; done again, nothing changes."""
    task = task_for(by, task_id, "seals.use", lock=True)
    if task.applied_by != by.ref.account and not by.may("seals.tasks", task.seal):
        raise Forbidden(deed="seals.tasks")
    check_reason(reason)
    if task.state == SealTask.CLOSED:
        return task
    task.state = SealTask.CLOSED
    task.save(update_fields=["state"])
    return _moved(task, task.seal.es_id, reason, by)


def _moved(task: SealTask, es_id: str, reason: str, by: By) -> SealTask:
    record(by, TaskMoved(es_id, task.state, task.count, reason.strip()), about=task.id, kind="seal_task")
    return task
