"""`kapok up`, `serve`, `work`, `custodian`, `setup`, `settings`: a node's processes and its first day."""

import os
import signal
import sys
import threading
from collections.abc import Callable

import typer

from kapok.site import environment
from kapok.site.cli.screen import django_ready, fail, say
from kapok.site.supervisor import parent, serving


def up(
    port: int = typer.Option(0, help="citizen face; default KAPOK_PORT"),
    operator_port: int = typer.Option(0, help="clerk and operations face; default KAPOK_OPERATOR_PORT"),
) -> None:
    """Run the whole node: database, both faces, worker. Restarts what dies; Ctrl-C or SIGTERM stops all."""
    ports = (port or environment.number("KAPOK_PORT"), operator_port or environment.number("KAPOK_OPERATOR_PORT"))
    raise typer.Exit(parent.run(parent.whole_node(*ports), say))


def serve(
    port: int = typer.Option(0, help="default KAPOK_PORT"),
    faces: str = typer.Option("", help="default KAPOK_FACES"),
) -> None:
    """Serve pages and APIs in this process. The database must be up (`kapok db start`, or `kapok up` for all at once)."""
    _keys_elsewhere()
    serving.replace_process(port or environment.number("KAPOK_PORT"), faces or environment.read("KAPOK_FACES"))


def work() -> None:
    """Run the worker: sealing, followers, timers, jobs."""
    _keys_elsewhere()
    os.environ.setdefault("KAPOK_POOL", "8")
    import django

    django.setup()
    from kapok.kernel.jobs.public import run_worker
    from kapok.site.statements import remember_long_ones

    remember_long_ones()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(stop)


def _keys_elsewhere() -> None:
    """In production neither pages nor jobs run in a process that can open signing keys."""
    if environment.read("KAPOK_MODE") == "production" and environment.read("KAPOK_CUSTODY") == "file":
        fail("KAPOK_CUSTODY is file: in production start `kapok custodian` and set KAPOK_CUSTODY=custodian (`kapok up` does both)")


def custodian() -> None:
    """Hold the node's signing keys in this process, for web and worker to ask (KAPOK_CUSTODY=custodian). Loads no app."""
    from kapok.kernel.crypto.custody.custodian import socket_path
    from kapok.kernel.crypto.custody.file import file_custody
    from kapok.kernel.crypto.custody.serving import serve_keys

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve_keys(socket_path(), file_custody(), stop)


def setup() -> None:
    """Make a node ready: tables, partitions, regions, calendar, items. Run again after every upgrade; changes only what is missing."""
    django_ready()
    from kapok.site.setting_up import set_up

    set_up(say)


def settings() -> None:
    """Print the table of settings (docs/settings.md)."""
    sys.stdout.write(environment.as_markdown())


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up, "serve": serve, "work": work, "custodian": custodian, "setup": setup, "settings": settings
}  # fmt: skip
