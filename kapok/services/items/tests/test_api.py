"""The public read API gives what is stored, by day, number and digest, with the digest as ETag."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.services.items.models import Item, ItemVersion, State
from kapok.services.items.public import from_json, item_by_number, item_in_force, open_draft, publish, save_elements, to_json
from kapok.services.items.tests.factories import SYSTEM, law_of

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.04")]
API = "/api/items/v1"


@pytest.fixture
def two(item: Item) -> Item:
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    publish(version.id, clock.today(), by=SYSTEM)
    return item


def test_the_answer_for_a_day_equals_the_stored_version_of_that_day(two: Item, client: Client):
    for day in (date(2026, 3, 1), clock.today(), clock.today() + timedelta(400)):
        answer = client.get(f"{API}/items/{two.impl_code}?at={day}")
        law = item_in_force(two.impl_code, day)
        assert law is not None
        assert answer.json() == to_json(law)
        assert from_json(answer.json()) == law
    assert client.get(f"{API}/items/{two.impl_code}").json()["number"] == 2
    assert client.get(f"{API}/items/{two.impl_code}?at=2026-03-01").json()["number"] == 1


def test_number_and_digest(two: Item, client: Client):
    first = item_by_number(two.impl_code, 1)
    assert first is not None
    assert client.get(f"{API}/items/{two.impl_code}/versions/1").json() == to_json(first)
    assert client.get(f"{API}/versions/{first.digest}").json() == to_json(first)
    listed = client.get(f"{API}/items/{two.impl_code}/versions").json()["versions"]
    assert [(v["number"], v["state"]) for v in listed] == [(2, "published"), (1, "cancelled")]
    assert "published_by" not in listed[0]


def test_who_has_it_is_told_so(two: Item, client: Client):
    answer = client.get(f"{API}/items/{two.impl_code}")
    assert law_of(two).digest in answer["ETag"]
    again = client.get(f"{API}/items/{two.impl_code}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/items/nothing", 404, "kapok.not_here"),
        ("/items/{code}?at=2020-01-01", 404, "kapok.not_here"),
        ("/items/{code}?at=yesterday", 422, "kapok.invalid"),
        ("/items/{code}/versions/3", 404, "kapok.not_here"),
        ("/items/{code}/versions/99999999999", 404, "kapok.not_here"),
        ("/items/{code}/versions/first", 422, "kapok.invalid"),
        ("/items/nothing/versions", 404, "kapok.not_here"),
        ("/versions/" + "0" * 64, 404, "kapok.not_here"),
        ("/versions/abc", 404, "kapok.not_here"),
    ],
)
def test_what_is_not_there_is_said_with_a_stable_code(two: Item, client: Client, path: str, status: int, code: str):
    answer = client.get(API + path.format(code=two.impl_code))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_drafts_are_not_public(two: Item, client: Client):
    open_draft(two.impl_code, by=SYSTEM)
    assert client.get(f"{API}/items/{two.impl_code}/versions/3").status_code == 404
    assert [v["number"] for v in client.get(f"{API}/items/{two.impl_code}/versions").json()["versions"]] == [2, 1]


def test_search_answers_with_facets(two: Item, client: Client):
    found = client.get(f"{API}/search?q=场所&f=type:01&region=440300").json()
    assert [i["impl_code"] for i in found["items"]] == [two.impl_code]
    assert found["facets"]["type"] == [{"value": "01", "label": "行政许可", "count": 1}]
    assert client.get(f"{API}/search?q=场所&f=type:20").json()["items"] == []
    assert client.get(f"{API}/search?size=9999&region=xx&f=nonsense&where=up&after=%21").status_code == 200


def test_one_statement_reads_an_item_that_is_known(two: Item, client: Client):
    client.get(f"{API}/items/{two.impl_code}")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"{API}/items/{two.impl_code}")
    assert len(seen) == 1
    assert isinstance(two.id, int)


def test_nothing_of_the_staff_is_told(two: Item, client: Client):
    pages: list[Any] = [
        client.get(f"{API}/items/{two.impl_code}").content.decode(),
        client.get(f"{API}/items/{two.impl_code}/versions").content.decode(),
    ]
    assert all("测试" not in page for page in pages)
