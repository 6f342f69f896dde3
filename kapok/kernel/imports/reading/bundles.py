"""A ZIP of files, each of which is one row: the kind reads it."""

from collections.abc import Callable, Iterator

from kapok.kernel.common.errors import KapokError
from kapok.kernel.imports.kinds import ImportKind, Row
from kapok.kernel.imports.reading.zipped import LARGEST_FILE, measured, opened


def is_bundle(content: bytes) -> bool:
    """A package that is not a workbook."""
    return content[:4] == b"PK\x03\x04" and b"xl/workbook.xml" not in content


def bundle_rows(content: bytes, kind: ImportKind) -> tuple[Iterator[Row], int, tuple[str, ...]]:
    """A row per file, how many, and the entries left out."""
    names = [name for name in _names(content) if name.lower().endswith(".ofd")]
    strange = tuple(name[-40:] for name in _names(content) if not name.lower().endswith(".ofd"))[:20]
    return _rows(content, names, kind), len(names), strange


def _names(content: bytes) -> list[str]:
    return [one.filename for one in opened(content).infolist() if not one.is_dir() and "__MACOSX" not in one.filename]


def _rows(content: bytes, names: list[str], kind: ImportKind) -> Iterator[Row]:
    read = open_entry(content)
    for number, name in enumerate(names, 1):
        try:
            values = dict(kind.read_file(name, read(name)) if kind.read_file else {})
        except KapokError as error:
            values = {"!": error.code}
        yield Row(number, values, name)


def open_entry(content: bytes) -> Callable[[str], bytes]:
    """Reads files of a bundle by name."""
    package = opened(content)
    return lambda name: measured(package, name, LARGEST_FILE).read()
