"""Applying migrations, whose SQL may hold several statements in one string, which a prepared statement cannot."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def plain_statements() -> Iterator[None]:
    """The connection binds in the client and prepares nothing, within."""
    options = connection.settings_dict["OPTIONS"]
    kept = {name: options.pop(name) for name in ("server_side_binding", "prepare_threshold", "pool") if name in options}
    connection.close()
    try:
        yield
    finally:
        connection.close()
        options.update(kept)


def migrate(verbosity: int = 0) -> None:
    """Bring the tables to what this code expects."""
    with plain_statements():
        call_command("migrate", verbosity=verbosity, interactive=False)
