"""What can be imported: each kind says its columns, checks its rows and takes them. Higher apps register theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kapok.kernel.common.registry import Registry


@dataclass(frozen=True)
class Column:
    """A column of the table: its name in a row, the words over it, what may stand in it.

    `form` is text, date (kept as 2026-11-25), integer or amount. `check` looks at a value that is there and returns a code or "".
    `meanings` says what codes among the choices stand for.
    """

    name: str
    title: str
    required: bool = False
    form: str = "text"
    longest: int = 200
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    check: Callable[[str], str] | None = None
    example: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: its line, its values by column name, the file it came from in a bundle."""

    number: int
    values: Mapping[str, str]
    file: str = ""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of one row: a column's name (or empty for the row), a stable code, what the sentence needs (no personal data)."""

    number: int
    column: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What became of rows that were offered: those already there, those refused after all; all others were added."""

    same: frozenset[int] = frozenset()
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True)
class Run:
    """The batch at work: whose it is, and the files of its bundle."""

    batch: UUID
    scope: int
    org: int | None
    account: UUID | None
    open_file: Callable[[str], bytes] = field(repr=False, default=lambda name: b"")


Check = Callable[[Run, Sequence[Row]], Iterable[RowFault]]
Take = Callable[[Run, Sequence[Row]], Taken]


@dataclass(frozen=True)
class ImportKind:
    """One kind of stock that can be imported.

    `check_rows` and `take` are given some thousand rows at once and work set-based; `take` runs in one transaction with the batch's
    own book-keeping. `key` columns tell rows apart: a row whose key was taken before is not offered again. `group` is the column the
    reconciliation counts by. `read_file` reads a row out of a file of a bundle, and may raise a KapokError whose code becomes the
    row's fault. `says` gives the sentences of the kind's own codes.
    """

    key: str
    title: Any
    deed: str
    columns: tuple[Column, ...]
    key_columns: tuple[str, ...]
    take: Take
    check_rows: Check | None = None
    group: str = ""
    read_file: Callable[[str, bytes], Mapping[str, str]] | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    lead: Any = ""
    chunk: int = 2_000

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


import_kinds: Registry[ImportKind] = Registry("kinds of import")
