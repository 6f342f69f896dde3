"""The floor: what the same server does with nothing but two durable rows a transaction."""

import threading
import time
from typing import Any

import psycopg

SECONDS = 5.0


def two_row_transactions(libpq: dict[str, Any], clients: int = 8) -> float:
    """Raw psycopg: transactions of two inserted rows a second, committed durably, by `clients` threads of one process."""
    with psycopg.connect(**libpq, autocommit=True) as connection:
        connection.execute("drop table if exists bench_floor")
        connection.execute("create table bench_floor (id bigint generated always as identity, body text)")
    counts = [0] * clients
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=_insert, args=(libpq, counts, n, until)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _insert(libpq: dict[str, Any], counts: list[int], number: int, until: float) -> None:
    with psycopg.connect(**libpq) as connection:
        while time.monotonic() < until:
            with connection.transaction():
                for _ in range(2):
                    connection.execute("insert into bench_floor (body) values (%s)", ["x" * 200])
            counts[number] += 1
