"""Reads annex.toml once and checks it: 28 rows, every duty's id, mode and group known."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kapok.kernel.annex.data import City, Duty, Level, Seed, SystemRow
from kapok.kernel.annex.errors import BadSeed

FILE = Path(__file__).with_name("annex.toml")
ROWS = 28

_DUTY_KEY = re.compile(r"[dpn][A-Z]")


@cache
def annex() -> Seed:
    """The annex in force."""
    return read(FILE.read_text(encoding="utf-8"))


@cache
def duties() -> dict[str, Duty]:
    """Every duty by id."""
    return {duty.id: duty for row in annex().rows for duty in row.duties}


@cache
def cities() -> dict[str, City]:
    """The cities by 12-digit code, in the order of the divisions."""
    return {city.code: city for city in annex().cities}


@cache
def row(number: int) -> SystemRow | None:
    """A row by number."""
    return next((row for row in annex().rows if row.number == number), None)


def read(text: str) -> Seed:
    """The annex from its text; anything that does not fit is refused with the place."""
    raw = tomllib.loads(text)
    groups = tuple(raw["groups"])
    towns = tuple(City(**entry) for entry in raw["cities"])
    for city in towns:
        if city.group not in groups:
            raise BadSeed(place=f"cities {city.code}", reason=f"group {city.group!r} is not declared")
    rows = tuple(_row(entry, groups) for entry in raw["rows"])
    if [row.number for row in rows] != list(range(1, ROWS + 1)):
        raise BadSeed(place="rows", reason=f"they are not numbered 1 to {ROWS} in order")
    return Seed(groups, towns, rows)


def _row(raw: dict[str, Any], groups: tuple[str, ...]) -> SystemRow:
    place = f"row {raw['number']}"
    if raw["group"] and raw["group"] not in groups:
        raise BadSeed(place=place, reason=f"group {raw['group']!r} is not declared")
    modes = tuple(raw["modes"])
    duties = tuple(_duty(raw["number"], key, value, modes) for key, value in raw["duties"].items())
    return SystemRow(**(raw | {"modes": modes, "duties": duties}))


def _duty(number: int, key: str, value: str | dict[str, str], modes: tuple[str, ...]) -> Duty:
    found = value if isinstance(value, dict) else {"words": value}
    mode = found.get("mode", "")
    if not _DUTY_KEY.fullmatch(key) or not found["words"].strip():
        raise BadSeed(place=f"row {number}", reason=f"duty {key!r} has no proper id or no words")
    if mode and mode not in modes:
        raise BadSeed(place=f"duty {number:02d}.{key}", reason=f"mode {mode!r} is not one of the row's")
    return Duty(f"{number:02d}.{key}", number, Level(key[0]), found["words"], mode)
