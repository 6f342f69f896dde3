"""Reads of regions. The tree down to towns lies in memory per process, villages are read by town; both by generation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import F, Q

from kapok.kernel.common import clock
from kapok.kernel.common.registry import Registry
from kapok.kernel.regions.data import Level, Place, RegionPlan, RegionPreview, RegionSource
from kapok.kernel.regions.errors import NoSuchRegion
from kapok.kernel.regions.models import Amendment, Follower, FormerRegion, Jurisdiction, MovedThing, Region, TreeState
from kapok.kernel.regions.remembering import PerRequest
from kapok.kernel.regions.rules import normalise
from kapok.kernel.search.public import fold, search

recompute_sources: Registry[RegionSource] = Registry("region recompute sources")
"""Filled by higher apps: whose rows follow a change of regions."""

_COLUMNS = ("code", "name", "short_name", "level", "kind", "path", "starts", "ends", "local", "sort_key")


@dataclass(frozen=True)
class _Tree:
    """Provinces to towns, ended ones too, and all jurisdiction edges; children stand in pinyin order."""

    places: dict[str, Place]
    children: dict[str, tuple[Place, ...]]
    edges: dict[str, tuple[tuple[date, date | None, str], ...]]

    def runner(self, area: str, day: date) -> str | None:
        """Who runs exactly this area by an edge."""
        return next((by for starts, ends, by in self.edges.get(area, ()) if starts <= day and (ends is None or day < ends)), None)


# --- generations ------------------------------------------------------------------------------------

_generation: PerRequest[UUID | None] = PerRequest(lambda: TreeState.objects.values_list("generation", flat=True).first())


def forget_generation() -> None:
    """Ask anew within this request: it has changed the tree itself."""
    _generation.forget()


def _tree() -> _Tree:
    return _read_tree(_generation.get())


@lru_cache(maxsize=2)
def _read_tree(_age: UUID | None) -> _Tree:
    rows = Region.objects.filter(level__lte=Level.TOWN).order_by("sort_key", "code").values_list(*_COLUMNS)
    places = {place.code: place for place in _places(rows)}
    below: dict[str, list[Place]] = {}
    for place in places.values():
        below.setdefault(place.parent or "", []).append(place)
    edges: dict[str, list[tuple[date, date | None, str]]] = {}
    for area, starts, ends, by in Jurisdiction.objects.order_by("starts").values_list("area_id", "starts", "ends", "run_by_id"):
        edges.setdefault(area, []).append((starts, ends, by))
    return _Tree(places, {code: tuple(found) for code, found in below.items()}, {code: tuple(found) for code, found in edges.items()})


@lru_cache(maxsize=4096)
def _villages(_age: UUID | None, town: str) -> tuple[Place, ...]:
    rows = Region.objects.filter(parent=town, level=Level.VILLAGE).order_by("sort_key", "code").values_list(*_COLUMNS)
    return tuple(_places(rows))


@lru_cache(maxsize=8192)
def _village(_age: UUID | None, code: str) -> Place | None:
    return next(_places(Region.objects.filter(code=code).values_list(*_COLUMNS)), None)


def _places(rows: Iterable[tuple[object, ...]]) -> Iterator[Place]:
    for code, name, short, level, kind, path, *rest in rows:
        yield Place(code, name, short, level, kind, tuple(str(path).split("/")), *rest)  # type: ignore[arg-type]  # a row of _COLUMNS


# --- the tree as it is ------------------------------------------------------------------------------


def region(code: str) -> Place:
    """A region, ended or standing, by its code (short codes are taken); raises NoSuchRegion."""
    found = find_region(code)
    if found is None:
        raise NoSuchRegion(normalise(code))
    return found


def find_region(code: str) -> Place | None:
    """The same, or None."""
    return _find(_generation.get(), normalise(code))


def _find(generation: UUID | None, code: str) -> Place | None:
    return _read_tree(generation).places.get(code) or _village(generation, code)


def provinces() -> list[Place]:
    """The roots that stand today."""
    return _standing(_tree().children.get("", ()))


def children(code: str) -> list[Place]:
    """What hangs directly below and stands today, in pinyin order: 东莞's are its towns."""
    place, generation = region(code), _generation.get()
    below = _read_tree(generation).children.get(place.code, ())
    if place.level == Level.TOWN:
        below = _villages(generation, place.code)
    return _standing(below)


def _standing(places: Iterable[Place]) -> list[Place]:
    today = clock.today()
    return [place for place in places if place.stands(today)]


def ancestors(code: str, *, itself: bool = False) -> list[Place]:
    """From the province down to the parent (or the region itself)."""
    place, places = region(code), _tree().places
    above = [places[step] for step in place.path[:-1]]
    return [*above, place] if itself else above


def path_names(code: str) -> list[str]:
    """广东省, 东莞市, 东城街道."""
    return [place.name for place in ancestors(code, itself=True)]


def within(code: str, *, column: str = "path") -> Q:
    """A filter for rows of Region (or joined to it: column="region__path") that are the region or lie below it."""
    path = "/".join(region(code).path)
    return Q(**{column: path}) | Q(**{f"{column}__startswith": f"{path}/"})


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies below it in the tree."""
    return normalise(outer) in region(inner).path


def search_regions(text: str, *, under: str | None = None, limit: int = 20) -> list[Place]:
    """Standing regions by name (东城街道), initials (dcjd) or code, the higher ranks first among equals."""
    rows = Region.objects.filter(Q(ends=None) | Q(ends__gt=clock.today()), starts__lte=clock.today())
    if under:
        rows = rows.filter(within(under))
    asked = fold(text).strip()
    if not asked:
        return []
    if asked.isdigit():
        found = rows.filter(code__startswith=asked[:12]).order_by("code")
    elif asked.isascii():
        found = rows.filter(initials__startswith="".join(asked.split())).order_by("level", "initials", "code")
    else:
        found = search(rows, asked).order_by(F("rank").desc(), "level", "sort_key", "code")
    return list(_places(found.values_list(*_COLUMNS)[:limit]))


# --- whose it is ------------------------------------------------------------------------------------


def run_by(code: str, on: date | None = None) -> str:
    """The code of who runs a region: the nearest dated edge at it or above it, or the region itself."""
    place, day, tree = region(code), on or clock.today(), _tree()
    return next((by for step in reversed(place.path) if (by := tree.runner(step, day))), place.code)


def governors(code: str, on: date | None = None) -> list[Place]:
    """Who governs a region, from the province down to itself, jurisdictions followed: 鹅埠镇 is governed by 深圳, not by 汕尾."""
    place, day, tree = region(code), on or clock.today(), _tree()
    chain: list[Place] = []
    steps = list(place.path)
    while steps:
        step = steps.pop()
        chain.append(tree.places.get(step, place))
        by = tree.runner(step, day)
        if by is not None and all(by != each.code for each in chain):
            steps = list(tree.places[by].path)
    return chain[::-1]


def city_of(code: str, on: date | None = None) -> Place | None:
    """The city that governs a region; None above cities."""
    return next((place for place in governors(code, on) if place.level == Level.CITY), None)


def areas_run_by(code: str, on: date | None = None) -> list[Place]:
    """Areas that lie elsewhere and are run by this region."""
    full, day, tree = normalise(code), on or clock.today(), _tree()
    return [region(area) for area in tree.edges if tree.runner(area, day) == full]


def governed(code: str, on: date | None = None, *, column: str = "path") -> Q:
    """A filter like `within`, by jurisdiction: without what others run, with what this region runs elsewhere."""
    place, day, tree = region(code), on or clock.today(), _tree()
    inside = within(place.code, column=column)
    for area in tree.edges:
        by = tree.runner(area, day)
        if by is None:
            continue
        lies_here, runs_here = contains(place.code, area), contains(place.code, by)
        if lies_here and not runs_here and area != place.code:
            inside &= ~within(area, column=column)
        elif runs_here and not lies_here:
            inside |= within(area, column=column)
    return inside


# --- as it was, and what changed --------------------------------------------------------------------


def region_on(code: str, day: date) -> Place | None:
    """A region as it stood on a day."""
    full = normalise(code)
    now = find_region(full)
    if now is not None and now.stands(day):
        return now
    rows = FormerRegion.objects.filter(code=full, starts__lte=day, ends__gt=day)
    return next((_former(row) for row in rows), None)


def children_on(code: str, day: date) -> list[Place]:
    """What hung directly below on a day, in pinyin order."""
    full = normalise(code)
    rows = Region.objects.filter(Q(ends=None) | Q(ends__gt=day), parent=full, starts__lte=day).values_list(*_COLUMNS)
    former = FormerRegion.objects.filter(parent_code=full, starts__lte=day, ends__gt=day)
    return sorted([*_places(rows), *map(_former, former)], key=lambda place: (place.sort_key, place.code))


def _former(row: FormerRegion) -> Place:
    path = tuple(row.path.split("/"))
    return Place(row.code, row.name, row.short_name, row.level, row.kind, path, row.starts, row.ends, row.local, row.sort_key)


def follower(code: str, on: date | None = None) -> str:
    """The region that a code stands for on a day: itself, or whoever followed it by default, step by step."""
    current, day = normalise(code), on or clock.today()
    steps = dict(Follower.objects.filter(default=True, since__lte=day).values_list("old_id", "new_id"))
    while current in steps:
        current = steps[current]
    return current


def places_named(plan: RegionPlan) -> dict[str, Place]:
    """Every existing region a plan names, ended ones too."""
    codes = {new.code for new in plan.creates} | {new.parent for new in plan.creates} | set(plan.names)
    codes |= {code for step in plan.successions for code in (step.old, step.new)}
    codes |= set(plan.parents) | set(plan.parents.values())
    return {place.code: place for place in _places(Region.objects.filter(code__in=codes).values_list(*_COLUMNS))}


def rehung(plan: RegionPlan) -> dict[str, str]:
    """Regions of the tree that get another parent, with it: children of what ends, and what the plan places."""
    orphans = Region.objects.filter(parent__in=plan.ended, ends=None).exclude(code__in=plan.ended)
    moved = {code: plan.follower[parent] for code, parent in orphans.order_by("code").values_list("code", "parent_id")}
    return moved | plan.parents


def preview(plan: RegionPlan) -> RegionPreview:
    """What a plan would change, asked of the tree and of every registered source."""
    moves = {key: source.preview(plan) for key, source in recompute_sources.all().items()}
    return RegionPreview(plan, rehung(plan), moves)


def amendments(limit: int = 50) -> list[Amendment]:
    """Changes of regions, newest first."""
    return list(Amendment.objects.order_by("-effective", "-id")[:limit])


def why_moved(about: UUID | int | str) -> list[MovedThing]:
    """Every move of one thing, oldest first."""
    return list(MovedThing.objects.filter(about=str(about)).select_related("amendment").order_by("id"))
