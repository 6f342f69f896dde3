"""The floor: what the same server does with nothing but two durable rows a transaction."""

import threading
import time
from typing import Any

import psycopg

SECONDS, CLIENTS = 3.0, 8


def two_row_transactions(libpq: dict[str, Any], seconds: float = SECONDS) -> float:
    """Raw psycopg: transactions of two inserted rows a second, committed durably, by eight threads of one process."""
    with psycopg.connect(**libpq, autocommit=True) as connection:
        connection.execute("drop table if exists bench_floor")
        connection.execute("create table bench_floor (id bigint generated always as identity, body text)")
    counts = [0] * CLIENTS
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_insert, args=(libpq, counts, n, until), daemon=True) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 30)
    with psycopg.connect(**libpq, autocommit=True) as connection:
        connection.execute("drop table bench_floor")
    return sum(counts) / seconds


def _insert(libpq: dict[str, Any], counts: list[int], number: int, until: float) -> None:
    with psycopg.connect(**libpq, connect_timeout=10) as connection:
        connection.execute("set statement_timeout = '10s'")
        while time.monotonic() < until:
            with connection.transaction():
                for _ in range(2):
                    connection.execute("insert into bench_floor (body) values (%s)", ["x" * 200])
            counts[number] += 1
