"""Running background jobs: procrastinate's worker in a thread of ours, stopped gracefully, begun anew when it ends."""

import asyncio
import threading
from contextlib import suppress

import structlog
from django.db import OperationalError, connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status

from kapok.kernel.jobs.background import TRIES, jobs, register

log = structlog.get_logger()
SIDE_BY_SIDE = 2
FINISH_WITHIN = 15.0
"""Seconds a running job is given when the worker stops; the parent insists after twenty-five."""
BEAT, SILENT = 5.0, 20.0


def run_jobs(stop: threading.Event) -> None:
    """Run jobs until told to stop. A database that is away ends procrastinate's worker; it is begun again."""
    while not stop.is_set():
        try:
            put_first()
            asyncio.run(work(stop))
        except OperationalError:
            log.warning("jobs.database_away")
        except Exception:
            log.exception("jobs.worker_ended")
        stop.wait(1.0)


def put_first() -> None:
    """Put the jobs that are to run whenever a worker begins."""
    try:
        for each in jobs:
            if each.at_start:
                each.later()
    finally:
        connection.close()


async def work(stop: threading.Event, *, until_empty: bool = False, silent: float = SILENT) -> None:
    """Run jobs, and put back those whose worker died, until told to stop (or nothing waits)."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=SIDE_BY_SIDE + 2, timeout=10.0)
    working = DjangoApp(connector=connector)
    for each in jobs:
        register(working, each)
    async with working.open_async():
        await rescue(working, silent)
        worker = asyncio.create_task(
            working.run_worker_async(
                concurrency=SIDE_BY_SIDE, wait=not until_empty, delete_jobs="successful", install_signal_handlers=False,
                shutdown_graceful_timeout=FINISH_WITHIN, update_heartbeat_interval=BEAT, stalled_worker_timeout=silent,
            )
        )  # fmt: skip
        rescuer = asyncio.create_task(_keep_rescuing(working, silent))
        while not (stop.is_set() or worker.done()):
            await asyncio.sleep(0.1)
        rescuer.cancel()
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def _keep_rescuing(working: App, silent: float) -> None:
    while True:
        await asyncio.sleep(BEAT)
        try:
            await rescue(working, silent)
        except Exception:
            log.exception("jobs.rescue_failed")


async def rescue(working: App, silent: float) -> None:
    """Put back what a worker left that has been silent: killed, or cut off. A job that kills its worker is not run for ever."""
    for each in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        log.warning("jobs.put_back", job=each.id, task=each.task_name, tries=each.attempts)
        if each.attempts + 1 >= TRIES:
            await working.job_manager.finish_job(each, Status.FAILED, delete_job=False)
        else:
            await working.job_manager.retry_job(each)
