"""`kapok items …`: take items over from files, verify digests, judge anew."""

from pathlib import Path

import typer

from kapok.kernel.access.public import system_actor
from kapok.kernel.common.errors import KapokError
from kapok.services.items.actions.importing import import_items
from kapok.services.items.actions.scoring import judge_all
from kapok.services.items.queries.reading import every_law, holds_digest

app = typer.Typer(help="事项目录 the catalogue of services", no_args_is_help=True)
SOURCE = typer.Argument(exists=True, help="a TOML file of the items format, or a folder of them")


@app.command("import")
def import_(source: Path = SOURCE) -> None:
    """Take over base items and publish their implementers; the same files again change nothing."""
    try:
        done = import_items(source, by=system_actor("kapok items import"))
    except KapokError as error:
        typer.echo(error.message(), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"base items {done.bases}  items {done.items}  published {done.published}  drafts {done.drafts}  unchanged {done.unchanged}")


@app.command()
def verify() -> None:
    """Compute every published version's digest from its text and compare."""
    checked, broken = 0, []
    for law in every_law():
        checked += 1
        if not holds_digest(law):
            broken.append(f"{law.impl_code} version {law.number}")
    for line in broken:
        typer.echo(f"does not hold: {line}", err=True)
    typer.echo(f"{checked} versions, {len(broken)} broken")
    raise typer.Exit(1 if broken else 0)


@app.command()
def quality() -> None:
    """Judge everything in force by today's rule pack."""
    judged, wrong = judge_all(by=system_actor("kapok items quality"))
    typer.echo(f"{judged} versions judged, {wrong} with errors")
