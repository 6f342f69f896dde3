"""Files and functions stay small enough to be read at one go."""

from pathlib import Path

import pytest

from tests.architecture.source import assert_none, functions, percentile, python_files, shown, sources, text

pytestmark = pytest.mark.check

FILE, FILE_P95 = 500, 350
FUNCTION, FUNCTION_P95 = 60, 30


def _lines(path: Path) -> int:
    return len(text(path).splitlines())


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    assert_none([f"{shown(path)}: {_lines(path)}" for path in sources() if _lines(path) > FILE])


def test_nineteen_of_twenty_files_keep_to_three_hundred_and_fifty_lines() -> None:
    assert percentile([_lines(path) for path in sources()], 0.95) <= FILE_P95


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [f"{f.at}: {f.lines}" for path in python_files() for f in functions(path) if f.lines > FUNCTION]
    assert_none(long)


def test_nineteen_of_twenty_functions_keep_to_thirty_lines() -> None:
    assert percentile([f.lines for path in python_files() for f in functions(path)], 0.95) <= FUNCTION_P95


def test_no_line_hides_beyond_the_margin() -> None:
    """Templates and styles too: a limit on lines means nothing when lines have no end."""
    wide = [
        f"{shown(path)}:{number}"
        for path in sources()
        if path.suffix != ".py"
        for number, line in enumerate(text(path).splitlines(), 1)
        if len(line) > 400
    ]
    assert_none(wide)
