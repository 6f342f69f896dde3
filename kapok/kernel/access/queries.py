"""From an account or a token to an actor; the compiled reach is cached until a grant, an org, a region or a jurisdiction moves."""

from dataclasses import fields
from datetime import datetime, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.data import ANONYMOUS, Actor, Reach, lane
from kapok.kernel.access.deeds import roles_for
from kapok.kernel.access.models import Grant, Scope
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.remembered import Remembered
from kapok.kernel.crypto.public import sm3
from kapok.kernel.nodes.public import this_node
from kapok.kernel.regions.public import Region, find_region, governed, normalise

_ACCOUNT = """
select a.id, a.name, a.kind, a.party_id, a.trust, a.org_id, a.serial, a.language,
       coalesce((select value from access_epoch), 0), (select generation from regions_treestate)
  from accounts_account a {join} where {where} and a.is_active
"""
_BY_TOKEN = _ACCOUNT.format(
    join="join accounts_api_token t on t.account_id = a.id",
    where="t.digest = %s::bytea and (t.ends_at is null or t.ends_at > %s::timestamptz)",
)
_BY_ID = _ACCOUNT.format(join="", where="a.id = %s::uuid")
_GRANTS = """
select role, org_id, region, items, scopes, starts, ends from access_grant
 where account_id = %s and revoked_at is null and (ends is null or ends > %s)
"""
_BELOW = """
with recursive below (root, id) as (
  select id, id from orgs_org where id = any(%s::int[]) union all select b.root, o.id from orgs_org o join below b on o.parent_id = b.id)
select b.root, array_agg(s.id) from below b join access_scope s on s.org_id = b.id group by b.root
"""  # an org's grant reaches the orgs below it; all of an account's grants in one statement

Stamp = tuple[int, int, UUID | None]
_cache: Remembered[UUID, tuple[Stamp, datetime | None, dict[str, Reach]]] = Remembered()


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
    account, name, kind, party, trust, org, serial, language, *moved = row
    label = name if kind == "staff" else "申请人"
    ref = ActorRef(kind, label, account=account, party=party, on_behalf_of=acts_for, org=org)
    roles = _reaches(account, (serial, *moved)) if kind == "staff" else {}
    return Actor(ref, account, name, kind, party, acts_for, trust, org, roles, language)


def as_it_stands(actor: Actor) -> Actor:
    """The same actor with its reach compiled now, uncommitted scopes and all; remembered nowhere. A request's actor comes wrapped."""
    if actor.account is None or actor.kind != "staff":
        return actor
    same = {each.name: getattr(actor, each.name) for each in fields(Actor)}
    return Actor(**(same | {"roles": _compile(actor.account, clock.now())[0]}))


def _reaches(account: UUID, stamp: Stamp) -> dict[str, Reach]:
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
    """Reach by role, and the moment it may change by itself: a grant begins or ends, a jurisdiction begins its day."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [account, now])
        grants = cursor.fetchall()
    current = [row for row in grants if row[5] <= now]
    below = _below({row[1] for row in current if row[1]})
    within = {region: _within(region) for region in {row[2] for row in current if row[2] and row[4] is None}}
    roles: dict[str, Reach] = {}
    for role, same in groupby(sorted(current, key=itemgetter(0)), key=itemgetter(0)):
        roles[role] = _merged(
            [_pinned(pinned, items) if pinned is not None else _reach(below.get(org, frozenset()) if org else within[region], items, region)
             for _, org, region, items, pinned, *_ in same]
        )  # fmt: skip
    turns = [moment for row in grants for moment in row[5:7] if moment and moment > now]
    if within:
        turns.append(clock.at(clock.today() + timedelta(days=1)))
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


def scopes_of(org: int | None, region: str) -> frozenset[int]:
    """The scopes a grant of a place holds just now; none for a grant of the whole node, which holds more than scopes."""
    if org is not None:
        return _below({org}).get(org, frozenset())
    return frozenset() if _whole_node(region) else _within(region)


def holds_region(actor: Actor, deed: str, region: str) -> bool:
    """Whether a grant of the actor's own, for all items, is of a jurisdiction that takes this region in."""
    if actor.reach(deed).everywhere:
        return True
    now = clock.now()
    own = Grant.objects.filter(account=actor.account, role__in=roles_for(deed), items=None, scopes=None, revoked_at=None, starts__lte=now)
    places = own.exclude(ends__lte=now).exclude(region="").values_list("region", flat=True).distinct()
    return any(Region.objects.filter(governed(place), code=region).exists() for place in places)


def _whole_node(region: str) -> bool:
    """Whether a region takes in all of this node: the province on the province's, the city itself on a city's."""
    own = normalise(this_node().code)
    if region == own:
        return True
    place = find_region(own)
    return place is not None and region in place.path


def _reach(scopes: frozenset[int], items: list[int] | None, region: str) -> Reach:
    if items is None:
        return Reach(everywhere=bool(region) and _whole_node(region), scopes=scopes)
    return Reach(lanes=frozenset(lane(scope, item) for scope in scopes for item in items))


def _pinned(scopes: list[int], items: list[int] | None) -> Reach:
    """A grant whose region ended holds what it held, neither less nor more."""
    return _reach(frozenset(scopes), items, "")
