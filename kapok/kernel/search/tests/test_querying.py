"""The recipe on a real table: what is found, in which order, by which index."""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction

from kapok.kernel.search.public import bigrams, pinyin_key, search

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.09", part="search index")]


class Thing(models.Model):
    """A searchable table for this test alone."""

    name = models.CharField(max_length=100)
    terms = ArrayField(models.TextField(), default=list)
    sort_key = models.CharField(max_length=120)

    personal = ()

    class Meta:
        app_label = "search"
        managed = False
        db_table = "search_test_thing"
        indexes = [GinIndex(fields=["terms"], name="search_test_terms")]


@pytest.fixture
def things() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("create table search_test_thing (id bigserial primary key, name text, terms text[], sort_key text)")
        cursor.execute("create index search_test_terms on search_test_thing using gin (terms)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("drop table search_test_thing")


def fill(*names: str, more: str = "") -> None:
    Thing.objects.bulk_create([Thing(name=name, terms=bigrams(f"{name} {more}"), sort_key=pinyin_key(name)) for name in names])


def found(query: str) -> list[str]:
    return [thing.name for thing in search(Thing.objects.all(), query, order="sort_key")]


def test_all_terms_must_be_held_and_titles_that_answer_best_come_first(things):
    fill("食品经营许可", "食品经营许可变更", "药品经营许可", "网络食品经营备案", "食品生产许可")
    fill("综合窗口", more="食品经营许可 相关")
    assert found("食品经营许可") == ["食品经营许可", "食品经营许可变更", "综合窗口"]
    assert found("经营 许可")[-1] == "综合窗口"
    assert found("食品經營") == ["食品经营许可", "食品经营许可变更", "网络食品经营备案", "综合窗口"]
    assert found("护照") == found("") == found("%_'\"") == []


def test_equal_ranks_follow_pinyin(things):
    fill("珠海市证明", "东莞市证明", "佛山市证明")
    assert found("证明") == ["东莞市证明", "佛山市证明", "珠海市证明"]


@pytest.mark.parametrize("query", ["'; drop table search_test_thing; --", "%", "\\", "{}", "$1", "食" * 5000, "\0食品"])
def test_no_query_breaks_out_or_fails(things, query):
    fill("食品经营许可")
    found(query)
    assert Thing.objects.count() == 1


def test_a_search_among_many_is_one_statement_by_the_index(things, django_assert_num_queries):
    fill(*(f"事项{n}号许可" for n in range(3000)), "稀有金属许可")
    with connection.cursor() as cursor:
        cursor.execute("analyze search_test_thing")
    with django_assert_num_queries(1):
        assert found("稀有金属") == ["稀有金属许可"]
    with transaction.atomic():
        connection.cursor().execute("set local enable_seqscan = off")  # so few rows are sooner read whole
        assert "search_test_terms" in search(Thing.objects.all(), "稀有金属").explain()
