"""Reads of the board: two statements, whatever its size; one more says when a backup was last proved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kapok.kernel.annex import rules, seed
from kapok.kernel.annex.cards import measures
from kapok.kernel.annex.data import Cell, Contribution, Duty, EvidenceRow, Level, Measure, Reading, Square, SystemRow, Waiver
from kapok.kernel.annex.models import Exemption, Figure, Rehearsal
from kapok.kernel.common import clock
from kapok.kernel.common.verdicts import Verdict, allow

PROVINCE = "440000000000"
EVIDENCE_PAGE = 100


@dataclass(frozen=True)
class Board:
    """The whole matrix at one instant: squares by row and place; the province stands beside its cities."""

    squares: dict[tuple[int, str], Square]

    def square(self, row: int, place: str) -> Square:
        return self.squares[row, place]

    def cells(self) -> Iterator[Cell]:
        for square in self.squares.values():
            yield from square.cells


def board(rows: Sequence[SystemRow] = ()) -> Board:
    """The rows asked for (all, if none is named) × the province and its cities, from stored figures."""
    chosen = tuple(rows) or seed.annex().rows
    wanted = [duty.id for row in chosen for duty in row.duties]
    parts, waivers = _contributions(wanted), _waivers(wanted, clock.today())
    places = [PROVINCE, *seed.cities()]
    squares = {
        (row.number, place): Square(
            row,
            place,
            tuple(
                rules.cell(duty, place, owed(duty, place), waivers.get((duty.id, place)), parts[duty.id, place])
                for duty in _duties_at(row, place)
            ),
        )
        for row in chosen
        for place in places
    }
    return Board(squares)


def owed(duty: Duty, place: str) -> Verdict:
    """Does this place owe the duty; the province owes all of its own."""
    city, row = seed.cities().get(place), seed.row(duty.row)
    if city is None or row is None:
        return allow()
    return rules.owes(duty, row, city, mode_of(row, place))


def mode_of(row: SystemRow, place: str) -> str:
    """The mode a city is in for a row: until switches are recorded (00.03), the first the annex allows."""
    return row.modes[0]


def evidence(measure: Measure, place: str, after: str = "") -> Sequence[EvidenceRow]:
    """One page of the single rows a measure counted for a place, one more than a page when there are more."""
    return measure.evidence(place, after, EVIDENCE_PAGE + 1) if measure.evidence else ()


def exemptions(*, ended: bool = False) -> list[Exemption]:
    """Exemptions in force or to come, soonest end first; with `ended`, the past ones, latest first."""
    today = clock.today()
    if ended:
        past = Exemption.objects.filter(ends__lt=today) | Exemption.objects.filter(ended_on__isnull=False)
        return list(past.order_by("-ends", "id")[:200])
    return list(Exemption.objects.filter(ends__gte=today, ended_on__isnull=True).order_by("ends", "id")[:500])


def rehearsals() -> rules.Rehearsed:
    """The last good rehearsal of a backup and the last of all, in one statement."""
    last = {row.good: row for row in Rehearsal.objects.order_by("good", "-at").distinct("good")}
    return rules.rehearsed(last.get(True), last.get(False), wall=clock.wall())


def number_taken(number: str) -> bool:
    """An exemption's number is given once, for ever."""
    return Exemption.objects.filter(number=number).exists()


def _duties_at(row: SystemRow, place: str) -> tuple[Duty, ...]:
    return row.duties_of(Level.PROVINCE, Level.NATIONAL) if place == PROVINCE else row.duties_of(Level.CITY)


def _contributions(wanted: Sequence[str]) -> dict[tuple[str, str], list[Contribution]]:
    now, wall = clock.now(), clock.wall()
    stored = {(figure.duty, figure.part, figure.place): figure for figure in Figure.objects.filter(duty__in=wanted)}
    found: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for duty_id in wanted:
        for measure in measures(duty_id):
            for place in _places_of(seed.duties()[duty_id]):
                figure = stored.get((duty_id, measure.part, place))
                reading = Reading(figure.done, figure.of, figure.as_of, _facts(figure)) if figure else None
                counted = figure.counted_at if figure else None
                found[duty_id, place].append(rules.contribution(measure, reading, counted, now=now, wall=wall))
    return found


def _places_of(duty: Duty) -> Sequence[str]:
    return tuple(seed.cities()) if duty.level is Level.CITY else (PROVINCE,)


def _facts(figure: Figure) -> tuple[tuple[str, str], ...]:
    return tuple((str(label), str(value)) for label, value in figure.facts)


def _waivers(wanted: Sequence[str], today: date) -> dict[tuple[str, str], Waiver]:
    rows = Exemption.objects.filter(duty__in=wanted, ends__gte=today, starts__lte=today, ended_on__isnull=True).order_by("ends")
    return {
        (row.duty, row.city): Waiver(row.id, row.duty, row.city, row.number, row.reason, row.approver, row.starts, row.ends) for row in rows
    }
