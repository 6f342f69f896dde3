"""What the check of an import could not see is refused when the rows are taken: the rest comes in, and the batch ends."""

from dataclasses import replace

import pytest

from kapok.kernel.access.public import Actor
from kapok.kernel.imports.kinds import import_kinds
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import approve_batch, fault_counts, upload_batch, work_off
from kapok.support.licences.actions.importing import STOCK
from kapok.support.licences.actions.types import stop_type
from kapok.support.licences.models import TypeVersion
from kapok.support.licences.tests.factories import SYSTEM, Issuer, issuer, staff
from kapok.support.licences.tests.test_stock import row, table

pytestmark = pytest.mark.django_db
SMALL = replace(STOCK, chunk=2)
IDENTIFIER = "1.2.156.3005.2.11100000000013338W053.11440300MB2C9296XQ.AB12.001.M"


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def keeper(office: Issuer, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setitem(import_kinds._entries, STOCK.key, SMALL)
    return staff("admin", office.org)


def checked(office: Issuer, keeper: Actor, *more: dict[str, str]) -> Batch:
    batch = upload_batch(STOCK.key, "stock.csv", table([*(row(office, n) for n in range(1, 4)), *more]), by=keeper)
    work_off()
    return batch


def ended(batch: Batch, keeper: Actor) -> tuple[str, int, int, list[str]]:
    approve_batch(batch.id, by=keeper)
    work_off()
    batch.refresh_from_db()
    return batch.state, batch.added, batch.faulty, [each.code for each in fault_counts(batch, SMALL)]


def test_one_number_twice_far_apart(office: Issuer, keeper: Actor) -> None:
    batch = checked(office, keeper, row(office, 9, ZZBH="旧000001"))
    assert ended(batch, keeper) == ("done", 3, 1, ["licences.import_taken"])


@pytest.mark.parametrize("far", [True, False])
def test_one_identifier_for_two_licences(office: Issuer, keeper: Actor, far: bool) -> None:
    twice = [row(office, 7, ZZBS=IDENTIFIER), row(office, 8, ZZBS=IDENTIFIER)]
    batch = checked(office, keeper, *([twice[0], row(office, 6), twice[1]] if far else [row(office, 6), *twice]))
    state, added, faulty, codes = ended(batch, keeper)
    assert (state, added, faulty, codes) == ("done", 5, 1, ["licences.import_identifier"])


def test_a_type_stopped_since_the_check(office: Issuer, keeper: Actor) -> None:
    batch = checked(office, keeper)
    stop_type(TypeVersion.objects.get(type__code=office.type.code).id, "不再使用", by=SYSTEM)
    assert ended(batch, keeper) == ("done", 0, 3, ["licences.import_type"])


def test_holders_that_are_no_words_and_numbers_too_long(office: Issuer, keeper: Actor) -> None:
    batch = checked(office, keeper, row(office, 8, CZZT="、", CZZTDM="、"), row(office, 9, CZZTDM="X" * 65, CZZTDMLXDM="999"))
    state, added, faulty, codes = ended(batch, keeper)
    assert (state, added, faulty, sorted(codes)) == ("done", 3, 2, ["licences.import_holder", "licences.import_holders"])
