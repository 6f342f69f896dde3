"""`kapok verify FILE`, and what belongs to seals under `kapok seals`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.support.seals.verifying.corpus import DIFFERS, NEW, NOT_RUN, SAME, as_table, check_corpus, facts_of_file
from kapok.support.seals.verifying.data import Outcome, Report, SignatureReport, Verdict
from kapok.support.seals.verifying.file import verify_file
from kapok.support.seals.verifying.words import verdict_says

app = typer.Typer(help="Seals and their verification.")
ENDS = {Verdict.VALID: 0, Verdict.EXTENDED: 0, Verdict.INVALID: 1, Verdict.UNDETERMINED: 3, Verdict.UNTRUSTED: 3}
"""What a script sees; 2: the file could not be read."""
UNREADABLE = 2
_COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.UNKNOWN: "yellow", Outcome.SKIPPED: "dim"}
_MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.UNKNOWN: "?", Outcome.SKIPPED: "–"}


@app.callback()
def main() -> None:
    """Seals and their verification."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="an OFD or PDF file")],
    at: Annotated[datetime | None, typer.Option(help="verify as of this moment of legal time (the province's clock)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the report as data")] = False,
) -> None:
    """Verify a sealed file: 0 valid, 1 invalid, 2 unreadable, 3 undetermined or from somebody we do not trust."""
    try:
        content = file.read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None
    moment = at.replace(tzinfo=at.tzinfo or clock.PROVINCE) if at else None
    try:
        report = verify_file(content, name=file.name, at=moment)
    except KapokError as error:
        typer.echo(f"{file.name}: {error.message()} ({error.code})", err=True)
        raise typer.Exit(UNREADABLE) from None
    if as_json:
        from kapok.support.seals.web.verify_api import as_json as data_of

        sys.stdout.buffer.write(orjson.dumps(data_of(report), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        show(report, Console(highlight=False))
    raise typer.Exit(ENDS[report.verdict])


root = {"verify": verify}


@app.command("corpus")
def corpus(
    folder: Annotated[Path | None, typer.Option(help="the files; otherwise KAPOK_CORPUS")] = None,
    record: Annotated[str, typer.Option(help="print the table of one file instead, to be recorded")] = "",
) -> None:
    """Verify the files of other makers again: 0 all as recorded, 1 something differs, 2 no folder. Files that are missing are not run."""
    place = folder or (Path(settings.KAPOK_CORPUS) if settings.KAPOK_CORPUS else None)
    if place is None or not place.is_dir():
        typer.echo("no folder of files: set KAPOK_CORPUS, or give --folder", err=True)
        raise typer.Exit(UNREADABLE)
    if record:
        typer.echo(as_table(record, facts_of_file(place / record)))
        return
    found = check_corpus(place)
    for each in found:
        typer.echo(f"{each.state:8} {each.name}")
        for where, was, now in each.differences:
            typer.echo(f"         {where}: {was} → {now}")
    counts = {state: sum(1 for each in found if each.state == state) for state in (SAME, DIFFERS, NOT_RUN, NEW)}
    typer.echo(", ".join(f"{count} {state}" for state, count in counts.items() if count or state == NOT_RUN))
    raise typer.Exit(1 if counts[DIFFERS] else 0)


def show(report: Report, console: Console) -> None:
    """The report for a person at a terminal."""
    saying = verdict_says[report.verdict]
    console.print(f"[bold]{report.name}[/]  {report.kind.upper()}  SM3 {report.digest_sm3.hex()}", markup=True)
    for found in report.signatures:
        _show_signature(found, console)
    for warned in report.warnings:
        console.print(f"! {warned.says}", markup=False)
    if report.business:
        console.print(f"{report.business.name} {report.business.number}：{report.business.says}", markup=False)
    colour = {0: "green", 1: "red"}.get(ENDS[report.verdict], "yellow")
    console.print(f"{saying.says}", style=f"bold {colour}", markup=False)
    console.print(f"{saying.means} {saying.todo}", markup=False)


def _show_signature(found: SignatureReport, console: Console) -> None:
    name = found.seal.name if found.seal else found.signer
    table = Table(title=f"{found.id}  {name}  {found.form}  →  {verdict_says[found.verdict].says}", title_justify="left", show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column()
    table.add_column(overflow="fold")
    for step in found.steps:
        mark = f"[{_COLOURS[step.outcome]}]{_MARKS[step.outcome]}[/]"
        said = step.says if step.outcome in (Outcome.PASS, Outcome.SKIPPED) else "\n".join(filter(None, (step.says, step.means, step.todo)))
        table.add_row(str(step.number), mark, step.title, said.replace("[", r"\["))
    console.print(table)
    for warned in found.warnings:
        console.print(f"  · {warned.says}", markup=False)
