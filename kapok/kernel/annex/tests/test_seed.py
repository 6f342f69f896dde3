"""The annex as data: complete, and refused when it contradicts itself."""

import re
from pathlib import Path

import pytest

from kapok.kernel.annex.data import Level
from kapok.kernel.annex.errors import BadSeed
from kapok.kernel.annex.seed import FILE, annex, cities, duties, read

MATRICES = Path(__file__).parents[4] / "docs" / "systems"
ID = re.compile(r"`(\d\d\.[dpn][A-Z])`")


def test_the_annex_has_28_rows_21_cities_and_two_groups() -> None:
    seed = annex()
    assert len(seed.rows) == 28
    assert len(seed.cities) == 21
    pearl_river = {city.name for city in seed.cities if city.group == "珠三角"}
    assert pearl_river == {"广州", "深圳", "珠海", "佛山", "惠州", "东莞", "中山", "江门", "肇庆"}


@pytest.mark.feature("00.01", part="one node")
def test_every_duty_of_the_matrices_stands_in_the_annex_and_no_other() -> None:
    named: set[str] = set()
    for path in MATRICES.glob("[0-9][0-9]-*.md"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- `"):
                named.update(ID.findall(line)[:1])
            elif line.startswith("Province duties"):
                named.update(ID.findall(line))
    assert set(duties()) == named


def test_every_row_has_duties_of_the_cities_and_two_of_the_province() -> None:
    for row in annex().rows:
        assert row.duties_of(Level.CITY), row.title
        assert [duty.id[-2:] for duty in row.duties_of(Level.PROVINCE)] == ["pA", "pB"], row.title
    assert [duty.id for duty in duties().values() if duty.level is Level.NATIONAL] == ["18.nA"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('group = "粤东西北"\n\n[[cities]]', 'group = "粤北"\n\n[[cities]]'), "cities 440200000000"),
        (("number = 7\n", "number = 77\n"), "rows"),
        (('mode = "connects"', 'mode = "rents"'), "duty 01.dB"),
        (('modes = ["uses", "subnode"]', 'modes = ["uses"]'), "duty 21.dE"),
        (('dA = "分级管理和业务运营"', 'd1 = "分级管理和业务运营"'), "row 1"),
        (('dA = "分级管理和业务运营"', 'dA = " "'), "row 1"),
    ],
)
def test_an_annex_that_contradicts_itself_is_refused_with_the_place(change: tuple[str, str], place: str) -> None:
    with pytest.raises(BadSeed) as refused:
        read(FILE.read_text(encoding="utf-8").replace(*change, 1))
    assert refused.value.data["place"] == place


def test_cities_are_found_by_their_twelve_digit_code() -> None:
    assert cities()["440300000000"].name == "深圳"
