"""What the kills fall into: an agency with a seal, a licence type, and licences that all wait for their seal. And what came of them."""

import sys
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction

from demo.cast import DATA
from demo.trust import publish_types, seal_agencies
from kapok.kernel.access.public import scope_of, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import open_file
from kapok.kernel.orgs.public import load_agencies
from kapok.kernel.parties.public import register_company
from kapok.services.items.public import Item, import_items, item_in_force
from kapok.support.licences.models import Licence
from kapok.support.licences.public import file_of, issue_for_case, type_for
from kapok.support.seals.public import VALID, verify_file

BY = system_actor("测试")
FOOD = "food-operation.toml"


def issue(count: int) -> None:
    """Licences of one agency, each in a transaction of its own, as decisions leave them."""
    load_agencies(DATA / "agencies.toml", by=BY)
    with clock.frozen(clock.now() - timedelta(days=30)):
        import_items(DATA / "items" / FOOD, by=BY)
    found = [item for code in Item.objects.values_list("impl_code", flat=True) if (item := item_in_force(code)) is not None]
    publish_types()
    seal_agencies(found[:1])
    item = found[0]
    kind = type_for(item.base_code, item.impl_code)
    assert kind is not None
    company = register_company("肇庆市棉里食品有限公司", "91441202MX90000155", by=BY)
    answers = {field.source.removeprefix("answers."): "木棉示例" for field in kind.fields if field.source.startswith("answers.")}
    for number in range(count):
        with transaction.atomic():
            issue_for_case(
                kind, case=uuid7(), case_number=f"测试{number}", item_code=item.impl_code, item_name=item.name, holder=company.id,
                org=item.org_id, region=item.region, scope=scope_of(item.org_id, item.region), answers=answers | {"format": "sale"},
                valid_from=clock.today(), by=BY,
            )  # fmt: skip


def judge() -> Iterator[str]:
    """What is wrong: a licence without its seal, a file sealed twice, an entry too many or too few, a file that does not verify."""
    rows = list(Licence.objects.order_by("id").values_list("id", "state"))
    yield from (f"not sealed: {id}" for id, state in rows if state != Licence.VALID)
    with connection.cursor() as cursor:
        cursor.execute("select about, media, count(*) from seals_use group by 1, 2 having count(*) <> 1")
        yield from (f"sealed twice: {row}" for row in cursor.fetchall())
        cursor.execute("select count(*) from journal_entry where event = 'licences.sealed'")
        if (told := cursor.fetchone()[0]) != len(rows):
            yield f"{told} entries of {len(rows)} licences"
    for id, _ in rows:
        for kind in ("ofd", "pdf"):
            if (verdict := verify_file(open_file(file_of(id, kind))).verdict) != VALID:
                yield f"{kind} of {id}: {verdict}"


def main(what: str, count: str = "") -> None:
    """Issue so many, or judge and say what is wrong, a line each."""
    if what == "issue":
        issue(int(count))
    else:
        sys.stdout.write("\n".join(judge()))
