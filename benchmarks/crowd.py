"""A million open cases of three thousand units, and three people who look at them; run inside the node's environment.

Prints JSON: the tokens and bodies that the clients need.
"""

import json
from pathlib import Path
from typing import Any

from django.db import connection

from demo.people import persons
from kapok.kernel.access.public import Actor, grant, system_actor
from kapok.kernel.accounts.public import Account, make_token, open_account
from kapok.kernel.common import clock
from kapok.kernel.orgs.public import load_agencies
from kapok.kernel.parties.public import register_person
from kapok.services.items.public import Item, import_items, item_in_force
from tests.journeys.answers import answers_for, situation_for

DATA = Path(__file__).parents[1] / "demo" / "data"
UNITS, APPLICANTS, GRANTS, ITEMS = 3000, 400, 5000, 40
CITY = "440100000000"

_UNITS = """
with places as (select code, row_number() over (order by code) n from regions_region where level in (3, 4))
insert into orgs_org (name, short_name, level, kind, region_id, nature, uscc, orgcode, phone, address, hours, reviews, sort_key, terms)
select '测量单位' || g, '单位' || g, 4, 'unit', p.code, '1', '', '', '', '', '', false, '', '{}'
  from generate_series(1, %s) g join places p on p.n = g %% (select count(*) from places) + 1 returning id
"""
_SCOPES = "insert into access_scope (org_id, region) select id, region_id from orgs_org where name like '测量单位%%' returning id"
_CASES = """
with s as (select id, org_id, region, row_number() over (order by id) - 1 n, count(*) over () total
  from access_scope where id = any(%(scopes)s)),
     i as (select id, row_number() over (order by id) - 1 n from items_item order by id limit %(items)s)
insert into intake_case (id, serial, item_id, version, handling, item_name, impl_code, kind, channel, applicant_id, applicant_name,
  org_id, region, scope, lane, state, open, step, outcome, sequence, holder_name, answered, extended, corrections, marked, hands,
  situation, clock, due_at, provisional, paused, applied_at)
select (lpad(to_hex((extract(epoch from %(now)s::timestamptz) * 1000)::bigint - g * 100::bigint), 12, '0') || '7'
    || lpad(to_hex(g %% 4096), 3, '0') || '8' || lpad(to_hex(g + %(shift)s), 15, '0'))::uuid,
  'B' || (g + %(shift)s), i.id, gen_random_uuid(), '', '示例事项', 'X', '2', '2', %(party)s, '**例', s.org_id, s.region, s.id,
  s.id::bigint << 32 | i.id, case g %% 3 when 0 then 'applied' when 1 then 'accepted' else 'examining' end, true, '', '', 1, '', false,
  false, 0, '[]', '[]', '{}', '{}', %(now)s::timestamptz + make_interval(mins => hashint4(g) %% 43200), false, false, %(now)s
from generate_series(1, %(rows)s) g join s on s.n = (hashint4(g * 7)::bigint + 2147483648) %% s.total
  join i on i.n = (hashint4(g * 13)::bigint + 2147483648) %% %(items)s
"""


def main(rows: int) -> None:
    """Fill the node and print what the clients need."""
    by = system_actor("测量")
    load_agencies(DATA / "agencies.toml", by=by)
    import_items(DATA / "items", by=by)
    citizens = [_citizen(person, by) for person in persons(APPLICANTS)]
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [UNITS + 1])
        cursor.execute(_SCOPES)
        scopes = [row[0] for row in cursor.fetchall()]
        _load(cursor, rows, scopes[:-1], 0)
        _load(cursor, 12, scopes[-1:], rows)
        cursor.execute("update access_epoch set value = value + 1")
        cursor.execute("analyze intake_case")
    out = {
        "citizens": citizens,
        "viewers": _viewers(scopes, by),
        "clerk": _clerk(by),
        "applications": applications(),
        "guide": Item.objects.order_by("id")[0].impl_code,
    }
    print(json.dumps(out, ensure_ascii=False))


def _load(cursor: Any, rows: int, scopes: list[int], shift: int) -> None:
    cursor.execute("select party_id from accounts_account where party_id is not null limit 1")
    party = cursor.fetchone()[0]
    cursor.execute(_CASES, {"scopes": scopes, "items": ITEMS, "rows": rows, "shift": shift, "now": clock.now(), "party": party})


def _citizen(person: Any, by: Actor) -> dict[str, Any]:
    """A citizen's token, and a complete application for each of the items (one POST each, so that no limit on repeats is met)."""
    party = register_person(person.name, person.number, person.phone, by=by)
    account = open_account(person.phone, person.name, Account.PERSON, party=party, by=by)
    return {"token": make_token(account, "bench", by=by), "name": person.name, "number": person.number, "phone": person.phone}


def _viewers(scopes: list[int], by: Actor) -> dict[str, str]:
    """One sees twelve rows, one a whole city, one what 5,000 grants of (unit, item) let through."""
    orgs = dict(zip(scopes, _orgs_of(scopes), strict=True))
    few, city, many = (_staff(name, orgs[scopes[-1]], by) for name in ("few", "city", "many"))
    grant(few, "clerk", org=orgs[scopes[-1]], reason="bench", by=by)
    grant(city, "admin", region=CITY, reason="bench", by=by)
    items = list(Item.objects.order_by("id").values_list("id", flat=True)[:ITEMS])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into access_grant (id, account_id, role, org_id, region, items, starts, reason)"
            " values (gen_random_uuid(), %s, 'clerk', %s, '', %s, '2026-01-01', 'bench')",
            [(many.id, orgs[scopes[n % 250]], [items[(n // 250) * 2], items[(n // 250) * 2 + 1]]) for n in range(GRANTS)],
        )
    return {name: make_token(account, "bench", by=by) for name, account in (("few", few), ("city", city), ("many", many))}


def _orgs_of(scopes: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select org_id from access_scope where id = any(%s) order by id", [scopes])
        return [row[0] for row in cursor.fetchall()]


def _staff(name: str, org: int, by: Actor) -> Account:
    return open_account(f"bench-{name}", f"测量{name}", Account.STAFF, org=org, by=by)


def _clerk(by: Actor) -> str:
    """One who may accept everywhere: the acts of the measure are acceptances."""
    account = _staff("clerk", Item.objects.order_by("id")[0].org_id, by)
    grant(account, "leader", region="440000000000", reason="bench", by=by)
    return make_token(account, "bench", by=by)


def applications() -> list[dict[str, Any]]:
    """A complete form, without files, for each of the items; the names are put in by the client."""
    bodies = []
    for row in Item.objects.order_by("id")[:ITEMS]:
        item = item_in_force(row.impl_code)
        if item is None:
            continue
        situation = situation_for(item)
        answers, materials = answers_for(item, situation, name="示例", number="440106199001010013", phone="16012345678")
        given = [{"key": m.key, "method": m.method, "originals": m.originals} for m in materials]
        bodies.append({"version": str(item.version_id), "answers": answers, "situation": situation, "materials": given})
    return bodies
