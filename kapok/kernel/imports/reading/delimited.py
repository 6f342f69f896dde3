"""CSV as people send it: UTF-8 or GB18030, commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator

from kapok.kernel.imports.errors import Damaged

_LONGEST_CELL = 100_000


def delimited_rows(content: bytes) -> tuple[Iterator[tuple[int, list[str]]], int]:
    """Lines with their number (the head is 1), and about how many."""
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    return _lines(text, mark), text.count("\n") + 1


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Damaged(why="encoding")


def _lines(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise Damaged(why=f"csv: {error}") from None
