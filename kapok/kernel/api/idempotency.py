"""Same key and body, same answer; another body, 409. The key is stored by the statement that does the deed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from kapok.kernel.api.errors import IdempotencyConflict, IdempotencyMissing
from kapok.kernel.common import clock
from kapok.kernel.common.jsontext import as_value, dumps
from kapok.kernel.crypto.public import sm3

COLUMNS = "account, key, endpoint, body, status, answer, at"
KEEP_HOURS = 48


@dataclass(frozen=True)
class Key:
    """A caller's key for one write: whose, which, for which endpoint, over which body."""

    account: UUID
    key: str
    endpoint: str
    body: bytes

    def params(self, status: int) -> tuple[Any, ...]:
        """Values for account, key, endpoint, body, status and at; `answer` is the statement's own."""
        return self.account, self.key, self.endpoint, self.body, status, clock.wall()


def key_of(request: HttpRequest, account: UUID, endpoint: str, body: bytes | None = None) -> Key:
    """The request's key; IdempotencyMissing when it has none. `body`: what was sent, where the request is a form with a file."""
    text = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(text) <= 64:
        raise IdempotencyMissing()
    return Key(account, text, endpoint, sm3(request.body if body is None else body))


def first_answer(key: Key) -> tuple[int, Any] | None:
    """The stored answer (status, body), or None; IdempotencyConflict when the body or endpoint differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select endpoint, body, status, answer from api_answer where account = %s::uuid and key = %s::varchar",
            [key.account, key.key],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] != key.endpoint or bytes(row[1]) != key.body:
        raise IdempotencyConflict(key=key.key)
    return row[2], as_value(row[3])


def store_answer(key: Key, status: int, answer: Any) -> None:
    """Store the answer of a verb that does not fold it into its own statement (inside the verb's transaction)."""
    account, name, endpoint, body, code, at = key.params(status)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into api_answer ({COLUMNS}) values (%s, %s, %s, %s, %s, %s::jsonb, %s)",
            [account, name, endpoint, body, code, dumps(answer), at],
        )


_FORGET = """
delete from api_answer where id = any(array(
  select id from api_answer where at < %s - make_interval(hours => %s) order by at limit %s))
"""  # some thousands at a time: a busy day's keys are not held under one long lock
BATCH = 5000


def forget_old() -> int:
    """Free the keys older than 48 hours, batch by batch; returns how many."""
    before, gone = clock.wall(), 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_FORGET, [before, KEEP_HOURS, BATCH])
            gone += cursor.rowcount
            if cursor.rowcount < BATCH:
                return gone
