"""A file as a table: its head matched to the kind's columns, its rows one after another. Nothing is kept in memory but the row at hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from kapok.kernel.imports.errors import ColumnsMissing, NotATable
from kapok.kernel.imports.kinds import ImportKind, Row
from kapok.kernel.imports.reading.bundles import bundle_rows, is_bundle
from kapok.kernel.imports.reading.delimited import delimited_rows
from kapok.kernel.imports.reading.workbooks import is_workbook, workbook_rows


@dataclass(frozen=True)
class Table:
    """The rows of a file, how many there are about, and the heads no column answers to."""

    rows: Iterator[Row]
    about: int
    strange: tuple[str, ...] = ()


def open_table(name: str, content: bytes, kind: ImportKind) -> Table:
    """The file as rows of a kind; `ImportRefused` when it is no table or lacks required columns."""
    if kind.read_file and is_bundle(content):
        return Table(*bundle_rows(content, kind))
    if is_workbook(content):
        lines, about = workbook_rows(content)
    elif content[:4] == b"PK\x03\x04" or b"\0" in content[:1000]:
        raise NotATable(name=name)
    else:
        lines, about = delimited_rows(content)
    head_number, head = next(((number, cells) for number, cells in lines if any(cell.strip() for cell in cells)), (0, []))
    places, strange = _matched(head, kind)
    return Table(_rows(lines, places, len(head)), max(about - head_number, 1), strange)


def _matched(head: list[str], kind: ImportKind) -> tuple[dict[int, str], tuple[str, ...]]:
    """Which place of a row belongs to which column; `ColumnsMissing` names all required ones the head lacks."""
    known = {_plain(word): column.name for column in kind.columns for word in (column.name, str(column.title), *column.aliases)}
    places: dict[int, str] = {}
    strange = []
    for place, word in enumerate(head):
        name = known.get(_plain(word))
        if name and name not in places.values():
            places[place] = name
        elif word.strip():
            strange.append(word.strip()[:40])
    missing = [str(column.title) for column in kind.columns if column.required and column.name not in places.values()]
    if missing:
        raise ColumnsMissing(columns="、".join(missing))
    return places, tuple(strange)


def _plain(word: str) -> str:
    return "".join(word.split()).strip("*＊\ufeff").casefold()


def _rows(lines: Iterator[tuple[int, list[str]]], places: dict[int, str], width: int) -> Iterator[Row]:
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            values = {name: cells[place] if place < len(cells) else "" for place, name in places.items()}
            more = sum(1 for cell in cells[width:] if cell.strip())
            yield Row(number, {**values, "": str(more)} if more else values)
