"""What is known of a seal at the moment of a use, in one statement; and what its versions hold, kept in memory (they never change)."""

from base64 import b64decode
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common.remembered import Remembered
from kapok.support.seals.models import SealVersion
from kapok.support.seals.rules import UseFacts

_STANDING = """
select s.id, s.es_id, s.state, s.version, s.scope, s.custody, v.id, v.valid_from, v.valid_to, coalesce(v.key, '') <> '',
       coalesce((select u.per_day from seals_user u where u.seal_id = s.id and u.account = %(account)s::uuid and u.ended_at is null
                    and u.starts <= %(now)s::timestamptz and (u.ends is null or u.ends >= %(now)s::timestamptz)), 0),
       case when %(account)s::uuid is null then 0 else
         (select count(*) from seals_use n where n.seal_id = s.id and n.account = %(account)s::uuid and n.day = %(day)s::date) end,
       exists (select 1 from seals_binding b where b.seal_id = s.id and b.about_kind = %(kind)s::varchar
                  and b.purpose in ('*', %(purpose)s::varchar) and b.ended_at is null),
       p.id, p.seal_id, p.document_sm3, p.sealed_sm3, p.at, q.state, q.signed_at
  from seals_seal s
  left join seals_version v on v.seal_id = s.id and v.number = s.version
  left join seals_use p on p.request = %(request)s::uuid
  left join seals_queued q on q.request = %(request)s::uuid
 where s.id = %(seal)s::uuid {lock}
"""


@dataclass(frozen=True)
class Before:
    """The use that the same request made before."""

    use: UUID
    seal: UUID
    document_sm3: bytes
    sealed_sm3: bytes
    at: datetime


@dataclass(frozen=True)
class Standing:
    """A seal at one moment, as far as a use asks; `facts` is for the rule."""

    seal: UUID
    es_id: str
    version: int
    version_id: UUID | None
    scope: int
    custody: str
    facts: UseFacts
    before: Before | None
    queued: str
    signed_at: datetime | None


@dataclass(frozen=True)
class Held:
    """What a version holds for signing."""

    name: str
    der: bytes = field(repr=False)
    picture: bytes = field(repr=False)
    drawing: str = field(repr=False)
    width: float
    height: float
    key: str
    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    pdf_key: str
    pdf_certificate: bytes = field(repr=False)
    pdf_chain: tuple[bytes, ...] = field(repr=False)


_held: Remembered[UUID, Held] = Remembered()


def standing(
    seal: UUID, request: UUID, *, account: UUID | None, system: bool, kind: str, purpose: str, now: datetime, day: date, lock: bool = False
) -> Standing | None:  # fmt: skip
    """A seal with everything a use must know of it; `lock` holds the seal's row until the transaction ends."""
    params: dict[str, Any] = {
        "seal": seal, "request": request, "account": account, "kind": kind, "purpose": purpose or "*", "now": now, "day": day,
    }  # fmt: skip
    with connection.cursor() as cursor:
        if lock and account is not None:  # a person's uses of one seal are counted one after the other
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{seal}{account}"])
        cursor.execute(_STANDING.format(lock="for share of s" if lock else ""), params)
        row = cursor.fetchone()
    if row is None:
        return None
    facts = UseFacts(row[2], row[7], row[8], row[9], system, row[12], row[10] > 0, row[11], row[10])
    before = Before(row[13], row[14], bytes(row[15]), bytes(row[16]), row[17]) if row[13] else None
    return Standing(row[0], row[1], row[3], row[6], row[4], row[5], facts, before, row[18] or "", row[19])


def held(version: UUID) -> Held:
    """What a version holds; read once per process."""
    known = _held.get(version)
    if known is None:
        if len(_held) > 2000:
            _held.clear()
        row = SealVersion.objects.get(id=version)
        known = _held[version] = Held(
            row.name, bytes(row.der), bytes(row.picture), row.drawing, row.width, row.height, row.key, bytes(row.certificate),
            tuple(b64decode(one) for one in row.chain), row.pdf_key, bytes(row.pdf_certificate or b""),
            tuple(b64decode(one) for one in row.pdf_chain),
        )  # fmt: skip
    return known
