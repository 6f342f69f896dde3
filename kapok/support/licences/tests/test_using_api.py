"""The API of using licences: a case for each way and result, coded refusals, the same answer for the same key."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from django.test import Client

from kapok.kernel.access.public import grant
from kapok.kernel.accounts.public import Account, make_token
from kapok.kernel.common import clock
from kapok.kernel.ofd.public import read_ofd
from kapok.support.licences.actions.using_codes import Allowed, consent, give_code, register_system
from kapok.support.licences.models import Licence, Use
from kapok.support.licences.rules.using import terms
from kapok.support.licences.tests.factories import SYSTEM, Issuer, account, issuer
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, held, holder

pytestmark = pytest.mark.django_db
ITEM, OTHER = "000199990001", "000199990002"
_keys = count(1)


class System:
    """A connected system with its token."""

    def __init__(self, office: Issuer, *items: str) -> None:
        self.account: Account = account("某市审批系统", office.org)
        grant(self.account, "clerk", org=office.org.id, reason="测试", by=SYSTEM)
        for item in items:
            register_system(self.account.id, item, reason="接入登记", by=SYSTEM)
        self.headers = {"Authorization": f"Bearer {make_token(self.account, '测试', by=SYSTEM)}"}
        self.client = Client()

    def use(self, key: str = "", **said: Any) -> tuple[int, dict[str, Any]]:
        headers = self.headers | {"Idempotency-Key": key or f"use-{next(_keys)}"}
        answer = self.client.post("/api/licences/v1/uses", orjson.dumps(said), content_type="application/json", headers=headers)
        return answer.status_code, orjson.loads(answer.content)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/licences/v1{path}", headers=self.headers)


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def user() -> Issuer:
    return issuer("深圳市用证测试局", seal=False, title="备案证")


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def mine(office: Issuer, me: Holder) -> Licence:
    return held(office, me.party)


@pytest.fixture
def desk(user: Issuer, office: Issuer) -> Iterator[Desk]:
    with desk_of() as made:
        made.serve(user, ITEM, needs=(office.type.code,))
        made.serve(user, OTHER)
        yield made


@pytest.mark.feature("15.10", part="API: a case for each way and each result")
def test_each_way_and_each_result_by_api(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    system = System(user, ITEM)
    bound = {"item_code": ITEM, "case_number": desk.open(user, me.party).number}
    status, face = system.use(mode="duty", licence=str(mine.id), fields=["place"], **bound)
    assert (status, face["face"]) == (201, {"place": "示范路1号"})
    status, by_code = system.use(mode="holder", code=give_code(mine.id, by=me.actor).code, **bound)
    assert (status, by_code["face"]) == (201, {"holder_name": "林小满"})
    consent(mine.id, Allowed(user.org.id, ITEM, "办理备案", clock.now() + timedelta(days=2), most=1), by=me.actor)
    status, allowed = system.use(mode="consent", identifier=mine.identifier, result="file", **bound)
    assert status == 201 and "face" not in allowed
    file = system.get(f"/uses/{allowed['use']}/file")
    assert file.status_code == 200 and read_ofd(file.content).custom_data["BJBH"] == bound["case_number"]
    assert system.get(f"/uses/{allowed['use']}/file?media=pdf").content.startswith(b"%PDF")
    status, view = system.use(mode="duty", licence=str(mine.id), result="view", **bound)
    assert status == 201 and view["minutes"] == terms()["token"]["minutes"]
    page = Client()
    assert "林小满" not in page.get(view["address"]).content.decode(), "opening the address spends nothing"
    assert "林小满" in page.post(view["address"]).content.decode()
    assert page.post(view["address"]).status_code == 409 and page.get(view["address"]).status_code == 200
    assert [use.mode for use in Use.objects.order_by("id")] == ["duty", "holder", "consent", "duty"]


@pytest.mark.feature("15.10", part="API: coded refusals")
def test_refusals_are_coded(user: Issuer, office: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    system, stranger = System(user, ITEM), System(office)
    number, licence = desk.open(user, me.party).number, str(mine.id)
    wishes: list[tuple[dict[str, Any], int, str]] = [
        ({"mode": "duty", "licence": licence, "item_code": OTHER, "case_number": number}, 403, "licences.use_not_registered"),
        ({"mode": "consent", "licence": licence, "item_code": ITEM, "case_number": number}, 403, "licences.no_ground"),
        ({"mode": "holder", "code": "ABCDEFGH", "item_code": ITEM, "case_number": number}, 404, "licences.code_unknown"),
        ({"mode": "duty", "licence": licence, "item_code": "", "case_number": number}, 422, "licences.use_unbound"),
        ({"mode": "duty", "licence": licence, "item_code": ITEM, "case_number": ""}, 422, "licences.use_unbound"),
        ({"mode": "all", "licence": licence, "item_code": ITEM, "case_number": number}, 422, "licences.use_unknown"),
        ({"mode": "duty", "licence": licence, "item_code": ITEM, "case_number": number, "fields": ["x"]}, 422, "licences.field_unknown"),
        ({"mode": "duty", "identifier": "1.2.3", "item_code": ITEM, "case_number": number}, 404, "kapok.not_here"),
        ({"mode": "duty", "item_code": ITEM, "case_number": number}, 404, "kapok.not_here"),
        ({"mode": "duty", "licence": "not an id", "item_code": ITEM, "case_number": number}, 422, "kapok.invalid"),
    ]
    for wish, status, code in wishes:
        got, answer = system.use(**wish)
        assert (got, answer["code"]) == (status, code), wish
    status, answer = stranger.use(mode="duty", licence=licence, item_code=ITEM, case_number="没有这个办件")
    assert (status, answer["code"]) == (403, "licences.use_not_registered")
    whole = orjson.dumps({"mode": "duty", "licence": licence, "item_code": ITEM, "case_number": number})
    assert Client().post("/api/licences/v1/uses", whole, content_type="application/json").status_code == 401
    assert not Use.objects.exists()


def test_the_same_key_is_one_use(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    system = System(user, ITEM)
    wish = {"mode": "duty", "licence": str(mine.id), "item_code": ITEM, "case_number": desk.open(user, me.party).number}
    first, again = system.use("one-key", **wish), system.use("one-key", **wish)
    assert first == again and Use.objects.count() == 1
    assert system.use("one-key", **wish | {"result": "view"})[0] == 409
    code = give_code(mine.id, by=me.actor).code
    by_code = {"mode": "holder", "code": code, "item_code": ITEM, "case_number": wish["case_number"]}
    assert system.use("code-key", **by_code) == system.use("code-key", **by_code), "a retry gets its answer although the code is spent"


def test_a_file_is_fetched_by_who_used_the_licence_alone(user: Issuer, me: Holder, mine: Licence, desk: Desk) -> None:
    system, other = System(user, ITEM), System(user, ITEM)
    wish = {"mode": "duty", "licence": str(mine.id), "item_code": ITEM, "case_number": desk.open(user, me.party).number}
    _status, used = system.use(result="file", **wish)
    assert other.get(f"/uses/{used['use']}/file").status_code == 404
    _status, seen = system.use(result="face", **wish)
    assert system.get(f"/uses/{seen['use']}/file").status_code == 404, "fields are no file"
    assert system.get(f"/uses/{used['use']}/file?media=exe").status_code == 404
