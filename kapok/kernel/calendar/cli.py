"""`kapok calendar …`: see, amend, publish a year."""

import tomllib
from datetime import date
from pathlib import Path

import typer

from kapok.kernel.calendar import public as calendar
from kapok.kernel.calendar.data import DayKind, SpecialDay
from kapok.kernel.common import clock
from kapok.kernel.regions.public import Console

app = typer.Typer(help="工作日历 the working calendar", no_args_is_help=True)

DAYS_FILE = typer.Argument(help='TOML: [[day]] on = 2027-02-06, kind = "holiday|bridge|makeup|workday|weekend", name = "春节"')
REASON = typer.Option(..., help="the notice it rests on")
EFFECTIVE = typer.Option(None, help="first day it governs, as 2026-11-30 (today when left out)")
YES = typer.Option(False, "--yes", help="publish; without it only the preview is printed")


@app.command()
def show(year: int = typer.Argument(None, help="this year when left out"), version: int = typer.Option(None)) -> None:
    """Print a year's special days and its count of working days."""
    shown = calendar.current() if version is None else calendar.as_of(version)
    year = year or clock.today().year
    count = shown.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))
    typer.echo(f"{year}  version {shown.version}  working days {count}  {'provisional' if shown.is_provisional(date(year, 1, 1)) else ''}")
    for special in shown.specials:
        if special.on.year == year:
            typer.echo(f"  {special.on} {shown.day(special.on).reason}")


@app.command()
def amend(file: Path = DAYS_FILE, reason: str = REASON, effective: str = EFFECTIVE, yes: bool = YES) -> None:
    """Preview, and with --yes publish, an amendment."""
    days = read_days(file)
    seen = _told(calendar.preview(days))
    if yes:
        made = calendar.amend(days, reason, _day(effective), by=Console("kapok calendar amend"), base=seen)
        typer.echo(f"version {made.number} published, effective {made.effective}")


@app.command("publish-year")
def publish_year(year: int, file: Path = DAYS_FILE, reason: str = REASON, effective: str = EFFECTIVE, yes: bool = YES) -> None:
    """Preview, and with --yes publish, the next year's arrangement."""
    days = read_days(file)
    seen = _told(calendar.preview(days, published_through=year))
    if yes:
        made = calendar.publish_year(year, days, reason, _day(effective), by=Console("kapok calendar publish-year"), base=seen)
        typer.echo(f"version {made.number} published: {year} is no longer provisional")


@app.command("apply")
def apply() -> None:
    """Let open dates follow versions that have come into force (the timer does this on its own)."""
    typer.echo(f"{calendar.apply_due(by=Console('kapok calendar apply'))} dates moved")


def read_days(file: Path) -> list[SpecialDay]:
    """The days of a TOML file."""
    rows = tomllib.loads(file.read_text("utf-8"))["day"]
    return [SpecialDay(row["on"], DayKind(row["kind"]), row.get("name", "")) for row in rows]


def _told(seen: calendar.Preview) -> int:
    typer.echo(f"{len(seen.days)} days change, {seen.moved} dates move")
    for source, moves in seen.moves.items():
        for move in moves[:20]:
            typer.echo(f"  {source} {move.label or move.about} {move.what}: {move.was} -> {move.becomes}")
    return seen.calendar.version - 1


def _day(text: str | None) -> date:
    return clock.today() if text is None else date.fromisoformat(text)
