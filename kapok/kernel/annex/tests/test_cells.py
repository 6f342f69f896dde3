"""What a cell shows: words where there is no figure, a figure only where it was measured and is fresh."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from kapok.kernel.annex import rules
from kapok.kernel.annex.data import Cell, Contribution, Measure, Reading, Square, State, Waiver
from kapok.kernel.annex.seed import duties, row
from kapok.kernel.common import clock
from kapok.kernel.common.verdicts import allow, refuse

DUTY, CITY = "08.dB", "440100000000"
NOW = clock.at(date(2026, 11, 23), 9)
MEASURE = Measure(DUTY, dict)


def part(reading: Reading | None, *, counted_ago: timedelta = timedelta(minutes=1)) -> Contribution:
    return rules.contribution(MEASURE, reading, NOW - counted_ago if reading else None, now=NOW, wall=NOW)


def cell(*parts: Contribution, waiver: Waiver | None = None) -> Cell:
    return rules.cell(duties()[DUTY], CITY, allow(), waiver, parts)


def test_a_duty_without_a_measure_is_not_built_and_has_no_share() -> None:
    assert (cell().state, cell().share) == (State.NOT_BUILT, None)


@pytest.mark.feature("00.01", part="one node")
@pytest.mark.parametrize(
    "silent",
    [
        part(None),
        part(Reading(5, 5, as_of=NOW - timedelta(days=2))),
        part(Reading(0, 5), counted_ago=timedelta(minutes=16)),
    ],
    ids=["says nothing of this city", "rows are old", "not recounted"],
)
def test_a_silent_source_never_reads_as_a_share(silent: Contribution) -> None:
    found = cell(silent, part(Reading(1, 2)))
    assert (found.state, found.share, found.met) == (State.SILENT, None, False)


def test_a_source_with_nothing_to_count_is_neither_nought_nor_all() -> None:
    found = cell(part(Reading(0, 0)))
    assert (found.state, found.share, found.met) == (State.NOTHING_YET, None, False)


def test_a_figure_is_the_sum_of_its_contributions_and_no_fresher_than_the_oldest() -> None:
    older = NOW - timedelta(hours=3)
    found = cell(part(Reading(3, 4)), part(Reading(5, 5, as_of=older)))
    assert (found.done, found.of, found.share, found.as_of, found.met) == (8, 9, 8 / 9, older, False)


def test_an_exempt_duty_keeps_its_figure_readable_but_is_not_judged() -> None:
    waiver = Waiver(uuid4(), DUTY, CITY, "粤数〔2026〕1号", "改造", "王某", date(2026, 1, 1), date(2026, 12, 31))
    found = cell(part(Reading(1, 4)), waiver=waiver)
    assert (found.state, found.share, found.done) == (State.EXEMPT, None, 1)


def test_a_square_is_not_built_only_where_nothing_at_all_is() -> None:
    system = row(8)
    assert system is not None
    measured, not_built = cell(part(Reading(2, 2))), cell()
    not_owed = rules.cell(duties()[DUTY], CITY, refuse("annex.other_group", group="珠三角"), None, ())
    verdicts = [
        Square(system, CITY, cells).verdict
        for cells in [
            (not_built, not_built), (measured, not_built), (measured, measured), (not_owed, not_owed),
            (measured, cell(part(Reading(1, 2)))), (measured, cell(part(None))), (not_built, not_owed),
        ]
    ]  # fmt: skip
    assert verdicts == ["not_built", "partly", "met", "not_owed", "short", "silent", "not_built"]
