"""Carrying messages out, after the transaction that sent them."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.crypto.public import SubjectForgotten, unseal_json
from kapok.kernel.jobs.public import set_timer, timer_handler
from kapok.kernel.notices.connectors.base import Connector, Outgoing, connectors
from kapok.kernel.notices.models import Delivery
from kapok.kernel.parties.public import identity_of, party

log = logging.getLogger(__name__)
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
BATCH = 100
RETRY = "notices.retry"


def deliver_waiting(most: int = BATCH) -> int:
    """Carry out what waits, each in its own transaction so that one failure holds up nobody; how many were tried."""
    due = Delivery.objects.filter(state=Delivery.WAITING, next_at__lte=clock.wall()).order_by("next_at")
    ids = list(due.values_list("id", flat=True)[:most])
    for delivery_id in ids:
        _deliver(delivery_id)
    return len(ids)


@timer_handler(RETRY)
def retry(notice_id: UUID) -> None:
    """Try again what of a notice has not gone out."""
    for delivery_id in list(Delivery.objects.filter(notice=notice_id, state=Delivery.WAITING).values_list("id", flat=True)):
        _deliver(delivery_id)


def _deliver(delivery_id: int) -> None:
    with transaction.atomic():
        rows = Delivery.objects.select_related("notice").select_for_update(of=("self",), skip_locked=True)
        row = rows.filter(id=delivery_id, state=Delivery.WAITING).first()
        if row is None:
            return
        row.tries += 1
        try:
            row.state, row.fault = _send(row)
        except OSError as error:
            log.warning("delivery %s failed: %s", row.pk, error)
            row.fault = type(error).__name__
            row.state = Delivery.FAILED if row.tries >= MOST_TRIES else Delivery.WAITING
        if row.state == Delivery.WAITING:
            wait = FIRST_WAIT * 2 ** (row.tries - 1)
            row.next_at = clock.wall() + wait
            set_timer(RETRY, row.notice.id, clock.now() + wait)
        else:
            row.done_at = clock.wall()
        row.save()


def _send(row: Delivery) -> tuple[str, str]:
    try:
        address = _phone(row)
        words = unseal_json(row.notice.recipient, row.notice.sealed, about="notices.notice")
    except SubjectForgotten:
        return Delivery.SKIPPED, "forgotten"
    if not address:
        return Delivery.SKIPPED, "no address"
    _connector(row.channel).send(Outgoing(row.pk, row.notice.recipient, address, words["sms"]))
    return Delivery.SENT, ""


def _phone(row: Delivery) -> str:
    found = party(row.notice.recipient)
    return identity_of(found).phone if found else ""


def _connector(channel: str) -> Connector:
    """The connector the node chose for a channel (setting KAPOK_NOTICE_CONNECTORS), else the sandbox."""
    chosen: dict[str, str] = getattr(settings, "KAPOK_NOTICE_CONNECTORS", {})
    return connectors.get(chosen.get(channel, "sandbox"))
