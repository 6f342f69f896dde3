"""`kapok orgs …`: load, look, dissolve."""

from datetime import date
from pathlib import Path

import typer

from kapok.kernel.common import clock
from kapok.kernel.orgs import public as orgs
from kapok.kernel.regions.public import Console

app = typer.Typer(help="机构 organisations", no_args_is_help=True)


@app.command()
def load(file: Path) -> None:
    """Enter the organisations of a TOML file; read again, only what differs changes."""
    done = orgs.load_agencies(file, by=Console("kapok orgs load"))
    typer.echo(f"{done.made} made, {done.changed} changed, {done.same} the same")


@app.command("list")
def list_region(region: str, below: bool = typer.Option(False, help="those of all places in it too")) -> None:
    """Standing organisations of a region."""
    for each in orgs.orgs_of_region(region, below=below):
        typer.echo(f"{each.id:5} {each.uscc or '-':18} {each.level} {each.name}")


@app.command()
def rename(org: int, name: str) -> None:
    """Give an organisation another name."""
    typer.echo(orgs.rename_org(org, name, by=Console("kapok orgs rename")).name)


@app.command()
def dissolve(org: int, reason: str = typer.Option(...), successor: int = typer.Option(None), on: str = typer.Option(None)) -> None:
    """End an organisation; those below go to the successor."""
    day = clock.today() if on is None else date.fromisoformat(on)
    gone = orgs.dissolve_org(org, day, reason, successor=successor, by=Console("kapok orgs dissolve"))
    typer.echo(f"{gone.name} dissolved on {gone.dissolved_on}")
