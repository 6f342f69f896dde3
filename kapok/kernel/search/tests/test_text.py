"""Search text and pinyin order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.kernel.search.public import bigrams, fold, initials, pinyin_key, terms

pytestmark = pytest.mark.feature("09.09", part="search text")


def finds(query: str, text: str) -> bool:
    asked = terms(query)
    return bool(asked) and set(asked) <= set(bigrams(text))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("身份证", "居民身份证申领"),
        ("证", "居民身份证申领"),
        ("ＧＢ１１６４３", "按 gb11643 核对"),
        ("gb", "按 GB11643 核对"),
        ("高新技術企業", "高新技术企业认定"),
        ("高新技术", "高新技術企業認定"),
        ("申领 身份证", "居民身份证申领"),
        ("身份证-申领", "居民身份证申领"),
        ("11440000MB2D06811W4000117051000", "编码 11440000MB2D06811W4000117051000"),
        ("㈱", "(株)"),
        ("café", "CAFE"),
    ],
)
def test_a_query_finds_texts_that_people_take_as_holding_it(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"), [("护照", "居民身份证申领"), ("份身", "身份证"), ("gb116", "11643"), ("", "身份证"), ("！？ --", "身份证")]
)
def test_a_query_does_not_find_what_is_not_there(query, text):
    assert not finds(query, text)


@given(st.text(max_size=300))
def test_any_text_can_be_indexed_and_asked_and_finds_itself(text):
    assert set(terms(text[:40])) <= set(bigrams(text[:40]))
    assert len(terms(text)) <= 48
    assert fold(fold(text)) == fold(text)


def test_a_query_of_ten_thousand_characters_asks_for_few_terms():
    assert len(terms("政务服务办事指南" * 2000)) <= 48


def test_cities_sort_by_pinyin_not_by_code_point():
    cities = ["佛山市", "广州市", "东莞市", "珠海市", "揭阳市", "惠州市", "深圳市"]
    assert sorted(cities, key=pinyin_key) == ["东莞市", "佛山市", "广州市", "惠州市", "揭阳市", "深圳市", "珠海市"]


@pytest.mark.parametrize(
    ("name", "key", "letters"),
    [
        ("东莞", "dong1 guan3", "dg"), ("番禺", "pan1 yu2", "py"), ("大埔", "da4 bu4", "db"), ("黄埔", "huang2 pu3", "hp"),
        ("长安镇", "chang2 an1 zhen4", "caz"), ("斗門", "dou3 men2", "dm"),
        ("银行", "yin2 hang2", "yh"), ("A座2楼", "a zuo4 2 lou2", "az2l"),
    ],
)  # fmt: skip
def test_places_are_read_as_people_read_them(name, key, letters):
    assert (pinyin_key(name), initials(name)) == (key, letters)
