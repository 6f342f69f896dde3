"""Reading types. What is published is remembered in the process; a statement that issues asks whether it still is."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.remembered import Remembered
from kapok.support.licences.data import TypeFacts
from kapok.support.licences.models import LicenceType, TypeVersion
from kapok.support.licences.rules.spec import facts_of

FRESH = timedelta(seconds=10)
_versions: Remembered[UUID, TypeFacts] = Remembered()
_published: Remembered[str, tuple[datetime, Mapping[str, TypeFacts], Mapping[str, TypeFacts]]] = Remembered()


def type_version(id: UUID) -> TypeFacts:
    """One version, whatever has become of it since; a frozen one is remembered."""
    known = _versions.get(id)
    if known is None:
        row = TypeVersion.objects.select_related("type").filter(id=id).first()
        if row is None:
            raise NotHere("licences.type", id=str(id))
        known = facts_from(row)
        if row.state not in (TypeVersion.DRAFT, TypeVersion.REVIEW):
            _versions[id] = known
    return known


def facts_from(row: TypeVersion) -> TypeFacts:
    """A row's description as facts."""
    kind = row.type
    return facts_of(
        row.spec, tomllib.loads(row.layout) if row.layout else {}, code=kind.code, id=row.id, number=row.number,
        definer=kind.definer, definer_name=kind.definer_name, text=row.layout,
    )  # fmt: skip


def type_for(base_code: str, impl_code: str, at: datetime | None = None, *, handling: str = "") -> TypeFacts | None:
    """The published type that is the result of an item, the item's own binding before its base item's; None where it has none.

    Without a statement while what is remembered is fresh (ten seconds). `at` is for the past: the version published then.
    `handling`: the 业务办理项; a binding that names some issues for those alone.
    """
    if at is not None and at < clock.now() - FRESH:
        return _type_then(base_code, impl_code, at, handling)
    _, by_item, _ = published()
    for code in (impl_code, base_code):
        found = by_item.get(code) if code else None
        if found is not None:
            bound = next(each for each in found.items if each.code == code)
            return found if not bound.handlings or not handling or handling in bound.handlings else None
    return None


def type_by_code(code: str) -> TypeFacts | None:
    """The published version of a type."""
    return published()[2].get(code)


def codes_called(names: Iterable[str]) -> list[str]:
    """The types that go by one of these names, or are also called so."""
    wanted = set(names)
    return [code for code, each in published()[2].items() if each.name in wanted or wanted & set(each.also)]


def types_for_material(name: str) -> tuple[str, ...]:
    """The published types that a material of an item means by its name; no statement while what is remembered is fresh."""
    return tuple(codes_called([name]))


def published() -> tuple[datetime, Mapping[str, TypeFacts], Mapping[str, TypeFacts]]:
    """What is published: when it was read, by item, by type."""
    known = _published.get("")
    if known is not None and clock.wall() - known[0] < FRESH:
        return known
    rows = [
        facts_from(row) for row in TypeVersion.objects.select_related("type").filter(state=TypeVersion.PUBLISHED).order_by("type__code")
    ]
    for each in rows:
        _versions[each.id] = each
    by_item = {bound.code: each for each in rows for bound in each.items}
    _published[""] = known = (clock.wall(), by_item, {each.code: each for each in rows})
    return known


def forget_published() -> None:
    """What is remembered of published types is read anew."""
    _published.cache_clear()


def _type_then(base_code: str, impl_code: str, at: datetime, handling: str) -> TypeFacts | None:
    rows = TypeVersion.objects.select_related("type").filter(published_at__lte=at).exclude(ended_at__lte=at)
    by_item = {bound.code: each for each in map(facts_from, rows) for bound in each.items}
    for code in (impl_code, base_code):
        if code in by_item:
            bound = next(each for each in by_item[code].items if each.code == code)
            return by_item[code] if not bound.handlings or not handling or handling in bound.handlings else None
    return None


def types_for(actor: Actor) -> list[LicenceType]:
    """Types within the actor's reach (to edit or review), by code, each with its newest version as `newest`."""
    reach = actor.reach("licences.types")
    rows = LicenceType.objects.select_related("org").order_by("code")
    if not (reach.everywhere or actor.kind == "system"):
        rows = rows.filter(scope__in=reach.scopes)
    found = list(rows[:500])
    newest: dict[UUID, TypeVersion] = {}
    for version in TypeVersion.objects.filter(type__in=found).order_by("number").defer("layout"):
        newest[version.type_id] = version
    for each in found:
        each.newest = newest.get(each.id)  # type: ignore[attr-defined]  # read by the list page alone
    return found


def version_for(actor: Actor, version_id: UUID) -> TypeVersion:
    """A version, for those who edit or review within its type's scope; else NotHere."""
    row = TypeVersion.objects.select_related("type", "type__org").filter(id=version_id).first()
    if row is None or not actor.may("licences.types", row.type):
        raise NotHere("licences.type", id=str(version_id))
    return row
