"""`kapok imports …`: check a file and take it over from the command line, with progress."""

from dataclasses import replace
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kapok.kernel.access.public import system_actor
from kapok.kernel.imports import sheets
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import approve_batch, fault_counts, follow, import_kinds, upload_batch
from kapok.kernel.orgs.public import org_by_uscc

app = typer.Typer(help="批量导入 stock taken over in batches", no_args_is_help=True)

KIND = typer.Argument(help="what the rows are: see `kapok imports kinds`")
FILE = typer.Argument(help="CSV, XLSX or a ZIP of OFD files", exists=True, dir_okay=False)
ORG = typer.Option(..., "--org", help="credit code of the agency the batch belongs to")
TAKE = typer.Option(False, "--take", help="take the sound rows; without it the file is only checked")
FAULTS = typer.Option(None, "--faults", help="write the faulty rows to this CSV, to be mended")


@app.command("kinds")
def kinds() -> None:
    """What can be imported, with the columns of each."""
    for kind in import_kinds:
        columns = ", ".join(f"{column.title}{'*' if column.required else ''}" for column in kind.columns)
        typer.echo(f"{kind.key}  {kind.title}\n    {columns}")


@app.command("check")
def check(kind: str = KIND, file: Path = FILE, org: str = ORG, take: bool = TAKE, faults: Path = FAULTS) -> None:
    """Check a file row by row, and with --take import the sound rows; exit code 1 when rows were faulty, 2 when it is no table."""
    by = replace(system_actor("kapok imports check"), org=org_by_uscc(org).id)
    batch = _followed(upload_batch(kind, file.name, file.read_bytes(), by=by), "check")
    if batch.state == Batch.REFUSED:
        typer.echo(f"{batch.problem} {batch.problem_data}", err=True)
        raise typer.Exit(2)
    if take and batch.sound:
        batch = _followed(approve_batch(batch.id, by=by), "take")
    typer.echo(
        f"{batch.total} rows: {batch.sound + batch.added} sound, {batch.faulty} faulty, {batch.same} there before, {batch.added} added"
    )
    known = import_kinds.get(kind)
    for one in fault_counts(batch, known):
        typer.echo(f"  {one.count:>7}  {one.code}  {one.says}  (row {one.first})")
    if faults is not None and batch.faulty:
        faults.write_bytes(sheets.as_csv(sheets.fault_lines(batch, known)))
    raise typer.Exit(1 if batch.faulty else 0)


def _followed(batch: Batch, words: str) -> Batch:
    """Worked off under a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed}"), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(words, total=None)
        batch.refresh_from_db()
        return follow(batch, lambda done, total: bar.update(task, completed=done, total=total))
