"""The command line: nothing is published without --yes."""

from datetime import date

import pytest
from typer.testing import CliRunner

from kapok.kernel.calendar.cli import app
from kapok.kernel.calendar.models import CalendarVersion
from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.frozen(clock.at(date(2026, 11, 25), 10)):
        yield


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_year_is_shown_with_its_count_and_made_up_days():
    told = run("show", 2026)
    assert "working days 248" in told
    assert "2026-02-14 调休上班（春节）" in told


def test_an_amendment_is_published_only_with_yes(tmp_path):
    file = tmp_path / "days.toml"
    file.write_text('[[day]]\non = 2026-12-03\nkind = "holiday"\nname = "台风停工"\n', "utf-8")
    assert "1 days change" in run("amend", file, "--reason", "通知")
    assert CalendarVersion.objects.count() == 0
    run("amend", file, "--reason", "通知", "--yes")
    assert not current().is_working(date(2026, 12, 3))
    assert run("apply").startswith("0 ")
