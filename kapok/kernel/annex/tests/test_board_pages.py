"""The board on screen: every square says what is known, and nothing not built reads as a figure."""

import csv
import io
import random
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from kapok.kernel.access.public import ANONYMOUS, Actor
from kapok.kernel.annex.actions import recount
from kapok.kernel.annex.data import EvidenceRow, Measure
from kapok.kernel.annex.tests.factories import SeededSource, bound, staff
from kapok.kernel.common.errors import Forbidden

pytestmark = pytest.mark.django_db
GUANGZHOU = "440100000000"


def get(address: str, actor: Actor) -> HttpResponse:
    request: Any = RequestFactory().get(address)
    request.actor, request.session = actor, {}
    view, args, kwargs = resolve(address.split("?")[0])
    return view(request, *args, **kwargs)


@pytest.fixture
def figures() -> Any:
    chance = random.Random(8)
    source = SeededSource({GUANGZHOU: [EvidenceRow(f"{n:03d}", f"办件{n}", chance.random() < 0.9, note="=1+1") for n in range(150)]})
    with bound(Measure("08.dB", source.count, evidence=source.evidence)):
        recount()
        yield source


@pytest.mark.feature("00.01", part="one node")
def test_the_board_shows_28_rows_and_says_not_built_instead_of_nought(figures: SeededSource) -> None:
    page = get("/ops/annex/", staff("operator")).content.decode()
    assert page.count("/ops/annex/rows/") >= 28
    assert "未建" in page and "0%" not in page and "0.0%" not in page


@pytest.mark.feature("00.01", part="one node")
def test_a_square_opens_to_its_duties_and_these_to_the_single_rows(figures: SeededSource) -> None:
    square = get(f"/ops/annex/rows/8/{GUANGZHOU}/", staff("admin")).content.decode()
    done = sum(row.done for row in figures.rows[GUANGZHOU])
    assert f"{done / 150:.1%} ({done}/150)" in square and f"/ops/annex/duties/08.dB/{GUANGZHOU}/" in square
    first = get(f"/ops/annex/duties/08.dB/{GUANGZHOU}/", staff("admin")).content.decode()
    second = get(f"/ops/annex/duties/08.dB/{GUANGZHOU}/?after=099", staff("admin")).content.decode()
    assert "办件99" in first and "办件100" not in first and "办件149" in second


def test_the_technical_operator_sees_figures_and_no_single_rows(figures: SeededSource) -> None:
    square = get(f"/ops/annex/rows/8/{GUANGZHOU}/", staff("operator")).content.decode()
    assert "/ops/annex/duties/" not in square
    with pytest.raises(Forbidden):
        get(f"/ops/annex/duties/08.dB/{GUANGZHOU}/", staff("operator"))


def test_a_visitor_is_sent_to_log_in() -> None:
    assert get("/ops/annex/", ANONYMOUS).status_code == 302


def test_the_export_holds_every_duty_of_every_place_and_no_formula(figures: SeededSource) -> None:
    answer = get("/ops/annex/board.csv", staff("auditor"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 1 + 99 * 21 + 57
    measured = next(line for line in lines if line[2] == "08.dB" and line[4] == "广州")
    assert measured[7] == "150"
    assert not any(part.startswith(("=", "+", "@")) for line in lines for part in line)


@pytest.mark.parametrize(("address", "statements"), [("/ops/annex/", 3), ("/ops/annex/rows/8/", 2), ("/ops/annex/cities/440100000000/", 2)])
def test_pages_of_the_board_read_two_statements_of_their_own_and_one_for_rehearsals(address: str, statements: int) -> None:
    actor = staff("operator")
    with CaptureQueriesContext(connection) as asked:
        assert get(address, actor).status_code == 200
    assert sum("annex_" in query["sql"] for query in asked) == statements
    assert len(asked) <= 4 + statements, "the shell asks for more than it should"
