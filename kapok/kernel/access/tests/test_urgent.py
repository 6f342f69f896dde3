"""Work lists: the right rows for every shape of reach, and never more of the index read than the shape bounds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from kapok.kernel.access.data import Reach, lane
from kapok.kernel.access.urgent import AHEAD, Rows, urgent

pytestmark = [pytest.mark.django_db]

ROWS, SCOPES, ITEMS = 10_000, 300, 20
"""A hundredth of the million that `make bench` looks among."""

LIMIT = 101
TABLES = (Rows("test_row"), Rows("test_seat", "row_id", "exists (select from test_row where test_row.id = r.row_id and {})"))
MADE = f"""
create temporary table test_row as
select ('00000000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid as id, s.scope, s.scope::bigint << 32 | s.item as lane,
  g %% 50 <> 0 as open,
  case when g %% 40 <> 1
    then timestamptz '2026-03-01' + make_interval(days => ((hashint4(g)::bigint + 2147483648) %% 30)::int) end as due_at,
  g %% 7 as state
 from generate_series(1, {ROWS}) g
 cross join lateral (select (1 + (hashint4(g * 7)::bigint + 2147483648) %% {SCOPES})::int as scope,
   (1 + (hashint4(g * 13)::bigint + 2147483648) %% {ITEMS})::int as item) s;
create temporary table test_seat as
select id as row_id, (scope + 1) as scope, (scope + 1)::bigint << 32 | (lane & 4294967295) as lane, open, due_at
 from test_row where state = 3;
create index on test_row (id);
"""


@pytest.fixture
def rows() -> Iterator[None]:
    """A table of open and closed rows in many scopes, one in seven with a further seat, indexed as `Rows` asks."""
    with connection.cursor() as cursor:
        cursor.execute(MADE.replace("%%", "%"))
        for table, key in (("test_row", "id"), ("test_seat", "row_id")):
            cursor.execute(f"create index on {table} (scope, due_at, {key}) where open")
            cursor.execute(f"create index on {table} (lane, due_at, {key}) where open")
            cursor.execute(f"create index on {table} (due_at, {key}) include (scope, lane) where open")
            cursor.execute(f"analyze {table}")
        yield


ONE = Reach(scopes=frozenset({7}))
CITY = Reach(scopes=frozenset(range(1, SCOPES // 8)))
MANY = Reach(
    lanes=frozenset(lane(scope, item) for scope in range(1, SCOPES + 1, 2) for item in (1 + scope % ITEMS, 1 + (scope + 3) % ITEMS))
)
SPARSE = Reach(lanes=frozenset({lane(7, 3), *(lane(scope, 900) for scope in range(1, 2000))}))
MIXED = Reach(scopes=frozenset({3, 4}), lanes=frozenset({lane(4, 1), lane(9, 2), lane(10, 2)}))
EVERYWHERE = Reach(everywhere=True)
SHAPES = {"one": ONE, "city": CITY, "many": MANY, "sparse": SPARSE, "mixed": MIXED, "everywhere": EVERYWHERE}


def page(reach: Reach, after: Any = None, where: str = "", limit: int = LIMIT) -> list[tuple[datetime | None, UUID]]:
    statement, params = urgent(TABLES, reach, after=after, limit=limit, where=where)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def all_of(reach: Reach, where: str = "true") -> list[tuple[datetime | None, UUID]]:
    """Every row of a reach in order, the plain way."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select due_at, id from test_row where open and {where} and (%s or scope = any(%s) or lane = any(%s) or id in"
            " (select row_id from test_seat where scope = any(%s) or lane = any(%s))) order by due_at, id",
            [reach.everywhere, *[list(reach.scopes), list(reach.lanes)] * 2],
        )
        return list(cursor.fetchall())


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_one_after_another_are_all_rows_of_the_reach_once_and_in_order(rows: None, shape: str) -> None:
    reach, after = SHAPES[shape], None
    read: list[tuple[datetime | None, UUID]] = []
    wanted = all_of(reach)
    while len(read) < min(len(wanted), 2000):
        found = page(reach, after)
        assert found
        read += found
        after = found[-1]
    assert read == wanted[: len(read)]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_left_at_the_end_are_the_rows_without_a_due_date(rows: None, shape: str) -> None:
    reach = SHAPES[shape]
    wanted = all_of(reach)
    last_dated = max((row for row in wanted if row[0]), default=None)
    assert page(reach, last_dated, limit=len(wanted) + 1) == [row for row in wanted if row[0] is None]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_condition_narrows_every_page(rows: None, shape: str) -> None:
    reach = SHAPES[shape]
    assert page(reach, where="state = 3") == all_of(reach, "state = 3")[:LIMIT]


def entries_read(reach: Reach, after: Any = None) -> tuple[int, set[str]]:
    """Index entries and rows the plan really read, and the kinds of its scans over the two tables."""
    statement, params = urgent(TABLES, reach, after=after, limit=LIMIT)
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, timing off, format json) " + statement, params)
        plan = cursor.fetchone()[0]
    return _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _scanned(node: dict[str, Any]) -> tuple[int, set[str]]:
    count, kinds = 0, set()
    if "Relation Name" in node and node["Actual Loops"]:
        count = round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        kinds = {f"{node['Node Type']} on {node['Relation Name']}"}
    for child in node.get("Plans", ()):
        below, more = _scanned(child)
        count, kinds = count + below, kinds | more
    return count, kinds


@pytest.mark.parametrize("shape", SHAPES)
def test_the_plan_goes_by_indexes_and_reads_no_more_than_places_and_pages_bound(rows: None, shape: str) -> None:
    reach = SHAPES[shape]
    places = len(TABLES) * (len(reach.scopes) + len(reach.lanes))
    bound = 2 * places + 2 * len(TABLES) * LIMIT * AHEAD + 8 * LIMIT
    wanted = [row for row in all_of(reach) if row[0]]
    for after in (None, *wanted[len(wanted) // 2 :][:1]):
        count, kinds = entries_read(reach, after)
        assert "Seq Scan on test_row" not in kinds
        assert count <= bound, (count, bound)


def test_late_rows_of_a_few_places_do_not_make_the_list_walk_all_that_is_more_urgent(rows: None) -> None:
    """The reach's rows all come last: a walk by due date would read everything else first."""
    with connection.cursor() as cursor:
        cursor.execute("update test_row set due_at = timestamptz '2027-01-01' + (due_at - timestamptz '2026-03-01') where scope = 7")
        cursor.execute("update test_seat s set due_at = r.due_at from test_row r where r.id = s.row_id and r.scope = 7")
    count, _ = entries_read(ONE)
    assert count <= 10 * LIMIT
    assert page(ONE) == all_of(ONE)[:LIMIT]


def test_one_late_moment_of_clock_is_a_cursor_too(rows: None) -> None:
    assert (
        page(CITY, (datetime(2026, 3, 15, tzinfo=UTC) + timedelta(seconds=0.5), UUID(int=0)), limit=5)
        == [row for row in all_of(CITY) if row[0] and row[0] > datetime(2026, 3, 15, tzinfo=UTC)][:5]
    )
