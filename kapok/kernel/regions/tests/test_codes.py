"""Codes, kinds and short names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.regions.public import BadCode, kind_of, level_of, normalise, short, short_name


@pytest.mark.parametrize(
    ("text", "code", "level", "kind"),
    [
        ("44", "440000000000", 1, "province"),
        ("4401", "440100000000", 2, "city"),
        ("440103", "440103000000", 3, "district"),
        ("441322", "441322000000", 3, "county"),
        ("440281", "440281000000", 3, "county_city"),
        ("440103001", "440103001000", 4, "subdistrict"),
        ("441521103", "441521103000", 4, "town"),
        ("440402401", "440402401000", 4, "quasi_town"),
        ("440103001001", "440103001001", 5, "residents"),
        ("441521103201", "441521103201", 5, "villagers"),
        (" 441900003000 ", "441900003000", 4, "subdistrict"),
    ],
)
def test_a_code_of_any_length_is_read_as_the_standard_says(text, code, level, kind):
    assert normalise(text) == code
    assert level_of(code) == level
    assert kind_of(code) == kind


@pytest.mark.parametrize("text", ["", "4", "440", "44010", "4401030011", "44010300100112", "44010a", "４４０１"])
def test_what_is_no_code_is_refused_by_name(text):
    with pytest.raises(BadCode):
        normalise(text)


@given(st.sampled_from((2, 4, 6, 9, 12)).flatmap(lambda n: st.text("123456789", min_size=n, max_size=n)))
def test_the_short_writing_of_a_code_means_the_same_code(text):
    assert normalise(short(normalise(text))) == normalise(text)


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        ("广东省", "广东"), ("东莞市", "东莞"), ("城区", "城区"), ("荔湾区", "荔湾"), ("乳源瑶族自治县", "乳源"), ("东城街道", "东城"),
        ("翠洲社区居民委员会", "翠洲"), ("鹅埠村民委员会", "鹅埠"), ("连山壮族瑶族自治县", "连山"), ("岗贝社区", "岗贝"),
        ("沙面街道办事处", "沙面"),
    ],
)  # fmt: skip
def test_a_short_name_is_what_people_say(name, brief):
    assert short_name(name) == brief
