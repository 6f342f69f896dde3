"""Sending, reading, and having a wish."""

from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import seal_json
from kapok.kernel.journal.public import action, record
from kapok.kernel.notices.connectors.base import channels
from kapok.kernel.notices.errors import ChannelUnknown
from kapok.kernel.notices.events import NoticeSent, NoticesRead, PreferenceSet
from kapok.kernel.notices.models import Delivery, Notice, Preference
from kapok.kernel.notices.queries import recipients, wanted_channels
from kapok.kernel.notices.templates import template as template_of

ABOUT = "notices.notice"


@action("notices.send")
def send(template: str, *, to: UUID, data: dict[str, Any], dedupe: str, by: By) -> UUID | None:
    """Send a message to a party or an account; None if the same `dedupe` reached this recipient before.

    It stands in the inbox at once; other channels follow after commit, where the template has words for them and the recipient
    has not said no. Call it from a subscriber or an action; nothing remote happens here.
    """
    kind = template_of(template)
    words = kind.filled(data)
    notice = uuid7()
    row = Notice(
        id=notice, recipient=to, template=template, topic=kind.topic, sealed=seal_json(to, words, about=ABOUT),
        dedupe=dedupe[:120], sent_at=clock.now(),
    )  # fmt: skip
    Notice.objects.bulk_create([row], ignore_conflicts=True)
    if not Notice.objects.filter(id=notice).exists():
        return None
    ways = wanted_channels(to, kind.topic) if words["sms"] else ()
    Delivery.objects.bulk_create([Delivery(notice_id=notice, channel=way, next_at=clock.wall()) for way in ways])
    record(by, NoticeSent(notice=str(notice), template=template, channels=ways), about=notice, kind="notice")
    return notice


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
