"""Reading the journal."""

from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.journal.models import DeadLetter, Entry, Follower, Head


def history(about: UUID, *, since: UUID | None = None) -> list[Entry]:
    """A thing's entries in the order they happened; `since` bounds the partitions (default: the thing's own id)."""
    return list(Entry.objects.filter(id__gte=since or about, about=about).order_by("id"))


def state() -> dict[str, Any]:
    """How far sealing and each subscriber are, for health and metrics."""
    head = Head.objects.first()
    return {
        "sealed": head.seq if head else 0,
        "followers": {each.name: (head.seq if head else 0) - each.seq for each in Follower.objects.all()},
    }


def dead_letters() -> list[DeadLetter]:
    """Entries that subscribers could not take after all their tries, newest first, a hundred at most."""
    return list(DeadLetter.objects.order_by("-id")[:100])


def unsealed() -> int:
    """Entries that are committed and not yet sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from journal_entry, journal_head h where xid >= pg_snapshot_xmin(h.snapshot::pg_snapshot)"
            " and not pg_visible_in_snapshot(xid, h.snapshot::pg_snapshot)"
        )
        return cursor.fetchone()[0]
