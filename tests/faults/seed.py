"""Lays the ground of the fault test on a fresh node, and prints what the clients need as JSON.

Runs in a process of its own, in the node's environment.
"""

import json
import sys
from dataclasses import replace
from datetime import date
from typing import Any

from kapok.kernel.access.public import grant, scope_of, system_actor
from kapok.kernel.accounts.public import Account, make_token, open_account
from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen
from kapok.kernel.common.ids import uuid7
from kapok.kernel.orgs.data import OrgFields
from kapok.kernel.orgs.public import create_org
from kapok.kernel.parties.public import register_person
from kapok.services.intake.tests.law import PAYLOADS, item
from kapok.services.items.data import CompiledItem, Limit, Step
from kapok.services.items.models import BaseItem, Item, ItemVersion, Validity
from kapok.services.items.rules.compiling import to_json

REGION = "440100000000"
CREDIT_CODE = "11440100007482575H"
BY = system_actor("faults")
LIMITS = ((20, 10), (45, 20), (5, 3))


def main() -> None:
    org = create_org(OrgFields(name="示例局", kind="agency", level=3, region=REGION, uscc=CREDIT_CODE), by=BY).id
    versions = [publish(org, number, *limits) for number, limits in enumerate(LIMITS, 1)]
    leader = staff_token("leader", ("leader",), org)
    approved = {"approver": str(Account.objects.get(login="leader").id)}
    seed = {
        "citizens": [citizen_token(number) for number in range(8)],
        "clerk": staff_token("clerk", ("clerk",), org),
        "approvers": [staff_token(f"approver{n}", ("approver",), org) for n in (1, 2)],
        "leader": leader,
        "applications": [
            {"version": str(v), "answers": {"name": "陈示例", "kind": "a"}, "situation": {}, "materials": []} for v in versions
        ],
        "limits": {str(version): limits for version, limits in zip(versions, LIMITS, strict=True)},
        "payloads": {f"{act}.{outcome}": given | (approved if "approver" in given else {}) for (act, outcome), given in PAYLOADS.items()},
    }
    json.dump(seed, sys.stdout, ensure_ascii=False)


def publish(org: int, number: int, statutory: int, promised: int) -> Any:
    """A small item in force, straight into the tables: publishing has its own tests."""
    base_code = f"4401180090{number:02d}"
    base = BaseItem.objects.create(base_code=base_code, name=f"示例许可{number}", type_code="01", levels=["3"], made_at=clock.now())
    row = Item.objects.create(
        base=base, org_id=org, region_id=REGION, level="3", impl_code=f"{CREDIT_CODE}3{base_code}", name=base.name,
        scope=scope_of(org, REGION), made_at=clock.now(),
    )  # fmt: skip
    law: CompiledItem = replace(
        item(),
        version_id=uuid7(), item_id=row.id, org_id=org, base_code=base_code, impl_code=row.impl_code, name=row.name,
        statutory=Limit(statutory), promised=Limit(promised), materials=(), steps=(Step("review", "审查"), Step("approve", "决定")),
    )  # fmt: skip
    version = ItemVersion.objects.create(
        id=law.version_id, item=row, number=1, state="published", compiled=to_json(law), digest=law.digest,
        effective_on=date(2026, 1, 1), made_at=clock.now(), edited_at=clock.now(),
    )  # fmt: skip
    Validity.objects.create(version=version, item=row, period=(date(2026, 1, 1), None))
    return version.id


def citizen_token(number: int) -> str:
    person = register_person("陈示例", citizen.make("440106", date(1990, 1, 1 + number), 996), f"1600000{number:04d}", by=BY)
    return make_token(open_account(f"citizen{number}", "陈示例", Account.PERSON, party=person, by=BY), "faults", by=BY)


def staff_token(name: str, roles: tuple[str, ...], org: int) -> str:
    account = open_account(name, name, Account.STAFF, org=org, by=BY)
    for role in roles:
        grant(account, role, org=org, reason="faults", by=BY)
    return make_token(account, "faults", by=BY)
