"""`kapok annex …`: the board on a terminal."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from kapok.kernel.annex.actions import recount
from kapok.kernel.annex.data import State
from kapok.kernel.annex.queries import board
from kapok.kernel.annex.seed import annex

app = typer.Typer(help="The annex: 28 systems, 21 cities, who owes what and whether it is done.")


@app.command("count")
def count_measures(duty: Annotated[str, typer.Option(help="Only this duty, such as 08.dB.")] = "") -> None:
    """Count all measures now."""
    stored = recount(duty)
    Console().print(f"{sum(stored.values())} figures of {len(stored)} duties counted")


@app.command("show")
def show_board() -> None:
    """Print how many duties of each row are measured, silent, exempt, not owed, not built."""
    found = board()
    table = Table("row", Column("title", no_wrap=True, min_width=12), *(Column(state.value, justify="right") for state in State), box=None)
    for row in annex().rows:
        cells = [cell for (number, _), square in found.squares.items() if number == row.number for cell in square.cells]
        counts = [str(sum(1 for cell in cells if cell.state is state) or "") for state in State]
        table.add_row(row.key, row.short, *counts)
    Console().print(table)
