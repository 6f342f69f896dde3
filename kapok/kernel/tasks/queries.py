"""Whose tasks are whose."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from kapok.kernel.access.public import Actor, Reach, deeds
from kapok.kernel.common.errors import NotHere
from kapok.kernel.tasks.models import Task


def visible(actor: Actor) -> QuerySet[Task]:
    """Open tasks this actor owns or took, or may take from a queue within its reach."""
    return within(actor).filter(Q(taken_by=None) | Q(taken_by=actor.account))


def within(actor: Actor) -> QuerySet[Task]:
    """The same with those that colleagues took."""
    owners = [each for each in (actor.account, actor.for_party) if each]
    rows = Task.objects.filter(state=Task.OPEN)
    if not owners:
        return rows.none()
    mine = Q(owner__in=owners) | Q(taken_by=actor.account)
    return rows.filter(mine | _queues(actor))


def my_tasks(actor: Actor) -> QuerySet[Task]:
    """The actor's open tasks, those due first, then those without a date; take a page of it."""
    return visible(actor).order_by(F("due_at").asc(nulls_last=True), "id")


def task_for(actor: Actor, task_id: UUID) -> Task:
    """A task of the actor's, or `NotHere`."""
    found = visible(actor).filter(id=task_id).first()
    if found is None:
        raise NotHere("tasks.task", id=str(task_id))
    return found


def count_tasks(actor: Actor, most: int = 99) -> int:
    """How many wait, counted up to `most` (for a badge)."""
    return len(visible(actor).values_list("id", flat=True)[:most])


def _queues(actor: Actor) -> Q:
    """One condition per distinct reach, not per deed."""
    by_reach: dict[Reach, list[str]] = defaultdict(list)
    for deed in deeds():
        reach = actor.reach(deed)
        if reach:
            by_reach[reach].append(deed)
    found: Any = Q(pk__in=[])
    for reach, allowed in by_reach.items():
        found |= Q(owner=None, deed__in=allowed) & (Q() if reach.everywhere else _places(reach))
    return found


def _places(reach: Reach) -> Q:
    """Whole scopes, and items within scopes."""
    items: dict[int, list[int]] = defaultdict(list)
    for lane in sorted(reach.lanes):
        items[lane >> 32].append(lane & 0xFFFFFFFF)
    found = Q(scope__in=sorted(reach.scopes))
    for scope, allowed in items.items():
        found |= Q(scope=scope, item__in=allowed)
    return found
