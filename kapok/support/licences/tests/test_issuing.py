"""Issuing: everything in the deciding transaction, nothing rendered there, and one live licence per type and number."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.models import Entry
from kapok.support.licences.actions import issuing
from kapok.support.licences.actions.types import stop_type
from kapok.support.licences.errors import AlreadyIssued, CannotIssue, TypeNotPublished
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, Signing, TypeVersion
from kapok.support.licences.queries.licences import face_of, held_by, licence, opened, status_at
from kapok.support.licences.queries.types import forget_published, type_for
from kapok.support.licences.tests.factories import ANSWERS, SYSTEM, Issuer, issuer, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Issuer:
    return issuer(seal=False)


@pytest.mark.feature("15.02", part="one transaction: number, data, holders, catalogue, history, journal; three statements")
def test_an_issue_is_three_statements_and_writes_everything(office: Issuer) -> None:
    holder = person("林测试")
    office.issue()
    with CaptureQueriesContext(connection) as asked:
        issued = office.issue(holder)
    statements = [q["sql"] for q in asked if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", q["sql"], re.I)]
    assert len(statements) == 3, statements
    row = Licence.objects.get(id=issued.id)
    assert row.state == Licence.PENDING
    assert row.ofd is None
    assert identifiers.check(row.identifier)
    assert row.number == issued.number
    assert re.fullmatch(r"测1440300\d{6}\d", row.number)
    assert [h.name_masked for h in Holder.objects.filter(licence=row)] == ["**试"]
    assert opened(row)["values"]["holder_name"] == "林测试"
    assert face_of(row.id)["场所地址"] == "示范路1号"
    assert face_of(row.id, minimal=True) == {"名称": "林测试"}
    entry = DirectoryEntry.objects.get(licence=row)
    assert entry.record["certificate_source_id"] == row.identifier
    assert "林测试" not in str(entry.record)
    assert Signing.objects.filter(licence=row).exists()
    assert Entry.objects.filter(about=row.id, event="licences.issued").count() == 1
    assert status_at(row.id, clock.now()) == "pending"
    assert [each.id for each in held_by(holder.id)] == [row.id]
    assert not licence(row.id).usable


@pytest.mark.feature("15.02", part="a crash leaves all rows or none")
@pytest.mark.parametrize("table", ["licences_holder", "licences_status", "licences_directory", "licences_signing", "journal_entry"])
def test_a_failure_at_any_step_leaves_nothing(office: Issuer, table: str) -> None:
    def break_at(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(sql.replace(f"insert into {table} (", f"insert into {table}_gone ("), params, many, context)

    before = counts()
    with pytest.raises(Exception, match="_gone"), transaction.atomic(), connection.execute_wrapper(break_at):
        office.issue()
    assert counts() == before


def counts() -> list[int]:
    with connection.cursor() as cursor:
        found = []
        for table in ("licence", "holder", "status", "directory", "signing"):
            cursor.execute(f"select count(*) from licences_{table}")
            found.append(cursor.fetchone()[0])
        cursor.execute("select coalesce(sum(value), 0) from numbers_counter where profile = 'licence'")
        return [*found, cursor.fetchone()[0]]


def test_numbers_have_no_gap(office: Issuer) -> None:
    numbers = [office.issue().number for _ in range(5)]
    with pytest.raises(CannotIssue), transaction.atomic():
        office.issue(answers={"kind": "hall"})
    numbers.append(office.issue().number)
    serials = [int(number[8:14]) for number in numbers]
    assert serials == list(range(serials[0], serials[0] + 6))


def test_what_is_missing_or_cannot_be_written_is_named(office: Issuer) -> None:
    with pytest.raises(CannotIssue) as missing, transaction.atomic():
        office.issue(answers={})
    assert [(f.field, f.code) for f in missing.value.faults] == [("place", "licences.value_missing")]
    with pytest.raises(CannotIssue) as long, transaction.atomic():
        office.issue(answers={"place": "路" * 61})
    assert [f.code for f in long.value.faults] == ["licences.value_too_long"]


@pytest.mark.feature("15.05", part="a missing glyph stops the issue and names the character")
def test_a_character_without_a_glyph_stops_the_issue_before_the_decision(office: Issuer) -> None:
    unwritable = "\U000f0000"  # private use: no font has it
    with pytest.raises(CannotIssue) as error, transaction.atomic():
        office.issue(answers={**ANSWERS, "place": f"示范路{unwritable}号"})
    assert [(f.field, f.code) for f in error.value.faults] == [("place", "licences.glyph_missing")]
    assert unwritable in str(error.value.faults[0].says)


@pytest.mark.parametrize("place", ["", "路" * 61, "示范路\U000f0000号"])
def test_nothing_is_counted_before_all_is_judged(office: Issuer, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """The counter's row stays locked until commit: no office waits while another's characters are looked up."""
    monkeypatch.setattr(issuing, "take", lambda *_: pytest.fail("the counter was locked first"))
    with pytest.raises(CannotIssue), transaction.atomic():
        office.issue(answers={**ANSWERS, "place": place})


@pytest.mark.feature("15.01", part="issuing under an unpublished type: 409 type_not_published")
def test_nothing_is_issued_under_a_type_that_is_not_published(office: Issuer) -> None:
    stop_type(office.type.id, "换新版", by=SYSTEM)
    with pytest.raises(TypeNotPublished) as error, transaction.atomic():
        office.issue()
    assert (error.value.code, error.value.status) == ("type_not_published", 409)
    forget_published()
    assert type_for("", office.item) is None


def test_a_stale_process_issues_under_the_new_version(office: Issuer) -> None:
    old = TypeVersion.objects.get(id=office.type.id)
    TypeVersion.objects.filter(id=old.id).update(state=TypeVersion.REPLACED)
    new = TypeVersion.objects.create(
        type=old.type, number=2, state=TypeVersion.PUBLISHED, spec=old.spec, layout=old.layout, edited_by_name="测试",
        edited_at=clock.now(), published_at=clock.now(),
    )  # fmt: skip
    issued = office.issue()
    assert Licence.objects.get(id=issued.id).type_version_id == new.id


@pytest.mark.feature("15.04", part="a partial unique index forbids two live licences of one type and number")
def test_two_live_licences_of_one_type_and_number_cannot_be(office: Issuer) -> None:
    first = Licence.objects.get(id=office.issue().id)
    twin = Licence.objects.get(id=office.issue().id)
    with pytest.raises(IntegrityError, match="licences_one_live"), transaction.atomic():
        Licence.objects.filter(id=twin.id).update(number=first.number)
    Licence.objects.filter(id=first.id).update(state=Licence.CANCELLED)
    Licence.objects.filter(id=twin.id).update(number=first.number)


def test_the_type_of_an_item_is_known_without_a_statement(office: Issuer) -> None:
    assert type_for("", office.item) is not None
    with CaptureQueriesContext(connection) as asked:
        found = type_for("000000000000", office.item)
    assert found is not None
    assert found.id == office.type.id
    assert not asked.captured_queries


def test_a_situation_that_extends_acts_on_the_live_licence(office: Issuer) -> None:
    holder = person()
    first = office.issue(holder)
    Licence.objects.filter(id=first.id).update(state=Licence.VALID)
    again = office.issue(holder, situation={"kind": "renew"})
    assert again.number == first.number
    new = Licence.objects.get(id=again.id)
    assert (new.version, new.previous_id, new.lineage) == (2, first.id, first.id)
    assert Licence.objects.get(id=first.id).state == Licence.CHANGED
    Licence.objects.filter(id=new.id).update(state=Licence.VALID)
    gone = office.issue(holder, situation={"kind": "cancel"})
    assert gone.id == new.id
    assert licence(new.id).state == Licence.CANCELLED


def test_a_case_in_another_situation_without_a_licence_gives_a_new_one(office: Issuer) -> None:
    issued = office.issue(situation={"kind": "renew"})
    assert Licence.objects.get(id=issued.id).version == 1


def test_a_second_issue_of_one_number_is_refused(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = office.issue()
    monkeypatch.setattr(issuing, "written", lambda *_, **__: first.number)
    with pytest.raises(AlreadyIssued), transaction.atomic():
        office.issue()


def test_unknown_holder_issues_nothing(office: Issuer) -> None:
    class Nobody:
        id: UUID = uuid7()

    with pytest.raises(TypeNotPublished), transaction.atomic():
        office.issue(Nobody())  # type: ignore[arg-type]  # a party that isn't there
