"""Sending, reading, and having a wish."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import SubjectForgotten, load_keys, seal_json
from kapok.kernel.journal.public import CASTS, COLUMNS, action, prepare, record
from kapok.kernel.notices.connectors.base import channels
from kapok.kernel.notices.errors import ChannelUnknown
from kapok.kernel.notices.events import NoticeSent, NoticesRead, PreferenceSet
from kapok.kernel.notices.models import Delivery, Notice, Preference
from kapok.kernel.notices.queries import channels_wanted, recipients
from kapok.kernel.notices.templates import template as template_of

ABOUT = "notices.notice"


@dataclass(frozen=True)
class Sending:
    """One message to be sent; as for `send`."""

    template: str
    to: UUID
    data: dict[str, Any]
    dedupe: str


def send(template: str, *, to: UUID, data: dict[str, Any], dedupe: str, by: By) -> UUID | None:
    """Send a message to a party or an account; None if the same `dedupe` reached this recipient before.

    It stands in the inbox at once; other channels follow after commit, where the template has words for them and the recipient
    has not said no. Call it from a subscriber or an action; nothing remote happens here.
    """
    sent = send_all([Sending(template, to, data, dedupe)], by=by)
    return sent[0] if sent else None


@action("notices.send")
def send_all(sendings: Sequence[Sending], *, by: By) -> list[UUID]:
    """The same for many, in five statements; the ids of those that are new. Whose key is destroyed is told nothing."""
    rows, sms = [], {}
    load_keys(each.to for each in sendings)
    for each in sendings:
        kind = template_of(each.template)
        words = kind.filled(each.data)
        with suppress(SubjectForgotten):
            sealed = seal_json(each.to, words, about=ABOUT)
            rows.append(
                Notice(
                    id=uuid7(), recipient=each.to, template=each.template, topic=kind.topic, sealed=sealed, dedupe=each.dedupe[:120],
                    sent_at=clock.now(),
                )
            )  # fmt: skip
            sms[rows[-1].id] = bool(words["sms"])
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    there = set(Notice.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    fresh = [row for row in rows if row.id in there]
    if not fresh:
        return []
    wanted = channels_wanted({(row.recipient, row.topic) for row in fresh if sms[row.id]})
    ways = {row.id: wanted.get((row.recipient, row.topic), ()) if sms[row.id] else () for row in fresh}
    now = clock.wall()
    Delivery.objects.bulk_create([Delivery(notice_id=row.id, channel=way, next_at=now) for row in fresh for way in ways[row.id]])
    _record(by, fresh, ways)
    return [row.id for row in fresh]


def _record(by: By, fresh: list[Notice], ways: dict[UUID, tuple[str, ...]]) -> None:
    """One entry a message, in one statement."""
    said = [(row.id, NoticeSent(notice=str(row.id), template=row.template, channels=ways[row.id])) for row in fresh]
    entries = [prepare(by, event, about=notice, kind="notice") for notice, event in said]
    values = ", ".join(f"({CASTS})" for _ in entries)
    with connection.cursor() as cursor:
        cursor.execute(f"insert into journal_entry ({COLUMNS}) values {values}", [value for entry in entries for value in entry.params])


@action("notices.read")
def mark_read(notice_ids: list[UUID] | None, *, by: Actor) -> int:
    """Mark messages of the actor's own inbox as read (None: all); how many were unread."""
    rows = Notice.objects.filter(recipient__in=recipients(by), read_at=None)
    if notice_ids is not None:
        rows = rows.filter(id__in=notice_ids)
    count = rows.update(read_at=clock.now())
    if count and by.account:
        record(by, NoticesRead(count=count), about=by.account, kind="account")
    return count


@action("notices.prefer")
def set_preference(channel: str, wanted: bool, *, by: Actor, topic: str = "") -> None:
    """Whether the party the actor acts as wants a topic ("" for all) on a channel; the inbox cannot be turned off."""
    recipient = by.for_party or by.account
    if channel not in channels:
        raise ChannelUnknown(channel=channel)
    if recipient is None:
        return
    Preference.objects.update_or_create(recipient=recipient, channel=channel, topic=topic[:40], defaults={"wanted": wanted})
    record(by, PreferenceSet(channel=channel, topic=topic, wanted=wanted), about=recipient, kind="party")
