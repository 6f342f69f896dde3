"""The signing queue: claimed in order, each agency by one worker at a time."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.common import clock

LEASE = timedelta(seconds=90)
_ONE_CLAIMS = 0x6C6963
"""Claims wait for each other (a moment), or two workers might take of one agency at once."""

_CLAIM = """
update licences_signing s set worker = %(worker)s::uuid, lease_until = %(lease)s::timestamptz,
  began_at = coalesce(began_at, %(legal)s::timestamptz)
 from (select s.licence_id from licences_signing s
   where (s.lease_until is null or s.lease_until < %(now)s::timestamptz) and (s.retry_at is null or s.retry_at <= %(now)s::timestamptz)
     and not exists (select from licences_signing o where o.org = s.org and o.lease_until >= %(now)s::timestamptz)
     and (%(only)s::uuid[] is null or s.licence_id = any(%(only)s::uuid[]))
   order by s.licence_id limit %(limit)s::int for update skip locked) as pick
 where s.licence_id = pick.licence_id returning s.licence_id
"""
_RENEW = "update licences_signing set lease_until = %s::timestamptz where worker = %s::uuid"
_BACK_OFF = """
update licences_signing set worker = null, lease_until = null, tries = tries + 1, code = %(code)s, error = %(error)s,
  retry_at = %(retry)s::timestamptz
 where {which} and (worker is null or worker = %(worker)s::uuid)
"""
_RELEASE = "update licences_signing set worker = null, lease_until = null where worker = %s::uuid"
BACK_OFF_ORG, BACK_OFF_ONE = _BACK_OFF.format(which="org = %(of)s::int"), _BACK_OFF.format(which="licence_id = %(of)s::uuid")


def claim(worker: UUID, limit: int, only: Sequence[UUID] | None = None) -> list[UUID]:
    """The next licences of the queue, leased to a worker; of an agency that another worker is at, none."""
    now = clock.wall()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_ONE_CLAIMS])
        cursor.execute(
            _CLAIM,
            {
                "worker": worker,
                "lease": now + LEASE,
                "legal": clock.now(),
                "now": now,
                "limit": limit,
                "only": list(only) if only else None,
            },
        )
        return sorted(row[0] for row in cursor.fetchall())


def renew(worker: UUID) -> None:
    """The worker is alive: its leases go on."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [clock.wall() + LEASE, worker])


def release(worker: UUID) -> None:
    """What the worker did not come to is free again."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [worker])


def back_off(statement: str, of: int | UUID, worker: UUID, *, code: str, error: str, tries: int) -> None:
    """Later again: one licence, or all of an agency whose seal cannot be used, so that they keep their order."""
    wait = timedelta(seconds=min(120, 2 ** min(tries, 7)))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"of": of, "worker": worker, "code": code[:60], "error": error[:500], "retry": clock.wall() + wait})


def waits_for() -> float | None:
    """Seconds until the next licence may be tried; None where none waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select min(greatest(coalesce(retry_at, %(now)s), coalesce(lease_until, %(now)s))) from licences_signing", {"now": clock.wall()}
        )
        moment = cursor.fetchone()[0]
    return None if moment is None else max(0.0, (moment - clock.wall()).total_seconds())
