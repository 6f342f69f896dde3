"""Stored figures equal the rows they link to; a source that fails or says nothing reads as silent."""

import random

import pytest

from kapok.kernel.annex.actions import recount
from kapok.kernel.annex.data import EvidenceRow, Level, Measure, State
from kapok.kernel.annex.models import Figure
from kapok.kernel.annex.queries import EVIDENCE_PAGE, board, evidence
from kapok.kernel.annex.seed import cities, duties
from kapok.kernel.annex.tests.factories import SeededSource, bound, failing

pytestmark = pytest.mark.django_db
GUANGZHOU, SHENZHEN = "440100000000", "440300000000"


def seeded(chance: random.Random, *, cities_with_rows: list[str]) -> SeededSource:
    return SeededSource(
        {
            city: [EvidenceRow(f"{n:05d}", f"事项{n}", chance.random() < 0.8) for n in range(chance.randrange(1, 240))]
            for city in cities_with_rows
        }
    )


def all_evidence(measure: Measure, city: str) -> list[EvidenceRow]:
    found: list[EvidenceRow] = []
    while page := list(evidence(measure, city, found[-1].key if found else "")):
        found += page[:EVIDENCE_PAGE]
        if len(page) <= EVIDENCE_PAGE:
            break
    return found


@pytest.mark.feature("00.01", part="one node")
def test_two_hundred_cells_equal_the_rows_they_link_to() -> None:
    chance = random.Random(28)
    owed_by_all = [duty.id for duty in duties().values() if duty.level is Level.CITY and duty.row in (7, 8, 9, 15)][:10]
    found = {duty: seeded(chance, cities_with_rows=list(cities())) for duty in owed_by_all}
    bindings = [Measure(duty, source.count, evidence=source.evidence) for duty, source in found.items()]
    with bound(*bindings):
        recount()
        measured = [cell for cell in board().cells() if cell.duty.id in found and cell.state is State.MEASURED]
        assert len(measured) == 210
        for cell in measured:
            rows = all_evidence(cell.contributions[0].measure, cell.place)
            assert (cell.done, cell.of) == (sum(row.done for row in rows), len(rows))


@pytest.mark.feature("00.01", part="one node")
def test_two_apps_contribute_to_one_duty_and_a_part_that_says_nothing_makes_it_silent() -> None:
    chance = random.Random(3)
    licences = seeded(chance, cities_with_rows=[GUANGZHOU, SHENZHEN])
    documents = seeded(chance, cities_with_rows=[GUANGZHOU])
    with bound(Measure("18.dB", licences.count, part="证照"), Measure("18.dB", documents.count, part="公文")):
        recount()
        found = {cell.place: cell for cell in board().cells() if cell.duty.id == "18.dB"}
    assert found[GUANGZHOU].of == len(licences.rows[GUANGZHOU]) + len(documents.rows[GUANGZHOU])
    assert found[GUANGZHOU].state is State.MEASURED
    assert (found[SHENZHEN].state, found[SHENZHEN].share) == (State.SILENT, None)


def test_a_city_the_source_says_nothing_of_any_more_loses_its_figure() -> None:
    source = seeded(random.Random(1), cities_with_rows=[GUANGZHOU, SHENZHEN])
    with bound(Measure("08.dA", source.count)):
        recount("08.dA")
        source.rows = {GUANGZHOU: source.rows[GUANGZHOU]}
        recount("08.dA")
    assert list(Figure.objects.filter(duty="08.dA").values_list("place", flat=True)) == [GUANGZHOU]


def test_a_measure_that_fails_keeps_its_figures_and_stops_no_other() -> None:
    source = seeded(random.Random(1), cities_with_rows=[GUANGZHOU])
    with bound(Measure("08.dA", source.count), Measure("08.dB", source.count)):
        recount()
    with bound(Measure("08.dA", failing()), Measure("08.dB", source.count)):
        counted = recount()
    assert "08.dA" not in counted and counted["08.dB"] == 1
    assert Figure.objects.filter(duty="08.dA").count() == 1


def test_the_whole_board_is_read_in_two_statements(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's context manager
        found = board()
    assert len(found.squares) == 28 * 22
