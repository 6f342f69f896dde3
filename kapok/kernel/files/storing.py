"""Keeping, opening and discarding files."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse

from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import NODE, SealBroken, seal, signature, sm3, unseal
from kapok.kernel.files import kinds
from kapok.kernel.files.errors import FileGone
from kapok.kernel.files.models import StoredFile
from kapok.kernel.files.names import clean_name
from kapok.kernel.files.stores import current

SHOWN_INLINE = (kinds.PDF, kinds.JPEG, kinds.PNG, kinds.GIF, kinds.WEBP)


def store(content: bytes, *, name: str, media_type: str, subject: UUID | None, by: ActorRef | Any | None) -> StoredFile:
    """Keep a file sealed under its subject's key (None: the node's own); `by` is an ActorRef or whatever has one as `.ref`.

    Call `inspect` first. The bytes are on the disk before the row commits; if it is rolled back they are left over, unreadable
    without a row, and `sweep` removes them.
    """
    owner = subject or NODE
    address = signature("files", owner.bytes + content).hex()
    current().put(address, seal(owner, content, about=f"file:{address}"))
    ref = getattr(by, "ref", by)
    return StoredFile.objects.create(
        id=uuid7(),
        subject=owner,
        address=address,
        sealed_name=seal(owner, (clean_name(name) or "file").encode(), about="files.name"),
        size=len(content),
        media_type=media_type,
        digest=sm3(content),
        stored_at=clock.now(),
        stored_by=ref.account if ref is not None else None,
    )


def stored(file_id: UUID) -> StoredFile:
    """The row; `NotHere` if there is none. Whether somebody may see it is for the caller to know."""
    found = StoredFile.objects.filter(id=file_id).first()
    if found is None:
        raise NotHere("files.file", id=str(file_id))
    return found


def open_file(file: UUID | StoredFile) -> bytes:
    """The file's bytes; `FileGone` when they are lost or altered, `SubjectForgotten` after its subject was forgotten."""
    row = file if isinstance(file, StoredFile) else stored(file)
    sealed = current().get(row.address)
    if sealed is None:
        raise FileGone(id=str(row.id))
    try:
        return unseal(row.subject, sealed, about=f"file:{row.address}")
    except SealBroken:
        raise FileGone(id=str(row.id)) from None


def discard(file_id: UUID) -> None:
    """Remove a file; the bytes go after commit, if no other row needs them."""
    row = stored(file_id)
    row.delete()

    def drop() -> None:
        if not StoredFile.objects.filter(address=row.address).exists():
            current().drop(row.address)

    transaction.on_commit(drop)


def file_response(row: StoredFile, content: bytes, *, inline: bool = False) -> HttpResponse:
    """A download nobody's browser will run: fixed type, no sniffing, sandboxed, not kept by caches."""
    kind = row.media_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", row.media_type) else kinds.UNKNOWN
    how = "inline" if inline and kind in SHOWN_INLINE else "attachment"
    plain = re.sub(r'[^\w.-]|["\\]', "_", row.name.encode("ascii", "replace").decode())
    return HttpResponse(
        content,
        headers={
            "Content-Type": kind,
            "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
