"""`kapok intake …`."""

import json
from typing import Annotated

import typer
from django.db.models import Q

from kapok.kernel.calendar.public import current, why_moved
from kapok.services.intake.models import Case
from kapok.services.intake.rules import ClockState, explain, verify
from kapok.services.intake.rules.wording import explained

app = typer.Typer(help="Applications and their handling.")


@app.callback()
def main() -> None:
    """Applications and their handling."""


@app.command("explain-clock")
def explain_clock(
    serial: Annotated[str, typer.Argument(help="申办流水号 or 办件编号")],
    as_json: Annotated[bool, typer.Option("--json", help="the explanation as data")] = False,
) -> None:
    """Every date of a case with its steps, recomputed; ends with 1 when what is stored differs."""
    wanted = serial.strip().upper()
    case = Case.objects.filter(Q(serial=wanted) | Q(number=wanted)).first()
    if case is None:
        typer.echo(f"没有编号为 {wanted} 的办件。", err=True)
        raise typer.Exit(2)
    state, calendar = ClockState.load(case.clock), current()
    explanation = explain(state, calendar)
    if as_json:
        typer.echo(json.dumps(explanation.as_json(), ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{case.serial} {case.item_name}")
        for limit, sentences in explained(explanation):
            typer.echo(f"\n{limit}")
            for number, sentence in enumerate(sentences, 1):
                typer.echo(f"  {number}. {sentence}")
        for moved in why_moved(case.id):
            typer.echo(f"\n{moved.what}由 {moved.was} 移至 {moved.becomes}：{moved.version.reason}（日历第 {moved.version.number} 版）")
    dues = explanation.dues
    stored = (case.due_statutory, case.due_promised)
    again = tuple(due.due_at if due else None for due in (dues.statutory, dues.promised))
    if stored != again or not verify(explanation.as_json(), state, calendar):
        typer.echo("登记的日期与重新计算的不一致。", err=True)
        raise typer.Exit(1)
    if not as_json:
        typer.echo("\n重新计算的日期与登记的一致。")
