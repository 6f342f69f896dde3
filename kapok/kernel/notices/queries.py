"""Inboxes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from kapok.kernel.access.public import Actor
from kapok.kernel.common.errors import NotHere
from kapok.kernel.crypto.public import load_keys, unseal_json
from kapok.kernel.notices.connectors.base import Channel, channels
from kapok.kernel.notices.models import Notice, Preference

MOST_COUNTED = 99


@dataclass(frozen=True)
class Message:
    """A notice as its recipient reads it, in the language of the screen."""

    id: UUID
    title: str
    text: str
    link: str
    topic: str
    sent_at: datetime
    read_at: datetime | None


def recipients(actor: Actor) -> list[UUID]:
    """Whose inbox the actor reads: its account's, and that of the party it now acts as."""
    return [each for each in (actor.account, actor.for_party) if each]


def inbox(actor: Actor) -> QuerySet[Notice]:
    """The rows of the actor's inbox, for paging; open a page of them with `opened`."""
    return Notice.objects.filter(recipient__in=recipients(actor))


def opened(rows: list[Notice]) -> list[Message]:
    """The words of some notices; one statement for all keys not in memory."""
    load_keys(row.recipient for row in rows)
    return [_opened(row) for row in rows]


def message_for(actor: Actor, notice_id: UUID) -> Message:
    """One message of the actor's inbox, or `NotHere`."""
    row = inbox(actor).filter(id=notice_id).first()
    if row is None:
        raise NotHere("notices.notice", id=str(notice_id))
    return _opened(row)


def unread(actor: Actor) -> int:
    """How many messages are unread, counted up to 99."""
    owners = recipients(actor)
    if not owners:
        return 0
    return len(Notice.objects.filter(recipient__in=owners, read_at=None).values_list("id", flat=True)[:MOST_COUNTED])


def preferences(recipient: UUID) -> dict[tuple[str, str], bool]:
    """A recipient's wishes by (channel, topic)."""
    rows = Preference.objects.filter(recipient=recipient)
    return {(row.channel, row.topic): row.wanted for row in rows}


def wanted_channels(recipient: UUID, topic: str) -> tuple[str, ...]:
    """The channels to use beside the inbox: the wish for the topic, else the wish for all, else the channel's default."""
    return channels_wanted({(recipient, topic)})[recipient, topic]


def channels_wanted(asked: set[tuple[UUID, str]]) -> dict[tuple[UUID, str], tuple[str, ...]]:
    """The same for many recipients and topics, in one statement."""
    rows = Preference.objects.filter(recipient__in={recipient for recipient, _ in asked}) if asked else ()
    wishes = {(row.recipient, row.channel, row.topic): row.wanted for row in rows}

    def wants(recipient: UUID, topic: str, channel: Channel) -> bool:
        return wishes.get((recipient, channel.key, topic), wishes.get((recipient, channel.key, ""), channel.default))

    return {(who, topic): tuple(each.key for each in channels if wants(who, topic, each)) for who, topic in asked}


def _opened(row: Notice) -> Message:
    words = unseal_json(row.recipient, row.sealed, about="notices.notice")
    end = "_en" if (get_language() or "").startswith("en") else ""
    return Message(row.id, words["title" + end], words["text" + end], words["link"], row.topic, row.sent_at, row.read_at)
