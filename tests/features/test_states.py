"""From marks to states: a part stays a part until nothing is missing, and no mark names what is not there."""

import pytest

from tests.features.marks import Mark
from tests.features.matrices import OpenPart, all_rows
from tests.features.report import BEGIN, END, systems_table, with_table
from tests.features.states import State, faults, standings

pytestmark = pytest.mark.check

SEAL = OpenPart("08.06", "the seal", "seals 18")


@pytest.mark.parametrize(
    ("marks", "missing", "state"),
    [
        ([], [], State.OPEN),
        ([], [SEAL], State.OPEN),
        ([Mark("08.06", "t1")], [], State.PROVEN),
        ([Mark("08.06", "t1", "number")], [], State.PART),
        ([Mark("08.06", "t1", "number"), Mark("08.06", "t2")], [], State.PROVEN),
        ([Mark("08.06", "t1")], [SEAL], State.PART),
    ],
)
def test_a_row_is_proven_only_when_a_test_proves_the_whole_and_nothing_is_missing(
    marks: list[Mark], missing: list[OpenPart], state: State
) -> None:
    assert standings(marks, missing, {})["08.06"].state is state


@pytest.mark.parametrize(
    ("marks", "missing", "says"),
    [
        ([Mark("08.99", "t1")], [], "08.99"),
        ([], [OpenPart("99.01", "x", "y")], "99.01"),
        ([Mark("08.06", "t1", "number")], [], "neither docs/open-parts.md says"),
    ],
)
def test_a_listing_that_would_not_be_true_is_a_fault(marks: list[Mark], missing: list[OpenPart], says: str) -> None:
    (fault,) = faults(marks, missing, {})
    assert says in fault


def test_a_part_whose_missing_piece_is_listed_is_no_fault() -> None:
    assert faults([Mark("08.06", "t1", "number")], [SEAL], {}) == []


def test_a_row_proven_piece_by_piece_is_proven_with_its_last_piece() -> None:
    whole = {"08.06": frozenset({"number", "document"})}
    number, document = Mark("08.06", "t1", "number"), Mark("08.06", "t2", "document")
    assert standings([number], [], whole)["08.06"].state is State.PART
    assert standings([number, document], [], whole)["08.06"].state is State.PROVEN
    assert standings([number, document], [SEAL], whole)["08.06"].state is State.PART
    assert faults([number], [], whole) == ["whole.toml: no test proves the part 'document' of 08.06"]


@pytest.mark.parametrize("chinese", [True, False])
def test_the_table_has_a_line_for_each_of_the_28_rows_and_the_annex_itself(chinese: bool) -> None:
    table = systems_table(standings([], []), chinese=chinese)
    lines = [line for line in table.splitlines() if line.startswith(("| 0", "| 1", "| 2"))]
    assert len(lines) == 29
    assert "`kapok/base/cloud/`" in lines[26] and lines[26].startswith("| 26")
    assert with_table(f"before\n{BEGIN}\nold\n{END}\nafter", table) == f"before\n{table}\nafter"


def test_every_row_has_a_state() -> None:
    assert set(standings([], [])) == set(all_rows())
