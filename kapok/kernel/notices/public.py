"""The door of `kernel.notices`."""

from kapok.kernel.notices.actions import Sending, mark_read, send, send_all, set_preference
from kapok.kernel.notices.connectors.base import Channel, Connector, Outgoing, channels, connectors
from kapok.kernel.notices.delivering import deliver_waiting
from kapok.kernel.notices.errors import ChannelUnknown, NoticeDataMissing, NoticeTemplateMissing
from kapok.kernel.notices.events import NoticeSent, NoticesRead, PreferenceSet
from kapok.kernel.notices.models import Delivery, Notice
from kapok.kernel.notices.queries import Message, inbox, message_for, opened, preferences, unread, wanted_channels
from kapok.kernel.notices.templates import NoticeTemplate, template, templates

__all__ = [
    "Channel",
    "ChannelUnknown",
    "Connector",
    "Delivery",
    "Message",
    "Notice",
    "NoticeDataMissing",
    "NoticeSent",
    "NoticeTemplate",
    "NoticeTemplateMissing",
    "NoticesRead",
    "Outgoing",
    "PreferenceSet",
    "Sending",
    "channels",
    "connectors",
    "deliver_waiting",
    "inbox",
    "mark_read",
    "message_for",
    "opened",
    "preferences",
    "send",
    "send_all",
    "set_preference",
    "template",
    "templates",
    "unread",
    "wanted_channels",
]
