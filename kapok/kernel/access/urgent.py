"""Lists of what a reach holds, the most urgent first, with bounded work whatever the shape of the reach.

Walking one index by due date and filtering takes as long as the reach is sparse; fetching all a reach holds and sorting takes as
long as it is full. So the places are merged: one probe for each place's first row, then on only in the places whose first row is
among the first of all. At most one index entry for each place and `limit` for each of the near ones are read. A reach of very many
places is first looked for among the most urgent rows of all, so many and no further; if it holds a page of them, that is the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.kernel.access.data import Reach

SAME = 8
"""How many places of one reach may show the same row (its own, and further seats) without a page coming out short."""

BROAD, AHEAD = 200, 25
"""From so many places on, `limit` times AHEAD rows are looked through before each place is probed: a share of 4 in 100 fills a page."""

Cursor = tuple[datetime | None, UUID]


@dataclass(frozen=True)
class Rows:
    """A table whose rows carry scope, lane and due date, with indexes over what is open: (scope, due_at, id), (lane, due_at, id) and
    (due_at, id) with scope and lane beside them.

    `narrowed` is how a further condition is put to one row `r`; where the columns it names lie in another table, by `exists`.
    """

    table: str
    id: str = "id"
    narrowed: str = "{}"


def urgent(tables: Sequence[Rows], reach: Reach, *, after: Cursor | None, limit: int, where: str = "") -> tuple[str, dict[str, Any]]:
    """SQL of the first (due_at, id) of a reach after a cursor, those without a due date last; and its parameters.

    `where` is a further condition of rows, with parameters of the caller's own. A reach of everywhere is one walk of the first table.
    """
    places = _places(tables, reach)
    params: dict[str, Any] = {"_scopes": reach.scopes_text, "_lanes": reach.lanes_text, "_limit": limit}
    if after:
        params |= {"_due": after[0], "_id": after[1]}
    if after and after[0] is None:
        return _merged(places, "and r.due_at is null and r.{id} > %(_id)s::uuid", _UNDATED, where), params
    beyond = "and (r.due_at, r.{id}) > (%(_due)s::timestamptz, %(_id)s::uuid)" if after else "and r.due_at is not null"
    steps = [_merged(places, beyond, _DATED, where), _merged(places, "and r.due_at is null", _UNDATED, where)]
    broad = not where and not reach.everywhere and len(reach.scopes) + len(reach.lanes) >= BROAD
    return (_else(_ahead(tables, beyond), _then(*steps)) if broad else _then(*steps)), params


def _then(dated: str, undated: str) -> str:
    """One after the other, the second only as far as the first left room."""
    return (
        f"with dated as materialized ({dated}) select * from dated union all"
        f" (select * from ({undated}) u where (select count(*) from dated) < %(_limit)s::int limit %(_limit)s::int)"
    )


def _else(ahead: str, merged: str) -> str:
    """The one if it fills a page, else the other; what is not taken is not run."""
    return (
        f"with ahead as materialized ({ahead}) select * from ahead where (select count(*) from ahead) = %(_limit)s::int union all"
        f" (select * from ({merged}) m where (select count(*) from ahead) < %(_limit)s::int)"
    )


def _ahead(tables: Sequence[Rows], beyond: str) -> str:
    """What of the most urgent rows of all lies in the reach, as far as every table was looked through."""
    far = f"%(_limit)s::int * {AHEAD}"
    within = "(r.scope in (select unnest(%(_scopes)s::int[])) or r.lane in (select unnest(%(_lanes)s::bigint[])))"
    ends = " union all ".join(f"(select * from ({_ordered(rows, beyond, '', far)}) r offset {far} - 1 limit 1)" for rows in tables)
    found = " union ".join(
        f"(select due_at, id from ({_ordered(rows, beyond, '', far, 'scope, lane')}) r where {within}"
        " order by due_at, id limit %(_limit)s::int)"
        for rows in tables
    )
    return (
        f"with edge as materialized (select * from ({ends}) e order by due_at, id limit 1)"
        f" select due_at, id from ({found}) r where coalesce((due_at, id) <= (select due_at, id from edge), true)"
        " order by due_at, id limit %(_limit)s::int"
    )


_DATED = "and (r.due_at, r.{id}) >= (n.due_at, n.id) and (r.due_at, r.{id}) <= (n.last_due, n.last_id)"
_UNDATED = "and r.due_at is null and r.{id} >= n.id"


@dataclass(frozen=True)
class _Place:
    """One way by which rows are seen: a table, and by which of its columns."""

    name: str
    rows: Rows
    column: str
    keys: str

    def first(self, keys: str, beyond: str, where: str, limit: str) -> str:
        """The first rows of each key `n`, by the index that begins with the key."""
        rows = _ordered(self.rows, f"r.{self.column} = n.k {beyond}", where, limit)
        return f"select '{self.name}' as place, n.k, x.due_at, x.id from {keys} n cross join lateral ({rows}) x"


def _ordered(rows: Rows, condition: str, where: str, limit: str, beside: str = "") -> str:
    narrowed = f"and {rows.narrowed.format(where)}" if where else ""
    return (
        f"select r.due_at, r.{rows.id} as id{beside and ', ' + beside} from {rows.table} r"
        f" where r.open and {condition.format(id=rows.id).removeprefix('and ')} {narrowed}"
        f" order by r.due_at, r.{rows.id} limit {limit}"
    )


def _places(tables: Sequence[Rows], reach: Reach) -> list[_Place]:
    if reach.everywhere:
        return [_Place("", tables[0], "", "")]
    found = []
    for rows in tables:
        if reach.scopes:
            found.append(_Place(f"{rows.table}.scope", rows, "scope", "unnest(%(_scopes)s::int[])"))
        if reach.lanes:
            found.append(_Place(f"{rows.table}.lane", rows, "lane", "unnest(%(_lanes)s::bigint[])"))
    return found


def _merged(places: list[_Place], beyond: str, later: str, where: str) -> str:
    """The first of all places in one order: what lies behind the first row of the `limit`-th place cannot be on the page."""
    if not places[0].column:
        return _ordered(places[0].rows, beyond, where, "%(_limit)s::int")
    firsts = " union all ".join(p.first(f"(select k from {p.keys} k)", beyond, where, "1") for p in places)
    near = (
        "(select near.*, edge.due_at as last_due, edge.id as last_id from near cross join edge"
        " where place = '{}' and nth <= %(_limit)s::int)"
    )
    rest = " union all ".join(p.first(near.format(p.name), later, where, "%(_limit)s::int") for p in places)
    return (
        f"with firsts as materialized ({firsts}),"
        " near as materialized (select *, dense_rank() over (order by due_at, id) as nth"
        f" from (select * from firsts order by due_at, id limit %(_limit)s::int * {SAME}) f),"
        " edge as materialized ((select due_at, id from near where nth = %(_limit)s::int limit 1) union all"
        " select 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid order by due_at, id limit 1)"
        f" select distinct due_at, id from ({rest}) r order by due_at, id limit %(_limit)s::int"
    )
