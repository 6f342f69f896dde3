"""The web process: granian over WSGI, its workers replaced when they die."""

import os
import shutil
import sys

from kapok.site import environment, places


def workers() -> int:
    return environment.number("KAPOK_WORKERS") or os.cpu_count() or 1


def environment_for(port: int, faces: str) -> dict[str, str]:
    """What the web process is told: its faces, a pool for its threads, a folder where workers add up their metrics."""
    figures = places.run_folder() / f"metrics-{port}"
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True, exist_ok=True)
    threads = environment.number("KAPOK_THREADS")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kapok.site.settings",
        "KAPOK_FACES": faces,
        "KAPOK_POOL": os.environ.get("KAPOK_POOL", "") or str(threads + 2),
        "KAPOK_SUPERVISED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "PYTHONPATH": str(places.ROOT),
    }


def command(port: int) -> list[str]:
    """granian's words. Without `--respawn-failed-workers` one killed worker would end them all."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", environment.read("KAPOK_BIND"), "--port", str(port)),
        *("--workers", str(workers()), "--blocking-threads", str(environment.number("KAPOK_THREADS"))),
        *("--respawn-failed-workers", "--respawn-interval", "0.2"),
        *("--workers-kill-timeout", "20", "--backlog", "1024", "--no-ws", "--http", "1"),
        "kapok.site.wsgi:application",
    ]


def replace_process(port: int, faces: str) -> None:
    """Become the web process: no parent of ours in between that could die and leave it behind."""
    os.execve(sys.executable, command(port), environment_for(port, faces))
