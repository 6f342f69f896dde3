"""Old licences taken over: every fault named, each row once, the trust low until verified."""

import csv
import io
import os
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from kapok.kernel.access.public import Actor
from kapok.kernel.common.codes import citizen
from kapok.kernel.crypto.public import publish_crls
from kapok.kernel.files.public import open_file
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import approve_batch, fault_counts, faulty_rows, group_counts, upload_batch, work_off
from kapok.kernel.parties.public import identity_of
from kapok.support.licences.actions.importing import COLUMNS, STOCK
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, StatusEntry
from kapok.support.licences.queries.licences import face_of, held_by, licence
from kapok.support.licences.tests.factories import Issuer, issuer, person, staff

pytestmark = pytest.mark.django_db
FULL = os.environ.get("KAPOK_FULL") == "1"


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def keeper(office: Issuer) -> Actor:
    return staff("admin", office.org)


def row(office: Issuer, n: int, **changes: str) -> dict[str, str]:
    number = citizen.make("440300", date(1960, 1, 1) + timedelta(days=n // 4), 996 + n % 4)
    return {
        "ZZLXDM": office.type.code, "ZZBH": f"旧{n:06d}", "CZZT": "林旧证", "CZZTDM": number, "CZZTDMLXDM": "111",
        "ZZBFJGDM": office.org.uscc, "ZZBFRQ": "2019-05-06", "ZZYXQQSRQ": "2019-05-06", "ZZYXQJZRQ": "长期", "ZZZT": "01", "KXDJ": "C",
        "KZ": '{"KZ_DZ": "旧路1号"}', **changes,
    }  # fmt: skip


def table(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [column.name for column in COLUMNS])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def run(content: bytes, keeper: Actor, name: str = "stock.csv") -> Batch:
    batch = upload_batch(STOCK.key, name, content, by=keeper)
    work_off()
    approve_batch(batch.id, by=keeper)
    work_off()
    return Batch.objects.get(id=batch.id)


@pytest.mark.feature("15.15", part="rows of old licences with holders, history, catalogue and trust; found by the holder's number")
def test_old_licences_are_taken_over(office: Issuer, keeper: Actor) -> None:
    holder = person("林旧证")
    said = row(office, 1, CZZTDM=identity_of(holder).number)
    batch = run(
        table([said, row(office, 2, CZZT="林一、林二", CZZTDM="110101199003071233、110101199003071241", CZZTDMLXDM="999", ZZZT="04")]),
        keeper,
    )
    assert batch.state == "done", batch.state
    mine = held_by(holder.id)
    assert [(each.number, each.source, each.trust, each.state) for each in mine] == [("旧000001", "imported", "C", "valid")]
    assert face_of(mine[0].id)["场所地址"] == "旧路1号"
    other = Licence.objects.get(number="旧000002")
    assert (other.state, Holder.objects.filter(licence=other).count()) == ("cancelled", 2)
    assert StatusEntry.objects.get(licence=other).verb == "import"
    assert DirectoryEntry.objects.get(licence=other).operation == "import"
    assert not licence(mine[0].id).case


SEEDED: list[tuple[str, dict[str, str]]] = [
    ("licences.import_type", {"ZZLXDM": "11440000MBK0100020ZZZ"}),
    ("licences.import_issuer", {"ZZBFJGDM": "11440000MBK0100020"}),
    ("licences.import_holder", {"CZZTDM": "440300199001011234"}),
    ("licences.import_holders", {"CZZT": "林一、林二"}),
    ("licences.import_later", {"ZZBFRQ": "2090-01-01", "ZZYXQQSRQ": "2090-01-01"}),
    ("licences.import_ends", {"ZZYXQJZRQ": "2001-01-01"}),
    ("licences.import_date", {"ZZYXQJZRQ": "不详"}),
    ("licences.import_extend", {"KZ": "不是JSON"}),
]


@pytest.mark.feature("15.15", part="licences: 5 % seeded faults, the report equals the seed, a second run adds 0 (two-scale)")
def test_the_report_equals_the_seed_and_a_second_run_adds_nothing(office: Issuer, keeper: Actor) -> None:
    count = 100_000 if FULL else 1_000
    rows, seeded = [], {}
    for n in range(count):
        changes: dict[str, str] = {}
        if n % 20 == 7:
            code, changes = SEEDED[n // 20 % len(SEEDED)]
            seeded[code] = seeded.get(code, 0) + 1
        rows.append(row(office, n, **changes))
    content = table(rows)
    batch = run(content, keeper)
    assert dict(told(batch)) == seeded
    assert Licence.objects.count() == count - sum(seeded.values())
    assert len(list(faulty_rows(batch, STOCK))) == sum(seeded.values())
    again = upload_batch(STOCK.key, "stock.csv", content, by=keeper)
    work_off()
    again.refresh_from_db()
    assert again.sound == 0
    assert Licence.objects.count() == count - sum(seeded.values())
    assert group_counts(batch)


def told(batch: Batch) -> list[tuple[str, int]]:
    """Code and number of each fault."""
    return [(fault.code, fault.count) for fault in fault_counts(batch, STOCK)]


@pytest.mark.feature("15.15", part="a bundle of OFD files: read, its seal verified, trust B")
def test_a_bundle_of_sealed_files_is_read_and_verified(office: Issuer, keeper: Actor) -> None:
    publish_crls()  # as a node's set-up and job do: in a transaction no list is made
    issued = office.issue()
    drain()
    made = Licence.objects.select_related("ofd").get(id=issued.id)
    content = open_file(made.ofd)
    Licence.objects.filter(id=made.id).update(state="cancelled", identifier="before", digest=None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("a.ofd", content)
        bundle.writestr("b.ofd", b"not an ofd")
    batch = run(out.getvalue(), keeper, "stock.zip")
    taken = Licence.objects.get(identifier=made.identifier)
    assert (taken.number, taken.trust, taken.source) == (made.number, "B", "imported")
    assert taken.ofd_id is not None
    assert told(batch)


@pytest.mark.feature("15.15", part="an issuer of another region is not the importer's")
def test_an_administrator_takes_over_for_his_own_region_only(office: Issuer) -> None:
    stranger: Any = staff("admin", issuer("广州市别存局", seal=False, region="440100000000").org)
    batch = upload_batch(STOCK.key, "stock.csv", table([row(office, 1)]), by=stranger)
    work_off()
    batch.refresh_from_db()
    assert told(batch) == [("licences.import_issuer", 1)]
    assert not Licence.objects.exists()
