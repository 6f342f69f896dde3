"""Dated changes of the tree, and how rows of higher apps follow them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max

from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.crypto.public import sm3
from kapok.kernel.jobs.public import set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions import rules
from kapok.kernel.regions.access import require
from kapok.kernel.regions.actions.load import touch_tree
from kapok.kernel.regions.data import NewRegion, RegionMove, RegionPlan, Succession
from kapok.kernel.regions.events import RegionsAmended, RegionsChanged, ThingsMoved
from kapok.kernel.regions.models import Amendment, Follower, MovedThing, Region
from kapok.kernel.regions.queries import places_named, recompute_sources, rehung
from kapok.kernel.regions.source import COLUMNS, SourceRow, columns_of, search_parts


@action("regions.amend")
def amend_regions(plan: RegionPlan, reason: str, effective: date, *, by: By) -> Amendment:
    """Publish a change of regions that takes effect on a day (today: at once)."""
    require(by, "regions.amend")
    _one_at_a_time()
    rules.may_amend(plan, places_named(plan), reason=reason, effective=effective, last=_last_waiting(), today=clock.today()).or_raise()
    amendment = Amendment.objects.create(
        plan=plan_as_json(plan), reason=reason.strip(), effective=effective, published_at=clock.now(), published_by=by.ref.label
    )
    record(by, RegionsAmended(effective.isoformat(), amendment.reason, amendment.plan), about=amendment.id, kind="region_amendment")
    if effective <= clock.today():
        apply_due(by=by)
    else:
        set_timer("regions.apply", amendment.id, clock.at(effective))
    return amendment


@action("regions.apply")
def apply_due(*, by: By) -> int:
    """Put amendments that have come to their day into effect; returns how many. Run again, it does nothing."""
    _one_at_a_time()
    due = list(Amendment.objects.filter(applied_at=None, effective__lte=clock.today()).order_by("effective", "id"))
    for amendment in due:
        _apply(amendment, by)
    return len(due)


def _apply(amendment: Amendment, by: By) -> None:
    plan = plan_from_json(amendment.plan)
    moved = rehung(plan)
    _create(plan.creates, amendment.effective)
    _rename(plan.names, amendment.effective)
    _hang(moved, amendment.effective)
    _end(plan, amendment)
    touch_tree()
    event = RegionsChanged(plan.follower, tuple(new.code for new in plan.creates), len(moved))
    record(by, event, about=amendment.id, kind="region_amendment")
    for key, source in recompute_sources.all().items():
        moves = source.apply(plan, amendment.id)
        _write_down(amendment, key, moves)
        record(by, ThingsMoved(key, len(moves), digest_of(moves)), about=amendment.id, kind="region_amendment")
    Amendment.objects.filter(id=amendment.id).update(applied_at=clock.now())


def _create(creates: Iterable[NewRegion], effective: date) -> None:
    """A new region may hang under another new one, so the higher ranks come first."""
    for new in sorted(creates, key=lambda each: rules.level_of(each.code)):
        above = Region.objects.values_list("path", flat=True).get(code=new.parent)
        row = SourceRow(new.code, new.name, rules.level_of(new.code), f"{above}/{new.code}")
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(COLUMNS.split(",")))
            cursor.execute(
                f"insert into regions_region ({COLUMNS}) values ({places})",
                columns_of(row, effective, kind=new.kind, local=new.local),
            )


_FORMER = """
insert into regions_formerregion (code, name, short_name, level, kind, path, parent_code, starts, ends, local, sort_key)
select code, name, short_name, level, kind, path, coalesce(parent_id, ''), starts, %s, local, sort_key from regions_region
 where code = any(%s) and starts < %s and ends is null
"""


def _keep_former(codes: list[str], effective: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORMER, [effective, codes, effective])


def _rename(names: dict[str, str], effective: date) -> None:
    _keep_former(list(names), effective)
    for code, name in names.items():
        sort_key, letters, terms = search_parts(name)
        Region.objects.filter(code=code).update(
            name=name, short_name=rules.short_name(name), sort_key=sort_key, initials=letters, terms=terms, starts=effective
        )


_REHANG = """
update regions_region r
   set path = p.path || '/' || substr(r.path, length(m.path) - 11), starts = %s,
       parent_id = case when r.code = m.code then p.code else r.parent_id end
  from regions_region m, regions_region p
 where m.code = %s and p.code = %s and (r.code = m.code or r.path like m.path || '/%%') and r.ends is null
"""


def _hang(moved: dict[str, str], effective: date) -> None:
    """Hang subtrees elsewhere; how each of their regions stood is kept."""
    for code, parent in moved.items():
        path = Region.objects.values_list("path", flat=True).get(code=code)
        subtree = list(Region.objects.filter(path__startswith=f"{path}/", ends=None).values_list("code", flat=True))
        _keep_former([code, *subtree], effective)
        with connection.cursor() as cursor:
            cursor.execute(_REHANG, [effective, code, parent])


def _end(plan: RegionPlan, amendment: Amendment) -> None:
    Region.objects.filter(code__in=plan.ended).update(ends=amendment.effective)
    Follower.objects.bulk_create(
        Follower(amendment=amendment, old_id=step.old, new_id=step.new, default=step.default, since=amendment.effective)
        for step in plan.successions
    )


def _write_down(amendment: Amendment, source: str, moves: list[RegionMove]) -> None:
    rows = (
        MovedThing(
            amendment=amendment, source=source, about=str(move.about), label=move.label, what=move.what, was=move.was,
            becomes=move.becomes,
        )
        for move in moves
    )  # fmt: skip
    MovedThing.objects.bulk_create(rows, batch_size=5000)


def digest_of(moves: Iterable[RegionMove]) -> str:
    """SM3 over the moves in order, one line each: binds the rows of MovedThing to the journal's entry."""
    lines = sorted(f"{move.about} {move.what} {move.was} {move.becomes}\n" for move in moves)
    return sm3("".join(lines).encode()).hex()


def plan_as_json(plan: RegionPlan) -> dict[str, Any]:
    """The plan as it is kept and announced."""
    return {
        "creates": [asdict(new) for new in plan.creates],
        "successions": [asdict(step) for step in plan.successions],
        "renames": plan.names,
        "places": plan.parents,
    }


def plan_from_json(kept: dict[str, Any]) -> RegionPlan:
    """The plan back from what `plan_as_json` kept."""
    return RegionPlan(
        creates=tuple(NewRegion(**new) for new in kept["creates"]),
        successions=tuple(Succession(**step) for step in kept["successions"]),
        renames=kept["renames"],
        places=kept["places"],
    )


def _last_waiting() -> date | None:
    last: date | None = Amendment.objects.filter(applied_at=None).aggregate(last=Max("effective"))["last"]
    return last


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('kapok.regions'))")
