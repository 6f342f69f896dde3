"""A reviewed version becomes law from a day; law ends by the next version or by cancelling."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from psycopg.types.range import DateRange

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.verdicts import refuse
from kapok.kernel.jobs.public import set_timer
from kapok.kernel.journal.public import action, record
from kapok.kernel.search.public import bigrams, pinyin_key
from kapok.services.items.access import item_for, version_for
from kapok.services.items.actions.review import keep_score, refuse_errors
from kapok.services.items.data import CompiledItem
from kapok.services.items.errors import Overlap
from kapok.services.items.events import ItemCancelled, ItemPublished
from kapok.services.items.models import CatalogueEntry, ImpactChoice, Item, ItemVersion, State, Validity
from kapok.services.items.queries.impact import Impact, Policy, Touched, may_go_on, preview_impact
from kapok.services.items.queries.reading import compiled
from kapok.services.items.queries.resolving import compile_version, layers_of
from kapok.services.items.queries.searching import areas_of
from kapok.services.items.rules import life
from kapok.services.items.rules.compiling import to_json
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import pack_on

ENTER = "items.enter"


@action("items.publish")
def publish(
    version_id: UUID,
    effective_on: date,
    *,
    cancel_on: date | None = None,
    policies: Mapping[str, Policy] | None = None,
    note: str = "",
    past: bool = False,
    by: Actor,
) -> ItemVersion:
    """Publish a reviewed version: compiled, numbered, digested, never changed again. The version in force ends that day.

    Every impact source with a count needs a policy. Raises Overlap when another version begins on that day or later. `past` is
    for taking over existing law by `import_items` only.
    """
    version = version_for(by, version_id, "items.publish")
    item = Item.objects.select_for_update().get(id=version.item_id)  # one publishes at a time
    version = version_for(by, version_id, "items.publish", lock=True)
    life.may_publish(version.state, effective_on, cancel_on, today=clock.today(), past=past).or_raise()
    layers = layers_of(item.base_id, item.region_id)
    law = compile_version(version, layers, effective_on=effective_on, cancel_on=cancel_on)
    report = judge(law, pack_on(clock.today()))
    refuse_errors(report)
    before = current_validity(item.id, effective_on)
    change = Touched(item.id, item.impl_code, before.version_id if before else None, version.id, effective_on)
    impacts = preview_impact(change)
    may_go_on(impacts, policies or {}, effective_on).or_raise()
    keep_score(version, report)
    _freeze(version, law, [[layer.key, layer.number] for layer in layers], note, by)
    _take_over(version, before, effective_on, cancel_on)
    _carry_out(version, impacts, policies or {}, change)
    Item.objects.filter(id=item.id).exclude(name=law.name).update(name=law.name)
    _enter_when_due([item.id], version.id, effective_on, cancel_on)
    told = ItemPublished(
        item.impl_code, str(version.id), version.number, law.digest, effective_on.isoformat(), str(before.version_id) if before else ""
    )  # fmt: skip
    record(by, told, about=version.id, kind="items.version")
    return version


def _freeze(version: ItemVersion, law: CompiledItem, above: list[list[object]], note: str, by: Actor) -> None:
    version.state, version.compiled, version.digest = State.PUBLISHED, to_json(law), law.digest
    version.effective_on, version.cancel_on, version.above = law.effective_on, law.cancelled_on, above
    version.note, version.published_at, version.published_by = note[:500], clock.now(), by.ref.label
    version.save(
        update_fields=["state", "compiled", "digest", "effective_on", "cancel_on", "above", "note", "published_at", "published_by"]
    )


def current_validity(item_id: int, on: date) -> Validity | None:
    """The validity that holds on a day."""
    return Validity.objects.filter(item=item_id, period__contains=on).first()


def _take_over(version: ItemVersion, before: Validity | None, effective_on: date, cancel_on: date | None) -> None:
    """End what is in force on the day, and begin. What begins on that day or later stands in the way."""
    later = Validity.objects.filter(Q(item=version.item_id) & ~Q(period__isempty=True), period__startswith__gte=effective_on)
    if later.exists():
        raise Overlap(code=version.item.impl_code)
    try:
        with transaction.atomic():
            if before is not None:
                Validity.objects.filter(pk=before.pk).update(period=DateRange(before.period.lower, effective_on))
            Validity.objects.create(version=version, item_id=version.item_id, period=DateRange(effective_on, cancel_on))
    except IntegrityError:
        raise Overlap(code=version.item.impl_code) from None


def _carry_out(version: ItemVersion, impacts: list[Impact], policies: Mapping[str, Policy], change: Touched) -> None:
    for impact in (i for i in impacts if i.count):
        chosen = policies[impact.source.key]
        effect = impact.source.apply(change, chosen) if impact.source.apply else impact.count
        ImpactChoice.objects.create(
            version=version, source=impact.source.key, counted=impact.count, policy=chosen.policy, until=chosen.until, effect=effect
        )


def _enter_when_due(item_ids: Iterable[int], about: UUID, effective_on: date, cancel_on: date | None) -> None:
    """Lists show what is in force today: now, and again on the day it begins or ends."""
    enter(item_ids)
    today = clock.today()
    due = min((day for day in (effective_on, cancel_on) if day is not None and day > today), default=None)
    if due is not None:
        set_timer(ENTER, about, clock.at(due))


@action("items.cancel")
def cancel_item(impl_code: str, on: date, reason: str, *, policies: Mapping[str, Policy] | None = None, by: Actor) -> None:
    """End an item: from a day no version is in force (已取消). Its versions stay readable for ever."""
    item = item_for(by, impl_code, "items.publish")
    Item.objects.select_for_update().get(id=item.id)
    life.may_cancel(on, reason, today=clock.today()).or_raise()
    rows = list(
        Validity.objects.filter(Q(item=item.id), Q(period__endswith=None) | Q(period__endswith__gt=on)).exclude(period__isempty=True)
    )
    if not rows:
        refuse("items.nothing_to_cancel").or_raise()
    in_force = next((row for row in rows if row.period.lower <= on), rows[0])
    change = Touched(item.id, item.impl_code, in_force.version_id, None, on)
    impacts = preview_impact(change)
    may_go_on(impacts, policies or {}, on).or_raise()
    for row in rows:
        period = DateRange(row.period.lower, on) if row.period.lower < on else DateRange(empty=True)
        Validity.objects.filter(pk=row.pk).update(period=period, reason=reason.strip())
    for impact in (i for i in impacts if i.count and i.source.apply and policies):
        impact.source.apply(change, (policies or {})[impact.source.key])  # type: ignore[misc]  # filtered on apply above
    _enter_when_due([item.id], in_force.version_id, on, None)
    record(by, ItemCancelled(impl_code, str(in_force.version_id), on.isoformat()), about=in_force.version_id, kind="items.version")


def enter(item_ids: Iterable[int]) -> int:
    """Rebuild the list entries of some items from what is in force today; returns how many are."""
    ids = list(item_ids)
    today = clock.today()
    rows = Validity.objects.filter(item__in=ids, period__contains=today).select_related("version", "item")
    entries = [entry_of(compiled(row.version_id), row.ends, row.item.region_id) for row in rows]
    CatalogueEntry.objects.filter(item__in=set(ids) - {e.item_id for e in entries}).delete()
    if entries:
        fields = [f.name for f in CatalogueEntry._meta.concrete_fields if not f.primary_key]
        CatalogueEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["item"], update_fields=fields)
    return len(entries)


def entry_of(law: CompiledItem, ends_on: date | None, region: str) -> CatalogueEntry:
    """A version as lists and search read it, in the region the item is in today."""
    words = " ".join([law.name, law.org_name, law.impl_code, law.base_code, *law.themes, law.result_name])
    return CatalogueEntry(
        item_id=law.item_id, version_id=law.version_id, impl_code=law.impl_code, name=law.name, sort_key=pinyin_key(law.name),
        terms=bigrams(words), areas=areas_of(region), facets=facets_of(law), region=region, org_id=law.org_id,
        org_name=law.org_name, type_code=law.type_code, level=law.level, kind=law.kind, online=law.online,
        charges=bool(law.fees), visits=law.visits, promised=law.promised.value, unit=law.promised.unit, ends_on=ends_on,
    )  # fmt: skip


def facets_of(law: CompiledItem) -> list[str]:
    """`key:value` of everything lists are narrowed by."""
    single = {
        "type": law.type_code, "level": law.level, "kind": law.kind, "online": "yes" if law.online else "no",
        "fee": "yes" if law.fees else "no", "visits": str(law.visits), "org": f"{law.org_id}={law.org_name}"[:56],
    }  # fmt: skip
    many = {"channel": law.channels, "audience": law.audience, "theme": law.themes}
    return [f"{k}:{v}" for k, v in single.items()] + [f"{k}:{v}"[:60] for k, values in many.items() for v in values]


def next_day(item_id: int) -> date:
    """The first day a new version can begin: today, or the day after the last one begins."""
    last = Validity.objects.filter(item=item_id).exclude(period__isempty=True).order_by("-period").first()
    begun = last.period.lower if last else None
    return clock.today() if begun is None or begun < clock.today() else begun + timedelta(days=1)
