"""Making the paper and sealing it, after the decision: claimed in order, sealed once, resumed wherever it was cut off.

No transaction is held while a paper is made or a seal is asked for. A paper is the same at every try (its time and its code are
fixed at the first), and a seal is asked for under the licence's own id, so the seal server gives its first answer again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog
from django.conf import settings
from django.db import connection, transaction

from kapok.kernel.access.public import Actor, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, KapokError, NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.common.registry import Registry
from kapok.kernel.crypto.public import seal_json, sm3
from kapok.kernel.files.public import StoredFile, discard, store
from kapok.kernel.journal.public import CASTS, COLUMNS, action, prepare, record, running
from kapok.kernel.ofd import public as ofd
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.support.licences.actions.changing import catalogue_entry
from kapok.support.licences.data import HolderFacts, LicenceFacts
from kapok.support.licences.events import LicenceSealed, SigningFailed
from kapok.support.licences.models import Licence, Signing
from kapok.support.licences.queries import queue
from kapok.support.licences.queries.drawing import Paper, paper_of
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.rules.metadata import catalogue_holder
from kapok.support.seals import public as seals

log = structlog.get_logger()
BATCH = 20
MEDIA = {"ofd": "application/ofd", "pdf": "application/pdf"}

code_texts: Registry[Callable[[LicenceFacts], str]] = Registry("licences.code texts")
"""At most one entry, "qr": what a licence's printed QR code says; without it, the identifier."""


def signer() -> Actor:
    """Who asks for the seals."""
    return system_actor("证照签章")


@dataclass(frozen=True)
class Made:
    """Both sealed renditions, kept, with whose licence it is."""

    ofd: UUID
    pdf: UUID
    digest: bytes
    pdf_digest: bytes
    signed_at: datetime
    holders: Sequence[HolderFacts]


class NoSeal(KapokError):
    """The issuing body has no seal in use."""

    code, status, fields = "licences.no_seal", 503, ("org",)
    says = "“{org}”没有启用的电子印章，证照暂不能签章。"


def sign_waiting(limit: int = BATCH, *, only: Sequence[UUID] | None = None) -> int:
    """Sign the next licences of the queue; how many were done. Call it outside any transaction, again and again until 0."""
    worker, done = uuid7(), 0
    claimed = queue.claim(worker, limit, only)
    batch = _Batch(worker)
    try:
        for number, id in enumerate(claimed):
            if number and number % 5 == 0:
                queue.renew(worker)
            done += batch.sign(id)
    finally:
        if claimed:
            queue.release(worker)
    raise_alarms()
    return done


class _Batch:
    """One worker's turn: the seals it has looked up, and the agencies whose seal was found wanting."""

    def __init__(self, worker: UUID) -> None:
        self.worker = worker
        self.seals: dict[tuple[int, str], seals.SealFacts] = {}
        self.stopped: set[int] = set()

    def sign(self, id: UUID) -> int:
        """One licence; of an agency whose seal was just found wanting, none is tried."""
        waiting = Signing.objects.select_related("licence").filter(licence=id, worker=self.worker).first()
        if waiting is None or waiting.org in self.stopped:
            return 0
        try:
            return int(finish(waiting, self.made(waiting), self.worker))
        except (seals.SealNotReady, NoSeal) as error:
            self.stopped.add(waiting.org)
            _fail(waiting, error, self.worker, whole=True)
        except KapokError as error:
            _fail(waiting, error, self.worker)
        except Exception as error:
            log.exception("licences.signing_broke", licence=str(id))
            _fail(waiting, error, self.worker)
        return 0

    def made(self, waiting: Signing) -> Made:
        """Compose, write, seal, keep: OFD first, then the PDF of the same pages."""
        row, at = waiting.licence, waiting.began_at or clock.now()
        facts = self.seal_of(row)
        paper = paper_of(row, signed_at=at, qr=_code_text(waiting), seal=facts.name)
        sealed = _sealed(row, "ofd", ofd.write_ofd(paper.document), paper, facts.id)
        second = _sealed(row, "pdf", ofd.write_pdf(paper.document), paper, facts.id)
        files = _kept(row, "ofd", sealed.content), _kept(row, "pdf", second.content)
        return Made(files[0].id, files[1].id, sm3(sealed.content), sm3(second.content), sealed.signed_at, paper.holders)

    def seal_of(self, row: Licence) -> seals.SealFacts:
        """The seal of the kind the type wants, else the agency's own; looked up once a turn, asked anew at each use."""
        kind = type_version(row.type_version_id).seal
        known = self.seals.get((row.org_id, kind)) or seals.active_seal(row.org_id, kind) or seals.active_seal(row.org_id, "agency")
        if known is None:
            raise NoSeal(org=row.issuer_name)
        self.seals[row.org_id, kind] = known
        return known


def _code_text(waiting: Signing) -> str:
    """What the QR code says, fixed at the first try."""
    if not waiting.code_text:
        make = code_texts.find("qr")
        waiting.code_text = make(facts_of_licence(waiting.licence)) if make else waiting.licence.identifier
        Signing.objects.filter(licence=waiting.licence_id, code_text="").update(code_text=waiting.code_text)
    return waiting.code_text


def _sealed(row: Licence, media: str, content: bytes, paper: Paper, seal: UUID) -> seals.Sealed:
    """The file with its seal: the same bytes under the same seal are one request, so they are never sealed twice.

    Another seal or other bytes (the seal was replaced between two tries) are another; so are those whose file is no longer kept.
    """
    anchor = paper.seal
    request = seals.SealRequest(
        seal=seal,
        request=uuid5(row.id, f"{media} {seal} {sm3(content).hex()}"),
        content=content,
        media=media,
        reason=f"签发{row.name} {row.number}",
        about_kind="licence",
        about=row.id,
        case_number=row.case_number,
        item_code=row.item_code,
        purpose=row.type_code,
        places=(seals.StampPlace(anchor.page, anchor.x, anchor.y, anchor.width, anchor.height),),
    )
    try:
        return seals.use_seal(request, by=signer())
    except seals.SealRefused as refused:
        if refused.code != "seals.answer_gone":
            raise
        return seals.use_seal(replace(request, request=uuid5(request.request, clock.today().isoformat())), by=signer())


def _kept(row: Licence, kind: str, content: bytes) -> StoredFile:
    return store(content, name=f"{row.name} {row.number}.{kind}", media_type=MEDIA[kind], subject=row.subject, by=None)


_FINISH = f"""
with k as (select id from licences_licence where id = %s::uuid and state = 'pending' for update),
 w as (delete from licences_signing g using k where g.licence_id = k.id and g.worker = %s::uuid
   returning g.licence_id, g.code, g.alarmed_at),
 l as (update licences_licence x set state = 'valid', ofd_id = %s::uuid, pdf_id = %s::uuid, digest = %s::bytea, pdf_digest = %s::bytea,
   signed_at = %s::timestamptz, waited = %s::float8 from w where x.id = w.licence_id and x.state = 'pending' returning x.id),
 s as (insert into licences_status (id, licence_id, sequence, verb, state, at, reason, cause, doer, account, confirmed_by)
   select %s::uuid, l.id, (select max(h.sequence) + 1 from licences_status h where h.licence_id = l.id), 'seal', 'valid', %s::timestamptz,
   '', '', %s::varchar, null, '' from l),
 d as (insert into licences_directory (id, licence_id, operation, region, record, sealed, produced_at)
   select %s::uuid, l.id, 'seal', %s::varchar, %s::jsonb, %s::bytea, %s::timestamptz from l),
 j as (insert into journal_entry ({COLUMNS}) select {CASTS} from l)
 select w.code <> '' or w.alarmed_at is not null from w join l on l.id = w.licence_id
"""
"""待签章→有效, its files, its entries, all hanging on the lease: nothing where another has been faster or the licence was ended.
The licence is locked before its place in the queue, as those do who end one."""


def finish(waiting: Signing, made: Made, worker: UUID) -> bool:
    """The licence may be used from here on; False, and the files thrown away, where the lease or the licence is gone."""
    row, by, at = waiting.licence, signer(), clock.now()
    waited = (clock.wall() - waiting.queued_at).total_seconds()
    event = LicenceSealed(str(row.id), row.identifier, made.digest.hex(), made.signed_at.isoformat(), str(row.case or ""), round(waited, 3))
    entry = catalogue_entry(row, Licence.VALID)
    holders = seal_json(row.subject, catalogue_holder(made.holders), about="licences.directory")
    with running("licences.seal"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _FINISH,
                [
                    *(row.id, worker, made.ofd, made.pdf, made.digest, made.pdf_digest, made.signed_at, waited),
                    *(uuid7(), at, by.ref.label, uuid7(), row.region, dumps(entry), holders, at),
                    *prepare(by, event, about=row.id, kind="licence", occurred_at=at).params,
                ],
            )
            done = cursor.fetchone()
        if done and done[0]:
            close_tasks(("licence", row.id), by=by)
            close_tasks(("licences_org", org_source(row.org_id)), by=by)
    if done is None:
        for file in (made.ofd, made.pdf):
            discard(file)
    return done is not None


def org_source(org: int) -> UUID:
    """The source of an agency's tasks about its seal."""
    return uuid5(NAMESPACE_OID, f"licences.org.{org}")


def _fail(waiting: Signing, error: Exception, worker: UUID, *, whole: bool = False) -> None:
    """Say why, and when it is tried again: for this licence, or for all of the agency."""
    code = error.code if isinstance(error, KapokError) else "licences.broken"
    says = error.message() if isinstance(error, KapokError) else type(error).__name__
    statement, of = (queue.BACK_OFF_ORG, waiting.org) if whole else (queue.BACK_OFF_ONE, waiting.licence_id)
    queue.back_off(statement, of, worker, code=code, error=says, tries=waiting.tries)
    if waiting.code != code:
        tell_failure(waiting.licence_id, code, says, waiting.tries + 1, whole)


@action("licences.tell_failure")
def tell_failure(licence: UUID, code: str, says: str, tries: int, whole: bool) -> None:
    """A task for the clerk with the reason; one for the agency where its seal is what is wanting."""
    row = Licence.objects.defer("sealed").get(id=licence)
    by = signer()
    source = ("licences_org", org_source(row.org_id)) if whole else ("licence", row.id)
    title = f"{row.issuer_name}的证照暂不能签章：{says}" if whole else f"{row.name} {row.number} 签章失败：{says}"
    english = f"Licences of {row.issuer_name} cannot be sealed" if whole else f"{row.name} {row.number} could not be sealed"
    link = "/work/licences/waiting/" if whole else f"/work/licences/{row.id}/"
    open_task(source, "licences.signing", for_=Queue(row.scope, "licences.handle"), title=title, title_en=english, link=link, by=by)
    record(by, SigningFailed(str(row.id), code, tries), about=row.id, kind="licence")


def raise_alarms() -> int:
    """Licences that have waited too long are told to the leaders, once."""
    before = clock.wall() - timedelta(minutes=settings.KAPOK_LICENCE_ALARM)
    late = list(Signing.objects.filter(alarmed_at=None, queued_at__lt=before).values_list("licence_id", flat=True)[:200])
    for licence in late:
        alarm(licence)
    return len(late)


@action("licences.alarm")
def alarm(licence: UUID) -> None:
    """One licence is late."""
    waiting = Signing.objects.select_for_update().filter(licence=licence, alarmed_at=None).first()
    if waiting is None:
        return
    row, by = Licence.objects.defer("sealed").get(id=licence), signer()
    Signing.objects.filter(licence=licence).update(alarmed_at=clock.wall())
    log.warning("licences.late", licence=str(licence), code=waiting.code)
    minutes, what = settings.KAPOK_LICENCE_ALARM, f"{row.name} {row.number}"
    open_task(
        ("licence", row.id), "licences.late", for_=Queue(row.scope, "licences.confirm"), title=f"{what} {minutes} 分钟未完成签章",
        title_en=f"{what} is not sealed after {minutes} minutes", link="/work/licences/waiting/", by=by,
    )  # fmt: skip
    record(by, SigningFailed(str(row.id), waiting.code or "licences.late", waiting.tries), about=row.id, kind="licence")


@action("licences.try_again")
def try_again(licence: UUID, *, by: Actor) -> None:
    """A clerk asks to try now: the wait is over."""
    row = Licence.objects.filter(id=licence).first()
    if row is None or not by.may("licences.see", row):
        raise NotHere("licences.licence", id=str(licence))
    if not by.may("licences.handle", row):
        raise Forbidden(deed="licences.handle")
    if not Signing.objects.filter(licence=licence).exists():
        raise Refused("licences.not_waiting")
    Signing.objects.filter(org=row.org_id).update(retry_at=None)
    record(by, SigningFailed(str(row.id), "licences.tried_again", 0), about=row.id, kind="licence")


def drain(rounds: int = 1000) -> int:
    """Sign until nothing more can be signed (tests and the demo)."""
    total = 0
    for _round in range(rounds):
        done = sign_waiting()
        total += done
        if not done:
            break
    return total
