"""`kapok db`: the node's database."""

import os
import shutil

import typer

from kapok.site.cli.screen import django_ready, fail, say
from kapok.site.supervisor.address import current_address
from kapok.site.supervisor.binaries import bin_folder
from kapok.site.supervisor.database import Database, bring_up, node_database

app = typer.Typer(help="The node's database: embedded, or the one KAPOK_DATABASE_URL names.", no_args_is_help=True)


def _embedded() -> Database:
    return node_database(say) or fail("KAPOK_DATABASE_URL names a server, which is not ours to start or stop")


@app.command()
def start() -> None:
    """Start the embedded server and leave it running."""
    _embedded().ensure_up()
    status()


@app.command()
def stop() -> None:
    """Stop the embedded server; open transactions are rolled back."""
    say("the database has stopped" if _embedded().stop() else "the database was not running")


@app.command()
def status() -> None:
    """Say where the database is and whether it answers; leaves with 3 when it does not."""
    database = node_database()
    address = current_address()
    if database is None:
        say(f"server {address.host}:{address.port}, database {address.name}")
        return
    pid = database.pid()
    say(f"data    {database.folder() or 'not made yet'}")
    say(f"address {address.host}" + ("" if address.host.startswith("/") else f":{address.port}"))
    say(f"running as process {pid}" if pid else "not running")
    if pid is None:
        raise typer.Exit(3)


@app.command()
def migrate() -> None:
    """Bring the tables to what this code expects."""
    django_ready()
    from kapok.site.migrating import migrate as apply

    apply(verbosity=1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shell(context: typer.Context) -> None:
    """Open psql on the database; what follows is given to psql."""
    address = bring_up(say)
    beside = bin_folder() / "psql"
    program = str(beside) if os.access(beside, os.X_OK) else shutil.which("psql") or fail("psql is not installed")
    os.execve(program, ["psql", *context.args], {**os.environ, **address.as_environment()})
