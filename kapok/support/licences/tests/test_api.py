"""Connected systems: types registered, licences pushed or made here, status, query; every refusal coded, none a 500."""

import json
from base64 import b64encode
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kapok.kernel.access.public import scope_of
from kapok.kernel.accounts.public import Account, make_token
from kapok.kernel.common import clock
from kapok.kernel.files.public import open_file
from kapok.kernel.orgs.tests.factories import make_org
from kapok.support.licences.actions import pushing
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.actions.types import review_type
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, TypeVersion
from kapok.support.licences.queries.licences import face_of, held_by
from kapok.support.licences.tests.factories import SYSTEM, Issuer, company, history, issuer, person, staff, type_text

pytestmark = pytest.mark.django_db
_keys = count(1)


class System:
    """A connected system with a token."""

    def __init__(self, region: str = "440300000000") -> None:
        self.actor = staff("operator", region=region, name="对接系统")
        self.token = make_token(Account.objects.get(id=self.actor.account), "对接", by=SYSTEM)

    def post(self, path: str, body: Any, key: str = "") -> Any:
        return Client().post(
            f"/api/licences/v1/{path}", json.dumps(body, default=str), content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or f"k{next(_keys)}"},
        )  # fmt: skip

    def get(self, path: str) -> Any:
        return Client().get(f"/api/licences/v1/{path}", headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def city(office: Issuer) -> System:
    return System()


def licence_said(office: Issuer, **changes: Any) -> dict[str, Any]:
    return {
        "type_code": office.type.code, "issuer": office.org.uscc, "issued_on": clock.today(), "valid_from": clock.today(),
        "holders": [{"name": "深圳对接商贸有限公司", "number": "91440300MA5FQ0000X", "number_type": "099"}],
        "fields": {"holder_name": "深圳对接商贸有限公司", "place": "对接路1号", "kind": "shop"}, "case_number": "4403002026", **changes,
    }  # fmt: skip


def codes(answer: Any) -> set[tuple[str, str]]:
    return {(fault["field"], fault["code"]) for fault in answer.json().get("faults", [])}


@pytest.mark.feature("15.13", part="制证 by the province for a connected system; a retry gets the first answer")
def test_a_pushed_licence_without_a_file_is_made_and_sealed_here(office: Issuer, city: System) -> None:
    said = licence_said(office)
    first = city.post("licences", said, key="once")
    assert first.status_code == 201, first.content
    again = city.post("licences", said, key="once")
    assert again.json() == first.json()
    assert Licence.objects.count() == 1
    assert first.json()["state"] == "pending"
    assert drain() == 1
    got = city.get(f"licences/{first.json()['licence']}").json()
    assert (got["state"], got["state_code"], got["usable"]) == ("valid", "01", True)
    assert [e["operation"] for e in got["directory"]] == ["issue", "seal"]
    assert city.post("licences", {**said, "number": "别的"}, key="once").status_code == 409


@pytest.mark.feature("15.13", part="own sealed OFD; wrong seal refused with the step; duplicate")
def test_an_own_file_is_verified_first(office: Issuer, city: System) -> None:
    made = office.issue(company())
    drain()
    row = Licence.objects.select_related("ofd").get(id=made.id)
    content = open_file(row.ofd)
    Licence.objects.filter(id=row.id).update(state="cancelled", identifier="old", digest=None)
    said = licence_said(office, number=row.number, identifier=row.identifier, ofd=b64encode(content).decode())
    broken = content.replace(b"PK\x03\x04", b"PK\x03\x05", 1)
    assert city.post("licences", {**said, "ofd": b64encode(broken).decode()}).status_code == 422
    other = city.post("licences", {**said, "number": "测9"})
    assert codes(other) == {("ofd", "licences.file_differs")}
    wrong = city.post("licences", {**said, "ofd": b64encode(tampered(content)).decode()})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "licences.seal_wrong")
    assert wrong.json()["number"] == 1
    assert "第 1 步" in wrong.json()["detail"]
    taken = city.post("licences", said)
    assert taken.status_code == 201, taken.content
    new = Licence.objects.get(id=taken.json()["licence"])
    assert (new.state, new.source) == ("valid", "connected")
    assert history(new.id) == [("push", "valid")]
    duplicate = city.post("licences", said)
    assert (duplicate.status_code, duplicate.json()["code"]) == (409, "licences.already_issued")


def test_a_file_is_looked_at_before_anything_is_locked_and_once(office: Issuer, city: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verifying twenty megabytes takes its time: no transaction stands open around it, and a retry does not cost it again."""
    made = office.issue(company())
    drain()
    row = Licence.objects.select_related("ofd").get(id=made.id)
    said = licence_said(office, number=row.number, identifier=row.identifier, ofd=b64encode(open_file(row.ofd)).decode())
    Licence.objects.filter(id=row.id).update(state="cancelled", identifier="old", digest=None)
    depth, real = [len(connection.savepoint_ids)], pushing.verify_file
    monkeypatch.setattr(pushing, "verify_file", lambda *a, **k: (depth.append(len(connection.savepoint_ids)), real(*a, **k))[1])
    first, again = (city.post("licences", said, key="dear") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    assert depth == [depth[0]] * 2


def test_one_identifier_pushed_under_two_numbers_is_a_conflict(office: Issuer, city: System) -> None:
    identifier = f"1.2.156.3005.2.{office.type.code}.{office.org.uscc}.209FA4E8.001.M"
    assert city.post("licences", licence_said(office, identifier=identifier)).status_code == 201
    refused = city.post("licences", licence_said(office, identifier=identifier))
    assert (refused.status_code, refused.json()["code"]) == (409, "licences.already_issued")
    assert Licence.objects.count() == 1


def tampered(content: bytes) -> bytes:
    """One character of the page changed, all else as it was."""
    from io import BytesIO
    from zipfile import ZipFile

    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename.endswith("Content.xml") and "Pages" in entry.filename:
                body = body.replace("示范路".encode(), "示范街".encode(), 1) if "示范路".encode() in body else body + b" "
            new.writestr(entry, body)
    return out.getvalue()


@pytest.mark.feature("15.13", part="errors coded per field")
def test_every_field_that_is_wrong_is_named(office: Issuer, city: System) -> None:
    said = licence_said(
        office,
        issuer="11440000MBK0100020",
        fields={"place": "路" * 61, "extra": "x"},
        identifier="1.2.3",
        valid_to="2001-01-01",
        holders=[
            {"name": "张", "number": "440300199001011234", "number_type": "111"},
            {"name": "李四测试", "number": "X1", "number_type": "777"},
        ],
    )
    answer = city.post("licences", said)
    assert answer.status_code == 422
    assert codes(answer) == {
        ("issuer", "licences.issuer_unknown"),
        ("fields.extra", "licences.value_unknown"),
        ("fields.holder_name", "licences.value_missing"),
        ("fields.place", "licences.value_too_long"),
        ("identifier", "licences.identifier"),
        ("valid_to", "licences.valid_to"),
        ("holders.0.name", "licences.holder_name"),
        ("holders.0.number", "licences.holder_number"),
        ("holders.1.number_type", "licences.holder_type"),
    }
    assert codes(city.post("licences", {**licence_said(office), "type_code": office.type.code[:18] + "ZZZ"})) == {
        ("type_code", "licences.type_unknown")
    }
    assert not Licence.objects.exists()


@pytest.mark.feature("15.04", part="a foreign identifier with a wrong check character is accepted with a warning")
def test_a_foreign_identifier_that_does_not_hold_is_kept_with_a_warning(office: Issuer, city: System) -> None:
    wrong = f"1.2.156.3005.2.{office.type.code}.{office.org.uscc}.209FA4E8.001.M"
    answer = city.post("licences", licence_said(office, identifier=wrong))
    assert answer.status_code == 201
    assert answer.json()["warning"] == "codes.licence.check_digit"
    assert Licence.objects.get().identifier == wrong


@pytest.mark.feature("15.01", part="issuing under an unpublished type by the API: 409")
def test_a_type_registered_by_a_city_waits_for_review(city: System) -> None:
    org = make_org("深圳市新类型局", level=3, region="440300000000")
    scope_of(org.id, org.region_id)
    text = type_text(org, suffix="777")
    answer = city.post("types", {"code": f"{org.uscc}777", "owner": org.uscc, "text": text})
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "review"
    said = {
        "type_code": f"{org.uscc}777", "issuer": org.uscc, "issued_on": clock.today(), "valid_from": clock.today(),
        "holders": [{"name": "深圳对接商贸有限公司", "number": "X", "number_type": "099"}], "fields": {},
    }  # fmt: skip
    refused = city.post("licences", said)
    assert (refused.status_code, refused.json()["code"]) == (409, "type_not_published")
    review_type(TypeVersion.objects.get(type__code=f"{org.uscc}777").id, True, by=SYSTEM)
    assert city.get(f"types/{org.uscc}777").json()["versions"][0]["state"] == "published"


@pytest.mark.feature("15.13", part="status changes and query within reach only")
def test_status_and_query(office: Issuer, city: System) -> None:
    holder = person("林查询")
    issued = office.issue(holder)
    drain()
    assert city.post(f"licences/{issued.id}/status", {"verb": "suspend", "reason": "调查"}).json()["state"] == "suspended"
    refused = city.post(f"licences/{issued.id}/status", {"verb": "reissue", "reason": "遗失"})
    assert (refused.status_code, refused.json()["code"]) == (409, "licences.not_allowed")
    assert city.post(f"licences/{issued.id}/status", {"verb": "fly", "reason": "x"}).status_code == 422
    index = Holder.objects.get(licence=issued.id)
    assert index.number_type == "111"
    from kapok.kernel.parties.public import identity_of

    found = city.post("query", {"holder_number": identity_of(holder).number}).json()["licences"]
    assert [line["licence"] for line in found] == [str(issued.id)]
    assert found[0]["holder"] == "**询"
    assert city.post("query", {}).status_code == 422
    issuer("广州市别处局", seal=False, region="440100000000")
    elsewhere = System("440100000000")
    assert elsewhere.post("query", {"number": issued.number}).json()["licences"] == []
    assert elsewhere.get(f"licences/{issued.id}").status_code == 404
    assert elsewhere.post(f"licences/{issued.id}/status", {"verb": "resume", "reason": "x"}).status_code == 404
    assert DirectoryEntry.objects.filter(licence=issued.id).count() == 3


def test_a_pushed_licence_is_found_by_whoever_has_its_number(office: Issuer, city: System) -> None:
    owner = company("深圳归属商贸有限公司")
    from kapok.kernel.parties.public import identity_of

    number = identity_of(owner).number
    said = licence_said(office, holders=[{"name": "深圳归属商贸有限公司", "number": number, "number_type": "001"}])
    assert city.post("licences", said).status_code == 201
    assert [each.name for each in held_by(owner.id)] == ["场所许可证"]
    assert face_of(held_by(owner.id)[0].id)["场所地址"] == "对接路1号"


BAD: list[Any] = [
    None,
    [],
    "x",
    7,
    {},
    {"type_code": None},
    {"holders": "x"},
    {"holders": [{}]},
    {"fields": {"place": {"a": 1}}},
    {"issued_on": "2026-02-30"},
    {"ofd": "%%%"},
    {"ofd": "UEsDBA=="},
    {"number": "\0"},
    {"fields": {"place": "a\0b"}},
    {"holders": []},
    {"identifier": "x" * 500},
    {"valid_from": "9999-12-31", "valid_to": "0001-01-01"},
    {"type_code": "'; drop table x;--"},
]


@pytest.mark.feature("15.13", part="bad input never yields 500")
@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_bad_input_is_refused_with_a_code(office: Issuer, city: System, bad: Any) -> None:
    body = {**licence_said(office), **bad} if isinstance(bad, dict) and bad else bad
    answer = city.post("licences", body)
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.json()["code"]
    for path in ("types", "query"):
        assert 400 <= city.post(path, bad).status_code < 500
    assert not Licence.objects.exists()


def test_who_is_not_connected_is_refused(office: Issuer) -> None:
    nobody = System.__new__(System)
    nobody.token = make_token(Account.objects.get(id=office.clerk.account), "窗口", by=SYSTEM)
    assert nobody.post("licences", licence_said(office)).status_code == 403
    assert Client().post("/api/licences/v1/query", "{}", content_type="application/json").status_code == 401
