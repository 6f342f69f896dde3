"""What the annex's board is told of row 8, counted from real cases."""

from pathlib import Path

import pytest

from kapok.kernel.annex.public import measures
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.card import examined_by_city, examined_cases
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import Office, office

ONE_STEP = [{"key": "decide", "name": "决定", "role": "负责人"}]
SHENZHEN = "440300000000"


@pytest.fixture
def desks(db: None, tmp_path: Path) -> tuple[Office, Office]:
    small_province(tmp_path)
    return office("深圳市两环节局"), office("深圳市一环节局", elements={"steps": ONE_STEP})


@pytest.mark.feature("00.01", part="08.dB from real acts")
def test_the_share_of_decided_cases_with_a_named_examination_is_counted_by_city_with_every_case_as_evidence(
    desks: tuple[Office, Office],
) -> None:
    two, one = desks
    assert examined_by_city() == {}, "nothing to count is no zero"
    examined, straight, still_open = two.accepted(), one.accepted(), two.accepted()
    act(examined, "examine", "pass", {"opinion": "同意"}, by=two.approver)
    act(examined, "decide", "granted", {}, by=two.leader)
    act(straight, "decide", "granted", {}, by=one.leader)
    act(still_open, "examine", "pass", {"opinion": "同意"}, by=two.approver)
    withdrawn = two.accepted()
    act(withdrawn, "decide", "terminated", {"reason": "主体已注销"}, by=two.leader)
    reading = examined_by_city()[SHENZHEN]
    assert (reading.done, reading.of) == (1, 2)
    rows = examined_cases(SHENZHEN, "", 10)
    assert {(row.key, row.done) for row in rows} == {(str(examined), True), (str(straight), False)}
    assert [row.key for row in examined_cases(SHENZHEN, rows[0].key, 10)] == [rows[1].key]
    assert Case.objects.get(id=examined).serial in str(next(row for row in rows if row.done).label)


def test_only_what_can_be_shown_is_bound() -> None:
    bound = {measure.duty for duty in ("08.dA", "08.dB", "08.dC", "08.dD", "08.pA", "08.pB") for measure in measures(duty)}
    assert bound == {"08.dB"}
