"""A batch at work: checked, or taken, in portions; told to stop it stops between two of them, killed it begins again where it was."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.files.public import open_file
from kapok.kernel.imports.actions import ABOUT as ABOUT_BATCH
from kapok.kernel.imports.actions import refuse_row, take_rows
from kapok.kernel.imports.errors import ImportBroken, ImportRefused
from kapok.kernel.imports.kinds import ImportKind, Row, Run, import_kinds
from kapok.kernel.imports.models import Batch, StagedRow
from kapok.kernel.imports.reading.bundles import is_bundle, open_entry
from kapok.kernel.imports.reading.tables import open_table
from kapok.kernel.imports.staging import ABOUT, stage
from kapok.kernel.tasks.public import Owner, open_task

log = structlog.get_logger()
SILENT = timedelta(seconds=60)
"""A batch whose worker has not been heard of for so long is taken up again."""

Watch = Callable[[int, int], None]
"""Told the count done and the total after each portion."""

AWAY = (OperationalError, InterfaceError)
"""The database is away, or two were in each other's way: nothing is wrong with the rows, and the batch is taken up again."""

_CLAIM = """
update imports_batch set state = case when state in ('waiting', 'checking') then 'checking' else 'taking' end,
       began = %(now)s, beat = %(now)s, done = case when state in ('waiting', 'checking') then 0 else done end
 where id = (select id from imports_batch
              where (state in ('waiting', 'approved') or (state in ('checking', 'taking') and beat < %(silent)s))
                and (%(one)s::uuid is null or id = %(one)s::uuid)
              order by uploaded_at for update skip locked limit 1)
returning id
"""


class _Stopped(Exception):
    """Somebody asked the batch to stop."""


def work_off() -> int:
    """Do all that waits; how many steps that were."""
    count = 0
    while (batch := _claim()) is not None:
        count += 1
        run_batch(batch)
    return count


def follow(batch: Batch, watch: Watch) -> Batch:
    """Stay with one batch until it waits for somebody or has ended: worked off here, or watched while a worker has it."""
    while batch.state in Batch.AT_WORK:
        claimed = _claim(batch.id)
        if claimed is not None:
            run_batch(claimed, watch)
        else:
            time.sleep(1)
        batch.refresh_from_db()
        watch(batch.done, max(batch.total, batch.done))
    return batch


def _claim(one: UUID | None = None) -> Batch | None:
    now = clock.wall()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "silent": now - SILENT, "one": one})
        found = cursor.fetchone()
    return Batch.objects.select_related("file").get(id=found[0]) if found else None


def run_batch(batch: Batch, watch: Watch | None = None) -> None:
    """One step of one batch; what makes it impossible is written down as a code. It ends whatever happens: others wait behind it."""
    kind = import_kinds.find(batch.kind)
    try:
        if kind is None or batch.file is None:
            raise ImportRefused
        (_check if batch.state == Batch.CHECKING else _take)(batch, kind, _telling(batch, watch))
    except _Stopped:
        _end(batch, Batch.STOPPED)
    except KapokError as error:
        log.warning("imports.refused", batch=str(batch.id), code=error.code)
        _end(batch, Batch.REFUSED, problem=error.code, data={key: str(value)[:200] for key, value in error.data.items()})
    except AWAY:
        raise
    except Exception as error:
        log.error("imports.broken", batch=str(batch.id), kind=batch.kind, error=type(error).__name__)
        _end(batch, Batch.REFUSED, problem=ImportBroken.code)


def _check(batch: Batch, kind: ImportKind, tell: Callable[[int], None]) -> None:
    assert batch.file is not None
    batch.rows.all().delete()
    content = open_file(batch.file)
    table = open_table(batch.file.name, content, kind)
    Batch.objects.filter(id=batch.id).update(total=table.about, strange=list(table.strange))
    stage(batch, kind, table, _run_of(batch, content), tell=tell)
    _count(batch)
    now_at = Batch.objects.filter(id=batch.id, stop=False).update(state=Batch.CHECKED)
    if not now_at:
        raise _Stopped
    _ask_owner(batch, kind)


def _ask_owner(batch: Batch, kind: ImportKind) -> None:
    """Whoever handed the file in finds the report among the own to-dos."""
    if batch.account is None:
        return
    words = []
    for language in ("zh-hans", "en"):
        with override(language):
            words.append(_("核对导入报告：%(what)s") % {"what": kind.title})
    link = reverse("imports:batch", args=[batch.id])
    open_task(
        (ABOUT_BATCH, batch.id),
        "confirm",
        for_=Owner(batch.account),
        title=words[0],
        title_en=words[1],
        link=link,
        by=system_actor("批量导入"),
    )


def _take(batch: Batch, kind: ImportKind, tell: Callable[[int], None]) -> None:
    assert batch.file is not None
    content = open_file(batch.file) if kind.read_file else b""
    run = _run_of(batch, content)
    sound = batch.rows.filter(state=StagedRow.SOUND)
    Batch.objects.filter(id=batch.id).update(total=sound.count() + batch.added, done=batch.added)
    done = batch.added
    while rows := list(sound.order_by("number")[: kind.chunk]):
        offered = [Row(row.number, unseal_json(batch.id, row.sealed, about=ABOUT), row.file) for row in rows]
        _take_portion(batch, kind, run, offered)
        done += len(rows)
        tell(done)
    _end(batch, Batch.DONE)


def _take_portion(batch: Batch, kind: ImportKind, run: Run, rows: Sequence[Row]) -> None:
    """Taken; where the kind cannot, it is halved until the row it stumbles over stands alone: that one is refused, all others come in."""
    by = system_actor("批量导入")
    try:
        take_rows(batch, kind, run, rows, by=by)
    except AWAY:
        raise
    except Exception as error:
        if len(rows) > 1:
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                _take_portion(batch, kind, run, half)
            return
        code = error.code if isinstance(error, KapokError) else ""
        log.warning("imports.row_refused", batch=str(batch.id), row=rows[0].number, error=type(error).__name__, code=code)
        refuse_row(batch, kind, rows[0], code or "imports.not_taken", by=by)


def _run_of(batch: Batch, content: bytes) -> Run:
    opener = open_entry(content) if content and is_bundle(content) else lambda name: b""
    return Run(batch.id, batch.scope, batch.org, batch.account, opener)


def _telling(batch: Batch, watch: Watch | None) -> Callable[[int], None]:
    """Writes how far it is, and stops when asked to."""

    def tell(done: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "update imports_batch set done = %s, total = greatest(total, %s), beat = %s where id = %s returning stop, total",
                [done, done, clock.wall(), batch.id],
            )
            stop, total = cursor.fetchone()
        if watch:
            watch(done, total)
        if stop:
            raise _Stopped

    return tell


def _count(batch: Batch) -> None:
    """The figures of the report, from the rows themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """update imports_batch b set done = c.rows, total = c.rows, sound = c.sound, faulty = c.faulty, same = c.same, added = c.added
                 from (select count(*) as rows, count(*) filter (where state = 0) as sound, count(*) filter (where state = 1) as faulty,
                              count(*) filter (where state = 2) as same, count(*) filter (where state = 3) as added
                         from imports_row where batch_id = %s) c where b.id = %s""",
            [batch.id, batch.id],
        )


def _end(batch: Batch, state: str, problem: str = "", data: dict[str, str] | None = None) -> None:
    _count(batch)
    Batch.objects.filter(id=batch.id).update(state=state, ended_at=clock.now(), problem=problem, problem_data=data or {})
