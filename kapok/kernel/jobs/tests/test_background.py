"""Background jobs: run by the worker, tried again, put back when a worker dies, seen when they fail for good."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.jobs.background import TRIES, Job, job, jobs
from kapok.kernel.jobs.models import Failure
from kapok.kernel.jobs.public import JobInDecision, NoSuchJob, failed_jobs, retry_job, set_job_aside
from kapok.kernel.jobs.queries import kinds, worker_is_silent, worker_seen
from kapok.kernel.jobs.working import put_first, run_jobs, work
from kapok.kernel.journal.public import Entry, action

pytestmark = pytest.mark.django_db(transaction=True)

OPERATOR = system_actor("运维")
OURS = "task_name like 'test.%'"
ran: list[object] = []


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


@pytest.fixture(scope="module", autouse=True)
def taken_away() -> Iterator[None]:
    yield
    for name in [name for name in jobs.all() if name.startswith("test.")]:
        del jobs._entries[name]


def made(name: str, **said: object) -> Job:
    """A kind of job that keeps what it was given, and fails when told to."""

    def run(what: object = "", fail: bool = False) -> None:
        ran.append(what)
        if fail:
            raise ValueError(f"cannot {what}")

    return jobs.find(name) or job(name, **said)(run)  # type: ignore[arg-type]  # keywords of `job`


def work_off(*, silent: float = 20.0) -> None:
    """Run what waits, in a thread as the worker does."""
    thread = threading.Thread(target=lambda: asyncio.run(work(threading.Event(), until_empty=True, silent=silent)))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def query(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def waiting() -> object:
    return query(f"select count(*) from procrastinate_jobs where status = 'todo' and {OURS}")


@pytest.mark.smoke
def test_a_job_that_is_put_runs_once_and_leaves_nothing_behind() -> None:
    made("test.plain", alone=False).later(what="a")
    work_off()
    assert ran == ["a"]
    assert query(f"select count(*) from procrastinate_jobs where {OURS}") == 0


def test_a_kind_that_is_alone_is_not_put_twice_and_putting_it_harms_no_transaction() -> None:
    kind = made("test.alone")
    kind.later()
    kind.later()
    assert waiting() == 1
    work_off()
    assert ran == [""]


def test_a_kind_that_is_alone_fails_and_is_tried_again_though_another_waits_meanwhile() -> None:
    def put_another_and_fail(what: object = "") -> None:
        ran.append(what)
        if what == "first":
            jobs.get("test.beside").later(what="second")
            raise ValueError("not now")

    kind = jobs.find("test.beside") or job("test.beside")(put_another_and_fail)
    kind.later(what="first")
    work_off()
    assert query(f"select count(*) from procrastinate_jobs where status = 'doing' and {OURS}") == 0
    execute(f'update procrastinate_jobs set scheduled_at = null, args = \'{{"what": "again"}}\' where attempts = 1 and {OURS}')
    work_off()
    work_off()
    assert ran == ["first", "again", "second"]
    assert query(f"select count(*) from procrastinate_jobs where {OURS}") == 0


def test_no_job_is_put_while_an_action_decides() -> None:
    @action("test.decide")
    def decide() -> None:
        made("test.plain", alone=False).later()

    with pytest.raises(JobInDecision):
        decide()
    assert waiting() == 0


def test_a_failing_job_waits_longer_each_time_and_after_its_tries_stands_with_its_reason() -> None:
    made("test.fails", alone=False).later(what="print", fail=True)
    waits = []
    for _ in range(TRIES):
        execute(f"update procrastinate_jobs set scheduled_at = null where {OURS}")
        before = clock.wall()
        work_off()
        put = query(f"select scheduled_at from procrastinate_jobs where {OURS}")
        waits.append(None if put is None else round((put - before).total_seconds()))  # type: ignore[operator]  # a moment
    assert [wait and wait // 3 * 3 for wait in waits[:3]] == [3, 9, 27]
    assert len(ran) == TRIES
    assert [(each.task, each.tries, each.error) for each in failed_jobs()] == [("test.fails", TRIES, "ValueError: cannot print")]


def test_an_operator_runs_a_failed_job_again_or_sets_it_aside_and_both_stand_in_the_journal() -> None:
    for what in ("one", "two"):
        made("test.fails", alone=False).later(what=what)
    execute(f"update procrastinate_jobs set status = 'failed' where {OURS}")
    second, first = (each.id for each in failed_jobs())
    retry_job(first, by=OPERATOR)
    set_job_aside(second, by=OPERATOR)
    work_off()
    assert ran == ["one"]
    assert failed_jobs() == []
    assert sorted(Entry.objects.values_list("event", flat=True)) == ["jobs.retried", "jobs.set_aside"]
    with pytest.raises(NoSuchJob):
        retry_job(second, by=OPERATOR)


def test_who_may_not_manage_jobs_changes_none() -> None:
    class Nobody:
        ref = OPERATOR.ref

        def may(self, deed: str, thing: object = None) -> bool:
            return False

    with pytest.raises(Forbidden):
        retry_job(1, by=Nobody())


def test_a_later_run_makes_up_for_one_that_failed_for_good() -> None:
    kind = made("test.alone")
    kind.later(what="old")
    execute(f"update procrastinate_jobs set status = 'failed' where {OURS}")
    Failure.objects.create(
        job=query(f"select id from procrastinate_jobs where {OURS}"), task=kind.name, tries=6, error="x", at=clock.wall()
    )
    kind.later(what="new")
    work_off()
    assert ran == ["new"]
    assert failed_jobs() == []
    assert not Failure.objects.exists()


def test_whatever_runs_at_the_beginning_is_put_when_a_worker_begins() -> None:
    made("test.first", at_start=True)
    put_first()
    assert query("select count(*) from procrastinate_jobs where task_name = 'test.first'") == 1
    names = {each.name for each in kinds()}
    assert {"files.sweep", "journal.partitions", "api.forget_answers", "annex.recount"} <= names


def test_a_worker_that_is_told_to_stop_finishes_what_it_runs() -> None:
    entered = threading.Event()

    def slow() -> None:
        entered.set()
        time.sleep(0.6)
        ran.append("finished")

    (jobs.find("test.slow") or job("test.slow", alone=False)(slow)).later()
    stop = threading.Event()
    worker = threading.Thread(target=run_jobs, args=(stop,))
    worker.start()
    assert entered.wait(15)
    assert not worker_is_silent(worker_seen())
    stop.set()
    worker.join(20)
    assert ran[-1] == "finished"
    assert query("select count(*) from procrastinate_jobs where task_name = 'test.slow'") == 0


KILLED = """
import os, time, django
django.setup()
import asyncio, threading
from kapok.kernel.jobs.background import job
from kapok.kernel.jobs.working import work

@job("test.killed", alone=True)
def hang(path):
    open(path, "w").write("begun")
    time.sleep(60)

hang.later(path=os.environ["BEGUN"])
asyncio.run(work(threading.Event()))
"""


@pytest.mark.processes
def test_a_job_whose_worker_is_killed_runs_again_in_another(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    process = subprocess.Popen([sys.executable, "-c", KILLED], env={**os.environ, "KAPOK_DATABASE_URL": _url(), "BEGUN": str(begun)})
    deadline = time.monotonic() + 40
    while not begun.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert query("select status::text from procrastinate_jobs where task_name = 'test.killed'") == "doing"

    kind = jobs.find("test.killed") or job("test.killed")(lambda path: ran.append(path))
    kind.later(path="another")
    work_off()
    assert ran == [], "its worker may still be alive: it is left alone until it has been silent"
    work_off(silent=0.0)
    work_off()
    assert ran == [str(begun), "another"]


def _url() -> str:
    at = connection.settings_dict
    host, port = str(at["HOST"]), at["PORT"]
    return f"postgresql://{at['USER']}:{quote(str(at['PASSWORD']))}@{quote(host, safe='')}:{port}/{at['NAME']}"
