"""`python -m tests.features` (`make features`): the state of every row of every system.

Ends with 1 when a mark names a row that does not exist, or when a row proven in part does not say what is missing.
"""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from tests.features.matrices import matrices, open_parts
from tests.features.report import READMES, print_rows, print_summary, systems_table, with_table
from tests.features.states import CollectionFailed, Standing, collect_marks, faults, standings


def features(
    system: Annotated[str, typer.Option(help="Only this system, by its number: 08.")] = "",
    summary: Annotated[bool, typer.Option(help="Only the counts per system.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Every row as JSON.")] = False,
    write: Annotated[bool, typer.Option(help="Renew the table of systems in the READMEs.")] = False,
) -> None:
    """List every row of every system as proven, part or open."""
    console = Console()
    try:
        marks = collect_marks()
    except CollectionFailed as failure:
        Console(stderr=True).print(f"The tests could not be collected:\n{failure}", markup=False)
        raise typer.Exit(2) from failure
    missing = open_parts()
    rows = standings(marks, missing)
    if as_json:
        json.dump([asdict(standing) for standing in rows.values()], sys.stdout, ensure_ascii=False, indent=1)
    elif not summary:
        print_rows(console, [matrix for matrix in matrices() if not system or matrix.number == system.zfill(2)], rows)
    if not as_json and not system:
        print_summary(console, rows)
    if write:
        write_readmes(rows)
    found = faults(marks, missing)
    for fault in found:
        Console(stderr=True, soft_wrap=True).print(fault, style="red", markup=False)
    raise typer.Exit(1 if found else 0)


def write_readmes(rows: dict[str, Standing]) -> None:
    """Put the current table into README.md and its Chinese twin."""
    for path in READMES:
        text = path.read_text(encoding="utf-8")
        path.write_text(with_table(text, systems_table(rows, chinese=path.name == "README.zh.md")), encoding="utf-8")


if __name__ == "__main__":
    typer.run(features)
