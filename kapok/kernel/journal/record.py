"""Actions and the entries they leave."""

import os
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import connection, transaction

from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import canonical, dumps
from kapok.kernel.crypto.public import seal, sm3

P = ParamSpec("P")
R = TypeVar("R")


class Acting(Protocol):
    """Whoever acts: anything that can give a reference to itself."""

    @property
    def ref(self) -> ActorRef: ...


@dataclass(frozen=True)
class _Run:
    """One call of an action: entries made inside carry its id, and the id of the call it was made from."""

    name: str
    id: UUID
    cause: UUID | None


_run: ContextVar[_Run | None] = ContextVar("run", default=None)


def action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a verb: it runs in one transaction, and a verb inside a verb joins it with the outer one as cause."""

    def mark(verb: Callable[P, R]) -> Callable[P, R]:
        @wraps(verb)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            with running(name), transaction.atomic():
                return verb(*args, **kwargs)

        run.action = name  # type: ignore[attr-defined]  # sweeps read it
        return run

    return mark


def acting() -> str:
    """The name of the action that is running here; empty outside of one."""
    run = _run.get()
    return run.name if run else ""


class running:
    """The context of one action; hot verbs that are a single statement use it without a transaction block."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        outer = _run.get()
        self.token = _run.set(_Run(self.name, uuid7(), outer.id if outer else None))

    def __exit__(self, *exc: object) -> None:
        _run.reset(self.token)


@dataclass(frozen=True)
class Row:
    """One entry ready to be inserted; `values()` are the parameters of `COLUMNS`, for statements that fold the insert."""

    id: UUID
    params: tuple[Any, ...]
    side: tuple[UUID, UUID, bytes] | None


COLUMNS = "id, run, cause, action, event, about_kind, about, account, actor, occurred_at, data, commitment"
CASTS = "%s::uuid, %s::uuid, %s::uuid, %s::text, %s::text, %s::text, %s::uuid, %s::uuid, %s::jsonb, %s::timestamptz, %s::jsonb, %s::bytea"


def prepare(
    by: Acting,
    event: Any,
    *,
    about: UUID,
    kind: str,
    personal: dict[str, Any] | None = None,
    subject: UUID | None = None,
    occurred_at: datetime | None = None,
    extra: dict[str, Any] | None = None,
) -> Row:
    """An entry of the running action. Call it after the subject's row is locked: the id's time is the order.

    `event` is a frozen dataclass with a class attribute `name`; it holds no personal data. `personal` is sealed under
    `subject`'s key and committed to by a salted SM3.
    """
    run = _run.get()
    if run is None:
        raise RuntimeError("an entry is recorded inside an action only")
    ref, entry_id, commitment, side = by.ref, uuid7(), None, None
    if personal:
        owner = subject or about
        body = canonical({"salt": os.urandom(16).hex(), **personal})
        commitment, side = sm3(body), (entry_id, owner, seal(owner, body, about="journal"))
    params = (
        entry_id, run.id, run.cause, run.name, event.name, kind, about, ref.account, dumps(ref.as_json()),
        occurred_at or clock.now(), dumps({**asdict(event), **(extra or {})}), commitment,
    )  # fmt: skip
    return Row(entry_id, params, side)


def record(
    by: Acting,
    event: Any,
    *,
    about: UUID,
    kind: str,
    personal: dict[str, Any] | None = None,
    subject: UUID | None = None,
    occurred_at: datetime | None = None,
) -> UUID:
    """Write the running action's entry; returns its id. Arguments as in `prepare`."""
    row = prepare(by, event, about=about, kind=kind, personal=personal, subject=subject, occurred_at=occurred_at)
    with connection.cursor() as cursor:
        cursor.execute(f"insert into journal_entry ({COLUMNS}) values ({CASTS})", row.params)
        if row.side:
            cursor.execute("insert into journal_side (entry, subject, sealed) values (%s, %s, %s)", row.side)
    return row.id
