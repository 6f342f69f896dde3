"""The to-dos of many sources at once, in a few statements: for followers of the sealed order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import CASTS, COLUMNS, action, prepare
from kapok.kernel.tasks.data import Owner, Queue
from kapok.kernel.tasks.events import TaskOpened, TasksClosed
from kapok.kernel.tasks.models import Task


@dataclass(frozen=True)
class Keeping:
    """What a source waits for. `title` holds no personal data; `link` is a path of this node."""

    code: str
    for_: Owner | Queue
    title: str
    title_en: str
    link: str
    due: datetime | None = None

    def columns(self) -> dict[str, Any]:
        where: dict[str, Any] = {"owner": None, "scope": None, "deed": "", "item": 0}
        if isinstance(self.for_, Queue):
            where |= {"scope": self.for_.scope, "deed": self.for_.deed, "item": self.for_.item}
        else:
            where["owner"] = self.for_.id
        return {**where, "title": self.title[:200], "title_en": self.title_en[:300], "link": self.link, "due_at": self.due}


WHERE = ("owner", "scope", "deed", "item")


@action("tasks.keep")
def keep_tasks_of(kind: str, wanted: Mapping[UUID, Keeping | None], *, done: Collection[UUID] = (), by: By) -> None:
    """Let each source have the one open task it wants, or none.

    Any other is closed: as done for those in `done`, else withdrawn. What is open already is brought up to date and keeps its id; a
    move to another owner or queue frees it.
    """
    now, entries = clock.now(), []
    open_now = list(Task.objects.select_for_update().filter(source_kind=kind, source__in=wanted, state=Task.OPEN).order_by("id"))
    kept: dict[UUID, Task] = {}
    over: dict[str, list[Task]] = {Task.DONE: [], Task.WITHDRAWN: []}
    for task in open_now:
        want = wanted[task.source]
        if want is not None and want.code == task.code:
            kept[task.source] = task
        else:
            over[Task.DONE if task.source in done else Task.WITHDRAWN].append(task)
    for state, tasks in over.items():
        if tasks:
            Task.objects.filter(id__in=[task.id for task in tasks]).update(state=state, closed_at=now)
            entries += [(task.source, TasksClosed(code=task.code, count=1, state=state)) for task in tasks]
    _bring_up_to_date(kept, wanted)
    rows = [
        Task(id=uuid7(), source_kind=kind, source=source, code=want.code, opened_at=now, **want.columns())
        for source, want in wanted.items() if want is not None and source not in kept
    ]  # fmt: skip
    Task.objects.bulk_create(rows)
    _record(kind, [*entries, *((row.source, TaskOpened(task=str(row.id), code=row.code)) for row in rows)], by)


def _bring_up_to_date(kept: Mapping[UUID, Task], wanted: Mapping[UUID, Keeping | None]) -> None:
    changed = []
    for source, task in kept.items():
        want = wanted[source]
        columns = want.columns() if want else {}
        moved = any(getattr(task, name) != columns[name] for name in WHERE)
        if moved or any(getattr(task, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(task, name, value)
            task.taken_by = None if moved else task.taken_by
            changed.append(task)
    Task.objects.bulk_update(changed, [*WHERE, "title", "title_en", "link", "due_at", "taken_by"])


def _record(kind: str, told: list[tuple[UUID, TaskOpened | TasksClosed]], by: By) -> None:
    """One entry a task, in one statement."""
    if not told:
        return
    entries = [prepare(by, event, about=source, kind=kind) for source, event in told]
    values = ", ".join(f"({CASTS})" for _ in entries)
    with connection.cursor() as cursor:
        cursor.execute(f"insert into journal_entry ({COLUMNS}) values {values}", [value for entry in entries for value in entry.params])


_MOVE = """
update tasks_task t set due_at = m.due_at from unnest(%s::uuid[], %s::timestamptz[]) as m (source, due_at)
 where t.source = m.source and t.source_kind = %s and t.state = 'open' and t.due_at is distinct from m.due_at
"""


def move_dues(kind: str, dues: Mapping[UUID, datetime | None]) -> None:
    """Open tasks follow their sources' due dates that moved; a part of the caller's action, whose entries tell of the moves."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(dues), list(dues.values()), kind])
