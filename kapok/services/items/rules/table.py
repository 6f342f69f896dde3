"""The element table (GB/T 39046 table 4 and the up_task columns) and the code sets, loaded and checked once."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from kapok.services.items import data

TABLES = Path(__file__).resolve().parents[1] / "tables"
SHAPES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        data.FormField, data.Material, data.Fee, data.SituationQuestion, data.HandlingItem,
        data.Step, data.SpecialProcedure, data.Place, data.Question,
    )
}  # fmt: skip
RULES = ("locked", "overridable", "extendable")


@dataclass(frozen=True)
class Column:
    """One field of a sub-entity."""

    key: str
    title: str
    kind: str
    codes: str = ""
    max: int = 500
    rows: int = 100
    low: int = 0
    high: int = 1_000_000
    required: bool = False
    optional: bool = False
    words: tuple[str, ...] = ("否", "是")
    default: Any = ""
    standard: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Element:
    """One element of an item: how it is typed, where it stands on screen, who fills it and what a lower level may do."""

    key: str
    title: str
    section: str
    kind: str
    rule: str
    fill: int
    required: tuple[str, ...]
    standard: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    codes: str = ""
    refs: str = ""
    shape: str = ""
    max: int = 500
    rows: int = 100
    low: int = 0
    high: int = 1_000_000
    more: bool = False
    fields: tuple[Column, ...] = ()

    @property
    def many(self) -> bool:
        """Whether its value is a list."""
        return self.kind in ("lines", "codes", "rows", "refs")


@dataclass(frozen=True)
class Identity:
    """An element that follows from the 基本目录, the agency or the version: shown, never typed."""

    key: str
    title: str
    standard: tuple[int, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ElementTable:
    version: str
    applied: frozenset[str]
    sections: dict[str, str]
    identity: tuple[Identity, ...]
    elements: dict[str, Element]

    def of_section(self, section: str) -> tuple[Element, ...]:
        return tuple(e for e in self.elements.values() if e.section == section)

    def completed(self, elements: Mapping[str, Any]) -> dict[str, Any]:
        """Stored elements with the columns that came into the table after they were stored, at their usual value."""
        return {key: self._rows(self.elements[key], value) if key in self.elements else value for key, value in elements.items()}

    def _rows(self, element: Element, value: Any) -> Any:
        if element.kind != "rows" or not isinstance(value, list):
            return value
        usual = {c.key: _usual(c) for c in element.fields if not c.required}
        return [{**usual, **row} for row in value]

    def required(self, type_code: str) -> tuple[Element, ...]:
        """The elements a type of item (A.1) must have before review."""
        return tuple(e for e in self.elements.values() if type_code in e.required)


@lru_cache(maxsize=1)
def table() -> ElementTable:
    raw = tomllib.loads((TABLES / "elements.toml").read_text("utf-8"))
    every = tuple(code_sets()["type_code"])
    applied = tuple(raw["applied"])
    groups = {"all": every, "applied": applied}
    elements = {row["key"]: _element(row, groups) for row in raw["element"]}
    identity = tuple(Identity(r["key"], r["title"], tuple(r["standard"]), tuple(r["columns"])) for r in raw["identity"])
    return ElementTable(raw["version"], frozenset(applied), raw["sections"], identity, elements)


def _usual(column: Column) -> Any:
    """What a row has where nothing is typed."""
    return None if column.optional else column.default


def _element(row: dict[str, Any], groups: dict[str, tuple[str, ...]]) -> Element:
    plain = {k: v for k, v in row.items() if k not in ("required", "standard", "columns", "column")}
    required = row["required"]
    shape = row.get("shape", "")
    defaults = _defaults(SHAPES[shape]) if shape else {}
    return Element(
        **plain,
        required=groups[required] if isinstance(required, str) else tuple(required),
        standard=tuple(row["standard"]),
        columns=tuple(row["columns"]),
        fields=tuple(_column(c, defaults) for c in row.get("column", ())),
    )


def _column(row: dict[str, Any], defaults: dict[str, Any]) -> Column:
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("words", "standard", "columns") if key in row}
    return Column(**{**row, **lists}, default=defaults.get(row["key"], ""))


def _defaults(shape: type) -> dict[str, Any]:
    return {f.name: list(f.default) if isinstance(f.default, tuple) else f.default for f in fields(shape) if f.default is not MISSING}


@lru_cache(maxsize=1)
def code_sets() -> dict[str, dict[str, str]]:
    """Set → code → the word shown."""
    raw = tomllib.loads((TABLES / "codes.toml").read_text("utf-8"))
    return {name: {code: w if isinstance(w, str) else w[0] for code, w in codes.items()} for name, codes in raw.items()}


@lru_cache(maxsize=1)
def _readings() -> dict[str, dict[str, str]]:
    raw = tomllib.loads((TABLES / "codes.toml").read_text("utf-8"))
    found: dict[str, dict[str, str]] = {}
    for name, codes in raw.items():
        for code, words in codes.items():
            for text in (code, *([words] if isinstance(words, str) else words)):
                found.setdefault(name, {}).setdefault(text, code)
    return found


def word(code_set: str, code: str) -> str:
    """The word of a code; the code itself where the set does not know it."""
    return code_sets()[code_set].get(code, code)


def code_of(code_set: str, text: str) -> str | None:
    """The code of a code or one of its words; None where the set knows neither."""
    return _readings()[code_set].get(text.strip())


def element_title(key: str) -> str:
    """What an element is called on screen; its key where the table does not know it."""
    found = table().elements.get(key)
    return found.title if found else key
