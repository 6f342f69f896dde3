"""Opening, taking and closing tasks."""

from datetime import datetime
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import action, record
from kapok.kernel.tasks.data import Owner, Queue
from kapok.kernel.tasks.errors import TaskTaken
from kapok.kernel.tasks.events import TaskOpened, TasksClosed, TaskTakenUp
from kapok.kernel.tasks.models import Task
from kapok.kernel.tasks.queries import task_for, within

Source = tuple[str, UUID]


@action("tasks.open")
def open_task(
    source: Source,
    code: str,
    *,
    for_: Owner | Queue,
    title: str,
    link: str,
    by: By,
    title_en: str = "",
    due: datetime | None = None,
) -> UUID:
    """Open the task `code` of a source; if it is open already it is brought up to date and keeps its id.

    `title` holds no personal data; `link` is a path of this node.
    """
    queue = for_ if isinstance(for_, Queue) else None
    owner = for_.id if isinstance(for_, Owner) else None
    where = {
        "owner": owner, "scope": queue.scope if queue else None, "deed": queue.deed if queue else "",
        "item": queue.item if queue else 0, "title": title[:200], "title_en": title_en[:300], "link": link, "due_at": due,
    }  # fmt: skip
    task_id = uuid7()
    Task.objects.bulk_create(
        [Task(id=task_id, source_kind=source[0], source=source[1], code=code, opened_at=clock.now(), **where)], ignore_conflicts=True
    )
    row = Task.objects.get(source=source[1], code=code, state=Task.OPEN)
    if row.id != task_id:
        moved = (row.owner, row.scope, row.deed, row.item) != (owner, where["scope"], where["deed"], where["item"])
        Task.objects.filter(id=row.id).update(**where, **({"taken_by": None} if moved else {}))
    else:
        record(by, TaskOpened(task=str(row.id), code=code), about=source[1], kind=source[0])
    return row.id


@action("tasks.close")
def close_tasks(source: Source, code: str | None = None, *, by: By, done: bool = True) -> int:
    """Close the open tasks of a source (all, or one code) as done, or withdraw them (`done=False`); how many there were."""
    rows = Task.objects.filter(source_kind=source[0], source=source[1], state=Task.OPEN)
    if code is not None:
        rows = rows.filter(code=code)
    state = Task.DONE if done else Task.WITHDRAWN
    count = rows.update(state=state, closed_at=clock.now())
    if count:
        record(by, TasksClosed(code=code or "", count=count, state=state), about=source[1], kind=source[0])
    return count


@action("tasks.take")
def take_task(task_id: UUID, *, by: Actor) -> None:
    """Take a task out of a queue; `TaskTaken` if a colleague was faster."""
    row = within(by).filter(id=task_id, owner=None).first()
    if row is None:
        raise NotHere("tasks.task", id=str(task_id))
    if not Task.objects.filter(id=task_id, state=Task.OPEN, owner=None, taken_by=None).update(taken_by=by.account):
        raise TaskTaken(task=str(task_id))
    record(by, TaskTakenUp(task=str(task_id)), about=row.source, kind=row.source_kind)


@action("tasks.release")
def release_task(task_id: UUID, *, by: Actor) -> None:
    """Give a task back to its queue; only who took it can."""
    row = task_for(by, task_id)
    if not Task.objects.filter(id=task_id, state=Task.OPEN, taken_by=by.account).update(taken_by=None):
        raise TaskTaken(task=str(task_id))
    record(by, TaskTakenUp(task=str(task_id), released=True), about=row.source, kind=row.source_kind)
