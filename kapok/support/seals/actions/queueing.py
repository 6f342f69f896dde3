"""Uses that wait for a key's holder (用印队列): kept with their file, signed in the order they came once it answers, none twice.

A use keeps the signing time of its first try, and its own request id all the way to the holder of the key, so that a repeated call is
the same call. The first of a seal that is not answered holds up the later ones of that seal.
"""

from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import actor_of_account, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.common.jsontext import dumps, loads
from kapok.kernel.crypto.public import NODE, seal, unseal
from kapok.kernel.journal.public import action, record
from kapok.support.seals import rules
from kapok.support.seals.actions.using import use_seal
from kapok.support.seals.data import SealRequest, StampPlace
from kapok.support.seals.errors import SealNotReady
from kapok.support.seals.events import QueuedUseEnded, UseQueued
from kapok.support.seals.models import QueuedUse, Seal

ABOUT = "seals.queued"
_NEXT = """
select q.request from seals_queued q
 where q.state = 'waiting' and q.retry_at <= %s::timestamptz
   and not exists (select 1 from seals_queued e where e.seal_id = q.seal_id and e.state = 'waiting' and e.number < q.number)
 order by q.number limit 1
"""


@action("seals.queue")
def queue_use(request: SealRequest, *, by: By) -> QueuedUse:
    """Let a use wait for the holder of the key; queued again, it stays where it is."""
    known = QueuedUse.objects.filter(request=request.request).first()
    if known is not None:
        return known
    found = Seal.objects.filter(id=request.seal).first()
    if found is None:
        raise NotHere("seals.seal", id=str(request.seal))
    with connection.cursor() as cursor:
        cursor.execute("select nextval('seals_queue_number')")
        number = int(cursor.fetchone()[0])
    queued = QueuedUse.objects.create(
        request=request.request, number=number, seal=found, sealed=seal(NODE, _written(request, by), about=ABOUT), account=by.ref.account,
        signed_at=clock.now(), asked_at=clock.now(), retry_at=clock.wall(),
    )  # fmt: skip
    record(by, UseQueued(found.es_id, str(request.request)), about=found.id, kind="seal")
    return queued


def queued_of(request: UUID) -> QueuedUse | None:
    """A queued use by its request."""
    return QueuedUse.objects.filter(request=request).first()


def run_queue(most: int = 1000) -> int:
    """Sign what waits and is due, in order; how many were ended. One runner at a time: a second finds the first at work and leaves."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext('seals.queue'))")
        if not cursor.fetchone()[0]:
            return 0
        try:
            return _run(most)
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('seals.queue'))")


def _run(most: int) -> int:
    ended = 0
    while ended < most:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [clock.wall()])
            row = cursor.fetchone()
        if row is None:
            break
        ended += _try(QueuedUse.objects.get(request=row[0]))
    return ended


def _try(queued: QueuedUse) -> int:
    request, by = _read(queued)
    try:
        sealed = use_seal(request, by=by, at=queued.signed_at)
    except SealNotReady as away:
        wait = min(rules.number("queue_most"), rules.number("queue_first") * 2 ** min(queued.tries, 10))
        QueuedUse.objects.filter(request=queued.request).update(
            tries=queued.tries + 1, retry_at=clock.wall() + timedelta(seconds=wait), error=away.message()[:200]
        )
        return 0
    except KapokError as refused:
        _end(queued, "", refused.code, refused.message(), by=by)
        return 1
    _end(queued, str(sealed.use), "", "", by=by)
    return 1


@action("seals.end_queued")
def _end(queued: QueuedUse, use: str, refused: str, says: str, *, by: By) -> None:
    state = QueuedUse.REFUSED if refused else QueuedUse.DONE
    QueuedUse.objects.filter(request=queued.request).update(state=state, sealed=None, tries=queued.tries + 1, error=says[:200])
    record(by, QueuedUseEnded(str(queued.request), use, refused), about=queued.seal_id, kind="seal")


def _written(request: SealRequest, by: By) -> bytes:
    said = {**asdict(request), "content": b64encode(request.content).decode(), "label": by.ref.label}
    return dumps(said).encode()


def _read(queued: QueuedUse) -> tuple[SealRequest, By]:
    said: dict[str, Any] = loads(unseal(NODE, bytes(queued.sealed or b""), about=ABOUT))
    label = said.pop("label")
    places = tuple(StampPlace(**{**place, "clip": tuple(place["clip"]) if place["clip"] else None}) for place in said.pop("places"))
    ids = {name: UUID(said[name]) if said[name] else None for name in ("seal", "request", "about", "task")}
    request = SealRequest(**{**said, **ids, "content": b64decode(said["content"]), "places": places})
    return request, actor_of_account(queued.account) if queued.account else system_actor(label)
