"""Using a seal (用印): asked, checked, signed outside any transaction, and written into the log that is only ever added to.

The log's row is what counts: it is inserted under a lock on the seal's row, after everything was checked once more, so that a seal
stopped meanwhile gives nothing away. Whoever asks again with the same request gets the same answer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.crypto.public import NODE, CustodyAway, CustodyRefused, seal, sm3, unseal
from kapok.kernel.journal.public import CASTS, COLUMNS, Row, action, prepare
from kapok.support.seals import rules
from kapok.support.seals.actions.signing import Stamping, stamped
from kapok.support.seals.data import Sealed, SealRequest
from kapok.support.seals.errors import SealNotReady, SealRefused
from kapok.support.seals.events import SealUsed
from kapok.support.seals.models import SealedAnswer, SealTask, SealTaskFile, SealUse
from kapok.support.seals.queries.using import Before, Standing, held, standing

ABOUT = "seals.answer"
MEGABYTE = 1024 * 1024
USED = (
    "id", "request", "seal_id", "version", "scope", "account", "doer", "org_id", "case_number", "item_code", "reason", "about_kind",
    "about", "media", "document_sm3", "sealed_sm3", "places", "at", "day", "task_id", "nonce", "custody", "receipt", "stamped",
)  # fmt: skip
_VALUES = ", ".join("%s::jsonb" if name == "places" else "%s" for name in USED)
_WRITE = f"""
with u as (insert into seals_use ({", ".join(USED)}) values ({_VALUES}) returning id),
     a as (insert into seals_answer (request, sealed, at) select %s::uuid, %s::bytea, %s::timestamptz from u)
insert into journal_entry ({COLUMNS}) select {CASTS} from u
"""
WRONG = "wrong_signature"
"""A holder that answers wrongly may be mended: its answer is thrown away and asked for again."""


@dataclass(frozen=True)
class _Done:
    """A signed file, before it is in the log."""

    content: bytes = field(repr=False)
    digest: bytes
    version: int
    at: datetime
    nonce: str
    receipt: str
    timed: bool


def use_seal(request: SealRequest, *, by: By, at: datetime | None = None) -> Sealed:
    """Put a seal on a document. The same request again gives the same answer and never a second use.

    SealRefused names why it may not be, for good; SealNotReady says that the holder of its key does not answer, so later. `at` fixes
    the signing time (legal) of a repeated try. Call it outside any transaction: whoever holds the key may be far away.
    """
    digest = request.content[:32] if request.media == rules.HASH else sm3(request.content)
    now = _standing(request, by)
    if now.before is not None:
        return _again(request, digest, now.before)
    _check(request, digest, now, by)
    if now.queued == "waiting" and at is None:
        raise SealNotReady(reason="")
    done = _sign(request, digest, now, by, _moment(now, at))
    try:
        return _keep(request, digest, done, by=by)
    except IntegrityError:
        before = _standing(request, by).before
        if before is None:
            raise
        return _again(request, digest, before)


def _moment(now: Standing, at: datetime | None) -> datetime:
    """The signing time: that of the first try, unless the seal was renewed since; a certificate signs nothing before it began."""
    moment, begins = at or now.signed_at or clock.now(), now.facts.valid_from
    return moment if begins is None or moment >= begins else clock.now()


def _standing(request: SealRequest, by: By, *, lock: bool = False) -> Standing:
    now = clock.now()
    found = standing(
        request.seal, request.request, account=by.ref.account, system=_is_system(by), kind=request.about_kind, purpose=request.purpose,
        now=now, day=clock.local(now).date(), lock=lock,
    )  # fmt: skip
    if found is None:
        raise NotHere("seals.seal", id=str(request.seal))
    return found


def _is_system(by: By) -> bool:
    return by.ref.kind in ("system", "clock")


def _again(request: SealRequest, digest: bytes, before: Before) -> Sealed:
    """The answer given before, if it was asked for the same document and seal."""
    if before.seal != request.seal or before.document_sm3 != digest:
        raise SealRefused("seals.replayed")
    row = SealedAnswer.objects.filter(request=request.request).first()
    if row is None:
        raise SealRefused("seals.answer_gone", use=str(before.use))
    return Sealed(unseal(NODE, bytes(row.sealed), about=ABOUT), before.use, before.sealed_sm3, before.at)


def _check(request: SealRequest, digest: bytes, now: Standing, by: By) -> None:
    most = rules.number("file_megabytes")
    if len(request.content) > most * MEGABYTE:
        raise SealRefused("seals.too_large", 413, megabytes=most)
    said(rules.may_use(now.facts, reason=request.reason, media=request.media, now=clock.now()))
    if request.task is not None:
        said(_task_verdict(request, digest))


def said(verdict: Verdict) -> None:
    """A refusal as the error whoever uses a seal waits for."""
    if not verdict:
        raise SealRefused(verdict.code, verdict.status, **verdict.data)


def _task_verdict(request: SealRequest, digest: bytes) -> Verdict:
    task = SealTask.objects.filter(id=request.task or NODE).first()
    if task is None:
        raise NotHere("seals.task", id=str(request.task))
    files = SealTaskFile.objects.filter(task=task)
    mine = files.filter(digest=digest).first()
    facts = rules.TaskFacts(
        approved=task.state == SealTask.APPROVED, over=task.state == SealTask.CLOSED or clock.now() > task.ends,
        same_seal=task.seal_id == request.seal, listed=mine is not None, used=mine is not None and mine.use is not None, count=task.count,
        done=files.exclude(use=None).count(),
    )  # fmt: skip
    return rules.in_task(facts)


def _sign(request: SealRequest, digest: bytes, now: Standing, by: By, at: datetime) -> _Done:
    assert now.version_id is not None
    work = Stamping(request, digest, held(now.version_id), now.custody, str(by.ref.account or by.ref.label), at)
    try:
        content, nonce, receipt, timed = stamped(work)
    except CustodyAway as away:
        raise SealNotReady(reason=away.message()) from away
    except CustodyRefused as refused:
        if refused.data.get("reason") == WRONG:
            raise SealNotReady(reason=refused.message()) from refused
        raise SealRefused("seals.custody_refused", reason=str(refused.data.get("reason", ""))) from refused
    return _Done(content, sm3(content), now.version, at, nonce, receipt, timed)


@action("seals.use")
def _keep(request: SealRequest, digest: bytes, done: _Done, *, by: By) -> Sealed:
    """Write the use down: everything is asked once more under a lock on the seal."""
    now = _standing(request, by, lock=True)
    said(rules.may_use(now.facts, reason=request.reason, media=request.media, now=clock.now()))
    if now.version != done.version:
        raise SealNotReady(reason=_("印章刚刚换发。"))
    use = _entry(request, digest, done, now, by)
    event = SealUsed(now.es_id, str(use.id), digest.hex(), request.media, request.case_number[:60])
    _write(use, seal(NODE, done.content, about=ABOUT), prepare(by, event, about=now.seal, kind="seal"))
    if request.task is not None and not SealTaskFile.objects.filter(task=request.task, digest=digest, use=None).update(use=use.id):
        raise SealRefused("seals.task_used")
    return Sealed(done.content, use.id, done.digest, done.at)


def _write(use: SealUse, sealed: bytes, entry: Row) -> None:
    """The log's row, the answer and the journal's entry, in one statement."""
    values = [dumps(use.places) if name == "places" else getattr(use, name) for name in USED]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*values, use.request, sealed, clock.wall(), *entry.params])


def _entry(request: SealRequest, digest: bytes, done: _Done, now: Standing, by: By) -> SealUse:
    return SealUse(
        id=uuid7(), request=request.request, seal_id=now.seal, version=done.version, scope=now.scope, account=by.ref.account,
        doer=by.ref.label, org_id=by.ref.org, case_number=request.case_number[:60], item_code=request.item_code[:64],
        reason=request.reason.strip(), about_kind=request.about_kind, about=request.about, media=request.media, document_sm3=digest,
        sealed_sm3=done.digest, places=[place.as_json() for place in request.places], at=done.at, day=clock.local(clock.now()).date(),
        task_id=request.task, nonce=done.nonce, custody=now.custody or str(settings.KAPOK_CUSTODY) or "file",
        receipt=done.receipt[:200], stamped=done.timed,
    )  # fmt: skip


def answer_of(request: UUID) -> Sealed | None:
    """What a request was answered, if it was and the file is still kept."""
    row = SealedAnswer.objects.filter(request=request).first()
    use = SealUse.objects.filter(request=request).first()
    if row is None or use is None:
        return None
    return Sealed(unseal(NODE, bytes(row.sealed), about=ABOUT), use.id, bytes(use.sealed_sm3), use.at)
