"""A few thousand real cases become a million: set-based, with their acts, further seats, and fresh statistics."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from kapok.kernel.common import clock

FEW, SEATED = 12, 25
"""Cases of the last unit; one case in so many has a second agency's seat (异地代收)."""

# Ids are UUIDv7 of the last weeks, so that acts fall into partitions; units and items are drawn by a hash, so that no
# unit's cases lie together; due dates are the ends of thirty days, as they are in law, so that thousands of cases share each;
# one case in a hundred has no limit that runs.
_ROWS = """
create unlogged table bench_row as
select g, (%(real)s::uuid[])[1 + g %% cardinality(%(real)s::uuid[])] as source,
  (lpad(to_hex((%(ms)s::bigint - g * 1800::bigint)), 12, '0')
    || '7' || lpad(to_hex(g %% 4096), 3, '0') || '8' || lpad(to_hex(g), 15, '0'))::uuid as id,
  case when g <= %(few)s then (%(scopes)s::int[])[%(units)s]
    else (%(scopes)s::int[])[1 + (hashint4(g * 7)::bigint + 2147483648) %% (%(units)s - 1)] end as scope,
  (%(items)s::int[])[1 + (hashint4(g * 13)::bigint + 2147483648) %% cardinality(%(items)s::int[])] as item,
  case when g %% 100 <> 0
    then %(tonight)s::timestamptz + make_interval(days => ((hashint4(g)::bigint + 2147483648) %% 30)::int) end as due_at
from generate_series(1, %(rows)s) g
"""
_CASES = """
insert into intake_case ({columns}) select {values}
  from bench_row b join intake_case c on c.id = b.source join access_scope s on s.id = b.scope
"""
_SET = {
    "id": "b.id", "serial": "'测' || b.g", "number": "case when c.number is not null then '测' || b.g end", "item_id": "b.item",
    "org_id": "s.org_id", "region": "s.region", "scope": "b.scope", "lane": "b.scope::bigint << 32 | b.item", "due_at": "b.due_at",
}  # fmt: skip
_ACTS = """
insert into intake_act ({columns}) select {values} from bench_row b join intake_act c on c.case_id = b.source
"""
_SEATS = """
insert into intake_seat (case_id, scope, lane, why)
select b.id, o.scope, o.scope::bigint << 32 | b.item, '代收'
  from bench_row b
  cross join lateral (select (%(scopes)s::int[])[1 + (hashint4(b.g * 31)::bigint + 2147483648) %% (%(units)s - 1)] as scope) o
 where b.g %% %(seated)s = 0 and o.scope <> b.scope
"""


def multiply(rows: int, scopes: list[int], items: list[int], say: Callable[[str], None]) -> None:
    """Copy the cases there are until `rows` more stand; twelve of them in the last scope."""
    params: dict[str, Any] = {
        "rows": rows, "scopes": scopes, "units": len(scopes), "items": items, "few": FEW, "seated": SEATED,
        "tonight": clock.end_of(clock.today()), "ms": int(clock.wall().timestamp() * 1000),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select array_agg(id order by id) from intake_case")
        params["real"] = cursor.fetchone()[0]
        cursor.execute("set local session_replication_role = replica")  # the rows refer to what was just read: no check of each
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("set local synchronous_commit = off")
        cursor.execute("set local work_mem = '256MB'")
        say(f"{rows:,} rows are drawn")
        cursor.execute(_ROWS, params)
        cursor.execute("analyze bench_row")
        say("they become cases")
        cursor.execute(_CASES.format(**_copied(cursor, "intake_case", _SET)))
        say("their acts")
        cursor.execute(_ACTS.format(**_copied(cursor, "intake_act", {"case_id": "b.id"})))
        say("their further seats")
        cursor.execute("set local session_replication_role = origin")
        cursor.execute(_SEATS, params)
        cursor.execute("update access_epoch set value = value + 1")
    say("statistics")
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        for table in ("intake_case", "intake_act", "intake_seat", "access_grant", "orgs_org", "access_scope"):
            cursor.execute(f"vacuum analyze {table}")
        cursor.execute("drop table bench_row")
        cursor.execute("checkpoint")


def _copied(cursor: Any, table: str, put: dict[str, str]) -> dict[str, str]:
    """Every column of a table as it is in the row copied, but for those that are put: new columns need no change here."""
    cursor.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
        " order by attnum", [table]
    )  # fmt: skip
    names = [row[0] for row in cursor.fetchall()]
    return {"columns": ", ".join(names), "values": ", ".join(put.get(name, f"c.{name}") for name in names)}
