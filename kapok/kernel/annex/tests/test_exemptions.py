"""An exemption needs its papers, holds from its first to its last day, and ends by itself."""

from datetime import date
from typing import Any

import pytest

from kapok.kernel.annex.actions import end_exemption, grant_exemption
from kapok.kernel.annex.data import State
from kapok.kernel.annex.queries import board
from kapok.kernel.annex.tests.factories import staff
from kapok.kernel.annex.tests.test_board_pages import get
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, Invalid, KapokError, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import history

pytestmark = pytest.mark.django_db

ZHANJIANG, SHENZHEN = "440800000000", "440300000000"
PAPERS: dict[str, Any] = {
    "number": "粤政数函〔2026〕12号",
    "reason": "原有平台合同未到期",
    "approver": "省政务服务数据管理局",
    "starts": date(2026, 11, 1),
    "ends": date(2026, 12, 31),
}


def noon(day: date) -> Any:
    return clock.frozen(clock.at(day, 12))


def state_of(duty: str, city: str, day: date) -> State:
    with noon(day):
        return next(cell.state for cell in board().cells() if (cell.duty.id, cell.place) == (duty, city))


@pytest.mark.feature("00.02", part="group and exemption")
def test_a_city_is_exempt_until_the_day_and_owes_again_on_the_next() -> None:
    with noon(date(2026, 11, 1)):
        grant_exemption("25.dD", ZHANJIANG, **PAPERS, by=staff("admin"))
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 12, 31), date(2027, 1, 1)]
    found = [state_of("25.dD", ZHANJIANG, day) for day in days]
    assert found == [State.NOT_BUILT, State.EXEMPT, State.EXEMPT, State.NOT_BUILT]


@pytest.mark.feature("00.02", part="group and exemption")
def test_the_exemption_shows_on_its_cell_with_number_and_last_day_and_is_gone_on_the_next() -> None:
    page = f"/ops/annex/rows/25/{ZHANJIANG}/"
    with noon(date(2026, 11, 1)):
        grant_exemption("25.dD", ZHANJIANG, **PAPERS, by=staff("admin"))
        shown = get(page, staff("admin")).content.decode()
    assert PAPERS["number"] in shown and "2026-12-31" in shown and PAPERS["reason"] in shown
    with noon(date(2027, 1, 1)):
        assert PAPERS["number"] not in get(page, staff("admin")).content.decode()


@pytest.mark.feature("00.02", part="group and exemption")
@pytest.mark.parametrize(("duty", "owing", "other"), [("25.dA", ZHANJIANG, SHENZHEN), ("26.dA", SHENZHEN, ZHANJIANG)])
def test_on_the_board_a_city_of_the_other_group_does_not_owe_and_the_page_says_why(duty: str, owing: str, other: str) -> None:
    states = {cell.place: cell.state for cell in board().cells() if cell.duty.id == duty}
    assert states[owing] is State.NOT_BUILT and states[other] is State.NOT_OWED
    assert "不承担" in get(f"/ops/annex/rows/{int(duty[:2])}/{other}/", staff("admin")).content.decode()


@pytest.mark.feature("00.02", part="group and exemption")
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"number": " "}, "number", "annex.field_missing"),
        ({"reason": ""}, "reason", "annex.field_missing"),
        ({"approver": ""}, "approver", "annex.field_missing"),
        ({"ends": date(2026, 10, 1)}, "ends", "annex.ends_before_starts"),
        ({"starts": date(2026, 1, 1), "ends": date(2026, 2, 1)}, "ends", "annex.ends_in_the_past"),
        ({"duty": "25.pA"}, "duty", "annex.duty_unknown"),
        ({"duty": "99.dA"}, "duty", "annex.duty_unknown"),
        ({"city": "999999999999"}, "city", "annex.city_unknown"),
        ({"city": SHENZHEN}, "duty", "annex.not_owed"),
    ],
)
def test_an_exemption_without_its_papers_names_the_field(change: dict[str, Any], field: str, code: str) -> None:
    asked = {"duty": "25.dD", "city": ZHANJIANG, **PAPERS, **change}
    with noon(date(2026, 11, 1)), pytest.raises(Invalid) as refused:
        grant_exemption(**asked, by=staff("admin"))
    assert (field, code) in [(fault.field, fault.code) for fault in refused.value.faults]
    assert all("{" not in str(fault.says) for fault in refused.value.faults)


def test_a_number_is_given_once_for_ever() -> None:
    with noon(date(2026, 11, 1)):
        first = grant_exemption("25.dD", ZHANJIANG, **PAPERS, by=staff("admin"))
        end_exemption(first.id, "已改造", by=staff("admin"))
        with pytest.raises(Invalid) as refused:
            grant_exemption("25.dC", ZHANJIANG, **PAPERS, by=staff("admin"))
    assert [fault.code for fault in refused.value.faults] == ["annex.number_taken"]


def test_an_exemption_ended_early_is_owed_again_the_same_day_and_both_acts_are_in_the_journal() -> None:
    with noon(date(2026, 11, 1)):
        exemption = grant_exemption("25.dD", ZHANJIANG, **PAPERS, by=staff("admin"))
    with noon(date(2026, 11, 20)):
        end_exemption(exemption.id, "提前完成改造", by=staff("admin"))
        with pytest.raises(KapokError) as refused:
            end_exemption(exemption.id, "再来一次", by=staff("admin"))
    assert refused.value.code == "annex.already_ended"
    assert state_of("25.dD", ZHANJIANG, date(2026, 11, 20)) is State.NOT_BUILT
    assert [entry.event for entry in history(exemption.id)] == ["annex.exemption_granted", "annex.exemption_ended"]


def test_only_an_administrator_exempts() -> None:
    with noon(date(2026, 11, 1)), pytest.raises(Forbidden):
        grant_exemption("25.dD", ZHANJIANG, **PAPERS, by=staff("operator"))


def test_an_exemption_that_is_not_there_cannot_be_ended() -> None:
    with pytest.raises(NotHere):
        end_exemption(uuid7(), "没有", by=staff("admin"))
