"""A matrix that is not shaped like the others is refused, with its name and the fault."""

from pathlib import Path

import pytest

from tests.features.matrices import MatrixFault, all_rows, read_matrix

pytestmark = pytest.mark.check

SOUND = """# 31 示例系统 · an example

## Features
| id | feature | proof | peers |
|---|---|---|---|
| 31.01 | It does a thing. | A test. (bench) | none |
| 31.02 | It shows `a \\| b`. | 20,000 rows. (two-scale) | some |

## Data
## Bars
## Build on
"""


def write(folder: Path, text: str, name: str = "31-example.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_matrix_is_read_with_its_rows_and_what_their_proofs_need(tmp_path: Path) -> None:
    matrix = read_matrix(write(tmp_path, SOUND))
    assert (matrix.number, matrix.name, matrix.title, matrix.english) == ("31", "example", "示例系统", "an example")
    first, second = matrix.rows
    assert (first.timed, first.two_scale, second.timed, second.two_scale) == (True, False, False, True)
    assert second.feature == "It shows `a | b`."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("# 31 示例系统", "# 32 示例系统"), "heading"),
        (("31.02", "31.03"), "gap"),
        (("31.02", "30.02"), "gap"),
        (("| A test. (bench) ", ""), "31.01"),
        (("\n## Bars", ""), "Bars"),
    ],
)
def test_a_matrix_with_a_fault_is_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(MatrixFault, match=says):
        read_matrix(write(tmp_path, SOUND.replace(*change)))


def test_the_ids_of_all_rows_differ() -> None:
    assert len(all_rows()) == 579
