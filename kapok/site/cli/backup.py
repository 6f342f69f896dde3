"""`kapok backup`: copies of a node that have been tried."""

from datetime import datetime
from pathlib import Path

import typer

from kapok.kernel.common.clock import PROVINCE
from kapok.site.cli.screen import fail, say

app = typer.Typer(help="Encrypted copies of the node: make, ship its log, restore to a second place, rehearse.", no_args_is_help=True)


@app.command()
def make() -> None:
    """Write a whole backup of the running node: database, files, and keys apart."""
    from kapok.site.backup import making

    making.make(say)


@app.command()
def ship() -> None:
    """Seal the log and the files written since the last time; what is shipped can be restored to the instant. Run it every few minutes."""
    from kapok.site.backup import making

    say(f"{making.ship()} pieces of log and files shipped")


@app.command(name="list")
def show() -> None:
    """Name the whole backups, oldest first, and how the last rehearsal went."""
    from kapok.site.backup import rehearsing, store

    for name in store.names():
        say(name)
    last = rehearsing.last()
    say(f"last rehearsal: {last.rehearsed_at}, {'good' if last.good else 'NOT equal'}" if last else "never rehearsed")


@app.command()
def restore(
    name: str = typer.Argument(help="a name of `kapok backup list`"),
    to: Path = typer.Option(help="an empty folder, the new node's KAPOK_HOME"),
    until: str = typer.Option("", help="legal instant such as 2026-11-25T17:30:00; default: all of the shipped log"),
) -> None:
    """Bring a backup to life in an empty folder. A damaged one is refused before anything is written."""
    from kapok.site.backup.restoring import restore as bring_back

    moment = datetime.fromisoformat(until) if until else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=PROVINCE)
    database = bring_back(name, to.absolute(), until=moment)
    say(f"restored; the database of {to} is up in {database.folder()}: use it with KAPOK_HOME={to}")


@app.command()
def rehearse() -> None:
    """Back up, restore to a second place, compare content and files at one instant; leaves with 1 when they differ.

    The result stands on the annex board.
    """
    from kapok.site.backup.rehearsing import rehearse as try_it
    from kapok.site.backup.showing import keep_for_the_board

    result = try_it(say)
    say(f"{result.tables} tables, {result.seconds} s")
    keep_for_the_board(result)
    if not result.good:
        fail("the restored node differs: " + ", ".join(result.differing or ("files",)))
    say("equal: this backup can be relied on")
