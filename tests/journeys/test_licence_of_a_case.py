"""From a decision to a licence anybody can verify, and from a held licence to a material nobody uploads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from demo.trust import HANDS, publish_types
from kapok.kernel.access.public import Actor, actor_of_account, scope_of
from kapok.kernel.accounts.public import Account, sign_up
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid
from kapok.kernel.files.public import open_file
from kapok.kernel.journal.public import history
from kapok.services.intake.models import Act, Case, Handed
from kapok.services.intake.public import Application, Given, act, apply, held_for
from kapok.services.items.public import CompiledItem, Item, item_in_force
from kapok.services.items.queries.measures import licensed
from kapok.support.licences.models import DirectoryEntry, Licence, Signing, StatusEntry, Use
from kapok.support.licences.public import (
    CannotIssue,
    copy_for_case,
    drain,
    file_of,
    issue_directly,
    licence,
    licence_of_case,
    type_for,
)
from kapok.support.seals.public import VALID, seed_seal, verify_file
from tests.journeys.answers import answers_for, situation_for
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_portal_without_script import PDF

NURSE = "000123021000"
FOOD = "000131022000"


def item_of(base: str) -> CompiledItem:
    for code in Item.objects.filter(base__base_code=base).order_by("id").values_list("impl_code", flat=True):
        found = item_in_force(code)
        if found is not None:
            return found
    pytest.fail(f"no item of {base} in the demonstration's catalogue")


@pytest.fixture
def item(people: SimpleNamespace) -> CompiledItem:
    """An item whose result is a licence, its types published, its agency with a seal in use."""
    with clock.frozen(clock.now() - timedelta(days=30)):
        publish_types()
        found = item_of(FOOD)
        seed_seal(found.org_id, by=HANDS)
    return found


def handed_in(item: CompiledItem, people: SimpleNamespace, *, materials: tuple[Given, ...] | None = None, by: Actor | None = None) -> UUID:
    """An application at the window, or by the citizen with the materials given."""
    situation = situation_for(item)
    answers, usual = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678", company="棉里食品店")
    owner = people.citizen.for_party
    channel = "2" if by is None else "1"
    form = Application(item.version_id, owner, answers, situation, usual if materials is None else materials, channel, again=True)
    return apply(form, by=by or people.citizen).case


def to_the_decision(item: CompiledItem, people: SimpleNamespace) -> tuple[UUID, Actor]:
    """A case that only the leader's decision is missing of."""
    clerk, leader = people.staff("clerk", item.org_id), people.staff("leader", item.org_id)
    case = handed_in(item, people, by=clerk)
    act(case, "accept", "accepted", {}, by=clerk)
    for number, step in enumerate(item.steps[:-1]):
        actor = leader if step.role == "leader" else people.staff("approver", item.org_id, f"审批{number}")
        act(case, "examine", "pass", {"opinion": "符合条件。"}, by=actor)
    return case, leader


def decide(case: UUID, leader: Actor) -> None:
    act(case, "decide", "granted", {"opinion": "准予。"}, by=leader)


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.02", part="licence in the deciding transaction, sealed by the follower")
@pytest.mark.smoke
def test_the_licence_exists_with_the_decision_and_is_sealed_after_it(people: SimpleNamespace, item: CompiledItem) -> None:
    case, leader = to_the_decision(item, people)
    decide(case, leader)
    issued = licence_of_case(case)
    assert issued is not None
    assert (issued.state, issued.usable, issued.case_number) == ("pending", False, Case.objects.get(id=case).number)
    assert [entry.event for entry in history(issued.id)] == ["licences.issued"]
    assert DirectoryEntry.objects.filter(licence=issued.id).count() == 1

    assert drain() == 1
    signed = licence(issued.id)
    assert signed.usable and signed.signed_at is not None
    for kind in ("ofd", "pdf"):
        report = verify_file(open_file(file_of(issued.id, kind)))
        assert report.verdict == VALID, [step.says for each in report.signatures for step in each.steps]
        assert report.business is not None and report.business.tone == "good"


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.02", part="all rows or none")
def test_a_crash_at_any_statement_of_the_decision_leaves_all_of_it_or_nothing(people: SimpleNamespace, item: CompiledItem) -> None:
    case, leader = to_the_decision(item, people)
    before = rows_of(case)
    for statement in range(1, 60):
        try:
            with breaking_at(statement):
                decide(case, leader)
        except Broken:
            assert rows_of(case) == before, f"statement {statement} left something behind"
        else:
            break
    else:
        pytest.fail("the decision never came through")
    assert statement > 4, "case, licence and their reading are several statements"
    after = rows_of(case)
    assert {name: after[name] - before[name] for name in after} == {"acts": 1, "licences": 1, "catalogue": 1, "waiting": 1, "history": 1}
    assert drain() == 1 and drain() == 0


def signed_in(actor: Actor) -> Client:
    """A browser in which one of the staff has signed in."""
    client = Client(HTTP_HOST="localhost")
    account = Account.objects.get(id=actor.account)
    assert client.post("/account/sign-in/", {"login": account.login, "password": PASSWORD}).status_code == 302
    return client


class Broken(Exception):
    """The process is gone."""


@contextmanager
def breaking_at(number: int) -> Iterator[None]:
    """The process dies before its n-th statement; commit and rollback are statements of their own and not counted."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Broken
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def rows_of(case: UUID) -> dict[str, int]:
    mine = Licence.objects.filter(case=case).values("id")
    return {
        "acts": Act.objects.filter(case_id=case).count(), "licences": mine.count(),
        "catalogue": DirectoryEntry.objects.filter(licence__in=mine).count(), "waiting": Signing.objects.filter(licence__in=mine).count(),
        "history": StatusEntry.objects.filter(licence__in=mine).count(),
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.05", part="a missing character stops the decision and is named")
def test_a_name_no_font_can_write_stops_the_decision(people: SimpleNamespace, item: CompiledItem, monkeypatch: pytest.MonkeyPatch) -> None:
    case, leader = to_the_decision(item, people)
    before = rows_of(case)
    from kapok.kernel.crypto.public import seal_json, unseal_json
    from kapok.services.intake.models import Dossier

    dossier = Dossier.objects.get(case_id=case)
    body = unseal_json(dossier.subject, bytes(dossier.sealed), about="intake.dossier")
    body["answers"]["company_name"] = "棉里\U000e0041食品店"
    Dossier.objects.filter(case_id=case).update(sealed=seal_json(dossier.subject, body, about="intake.dossier"))
    with pytest.raises(CannotIssue) as refused:
        decide(case, leader)
    assert any("\U000e0041" in fault.says for fault in refused.value.faults)
    assert rows_of(case) == before


@pytest.fixture
def held(people: SimpleNamespace, item: CompiledItem) -> UUID:
    """A 营业执照 the citizen holds."""
    kind = type_for("000731063000", "")
    assert kind is not None
    answers = {field.source.removeprefix("answers."): "棉里食品店" for field in kind.fields if field.source.startswith("answers.")}
    issued = issue_directly(
        kind, holder=people.citizen.for_party, org=item.org_id, region=item.region, scope=scope_of(item.org_id, item.region),
        answers=answers, valid_from=clock.today(), reason="补录", by=HANDS[0],
    )  # fmt: skip
    drain()
    return issued.id


def wanting(item: CompiledItem, licence: UUID) -> tuple[Given, ...]:
    """The usual materials, the licence instead of the paper 营业执照."""
    _, usual = answers_for(item, situation_for(item), name="陈小岚", number="440106199001010013", phone="16012345678")
    keys = {material.key for material in item.materials if material.name == "营业执照"}
    return tuple(Given(one.key, "licence", licence=licence) if one.key in keys else one for one in usual)


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.10", part="a held licence instead of an upload")
def test_a_held_licence_stands_for_a_material_and_its_use_is_logged(people: SimpleNamespace, item: CompiledItem, held: UUID) -> None:
    offered = held_for(people.citizen.for_party, item.materials)
    assert [each.id for licences in offered.values() for each in licences] == [held]
    case = handed_in(item, people, materials=wanting(item, held))
    row = Handed.objects.get(case_id=case, method="licence")
    assert row.licence == held and row.files == []
    serial = Case.objects.get(id=case).serial
    use = Use.objects.get(licence=held, case_number=serial)
    assert (use.item_code, use.mode, use.ground) == (item.impl_code, "holder", f"申办材料：{row.name}")

    clerk = people.staff("clerk", item.org_id)
    copy = copy_for_case(held, serial, by=clerk)
    assert copy.file is not None and copy_for_case(held, serial, by=clerk).id == copy.id
    report = verify_file(open_file(copy.file))
    assert report.verdict == VALID


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.10", part="somebody else's licence is refused at the door of intake")
def test_somebody_elses_licence_a_suspended_one_and_none_named_are_refused(
    people: SimpleNamespace, item: CompiledItem, held: UUID
) -> None:  # fmt: skip
    other = actor_of_account(sign_up("李阿木", "440106199003030034", "16012340000", "synthetic-2026", by=HANDS[0]).id)
    stranger = SimpleNamespace(citizen=other, staff=people.staff)
    with pytest.raises(Invalid) as refused:
        handed_in(item, stranger, materials=wanting(item, held))
    assert {fault.code for fault in refused.value.faults} == {"material.not_held"}
    with pytest.raises(Invalid) as refused:
        handed_in(item, people, materials=tuple(Given(g.key, "licence") if g.licence else g for g in wanting(item, held)))
    assert "material.licence" in {fault.code for fault in refused.value.faults}
    Licence.objects.filter(id=held).update(state="suspended")
    with pytest.raises(Invalid) as refused:
        handed_in(item, people, materials=wanting(item, held))
    assert {fault.code for fault in refused.value.faults} == {"material.not_held"}
    assert not Use.objects.filter(licence=held).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.10", part="the portal offers it, without script")
def test_the_portal_offers_the_held_licence_and_the_desk_opens_it(people: SimpleNamespace, item: CompiledItem, held: UUID) -> None:
    me = Client(HTTP_HOST="localhost")
    me.post("/account/sign-in/", {"login": "16012345678", "password": PASSWORD})
    step = me.get(f"/apply/{item.impl_code}/").headers["Location"]
    situation = situation_for(item)
    answers, usual = answers_for(item, situation, name="陈小岚", number="440106199001010013", phone="16012345678", company="棉里食品店")
    me.post(step, situation)
    me.post(step.replace("situation", "form"), answers)
    materials = step.replace("situation", "materials")
    page = me.get(materials).content.decode()
    key = next(m.key for m in item.materials if m.name == "营业执照")
    assert str(held) in page and "免提交" in page

    files = {f"material-{one.key}": SimpleUploadedFile("材料.pdf", PDF, "application/pdf") for one in usual if one.key != key}
    answer = me.post(materials, {f"licence-{key}": str(held), **files})
    assert answer.headers["Location"].endswith("/check/"), answer.content.decode()[:3000]
    receipt = me.post(step.replace("situation", "check"), {"again": "1"}).headers["Location"]
    case = Case.objects.get(id=receipt.split("/")[3])
    handed = Handed.objects.get(case=case, key=key)
    assert (handed.method, handed.licence) == ("licence", held)

    desk = signed_in(people.staff("clerk", item.org_id))
    shown = desk.get(f"/work/intake/cases/{case.id}/").content.decode()
    assert f"/work/intake/cases/{case.id}/held/{handed.id}/" in shown
    copy = desk.get(f"/work/intake/cases/{case.id}/held/{handed.id}/")
    assert copy.status_code == 200 and b"".join(copy.streaming_content if copy.streaming else [copy.content]).startswith(b"%PDF")
    assert Client(HTTP_HOST="localhost").get(f"/work/intake/cases/{case.id}/held/{handed.id}/").status_code in (302, 404)


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("15.06", part="制证 preview from case fields")
def test_the_desk_sees_the_licence_before_it_decides(people: SimpleNamespace, item: CompiledItem) -> None:
    case, leader = to_the_decision(item, people)
    desk = signed_in(leader)
    assert f"/work/intake/cases/{case}/licence/" in desk.get(f"/work/intake/cases/{case}/").content.decode()
    page = desk.get(f"/work/intake/cases/{case}/licence/")
    assert page.status_code == 200 and "棉里食品店" in page.content.decode()
    picture = desk.get(f"/work/intake/cases/{case}/licence/1.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<svg")
    assert desk.get(f"/work/intake/cases/{case}/licence/9.svg").status_code == 404
    assert not Licence.objects.filter(case=case).exists(), "looking issues nothing"
    assert signed_in(people.staff("clerk", item_of(NURSE).org_id)).get(f"/work/intake/cases/{case}/licence/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_items_that_end_in_a_licence_are_counted_by_whether_a_type_is_bound(people: SimpleNamespace, item: CompiledItem) -> None:
    rows = {row.key: row for row in licensed()}
    assert rows[item.impl_code].done and rows[item.impl_code].city.startswith("44")
    assert not rows[item_of("000123020000").impl_code].done, "医师执业证书 has no type yet"
