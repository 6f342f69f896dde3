"""The board says when a backup was last proved; never, long ago and failed since are said as such."""

from datetime import timedelta

import pytest

from kapok.kernel.annex.models import Rehearsal
from kapok.kernel.annex.public import record_rehearsal
from kapok.kernel.annex.tests.factories import staff
from kapok.kernel.annex.tests.test_board_pages import get
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.journal.public import history

pytestmark = [pytest.mark.django_db, pytest.mark.feature("00.12", part="last good rehearsal on the board")]


def rehearse(backup: str, *differing: str) -> Rehearsal:
    return record_rehearsal(backup, differing=differing, tables=120, seconds=31.5, by=staff("operator"))


def board() -> str:
    return get("/ops/annex/", staff("operator")).content.decode()


def test_a_node_that_never_tried_a_backup_says_so() -> None:
    assert "还没有成功的备份恢复演练" in board()


def test_the_last_good_rehearsal_stands_on_the_board_with_its_time_and_in_the_journal() -> None:
    rehearse("20261101-020000")
    kept = rehearse("20261124-020000")
    page = board()
    assert "上次成功的备份恢复演练" in page and "20261124-020000" in page and "20261101-020000" not in page
    assert "超过一个月" not in page
    assert [entry.event for entry in history(kept.id)] == ["annex.rehearsed"]


def test_a_good_rehearsal_grows_old() -> None:
    kept = rehearse("20261001-020000")
    Rehearsal.objects.filter(id=kept.id).update(at=clock.wall() - timedelta(days=32))
    assert "超过一个月" in board()


def test_a_failed_rehearsal_shows_until_a_good_one_follows() -> None:
    rehearse("20261123-020000")
    rehearse("20261124-020000", "intake_case", "files")
    page = board()
    assert "演练不一致" in page and "intake_case、files" in page and "20261123-020000" in page
    rehearse("20261125-020000")
    assert "演练不一致" not in board()


def test_only_the_technical_operator_records_a_rehearsal() -> None:
    with pytest.raises(Forbidden):
        record_rehearsal("20261124-020000", differing=(), tables=1, seconds=1.0, by=staff("admin"))
