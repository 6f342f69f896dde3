"""The ground of the measure: agencies, items, citizens, and three people who look at a million cases. Prints JSON for the clients."""

import json
import sys
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks.crowd_rows import multiply
from demo.people import persons
from kapok.kernel.access.public import Actor, actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import Account, make_token, open_account
from kapok.kernel.common.errors import KapokError
from kapok.kernel.orgs.public import load_agencies
from kapok.kernel.parties.public import register_person
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.items.public import CompiledItem, Item, import_items, item_in_force
from tests.journeys.answers import answers_for, situation_for

DATA = Path(__file__).parents[1] / "demo" / "data"
UNITS, CITIZENS, REAL, GRANTS, ITEMS = 3000, 400, 2000, 5000, 20
CITY, PROVINCE = "440100000000", "440000000000"

_UNITS = """
with places as (select code, row_number() over (order by code) - 1 as n, count(*) over () as total
  from regions_region where level in (3, 4) and ends is null)
insert into orgs_org (name, short_name, level, kind, region_id, nature, uscc, orgcode, phone, address, hours, reviews, sort_key, terms)
select '测量单位' || g, '单位' || g, 4, 'unit', p.code, '1', '', '', '', '', '', false, '', '{}'
  from generate_series(1, %s) g join places p on p.n = (hashint4(g)::bigint + 2147483648) %% p.total returning id
"""
_SCOPES = "insert into access_scope (org_id, region) select id, region_id from orgs_org where id = any(%s) returning id, org_id"
_GRANTS = """
insert into access_grant (id, account_id, role, org_id, region, items, starts, reason)
select gen_random_uuid(), %s, 'clerk', o, '', array[i], '2026-01-01', '测量' from unnest(%s::int[], %s::int[]) g (o, i)
"""


def main(rows: int) -> None:
    """Fill the node and print what the clients need."""
    by = system_actor("测量")
    say("agencies and items")
    load_agencies(DATA / "agencies.toml", by=by)
    import_items(DATA / "items", by=by)
    items = in_force()
    say(f"{CITIZENS} citizens and the accounts of staff")
    citizens = [_citizen(person, by) for person in persons(CITIZENS)]
    clerk = _staff("clerk", items[0].org_id, by)
    grant(clerk, "leader", region=PROVINCE, reason="测量", by=by)
    say("units and their scopes")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNITS, [UNITS + 1])
        orgs = sorted(row[0] for row in cursor.fetchall())
        cursor.execute(_SCOPES, [orgs])
        scopes = {org: scope for scope, org in cursor.fetchall()}
    real(items, citizens, clerk, min(REAL, rows))
    multiply(rows, [scopes[org] for org in orgs], [item.item_id for item in items[:ITEMS]], say)
    out = {
        "citizens": [token for _, token in citizens],
        "clerk": make_token(clerk, "bench", by=by),
        "viewers": _viewers(orgs, [item.item_id for item in items[:ITEMS]], by),
        "applications": [_body(item) for item in items],
        "guides": [item.impl_code for item in items],
    }
    print(json.dumps(out, ensure_ascii=False))


def say(what: str) -> None:
    print(f"  {what} …", file=sys.stderr, flush=True)


def in_force() -> list[CompiledItem]:
    """The items that can be applied for by a person with the answers of the journeys' tests."""
    known = [item_in_force(code) for code in Item.objects.order_by("id").values_list("impl_code", flat=True)]
    return [item for item in known if item is not None]


def real(items: list[CompiledItem], citizens: list[tuple[Account, str]], clerk: Account, count: int) -> None:
    """Cases made by the verbs themselves, two of three accepted; the rest are copies of these. Items that refuse the answers go."""
    say(f"{count} cases by the verbs themselves")
    leader = actor_of_account(clerk.id)
    for item in list(items):
        try:
            apply(_application(item, citizens[-1][0]), by=actor_of_account(citizens[-1][0].id))
        except KapokError as error:
            say(f"left out: {item.name}: {error.message()}")
            items.remove(item)
    for number in range(count):
        account = citizens[number % len(citizens)][0]
        applied = apply(_application(items[number % len(items)], account), by=actor_of_account(account.id))
        if number % 3:
            act(applied.case, "accept", "accepted", {}, by=leader)


def _application(item: CompiledItem, account: Account) -> Application:
    body = _body(item)
    given = tuple(Given(m["key"], m["method"], (), m["originals"], 0) for m in body["materials"])
    assert account.party_id is not None  # every citizen was registered with the account
    return Application(item.version_id, account.party_id, body["answers"], body["situation"], given, again=True)


def _body(item: CompiledItem) -> dict[str, Any]:
    """A complete form without files, as it is posted."""
    situation = situation_for(item)
    answers, materials = answers_for(item, situation, name="示例", number="440106199001010013", phone="16012345678")
    given = [{"key": m.key, "method": m.method, "originals": m.originals} for m in materials]
    return {"version": str(item.version_id), "answers": answers, "situation": situation, "materials": given, "again": True}


def _citizen(person: Any, by: Actor) -> tuple[Account, str]:
    party = register_person(person.name, person.number, person.phone, by=by)
    account = open_account(person.phone, person.name, Account.PERSON, party=party, by=by)
    return account, make_token(account, "bench", by=by)


def _viewers(orgs: list[int], items: list[int], by: Actor) -> dict[str, str]:
    """One sees twelve rows, one a whole city, one what 5,000 grants of (unit, item) let through."""
    few, city, many = (_staff(name, orgs[-1], by) for name in ("few", "city", "many"))
    grant(few, "clerk", org=orgs[-1], reason="测量", by=by)
    grant(city, "admin", region=CITY, reason="测量", by=by)
    pairs = [(org, item) for org in orgs[:-1] for item in items]
    step = max(1, len(pairs) // GRANTS)
    chosen = [pairs[(n * step + n % step) % len(pairs)] for n in range(GRANTS)]
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [many.id, [org for org, _ in chosen], [item for _, item in chosen]])
    return {name: make_token(account, "bench", by=by) for name, account in (("few", few), ("city", city), ("many", many))}


def _staff(name: str, org: int, by: Actor) -> Account:
    return open_account(f"bench-{name}", f"测量{name}", Account.STAFF, org=org, by=by)
