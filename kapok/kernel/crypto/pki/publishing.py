"""What the node tells everybody about its certificates: lists of revoked ones, status answers, time stamps, its authorities."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.ids import as_uuid, uuid7
from kapok.kernel.common.remembered import Remembered
from kapok.kernel.crypto import queries
from kapok.kernel.crypto.errors import CustodyAway, PkiMissing
from kapok.kernel.crypto.models import RevocationList
from kapok.kernel.crypto.pki.held import LISTS, OwnAuthority, held, unsettled, written
from kapok.kernel.crypto.pki.issuing import timestamper
from kapok.kernel.crypto.transactions import in_transaction
from kapok.kernel.crypto.x509 import names
from kapok.kernel.crypto.x509.crl import make_crl
from kapok.kernel.crypto.x509.facts import CertificateUnreadable, read_certificate
from kapok.kernel.crypto.x509.ocsp import (
    MALFORMED,
    UNAUTHORIZED,
    CertId,
    OcspUnreadable,
    StatusAnswer,
    make_ocsp,
    read_ocsp_request,
    refuse_ocsp,
)
from kapok.kernel.crypto.x509.revoking import RevocationEntry
from kapok.kernel.crypto.x509.timestamps import answer_timestamp

LIST_LASTS = timedelta(days=7)
LIST_RENEWED = timedelta(hours=12)
"""A list is made anew at the latest this long after the one before it, and as soon as something is revoked."""
TRIES = 5
"""How often a list that another process was faster with is looked at again."""
ANSWER_LASTS = timedelta(hours=1)

_lists: Remembered[tuple[UUID, int], bytes] = Remembered()


@dataclass(frozen=True)
class _Newest:
    """The newest list of an authority; `revoked`: how many certificates are revoked by now."""

    number: int
    this_update: datetime
    next_update: datetime
    entries: int
    revoked: int

    def holds(self, now: datetime) -> bool:
        return self.this_update <= now < self.next_update

    @property
    def complete(self) -> bool:
        """Whether it names all that are revoked by now."""
        return self.entries == self.revoked

    def due(self, now: datetime) -> bool:
        """Whether the next one is to be made."""
        return not (self.holds(now) and self.complete and now < self.this_update + LIST_RENEWED)


def current_crl(authority: UUID) -> bytes:
    """The list of an authority that holds now; PkiMissing where there is none and a transaction forbids making one."""
    content = _current(authority)
    if content is None:
        raise PkiMissing(wanted=f"crl {authority}")
    return content


def _current(authority: UUID) -> bytes | None:
    """The newest list, if it holds. A next one is signed only where it does not, or where something was revoked since.

    Never in a transaction, which would hold its locks while custody is asked: there the newest must do until the job has made the next.
    Custody that does not answer costs nothing as long as a list holds.
    """
    now = clock.now()
    found = _newest(authority)
    holds = found is not None and found.holds(now)
    if found is not None and holds and (found.complete or in_transaction()):
        return _content(authority, found.number)
    if in_transaction():
        return None
    try:
        return _publish(authority)
    except CustodyAway:
        if found is None or not holds:
            raise
        return _content(authority, found.number)


def publish_crls() -> int:
    """See that every authority has a list that holds and is not old; how many there are (a job's work, so that readers need not wait)."""
    authorities = held().authorities
    for authority in authorities:
        _publish(authority)
    return len(authorities)


def _newest(authority: UUID) -> _Newest | None:
    with connection.cursor() as cursor:
        cursor.execute(queries.NEWEST_LIST, [authority, authority])
        row = cursor.fetchone()
    return _Newest(*row) if row else None


def _content(authority: UUID, number: int) -> bytes:
    """Numbered lists never change; a list of a transaction rolled back is not kept here."""
    found = _lists.get((authority, number))
    if found is None:
        found = bytes(RevocationList.objects.values_list("content", flat=True).get(authority=authority, number=number))
        if not unsettled(LISTS):
            _lists[authority, number] = found
    return found


def _publish(authority: UUID) -> bytes:
    """Make the next list if it is due. Nothing is locked while it is signed: of two that made one number, the first written is kept."""
    for _ in range(TRIES):
        now = clock.now()
        found = _newest(authority)
        if found is not None and not found.due(now):
            return _content(authority, found.number)
        made = _signed(authority, found.number + 1 if found else 1, now)
        if _kept(made):
            return bytes(made.content)
    raise CustodyAway(custody="crl", reason=str(authority))


def _signed(authority: UUID, number: int, now: datetime) -> RevocationList:
    by, entries, ends = held().authorities[authority], _entries(authority), now + LIST_LASTS
    content = make_crl(
        entries,
        signer=by.signer(),
        issuer=by.certificate,
        this_update=now,
        next_update=ends,
        number=number,
        expired_stay=by.valid_from,
    )
    return RevocationList(
        id=uuid7(), authority_id=authority, number=number, this_update=now.replace(microsecond=0), next_update=ends, entries=len(entries),
        content=content,
    )  # fmt: skip


def _kept(made: RevocationList) -> bool:
    """Whether the list is written; not where another process published this number meanwhile."""
    row = (made.id, made.authority_id, made.number, made.this_update, made.next_update, made.entries, bytes(made.content))
    with connection.cursor() as cursor:
        cursor.execute(queries.KEEP_LIST, row)
        written(LISTS)
        return cursor.rowcount == 1


def _entries(authority: UUID) -> list[RevocationEntry]:
    with connection.cursor() as cursor:
        cursor.execute(queries.REVOKED_BY, [authority])
        return [RevocationEntry(int(serial, 16), at, reason, since) for serial, at, reason, since in cursor.fetchall()]


def crls_for(certificates: Iterable[bytes]) -> tuple[bytes, ...]:
    """The lists of those of our authorities that issued any of these certificates; nothing for certificates of others."""
    wanted: dict[UUID, None] = {}
    for der in certificates:
        try:
            facts = read_certificate(der)
        except CertificateUnreadable:
            continue
        for authority in held().authorities.values():
            above = read_certificate(authority.certificate)
            if facts.authority_key_id == above.key_id and names.compared(facts.issuer_der) == names.compared(above.subject_der):
                wanted[authority.id] = None
    return tuple(found for each in wanted if (found := _current(each)) is not None)


def crl_file(authority: str | UUID) -> bytes | None:
    """What is served as `…/crl/<id>.crl`; None where there is no such authority."""
    found = _authority(authority)
    return current_crl(found.id) if found else None


def ca_file(authority: str | UUID) -> bytes | None:
    """What is served as `…/ca/<id>.cer`."""
    found = _authority(authority)
    return found.certificate if found else None


def _authority(text: str | UUID) -> OwnAuthority | None:
    found = as_uuid(text)
    return held().authorities.get(found) if found else None


def ocsp_answer(request: bytes) -> bytes:
    """The answer to a request (RFC 6960), signed by the authority asked about; `unknown` where it issued no such certificate."""
    try:
        asked = read_ocsp_request(request)
    except OcspUnreadable:
        return refuse_ocsp(MALFORMED)
    authority = _asked_about(asked.about)
    if authority is None:
        return refuse_ocsp(UNAUTHORIZED)
    now = clock.now()
    known = _states(authority.id, [f"{each.serial:X}" for each in asked.about])
    answers = [_answer(each, known, now) for each in asked.about]
    return make_ocsp(answers, signer=authority.signer(), responder=authority.certificate, at=now, nonce=asked.nonce)


def _asked_about(about: tuple[CertId, ...]) -> OwnAuthority | None:
    """The one authority of ours that all the certificates asked about name."""
    for authority in held().authorities.values():
        facts = read_certificate(authority.certificate)
        if all(each.issued_by(facts) for each in about):
            return authority
    return None


def _states(authority: UUID, serials: list[str]) -> dict[str, RevocationEntry | None]:
    with connection.cursor() as cursor:
        cursor.execute(queries.STATES_OF, [authority, serials])
        rows = cursor.fetchall()
    return {serial: RevocationEntry(int(serial, 16), at, reason, since) if at else None for serial, at, reason, since in rows}


def _answer(about: CertId, known: dict[str, RevocationEntry | None], now: datetime) -> StatusAnswer:
    serial = f"{about.serial:X}"
    if serial not in known:
        return StatusAnswer(about, "unknown", now, now + ANSWER_LASTS)
    entry = known[serial]
    revoked = entry is not None and entry.at <= now
    return StatusAnswer(about, "revoked" if revoked else "good", now, now + ANSWER_LASTS, entry if revoked else None)


def timestamp_answer(algorithm: str, request: bytes) -> bytes:
    """The answer of the node's time-stamp authority (`sm2` or `ecdsa`) to a request of RFC 3161; stamped with legal time."""
    return answer_timestamp(request, timestamper(algorithm), clock.now())
