"""Subscribers read the sealed order, each with its own cursor, moved in the transaction of its own work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.jsontext import as_value
from kapok.kernel.common.registry import Registry
from kapok.kernel.journal.models import DeadLetter, Follower

log = structlog.get_logger()
TRIES = 8


@dataclass(frozen=True)
class Sealed:
    """An entry as a subscriber sees it."""

    seq: int
    id: UUID
    event: str
    about_kind: str
    about: UUID
    actor: dict[str, Any]
    occurred_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Subscription:
    name: str
    events: tuple[str, ...]
    take: Callable[[list[Sealed]], None]


subscriptions: Registry[Subscription] = Registry("journal subscribers")


def subscriber(name: str, *, events: tuple[str, ...]) -> Callable[[Callable[[list[Sealed]], None]], Callable[[list[Sealed]], None]]:
    """Mark a function that takes a batch of sealed entries; its effects in this database happen exactly once."""

    def mark(take: Callable[[list[Sealed]], None]) -> Callable[[list[Sealed]], None]:
        subscriptions.put(name, Subscription(name, events, take))
        return take

    return mark


_NEXT = """
select p.seq, e.id, e.event, e.about_kind, e.about, e.actor, e.occurred_at, e.data
  from journal_place p join journal_entry e on e.id = p.entry
 where p.seq > %s and p.seq <= %s and e.event = any(%s) order by p.seq limit %s
"""


def follow_all(limit: int = 200) -> int:
    """Give every subscriber its next batch; returns how many entries were taken."""
    return sum(follow(each, limit) for each in subscriptions)


def follow(subscription: Subscription, limit: int = 200) -> int:
    """Give one subscriber its next batch; a failure backs off, then isolates the entry that fails."""
    try:
        with transaction.atomic():
            cursor = _locked(subscription.name)
            if cursor is None or (cursor.retry_at and cursor.retry_at > clock.wall()):
                return 0
            batch, upto = _batch(subscription, cursor.seq, 1 if cursor.tries else limit)
            if upto == cursor.seq:
                return 0
            if batch:
                subscription.take(batch)
            Follower.objects.filter(name=subscription.name).update(seq=upto, tries=0, retry_at=None, error="")
            return len(batch)
    except Exception as error:
        log.exception("journal.follower_failed", follower=subscription.name)
        _back_off(subscription, error)
        return 0


def _locked(name: str) -> Follower | None:
    Follower.objects.get_or_create(name=name)
    return Follower.objects.select_for_update(skip_locked=True).filter(name=name).first()


def _batch(subscription: Subscription, seq: int, limit: int) -> tuple[list[Sealed], int]:
    """The next entries, and the sequence the cursor may move to (past entries of no interest)."""
    with connection.cursor() as cursor:
        cursor.execute("select seq from journal_head")
        head = (cursor.fetchone() or (0,))[0]
        if head <= seq:
            return [], seq
        upto = min(head, seq + 5000)
        cursor.execute(_NEXT, [seq, upto, list(subscription.events), limit])
        batch = [_sealed(row) for row in cursor.fetchall()]
    return batch, batch[-1].seq if len(batch) == limit else upto


def _sealed(row: tuple[Any, ...]) -> Sealed:
    seq, entry, event, kind, about, actor, occurred_at, data = row
    return Sealed(seq, entry, event, kind, about, as_value(actor), occurred_at, as_value(data))


def _back_off(subscription: Subscription, error: Exception) -> None:
    cursor, _ = Follower.objects.get_or_create(name=subscription.name)
    tries = cursor.tries + 1
    if tries > TRIES:
        batch, upto = _batch(subscription, cursor.seq, 1)
        for each in batch:
            DeadLetter.objects.create(follower=subscription.name, seq=each.seq, entry=each.id, error=repr(error), at=clock.wall())
        Follower.objects.filter(name=subscription.name).update(seq=upto, tries=0, retry_at=None, error="")
        return
    Follower.objects.filter(name=subscription.name).update(
        tries=tries, retry_at=clock.wall() + timedelta(seconds=min(300, 2 ** (tries - 1))), error=repr(error)[:2000]
    )
