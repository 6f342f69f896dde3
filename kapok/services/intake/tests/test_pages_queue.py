"""The work list: narrowed by unit, division, 环节 and due date; coloured by the real clock; long, and empty."""

import html
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import Office, desk, office
from kapok.services.items.tests.factories import SHENZHEN, staff

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.03", part="inbox")]
QUEUE = "/work/intake/"


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office("深圳市甲局")


def shown(client: Any, **asked: Any) -> list[str]:
    return re.findall(r'href="/work/intake/cases/([0-9a-f-]{36})/"', client.get(QUEUE, asked).content.decode())


def options(page: str, name: str) -> list[str]:
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', found.group(0)) if found else []


def test_a_leader_of_the_city_narrows_the_list_by_unit_step_and_division(here: Office) -> None:
    other = office("深圳市乙局")
    mine, theirs = here.accepted(), other.accepted()
    deciding = here.accepted()
    act(deciding, "examine", "pass", {"opinion": "同意"}, by=here.approver)
    client = desk(staff("leader", region=SHENZHEN))
    page = client.get(QUEUE).content.decode()
    assert set(shown(client)) == {str(mine), str(theirs), str(deciding)}
    assert options(page, "org") == ["", *sorted((str(here.org.id), str(other.org.id)), key=lambda one: page.index(f'value="{one}"'))]
    assert shown(client, org=other.org.id) == [str(theirs)]
    assert options(page, "step") and shown(client, step="decide") == [str(deciding)]
    assert set(shown(client, step="examine")) == {str(mine), str(theirs)}
    assert set(shown(client, region=SHENZHEN)) == {str(mine), str(theirs), str(deciding)}
    assert shown(client, region="440100000000") == []
    assert shown(client, org=other.org.id, step="decide") == []


def test_what_the_address_says_narrows_within_reach_only_and_nonsense_narrows_nothing(here: Office) -> None:
    mine, other = here.case(), office("深圳市乙局")
    other.case()
    client = desk(here.clerk)
    assert shown(client, org=other.org.id) == []
    for nonsense in ({"org": "x'"}, {"region": "44a"}, {"due": "never"}, {"whose": "everybody"}, {"tab": "x"}):
        assert shown(client, **nonsense) == [str(mine)]
    assert client.get(QUEUE, {"after": "nonsense"}).status_code == 400
    assert client.get(QUEUE, {"step": "a\0b" * 50}).status_code == 200


def test_due_dates_are_coloured_by_the_real_clock(here: Office) -> None:
    """Five working days from Monday 2 March 2026 end on Monday the 9th."""
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        case = here.case()
    client = desk(here.clerk)
    for day, colour, words in (
        (2, "pill-ok", "还有 5 个工作日"),
        (4, "pill-wait", "还有 3 个工作日"),
        (9, "pill-wait", "今天"),
        (11, "pill-bad", "2 个工作日"),
    ):
        with clock.frozen(clock.at(date(2026, 3, day), 10)):
            page = client.get(QUEUE).content.decode()
            chip = re.search(r'<span class="pill due ([\w-]+)">(.*?)</span></span>', page)
            assert chip and chip.group(1) == colour, (day, chip and chip.group(0))
            assert words in chip.group(2), chip.group(2)
            assert shown(client, due="overdue") == ([str(case)] if day == 11 else [])
            assert shown(client, due="soon") == ([str(case)] if day in (4, 9) else [])


def test_a_case_whose_clock_stands_still_is_not_called_overdue(here: Office) -> None:
    case = here.case()
    fault = [{"kind": "material", "key": "plan", "says": "缺第二页"}]
    act(case, "request_correction", "listed", {"faults": fault}, by=here.clerk)
    client = desk(here.clerk)
    with clock.frozen(clock.now() + timedelta(days=40)):
        assert "暂停计时" in client.get(QUEUE).content.decode() or "—" in client.get(QUEUE).content.decode()
        assert shown(client, due="overdue") == []


def test_an_overfull_list_is_walked_to_its_end_with_the_filters_kept(here: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr("kapok.services.intake.web.pages.SIZE", 3)
    cases = {str(here.case()) for _ in range(8)}
    client, address, seen = desk(here.clerk), f"{QUEUE}?tab=new&whose=free", []
    for _ in range(5):
        page = client.get(address).content.decode()
        found = re.findall(r'href="/work/intake/cases/([0-9a-f-]{36})/"', page)
        assert len(found) <= 3
        seen += found
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = QUEUE + html.unescape(following.group(1)).removeprefix(QUEUE)
        assert "tab=new" in address and "whose=free" in address
    assert len(seen) == 8 and set(seen) == cases


def test_an_empty_list_says_whether_there_is_nothing_or_nothing_like_that(here: Office) -> None:
    client = desk(here.clerk)
    assert "没有在办件" in client.get(QUEUE).content.decode()
    here.case()
    page = client.get(QUEUE, {"tab": "examining"}).content.decode()
    assert "没有符合条件的办件" in page and "看全部在办件" in page


def test_the_list_tells_the_keys_and_offers_only_what_the_reader_may_do(here: Office) -> None:
    here.accepted()
    offers = {
        who: set(re.findall(r'name="what" value="(\w+)"', desk(actor).get(QUEUE).content.decode()))
        for who, actor in (("clerk", here.clerk), ("approver", here.approver), ("auditor", staff("auditor", here.org)))
    }
    assert offers == {"clerk": {"claim", "preaccept", "accept"}, "approver": {"claim", "pass", "grant"}, "auditor": set()}
    page = desk(here.clerk).get(QUEUE).content.decode()
    assert "快捷键" in page and 'accesskey="n"' in page


def test_filters_do_not_add_statements(here: Office) -> None:
    case = here.accepted()
    client, counts = desk(here.clerk), []
    for asked in ({}, {"org": here.org.id, "step": "examine", "region": SHENZHEN, "due": "soon"}):
        client.get(QUEUE, asked)
        with CaptureQueriesContext(connection) as statements:
            client.get(QUEUE, asked)
        counts.append(len(statements))
    assert counts[1] <= counts[0] and Case.objects.get(id=case).step == "examine"
