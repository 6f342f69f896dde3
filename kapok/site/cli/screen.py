"""What commands say on the screen."""

from typing import NoReturn

import typer
from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    console.print(line, markup=False)


def fail(line: str, code: int = 1) -> NoReturn:
    """Say why on standard error and leave with a code a script can see."""
    _errors.print(f"kapok: {line}", markup=False, style="red")
    raise SystemExit(code)


def django_ready() -> None:
    """Load the apps, against a database that is up; for commands that need both."""
    import django

    from kapok.site.supervisor.database import bring_up

    bring_up(say)
    django.setup()


__all__ = ["console", "django_ready", "fail", "say", "typer"]
