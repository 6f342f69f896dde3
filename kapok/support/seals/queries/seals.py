"""Seals as others may know them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock
from kapok.support.seals.data import SealFacts

_ACTIVE = """
select s.id, s.es_id, v.name, s.kind, s.org_id, o.name, o.uscc, s.state, s.version, v.width, v.height, v.valid_from, v.valid_to, v.der_sm3
  from seals_seal s join seals_version v on v.seal_id = s.id and v.number = s.version join orgs_org o on o.id = s.org_id
 where {where} order by s.id limit 1
"""
_BY_ORG = _ACTIVE.format(where="s.org_id = %s::int and s.kind = %s::varchar and s.holder = '' and s.state = 'in_use' and v.key <> ''")
_BY_ID = _ACTIVE.format(where="s.id = %s::uuid")
_BY_NUMBER = _ACTIVE.format(where="s.es_id = %s::varchar")
_BY_DER = _ACTIVE.format(where="s.id = (select seal_id from seals_version where der_sm3 = %s::bytea limit 1)")


def active_seal(org: int, kind: str = "agency") -> SealFacts | None:
    """The seal of a kind that an agency has in use, whose key is in custody and whose certificate holds today; None without one."""
    found = _facts(_BY_ORG, [org, kind])
    now = clock.now()
    return found if found and found.valid_from and found.valid_to and found.valid_from <= now <= found.valid_to else None


def seal_facts(seal: UUID) -> SealFacts | None:
    """A seal that was made, by its id, in whatever state."""
    return _facts(_BY_ID, [seal])


def seal_by_number(es_id: str) -> SealFacts | None:
    """A seal by the number it carries."""
    return _facts(_BY_NUMBER, [es_id])


def seal_by_digest(der_sm3: bytes) -> SealFacts | None:
    """The seal one of whose versions has this SM3: what a verifier holds in hand."""
    return _facts(_BY_DER, [der_sm3])


def _facts(statement: str, params: list[Any]) -> SealFacts | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row = cursor.fetchone()
    return SealFacts(*(*row[:13], bytes(row[13]))) if row else None


_COUNTS = """
select (select count(*) from seals_seal where state = 'in_use'), (select count(*) from seals_use where day = %s::date),
       (select count(*) from seals_queued where state = 'waiting'),
       (select count(*) from seals_use u where exists (
          select 1 from seals_step p where p.seal_id = u.seal_id and p.after = 'suspended' and p.at < u.at
            and not exists (select 1 from seals_step e where e.seal_id = p.seal_id and e.step = 'enable' and e.at > p.at and e.at <= u.at)))
"""  # the last: uses while the seal was stopped, which must be none


@dataclass(frozen=True)
class Counts:
    """Seals in use, uses of the day, uses that wait, and uses while a seal was stopped (must be none)."""

    in_use: int
    uses: int
    waiting: int
    after_stop: int


def counts() -> Counts:
    """What operators look at."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [clock.today()])
        return Counts(*cursor.fetchone())
