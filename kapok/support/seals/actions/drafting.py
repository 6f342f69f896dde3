"""Files that somebody is about to seal."""

from datetime import timedelta
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import discard, inspect, media_type_of, open_file, store
from kapok.support.seals import rules
from kapok.support.seals.errors import SealRefused
from kapok.support.seals.models import StampDraft

KEPT = timedelta(days=1)
MEGABYTE = 1024 * 1024


def begin_stamping(name: str, content: bytes, *, by: Actor) -> StampDraft:
    """Keep a file until it is sealed: an OFD or a PDF, looked into first. No act in law: only the use is one."""
    verdict = inspect(name, content, allow=tuple(rules.MEDIA.values()), limit=rules.number("file_megabytes") * MEGABYTE)
    if not verdict:
        raise Refused(verdict.code, verdict.status, **verdict.data)
    kind = media_type_of(name, content)
    media = next((key for key, value in rules.MEDIA.items() if value == kind), "")
    if not media or by.account is None:
        raise SealRefused("seals.media", 422)
    file = store(content, name=name, media_type=kind, subject=None, by=by)
    return StampDraft.objects.create(id=uuid7(), account=by.account, file=file, name=name[:160], media=media, at=clock.wall())


def draft_of(by: Actor, draft_id: UUID) -> StampDraft:
    """The actor's own draft."""
    found = StampDraft.objects.select_related("file").filter(id=draft_id, account=by.account or UUID(int=0)).first()
    if found is None:
        raise NotHere("seals.draft", id=draft_id)
    return found


def content_of(draft: StampDraft) -> bytes:
    """The file itself."""
    return open_file(draft.file)


def drop_draft(draft: StampDraft) -> None:
    """It was sealed, or is not wanted any more."""
    draft.delete()
    discard(draft.file_id)


def drop_old_drafts() -> int:
    """Those nobody came back to; how many."""
    old = list(StampDraft.objects.filter(at__lt=clock.wall() - KEPT)[:1000])
    for draft in old:
        drop_draft(draft)
    return len(old)
