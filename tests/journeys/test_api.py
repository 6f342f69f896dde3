"""The API of intake: keys, problems, parallel retries."""

import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from kapok.kernel.access.public import system_actor
from kapok.kernel.accounts.public import make_token, sign_up
from kapok.services.intake.public import Act, Case
from kapok.services.items.public import CompiledItem, Item, item_in_force
from tests.journeys.answers import answers_for, situation_for


@pytest.fixture
def item(catalogue: None) -> CompiledItem:
    found = next(item_in_force(row.impl_code) for row in Item.objects.order_by("id"))
    assert found is not None
    return found


@pytest.fixture
def token(people: SimpleNamespace) -> str:
    return make_token(people.citizen_account, "测试", by=system_actor("测试"))


def body(item: CompiledItem, **changes: Any) -> str:
    situation = situation_for(item)
    answers, materials = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678")
    given = [{"key": m.key, "method": m.method, "originals": m.originals} for m in materials]
    return json.dumps({"version": str(item.version_id), "answers": answers, "situation": situation, "materials": given, **changes})


def post(token: str, address: str, text: str, key: str) -> Any:
    client = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY=key)
    return client.post(f"/api/intake/v1{address}", text, content_type="application/json")


@pytest.mark.django_db
@pytest.mark.feature("08.05", part="same key, same answer; other body 409")
def test_a_key_gives_the_first_answer_again_and_refuses_another_body(token: str, item: CompiledItem) -> None:
    first = post(token, "/applications", body(item), "key-1")
    assert first.status_code == 201, first.content
    again = post(token, "/applications", body(item), "key-1")
    assert (again.status_code, again.json()) == (201, first.json())
    other = post(token, "/applications", body(item, channel="3"), "key-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.conflict")
    assert other["Content-Type"] == "application/problem+json"
    assert Case.objects.count() == 1
    assert post(token, "/applications", body(item), "").json()["code"] == "idempotency.missing"


@pytest.mark.django_db
@pytest.mark.feature("08.15", part="every fault named, nothing stored")
def test_bad_answers_are_named_at_once_and_nothing_is_stored(token: str, item: CompiledItem) -> None:
    answer = post(token, "/applications", body(item, answers={}), "key-2")
    assert answer.status_code == 422
    assert len(answer.json()["faults"]) > 1
    assert not Case.objects.exists() and not Act.objects.exists()
    assert post("forged", "/applications", body(item), "key-3").status_code == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("08.05", part="parallel retries give one act")
def test_twenty_parallel_retries_give_one_case(item: CompiledItem) -> None:
    citizen = sign_up("李小河", "440106199001010013", "16012345679", "synthetic-2026", by=system_actor("测试"))
    token, text = make_token(citizen, "测试", by=system_actor("测试")), body(item)

    def once(_: int) -> Any:
        try:
            return post(token, "/applications", text, "key-4")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(once, range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["case"] for answer in answers}) == 1
    assert Case.objects.count() == 1
