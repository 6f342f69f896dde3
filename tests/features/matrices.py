"""Reads the requirement matrices in docs/systems and the list of open parts."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = ROOT / "docs" / "systems"
OPEN_PARTS = ROOT / "docs" / "open-parts.md"
WHOLE = Path(__file__).with_name("whole.toml")

_HEADING = re.compile(r"^# (?P<number>\d\d) (?P<title>.+?) · (?P<english>.+?)(?: \(rows .+\))?$", re.M)
_ROW_START = re.compile(r"^\| *(?P<id>\d\d\.\d\d) *\|")
_CELL_END = re.compile(r"(?<!\\)\|")
SECTIONS = ("Features", "Data", "Bars", "Build on")


class MatrixFault(Exception):
    """A matrix file does not have the shape every matrix has."""


@dataclass(frozen=True)
class Row:
    """One requirement: what must hold, and what shows that it holds."""

    id: str
    feature: str
    proof: str
    peers: str

    @property
    def timed(self) -> bool:
        """Its proof is a time or a rate, so a recorded benchmark belongs to it."""
        return "(bench)" in self.proof

    @property
    def two_scale(self) -> bool:
        """`make test` runs one in a hundred of its count, `make full` all of it."""
        return "(two-scale)" in self.proof


@dataclass(frozen=True)
class Matrix:
    """The requirements of one system; a system may serve several rows of the annex."""

    number: str
    name: str
    title: str
    english: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OpenPart:
    """A part of a row that waits for a system not yet built."""

    row: str
    missing: str
    brought_by: str


@cache
def matrices() -> tuple[Matrix, ...]:
    """All matrices, by number."""
    return tuple(read_matrix(path) for path in sorted(SYSTEMS.glob("[0-9][0-9]-*.md")))


def all_rows() -> dict[str, Row]:
    """Every row of every system by id."""
    return {row.id: row for matrix in matrices() for row in matrix.rows}


def read_matrix(path: Path) -> Matrix:
    """One matrix file; a row of another number, a missing cell or a missing section is a fault."""
    text = path.read_text(encoding="utf-8")
    heading = _HEADING.search(text)
    if heading is None or not path.name.startswith(heading["number"]):
        raise MatrixFault(f"{path.name}: the heading does not read '# NN 名称 · english name'")
    for section in SECTIONS:
        if f"\n## {section}\n" not in text:
            raise MatrixFault(f"{path.name}: the section '## {section}' is missing")
    rows = tuple(_read_row(path, line) for line in text.splitlines() if _ROW_START.match(line))
    numbers = [row.id for row in rows]
    expected = [f"{heading['number']}.{n:02d}" for n in range(1, len(rows) + 1)]
    if numbers != expected:
        raise MatrixFault(f"{path.name}: its rows are not numbered {expected[0]} to {expected[-1]} without a gap")
    return Matrix(heading["number"], path.stem[3:], heading["title"], heading["english"], rows)


def open_parts() -> tuple[OpenPart, ...]:
    """The table in docs/open-parts.md."""
    lines = OPEN_PARTS.read_text(encoding="utf-8").splitlines() if OPEN_PARTS.exists() else []
    return tuple(OpenPart(*(cell.strip() for cell in _cells(line)[:3])) for line in lines if _ROW_START.match(line))


def whole_rows() -> dict[str, frozenset[str]]:
    """Rows proven piece by piece, with the parts that together make the whole."""
    return {row: frozenset(parts) for row, parts in tomllib.loads(WHOLE.read_text(encoding="utf-8"))["rows"].items()}


def _read_row(path: Path, line: str) -> Row:
    cells = [cell.strip().replace(r"\|", "|") for cell in _cells(line)]
    if len(cells) != 4 or not all(cells):
        raise MatrixFault(f"{path.name}: row {cells[0]} does not have the cells id, feature, proof, peers")
    return Row(*cells)


def _cells(line: str) -> list[str]:
    return _CELL_END.split(line.strip())[1:-1]
