"""Timers are rows compared with legal time: they survive any restart, and a moved due date is an update."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from kapok.kernel.common import clock
from kapok.kernel.common.errors import in_brief
from kapok.kernel.common.registry import Registry
from kapok.kernel.jobs.models import Timer

log = structlog.get_logger()
handlers: Registry[Callable[[UUID], None]] = Registry("timers")


def timer_handler(kind: str) -> Callable[[Callable[[UUID], None]], Callable[[UUID], None]]:
    """Mark the function that acts when a timer of this kind is due; it gets what the timer is about."""
    return handlers.add(kind)


def set_timer(kind: str, about: UUID, due_at: datetime) -> None:
    """Set or move the one timer of this kind about this thing."""
    Timer.objects.update_or_create(kind=kind, about=about, defaults={"due_at": due_at, "tries": 0, "retry_at": None})


def cancel_timer(kind: str, about: UUID) -> None:
    Timer.objects.filter(kind=kind, about=about).delete()


def fire_due(limit: int = 50) -> int:
    """Fire what is due, each timer in its own transaction; returns how many were fired or failed."""
    due = Timer.objects.filter(due_at__lte=clock.now()).exclude(retry_at__gt=clock.wall()).order_by("due_at")
    return sum(_fire(timer_id) for timer_id in list(due.values_list("id", flat=True)[:limit]))


def _fire(timer_id: UUID) -> int:
    try:
        with transaction.atomic():
            timer = Timer.objects.select_for_update(skip_locked=True).filter(id=timer_id, due_at__lte=clock.now()).first()
            if timer is None:
                return 0
            timer.delete()
            handlers.get(timer.kind)(timer.about)
    except Exception as error:
        log.exception("jobs.timer_failed", timer=str(timer_id))
        for failed in Timer.objects.filter(id=timer_id):  # none, if it was cancelled meanwhile
            failed.retry_at = clock.wall() + timedelta(seconds=min(3600, 2**failed.tries))
            failed.tries, failed.error = min(failed.tries + 1, 15), in_brief(error)
            failed.save(update_fields=["tries", "retry_at", "error"])
    return 1
