"""Every measure an app binds counts on a node with agencies and items, and its figures are the sums of the rows they open to."""

from collections.abc import Iterator

import pytest

from kapok.kernel.annex.public import Level, Measure, State, board, cities, duties, evidence, measures, recount
from kapok.kernel.annex.queries import EVIDENCE_PAGE, PROVINCE
from tests.architecture.source import assert_none
from tests.journeys.conftest import catalogue, catalogue_template  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def rows_of(measure: Measure, place: str) -> Iterator[bool]:
    """Whether each single row behind a figure is done, page by page as the board shows them."""
    after = ""
    while found := list(evidence(measure, place, after)):
        yield from (row.done for row in found[:EVIDENCE_PAGE])
        if len(found) <= EVIDENCE_PAGE:
            return
        after = found[EVIDENCE_PAGE - 1].key


@pytest.mark.feature("00.01", part="one node")
def test_every_measure_counts_and_is_the_sum_of_its_single_rows() -> None:
    wrong: list[str] = []
    known = {*cities(), PROVINCE}
    for measure in measures():
        counted = measure.count()
        wrong += [f"{measure.duty} {measure.part}: {place} is no place of the board" for place in set(counted) - known]
        if measure.evidence is None:
            wrong.append(f"{measure.duty} {measure.part}: opens to no rows")
            continue
        for place, reading in counted.items():
            done = list(rows_of(measure, place))
            if (sum(done), len(done)) != (reading.done, reading.of):
                wrong.append(f"{measure.duty} {measure.part} {place}: {reading.done}/{reading.of}, its rows {sum(done)}/{len(done)}")
    assert_none(wrong)


@pytest.mark.feature("00.01", part="one node")
def test_what_a_measure_says_nothing_of_is_silent_and_what_no_measure_counts_is_not_built() -> None:
    recount()
    bound = {measure.duty for measure in measures()}
    owed = [cell for cell in board().cells() if cell.state is not State.NOT_OWED and duties()[cell.duty.id].level is Level.CITY]
    assert {cell.state for cell in owed if cell.duty.id not in bound} == {State.NOT_BUILT}
    said = {(measure.duty, measure.part): set(measure.count()) for measure in measures()}
    for cell in owed:
        parts = [places for (duty, _part), places in said.items() if duty == cell.duty.id]
        if parts and any(cell.place not in places for places in parts):
            assert cell.state is State.SILENT, f"{cell.duty.id} {cell.place} reads as {cell.state}"
