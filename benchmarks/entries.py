"""Rates of single mechanisms, measured in one process beside the node. What they write is rolled back."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction

from benchmarks import trust
from kapok.kernel.access.public import system_actor
from kapok.kernel.accounts.events import TokenMade
from kapok.kernel.calendar.public import DayKind, SpecialDay, amend, current, latest
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import record, running, seal_new
from kapok.services.intake.models import Case
from kapok.services.items.models import CatalogueEntry
from kapok.services.items.public import ABOVE, Asked, search_items

BY = system_actor("测量")
CATALOGUE, ENTRIES, ROUNDS = 140_000, 10_000, 30
Figures = dict[str, float]


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that is taken back, however long its statements take."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
            cursor.execute("set local idle_in_transaction_session_timeout = 0")
        yield
        transaction.set_rollback(True)


def due_dates() -> Figures:
    """The end of twenty working days, from every day of the year."""
    calendar = current()
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < 2:
        for day in days:
            calendar.add_working_days(day, 20)
        done += len(days)
    return {"per second": done / (time.perf_counter() - begun), "bar, per second": 20_000}


def sealing() -> Figures:
    """Entries of the journal given their order and links by one sealer."""
    with _undone():
        with running("bench.entries"):
            for _ in range(ENTRIES):
                record(BY, TokenMade("bench"), about=uuid7(), kind="account")
        for _ in range(200):
            begun = time.perf_counter()
            sealed = seal_new()
            if sealed:
                return {"per second": sealed / (time.perf_counter() - begun)}
            time.sleep(0.02)  # the node's own sealer is at work
    return {}


def recomputing() -> Figures:
    """08.17: the dates of every open case after the calendar was amended."""
    day = clock.today() + timedelta(days=3)
    while not latest().is_working(day):
        day += timedelta(days=1)
    with _undone():
        begun = time.perf_counter()
        amend([SpecialDay(day, DayKind.BRIDGE, "测量")], "测量", clock.today(), by=BY)
        took = time.perf_counter() - begun
        count = Case.objects.filter(open=True).count()
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze intake_case")
    return {"open cases": count, "seconds": took, "bar, seconds for a million": 180}


def searching() -> Figures:
    """09.09: pages of six kinds of question among the province's catalogue, copied from the items there are."""
    with _undone():
        _copy_catalogue()
        name, region = CatalogueEntry.objects.order_by("item_id").values_list("name", "region")[0]
        kinds = [
            Asked(name), Asked(name[-2:]), Asked(name, region=region), Asked(name[-2:], region=region, where=ABOVE),
            Asked("没有的事项"), Asked(name[-2:], facets=(("online", "yes"),)),
        ]  # fmt: skip
        times = []
        for _ in range(ROUNDS):
            for asked in kinds:
                begun = time.perf_counter()
                search_items(asked)
                times.append((time.perf_counter() - begun) * 1000)
        times.sort()
        return {"entries": CATALOGUE, "p50 ms": times[len(times) // 2], "p95 ms": times[int(len(times) * 0.95)], "bar, p95 ms": 100}


_CATALOGUE = """
insert into items_entry ({columns}) select {values} from generate_series(1, {count}) g
  join (select *, row_number() over (order by item_id) - 1 as nth from items_entry) e on e.nth = g % {known}
"""


def _copy_catalogue() -> None:
    """Rows like those there are, each under a number and a code of its own."""
    fields = [str(field.column) for field in CatalogueEntry._meta.concrete_fields]
    put = {"item_id": "1000000 + g", "impl_code": "e.impl_code || '-' || g"}
    known = CatalogueEntry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # the items themselves are not copied
        cursor.execute(
            _CATALOGUE.format(
                columns=", ".join(fields), values=", ".join(put.get(name, f"e.{name}") for name in fields), count=CATALOGUE, known=known
            )
        )
        cursor.execute("analyze items_entry")


ENTRY: dict[str, Callable[[], Figures]] = {
    "due dates by working days, one core": due_dates,
    "journal entries sealed": sealing,
    "item search (09.09)": searching,
    "open cases recomputed (08.17)": recomputing,
    **trust.ENTRY,
}


def main(names: list[str]) -> None:
    """Run them and print JSON, one line each."""
    for name, measure in ENTRY.items():
        if not names or name in names:
            print(f"  {name} …", file=sys.stderr, flush=True)
            print(json.dumps({name: measure()}, ensure_ascii=False), flush=True)
