"""Which duty a city owes follows from its group and its mode."""

import pytest

from kapok.kernel.annex import rules
from kapok.kernel.annex.seed import cities, duties, row

SHENZHEN, ZHANJIANG = "440300000000", "440800000000"


@pytest.mark.feature("00.02", part="group and exemption")
@pytest.mark.parametrize(
    ("duty", "city", "mode", "code"),
    [
        ("25.dA", SHENZHEN, "uses", "annex.other_group"),
        ("25.dA", ZHANJIANG, "uses", ""),
        ("26.dA", ZHANJIANG, "accesses", "annex.other_group"),
        ("26.dA", SHENZHEN, "accesses", ""),
        ("27.dA", SHENZHEN, "uses", "annex.other_group"),
        ("28.dE", ZHANJIANG, "connects", "annex.other_group"),
        ("01.dA", SHENZHEN, "connects", ""),
        ("01.dB", SHENZHEN, "connects", ""),
        ("01.dB", SHENZHEN, "uses", "annex.other_mode"),
        ("01.dC", SHENZHEN, "connects", "annex.other_mode"),
        ("21.dE", SHENZHEN, "uses", "annex.other_mode"),
        ("21.dE", SHENZHEN, "subnode", ""),
        ("18.nA", SHENZHEN, "accesses", ""),
    ],
)
def test_a_city_owes_by_its_group_and_its_mode(duty: str, city: str, mode: str, code: str) -> None:
    known = duties()[duty]
    system = row(known.row)
    assert system is not None
    assert rules.owes(known, system, cities()[city], mode).code == code
