"""特别程序 at the desk: what becomes of the due date is shown before it is done; reason, basis and approver are asked; no overlap."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Act, Case
from kapok.services.intake.rules import ClockState, advance
from kapok.services.intake.tests.factories import Office, desk, office

pytestmark = pytest.mark.django_db

START = clock.at(date(2026, 3, 2), 10)
SPECIAL = [
    {"kind": 1, "name": "延长审批", "basis": "行政许可法第四十二条", "days": 10},
    {"kind": 2, "name": "听证", "basis": "行政许可法第四十六条"},
]


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office(elements={"special": SPECIAL})


@pytest.fixture
def case(here: Office) -> Any:
    """Accepted on Monday 2 March 2026: 20 working days by law end on 30 March, 7 promised on 11 March."""
    with clock.frozen(START):
        return here.accepted()


def ask(here: Office, case: Any, outcome: str, at: datetime, *, sure: bool = False, **said: Any) -> Any:
    data = {"reason": "案情复杂", "basis": "行政许可法第四十二条", "approver": str(here.leader.account), **said}
    data |= {"days": "5"} if outcome == "extend" and "days" not in said else {}
    data |= {"procedure": "听证"} if outcome == "pause" and "procedure" not in said else {}
    sequence = Case.objects.get(id=case).sequence
    with clock.frozen(at):
        return desk(here.approver).post(
            f"/work/intake/cases/{case}/act/",
            {"act": "request_special", "outcome": outcome, "expect": sequence, **data, **({"sure": "1"} if sure else {})},
        )


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def day(moment: Any) -> date:
    return clock.local(moment).date()


@pytest.mark.feature("08.08", part="page shows the due date before it is confirmed")
def test_an_extension_shows_both_dates_before_it_is_confirmed_and_then_moves_them_once(here: Office, case: Any) -> None:
    at = clock.at(date(2026, 3, 4), 10)
    seen = ask(here, case, "extend", at)
    words = text(seen)
    assert seen.status_code == 200 and "还没有办理" in words
    assert "2026年3月11日 2026年3月18日" in words and "2026年3月30日 2026年4月7日" in words, "the 6th is 清明: a holiday"
    assert Act.objects.filter(case_id=case, act="request_special").count() == 0
    assert ask(here, case, "extend", at, sure=True).status_code == 302
    found = Case.objects.get(id=case)
    assert found.extended and day(found.due_promised) == date(2026, 3, 18) and day(found.due_statutory) == date(2026, 4, 7)
    again = ask(here, case, "extend", at)
    assert again.status_code == 409 and "已延长过一次" in text(again)


@pytest.mark.feature("08.08", part="page shows the due date before it is confirmed")
def test_going_back_from_the_preview_keeps_what_was_typed(here: Office, case: Any) -> None:
    back = ask(here, case, "extend", START, reason="案情特别复杂", change="1")
    page = back.content.decode()
    assert back.status_code == 200 and "案情特别复杂" in page
    assert re.search(r"<details[^>]* open[^>]*>\s*<summary>特别程序申请 · 延长审批", page)


@pytest.mark.feature("08.08", part="reason, basis and approver are asked")
@pytest.mark.parametrize("outcome", ["extend", "pause"])
@pytest.mark.parametrize("missing", ["reason", "basis", "approver"])
def test_without_reason_basis_or_approver_nothing_is_even_previewed(here: Office, case: Any, outcome: str, missing: str) -> None:
    refused = ask(here, case, outcome, START, sure=True, **{missing: " "})
    assert refused.status_code == 422
    assert f'href="#id_request_special_{outcome}_{missing}"' in refused.content.decode()
    assert Act.objects.filter(case_id=case).count() == 2


@pytest.mark.feature("08.08", part="reason, basis and approver are asked")
def test_nobody_approves_for_himself(here: Office, case: Any) -> None:
    refused = ask(here, case, "extend", START, sure=True, approver=str(here.approver.account))
    assert refused.status_code == 422 and "批准人不能是申请人本人" in text(refused)


@pytest.mark.feature("08.08", part="reason, basis and approver are asked")
@pytest.mark.parametrize("days", ["0", "11", "-1", "五", "1e9"])
def test_an_extension_beyond_the_items_limit_is_refused_at_its_field(here: Office, case: Any, days: str) -> None:
    refused = ask(here, case, "extend", START, sure=True, days=days)
    assert refused.status_code == 422 and 'href="#id_request_special_extend_days"' in refused.content.decode()


@pytest.mark.feature("08.08", part="page shows the due date before it is confirmed")
def test_a_pause_shows_what_is_left_and_the_result_moves_the_dates_by_the_days_of_the_pause(here: Office, case: Any) -> None:
    """Golden: paused on Wednesday 4 March, resumed on Wednesday 11 March; five working days lie in between (hand-counted)."""
    at = clock.at(date(2026, 3, 4), 10)
    seen = text(ask(here, case, "pause", at))
    assert "暂停计时 还剩 5 个工作日" in seen and "暂停计时 还剩 18 个工作日" in seen and "届满日相应顺延" in seen
    ask(here, case, "pause", at, sure=True)
    found = Case.objects.get(id=case)
    assert found.state == "special" and found.paused
    with clock.frozen(at):
        page = text(desk(here.approver).get(f"/work/intake/cases/{case}/"))
    assert "暂停计时" in page
    with clock.frozen(clock.at(date(2026, 3, 11), 9)):
        act(case, "conclude_special", "concluded", {"result": "听证完毕", "file": "0190f"}, by=here.approver)
    found = Case.objects.get(id=case)
    assert (day(found.due_promised), day(found.due_statutory)) == (date(2026, 3, 18), date(2026, 4, 7))
    assert current().working_days_between(date(2026, 3, 4), date(2026, 3, 11)) == 5


@pytest.mark.feature("08.08", part="overlapping pauses are refused")
def test_a_second_pause_while_one_runs_is_refused_whoever_holds_the_clock(here: Office, case: Any) -> None:
    ask(here, case, "pause", START, sure=True)
    refused = ask(here, case, "pause", START + timedelta(days=1), sure=True)
    assert refused.status_code == 409 and "当前状态“特别程序中”不能办理“特别程序申请”" in text(refused)
    other = here.accepted()
    found = Case.objects.get(id=other)
    state = advance(ClockState.load(found.clock), "pause", clock.now(), why="payment")
    Case.objects.filter(id=other).update(clock=state.dump(), paused=True)
    refused = ask(here, other, "pause", clock.now(), sure=True)
    assert refused.status_code == 409 and "时限已处于暂停中" in text(refused)
    assert Case.objects.get(id=other).state == "accepted"
