"""`kapok up`, `serve`, `work`, `setup`, `settings`: a node's processes and its first day."""

import os
import signal
import sys
import threading
from collections.abc import Callable

import typer

from kapok.site import environment
from kapok.site.cli.screen import django_ready, say
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
    serving.replace_process(port or environment.number("KAPOK_PORT"), faces or environment.read("KAPOK_FACES"))


def work() -> None:
    """Run the worker: sealing, followers, timers, jobs."""
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


def setup() -> None:
    """Make a node ready: tables, partitions, regions, calendar, items. Run again after every upgrade; changes only what is missing."""
    django_ready()
    from kapok.site.setting_up import set_up

    set_up(say)


def settings() -> None:
    """Print the table of settings (docs/settings.md)."""
    sys.stdout.write(environment.as_markdown())


COMMANDS: dict[str, Callable[..., None]] = {"up": up, "serve": serve, "work": work, "setup": setup, "settings": settings}
