"""What people read of the states: the listing on a terminal and the table in the README."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from tests.architecture.layers import package_of
from tests.features.matrices import ROOT, Matrix, matrices
from tests.features.states import Standing, State, counts

BEGIN, END = "<!-- systems: made by `make features ARGS=--write` -->", "<!-- end of systems -->"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")

_STYLE = {State.PROVEN: "green", State.PART: "yellow", State.OPEN: "dim"}
_TWINS = {"25": ("25", "26"), "27": ("27", "28")}
"""Matrices that serve two rows of the annex."""


def print_rows(console: Console, systems: Iterable[Matrix], rows: dict[str, Standing]) -> None:
    """Every row with its state, what is missing, and whether its proof is a benchmark or has two scales."""
    for matrix in systems:
        console.print(f"\n[bold]{matrix.number} {matrix.title}[/bold] · {matrix.english}")
        table = Table(box=None, show_header=False, padding=(0, 1), expand=True)
        table.add_column(width=7, no_wrap=True)
        table.add_column(width=6, no_wrap=True)
        table.add_column(width=8, no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for row in matrix.rows:
            standing = rows[row.id]
            table.add_row(
                f" {row.id}",
                f"[{_STYLE[standing.state]}]{standing.state}[/]",
                f"{standing.tests} tests" if standing.tests else "",
                _plain(row.feature),
            )
            for part in standing.missing:
                table.add_row("", "", "", f"[yellow]without: {part.missing} ({part.brought_by})[/]")
        console.print(table)


def print_summary(console: Console, rows: dict[str, Standing]) -> None:
    """One line per system and the sum."""
    table = Table(title="Rows of the requirement matrices", title_justify="left")
    table.add_column("system")
    for state in State:
        table.add_column(state.value, justify="right", style=_STYLE[state])
    table.add_column("rows", justify="right")
    for matrix in matrices():
        found = counts(matrix, rows)
        numbers = "/".join(_TWINS.get(matrix.number, (matrix.number,)))
        table.add_row(f"{numbers} {matrix.title}", *(str(found[state] or "") for state in State), str(len(matrix.rows)))
    total = [sum(1 for s in rows.values() if s.state is state) for state in State]
    table.add_section()
    table.add_row("all", *map(str, total), str(len(rows)))
    console.print(table)


def systems_table(rows: dict[str, Standing], *, chinese: bool) -> str:
    """The table of the 28 systems (and the annex itself) as Markdown, ready to stand between the marks."""
    head = "| 序号 | 系统 | 目录 | 已验证 | 部分 | 未建 |" if chinese else "| No. | System | Folder | proven | part | open |"
    lines = [BEGIN, head, "|---|---|---|--:|--:|--:|"]
    for matrix in matrices():
        found = counts(matrix, rows)
        name = matrix.title if chinese else f"{matrix.title} · {matrix.english}"
        figures = " | ".join(str(found[state]) for state in State)
        link = f"[{name}](docs/systems/{matrix.number}-{matrix.name}.md)"
        lines += [f"| {number} | {link} | {_folder(matrix)} | {figures} |" for number in _TWINS.get(matrix.number, (matrix.number,))]
    return "\n".join([*lines, END])


def with_table(text: str, table: str) -> str:
    """A README with its table replaced; a README without the marks is a fault."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the README has no table of systems between its two marks")
    return before + table + after


def _folder(matrix: Matrix) -> str:
    if matrix.number == "00":
        return "`kapok/kernel/`"
    return f"`kapok/{package_of(matrix.name)}/{matrix.name}/`"


def _plain(text: str) -> str:
    return text.replace("**", "").replace("`", "").replace("[", r"\[")
