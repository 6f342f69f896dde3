"""Subscribers read the sealed order, each with its own cursor, moved in the transaction of its own work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.errors import in_brief
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
    """Give every subscriber its next batch, and letters that were sent again; returns how many entries were taken or tried."""
    return sum(follow(each, limit) for each in subscriptions) + take_again()


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
    batch = _between(subscription, seq, upto, limit)
    return batch, batch[-1].seq if len(batch) == limit else upto


def _between(subscription: Subscription, after: int, upto: int, limit: int) -> list[Sealed]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [after, upto, list(subscription.events), limit])
        return [_sealed(row) for row in cursor.fetchall()]


def _sealed(row: tuple[Any, ...]) -> Sealed:
    seq, entry, event, kind, about, actor, occurred_at, data = row
    return Sealed(seq, entry, event, kind, about, as_value(actor), occurred_at, as_value(data))


def _back_off(subscription: Subscription, error: Exception) -> None:
    """Wait longer each time; when all tries are used up, the entry is put aside as a letter and the subscriber goes on without it."""
    with transaction.atomic():
        cursor = _locked(subscription.name)
        if cursor is None:  # another worker is at it
            return
        rows, tries = Follower.objects.filter(name=subscription.name), cursor.tries + 1
        if tries <= TRIES:
            wait = timedelta(seconds=min(300, 2 ** (tries - 1)))
            rows.update(tries=tries, retry_at=clock.wall() + wait, error=in_brief(error))
            return
        batch, upto = _batch(subscription, cursor.seq, 1)
        for each in batch:
            DeadLetter.objects.create(follower=subscription.name, seq=each.seq, entry=each.id, error=in_brief(error), at=clock.wall())
        rows.update(seq=upto, tries=0, retry_at=None, error="")


def take_again() -> int:
    """Give the letters an operator sent again to their subscribers, out of turn; one that fails stands again, with its reason."""
    return sum(_take(letter) for letter in list(DeadLetter.objects.filter(again=True).order_by("seq").values_list("id", flat=True)[:50]))


def _take(letter_id: int) -> int:
    try:
        with transaction.atomic():
            letter = DeadLetter.objects.select_for_update(skip_locked=True).filter(id=letter_id, again=True).first()
            if letter is None:
                return 0
            subscription = subscriptions.get(letter.follower)
            subscription.take(_between(subscription, letter.seq - 1, letter.seq, 1))
            letter.delete()
    except Exception as error:
        log.exception("journal.letter_failed", letter=letter_id)
        DeadLetter.objects.filter(id=letter_id).update(again=False, error=in_brief(error), at=clock.wall())
    return 1
