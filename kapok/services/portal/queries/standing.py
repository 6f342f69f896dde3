"""What the kept pages stand on, each in one statement: whatever a page shows that can change stands in its answer."""

from collections.abc import Hashable
from datetime import date

from django.db import connection

from kapok.kernel.common import clock
from kapok.services.intake.public import NEWEST_SETUP
from kapok.services.items.public import LAW_OF_CODE
from kapok.services.portal.queries.browsing import hot_now

_TREE = "(select generation from regions_treestate limit 1)"
_STOPS = """(select md5(string_agg(m::text, '' order by m.id)) from portal_maintenance m
  where m.ended_at is null and m.starts <= %(now)s::timestamptz and m.ends > %(now)s::timestamptz)"""
_NOTICES = """(select md5(string_agg(n::text, '' order by n.id)) from portal_notice n
  where n.withdrawn_at is null and n.starts <= %(now)s::timestamptz and n.ends > %(now)s::timestamptz)"""
_GUIDE = f"select {LAW_OF_CODE.format(code='%(code)s', day='%(day)s::date')}, {_TREE}, {NEWEST_SETUP}, {_STOPS}"
_HOME = f"select {_TREE}, {_NOTICES}"


def guide_stands_on(impl_code: str, region: str) -> Hashable | None:
    """The version in force with its last day, the tree and set-up of regions, every maintenance, the day; None without a version."""
    found = _ask(_GUIDE, code=impl_code)
    return (*found, region) if found[1] else None


def home_stands_on(region: str) -> Hashable:
    """The tree of regions, every notice, the hot words, the day."""
    return (*_ask(_HOME), region, *hot_now())


def _ask(statement: str, **said: str) -> tuple[Hashable, ...]:
    """The day and the statement's row."""
    day: date = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(statement, {**said, "day": day, "now": clock.now()})
        row: tuple[Hashable, ...] = cursor.fetchone() or ()
    return (day, *row)
