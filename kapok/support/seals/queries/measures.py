"""What can be measured of 18.dB here: agencies that hold a seal in use with a certificate that holds today."""

from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock

_HELD = """(select s.id from seals_seal s join seals_version v on v.seal_id = s.id and v.number = s.version
  where s.org_id = o.id and s.state = 'in_use' and s.kind = 'agency' and v.valid_to >= %(now)s::timestamptz limit 1)"""
_AGENCIES = "from orgs_org o where o.dissolved_on is null and o.kind = 'agency' and o.level <= 4"
_UNITS = f"select o.region_id, count(*), count({_HELD}) {_AGENCIES} group by o.region_id"
_UNITS_OF = f"""select o.id, o.name, {_HELD} {_AGENCIES} and o.region_id = any(%(regions)s::varchar[]) and o.id > %(after)s::int
 order by o.id limit %(limit)s::int"""


def units() -> list[tuple[str, int, int]]:
    """By region: standing agencies of county level and above, and those of them with an active seal."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"now": clock.now()})
        return list(cursor.fetchall())


def units_of(regions: list[str], after: int, limit: int) -> list[tuple[int, str, UUID | None]]:
    """The agencies of some regions in order of id, each with its seal or None."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS_OF, {"now": clock.now(), "regions": regions, "after": after, "limit": limit})
        return list(cursor.fetchall())
