"""From an account or a token to an actor; the compiled reach is cached until a grant, an org or the calendar of grants moves."""

from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.data import ANONYMOUS, Actor, Reach, lane
from kapok.kernel.access.models import Scope
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.crypto.public import sm3
from kapok.kernel.regions.public import Region, governed

_ACCOUNT = """
select a.id, a.name, a.kind, a.party_id, a.trust, a.org_id, a.serial, a.language, coalesce((select value from access_epoch), 0)
  from accounts_account a {join} where {where} and a.is_active
"""
_BY_TOKEN = _ACCOUNT.format(
    join="join accounts_api_token t on t.account_id = a.id",
    where="t.digest = %s::bytea and (t.ends_at is null or t.ends_at > %s::timestamptz)",
)
_BY_ID = _ACCOUNT.format(join="", where="a.id = %s::uuid")
_GRANTS = """
select role, org_id, region, items, starts, ends from access_grant
 where account_id = %s and revoked_at is null and (ends is null or ends > %s)
"""
_BELOW = """
with recursive below (root, id) as (
  select id, id from orgs_org where id = any(%s::int[]) union all select b.root, o.id from orgs_org o join below b on o.parent_id = b.id)
select b.root, array_agg(s.id) from below b join access_scope s on s.org_id = b.id group by b.root
"""  # an org's grant reaches the orgs below it; all of an account's grants in one statement

_cache: dict[UUID, tuple[tuple[int, int], datetime | None, dict[str, Reach]]] = {}


def actor_of_account(account: UUID | None, acts_for: UUID | None = None) -> Actor:
    """The actor behind a session; ANONYMOUS when there is none or it is closed."""
    return _actor(_BY_ID, [account], acts_for) if account else ANONYMOUS


def actor_of_token(token: str, acts_for: UUID | None = None) -> Actor:
    """The actor behind an API token; ANONYMOUS when unknown or over."""
    return _actor(_BY_TOKEN, [sm3(token.encode()), clock.wall()], acts_for)


def _actor(query: str, params: list[Any], acts_for: UUID | None) -> Actor:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        row = cursor.fetchone()
    if row is None:
        return ANONYMOUS
    account, name, kind, party, trust, org, serial, language, epoch = row
    label = name if kind == "staff" else "申请人"
    ref = ActorRef(kind, label, account=account, party=party, on_behalf_of=acts_for, org=org)
    roles = _reaches(account, (serial, epoch)) if kind == "staff" else {}
    return Actor(ref, account, name, kind, party, acts_for, trust, org, roles, language)


def _reaches(account: UUID, stamp: tuple[int, int]) -> dict[str, Reach]:
    known = _cache.get(account)
    now = clock.now()
    if known and known[0] == stamp and (known[1] is None or now < known[1]):
        return known[2]
    roles, until = _compile(account, now)
    if len(_cache) > 10_000:
        _cache.clear()
    _cache[account] = (stamp, until, roles)
    return roles


def _compile(account: UUID, now: datetime) -> tuple[dict[str, Reach], datetime | None]:
    """Reach by role, and the moment the next grant begins or ends."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [account, now])
        grants = cursor.fetchall()
    current = [row for row in grants if row[4] <= now]
    below = _below({row[1] for row in current if row[1]})
    within = {region: _within(region) for region in {row[2] for row in current if row[2]}}
    roles: dict[str, Reach] = {}
    for role, same in groupby(sorted(current, key=itemgetter(0)), key=itemgetter(0)):
        roles[role] = _merged(
            [_reach(below.get(org, frozenset()) if org else within[region], items, region) for _, org, region, items, *_ in same]
        )
    turns = [moment for row in grants for moment in row[4:6] if moment and moment > now]
    return roles, min(turns, default=None)


def _merged(reaches: list[Reach]) -> Reach:
    """One reach of many, in one pass: an account may have thousands of grants."""
    return Reach(
        any(reach.everywhere for reach in reaches),
        frozenset(chain.from_iterable(reach.scopes for reach in reaches)),
        frozenset(chain.from_iterable(reach.lanes for reach in reaches)),
    )


def _below(orgs: set[int]) -> dict[int, frozenset[int]]:
    if not orgs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [sorted(orgs)])
        return {root: frozenset(scopes) for root, scopes in cursor.fetchall()}


def _within(region: str) -> frozenset[int]:
    """Scopes of a jurisdiction: without what others run in the region, with what the region runs elsewhere (深汕, 横琴)."""
    codes = Region.objects.filter(governed(region)).values("code")
    return frozenset(Scope.objects.filter(region__in=codes).values_list("id", flat=True))


def _reach(scopes: frozenset[int], items: list[int] | None, region: str) -> Reach:
    if items is None:
        return Reach(everywhere=region.endswith("0000000000"), scopes=scopes)
    return Reach(lanes=frozenset(lane(scope, item) for scope in scopes for item in items))
