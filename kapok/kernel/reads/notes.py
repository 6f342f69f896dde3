"""Noting and listing readings."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef, By
from kapok.kernel.common.ids import moment_of, uuid7, uuid7_floor
from kapok.kernel.reads.data import Reading
from kapok.kernel.reads.errors import PurposeMissing
from kapok.kernel.reads.models import ReadNote

SHOWN_DAYS = 365


def note_read(actor: By, party: UUID, purpose: str, about: UUID | None = None, *, what: str = "record") -> None:
    """Note that `actor` opened `party`'s record; reading one's own is not noted. One statement.

    `purpose` is the sentence the person concerned will read; `what` names the kind of record (case, licence, party …).
    """
    note_reads(actor, [party], purpose, about, what=what)


def note_reads(actor: By, parties: Iterable[UUID], purpose: str, about: UUID | None = None, *, what: str = "record") -> None:
    """The same for several persons at once (an export), still one statement."""
    ref = actor.ref
    others = [party for party in dict.fromkeys(parties) if party not in (ref.party, ref.on_behalf_of)]
    if not others:
        return
    if not purpose.strip():
        raise PurposeMissing(party=str(others[0]))
    ReadNote.objects.bulk_create(
        [
            ReadNote(
                id=uuid7(), party=party, account=ref.account, org=ref.org, reader=_label(ref), purpose=purpose.strip()[:200],
                what=what[:40], about=about,
            )
            for party in others
        ],
        batch_size=1000,
    )  # fmt: skip


def notes_of(party: UUID, since: datetime | None = None) -> QuerySet[ReadNote]:
    """The notes on one person's record, as rows for paging; bounded by the year past, or by `since`."""
    start = since or clock.wall() - timedelta(days=SHOWN_DAYS)
    return ReadNote.objects.filter(party=party, id__gte=uuid7_floor(start))


def who_read(party: UUID, *, since: datetime | None = None, limit: int = 100) -> list[Reading]:
    """Who read this person's record, newest first; the last year unless `since` says otherwise."""
    return [as_reading(note) for note in notes_of(party, since).order_by("-id")[:limit]]


def as_reading(note: ReadNote) -> Reading:
    """A note as the person concerned may see it."""
    at = datetime.fromtimestamp(moment_of(note.id), UTC)
    return Reading(note.id, at, note.org, note.reader, note.purpose, note.what, note.about)


def _label(ref: ActorRef) -> str:
    """A clerk is shown by his office; a program or another party by its label."""
    return "" if ref.kind == "staff" else ref.label[:100]
