"""Scopes and grants follow a region that ended, and nobody reaches further by it than before.

A scope lies in the follower from then on and keeps its integer, so every row that carries it keeps its seat. A grant over a
region that ended holds in the follower when it held all that the follower is made of; else it stays with what it held.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F

from kapok.kernel.access.actions import move_epoch
from kapok.kernel.access.models import Grant, Scope
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.regions.public import RegionMove, RegionPlan, region_on

_MOVE = """
with ending (old, new) as (select * from unnest(%(old)s::text[], %(new)s::text[])),
moving as (
  select s.id, e.new, row_number() over (partition by s.org_id, e.new order by s.id) as turn,
         (select h.id from access_scope h where h.org_id = s.org_id and h.region = e.new and h.joined_id is null) as there,
         first_value(s.id) over (partition by s.org_id, e.new order by s.id) as first
    from access_scope s join ending e on e.old = s.region)
update access_scope s
   set region = m.new, joined_id = coalesce(s.joined_id, m.there, case when m.turn > 1 then m.first end)
  from moving m where m.id = s.id
"""  # the org's own scope there, or the first that comes, is the one new rows get

_HELD = """
select array_agg(s.id) from access_scope s
 where s.region = %(ended)s or s.region in (
   select f.code from regions_formerregion f, regions_region r
    where r.code = %(ended)s and f.path like r.path || '/%%' and f.ends = r.ends)
"""  # asked before scopes move: what lay in the region on its last day; its children hang elsewhere already


class Follow:
    """The `RegionSource` of access."""

    title = "授权范围"

    def preview(self, plan: RegionPlan) -> list[RegionMove]:
        """The moves `apply` would make now."""
        return [*_scope_moves(plan), *(move for grant, free in _ways_on(plan) for move in _grant_moves(grant, free, plan))]

    def apply(self, plan: RegionPlan, cause: UUID) -> list[RegionMove]:
        """Move scopes, move or pin grants, and make every session compile its reach anew."""
        moves = self.preview(plan)
        for grant, free in list(_ways_on(plan)):
            _follow(grant, free)
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, {"old": list(plan.follower), "new": list(plan.follower.values())})
        move_epoch()
        return moves


def _scope_moves(plan: RegionPlan) -> Iterator[RegionMove]:
    rows = Scope.objects.filter(region__in=plan.follower).select_related("org").order_by("id")
    return (RegionMove(row.id, row.org.name, "scope", row.region, plan.follower[row.region]) for row in rows)


def _ways_on(plan: RegionPlan) -> Iterator[tuple[Grant, list[str]]]:
    """Grants over regions that end, each with the followers it goes on in; none when it stays with what it held."""
    rows = Grant.objects.filter(region__in=plan.ended, scopes=None, revoked_at=None).exclude(ends__lte=clock.now())
    grants = list(rows.select_related("account").order_by("id"))
    held: dict[object, set[str]] = {}
    for grant in grants:
        held.setdefault(_manner(grant), set()).add(grant.region)
    made_of = {new.code: _made_of(new.code, plan) for new in plan.creates}
    for grant in grants:
        followers = sorted((step for step in plan.successions if step.old == grant.region), key=lambda step: not step.default)
        free = all(step.new in made_of and made_of[step.new] <= held[_manner(grant)] for step in followers)
        yield grant, [step.new for step in followers] if free else []


def _manner(grant: Grant) -> tuple[object, ...]:
    """Who holds what for how long: grants alike in this add up."""
    return grant.account_id, grant.role, None if grant.items is None else tuple(grant.items), max(grant.starts, clock.now()), grant.ends


def _made_of(code: str, plan: RegionPlan) -> set[str]:
    """The regions whose territory a new one takes over: those it follows, and the former parents of what is hung under it."""
    eve = clock.today() - timedelta(days=1)
    hung = [region_on(child, eve) for child, parent in plan.parents.items() if parent == code]
    return {step.old for step in plan.successions if step.new == code} | {was.parent for was in hung if was is not None and was.parent}


def _grant_moves(grant: Grant, free: list[str], plan: RegionPlan) -> Iterator[RegionMove]:
    """A move for each region the grant goes on in; one to itself when it stays with what it held."""
    yield RegionMove(grant.id, grant.account.name, "grant", grant.region, free[0] if free else grant.region)
    for code in free[1:]:
        yield RegionMove(grant.id, grant.account.name, f"grant in {code}", grant.region, code)


def _follow(grant: Grant, free: list[str]) -> None:
    if free:
        Grant.objects.bulk_create(_copy(grant, code) for code in free[1:])
        Grant.objects.filter(id=grant.id).update(region=free[0])
    else:
        Grant.objects.filter(id=grant.id).update(scopes=_held(grant.region))
    Account.objects.filter(id=grant.account_id).update(serial=F("serial") + 1)


def _held(region: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"ended": region})
        return list(cursor.fetchone()[0] or ())


def _copy(grant: Grant, region: str) -> Grant:
    return Grant(
        account=grant.account, role=grant.role, region=region, items=grant.items, starts=grant.starts, ends=grant.ends,
        given_by=grant.given_by, reason=grant.reason,
    )  # fmt: skip
