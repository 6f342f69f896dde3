"""What a version is before it is law: layers above it, whose value each element has, and the compiled preview."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from kapok.kernel.common import clock
from kapok.kernel.inherit.public import Layer, Origin, resolve, values
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import governors
from kapok.services.items.data import CompiledItem
from kapok.services.items.models import NATION, BaseLayer, Delegation, Item, ItemVersion
from kapok.services.items.queries.reading import digest_of
from kapok.services.items.rules.compiling import Identity, compile_item
from kapok.services.items.rules.judging import judge
from kapok.services.items.rules.quality import Report, pack_on
from kapok.services.items.rules.table import table

OWN = "own"


@lru_cache(maxsize=1)
def defaults() -> dict[str, str]:
    """The rule of each element where no layer says otherwise."""
    return {key: element.rule for key, element in table().elements.items()}


def layer_codes(region: str) -> list[str]:
    """The levels above an agency of a region, highest first; jurisdictions are followed (深汕 stands below 深圳)."""
    return [NATION, *(place.code for place in governors(region))]


def layers_of(base_id: int, region: str) -> list[Layer]:
    """The layers in force above an item, highest first."""
    codes = layer_codes(region)
    rows = BaseLayer.objects.filter(base_id=base_id, region__in=codes).order_by("region", "-number").distinct("region")
    return sorted((as_layer(row) for row in rows), key=lambda layer: codes.index(layer.key))


def layers_by_base(base_id: int) -> dict[str, Layer]:
    """All layers in force of a base item by region, for bulk work."""
    rows = BaseLayer.objects.filter(base_id=base_id).order_by("region", "-number").distinct("region")
    return {row.region: as_layer(row) for row in rows}


def as_layer(row: BaseLayer) -> Layer:
    return Layer(row.region, row.owner, row.number, table().completed(row.elements), row.rules)


def own_layer(item: Item, elements: Mapping[str, Any], number: int = 0) -> Layer:
    return Layer(OWN, item.org.name, number, table().completed(elements))


def origins_of(version: ItemVersion, above: Sequence[Layer] | None = None) -> dict[str, Origin]:
    """For every element of the table: its value and why it has it."""
    layers = layers_of(version.item.base_id, version.item.region_id) if above is None else above
    return resolve([*layers, own_layer(version.item, version.elements, version.number)], defaults(), table().elements)


def compile_version(
    version: ItemVersion, above: Sequence[Layer] | None = None, *, effective_on: date | None = None, cancel_on: date | None = None
) -> CompiledItem:
    """The version as it would be law from a day (its own, else today), with its digest."""
    item = version.item
    elements = values(origins_of(version, above))
    elements.setdefault("name", item.name)
    collect = elements.get("collect_orgs") or []
    identity = Identity(
        version_id=version.id, item_id=item.id, number=version.number,
        effective_on=effective_on or version.effective_on or clock.today(), cancelled_on=cancel_on or version.cancel_on,
        base_code=item.base.base_code, impl_code=item.impl_code, type_code=item.base.type_code, level=item.level,
        org_id=item.org_id, org_uscc=item.org.uscc, org_name=item.org.name, region=item.region_id,
        collect_orgs=tuple(Org.objects.filter(uscc__in=collect).order_by("id").values_list("id", flat=True)) if collect else (),
    )  # fmt: skip
    made = compile_item(identity, elements)
    return replace(made, digest=digest_of(made))


def judged(version: ItemVersion, above: Sequence[Layer] | None = None) -> Report:
    """The version under the quality pack in force today."""
    return judge(compile_version(version, above), pack_on(clock.today()))


def missing_by_section(report: Report, type_code: str) -> dict[str, list[str]]:
    """The elements a report names as missing, by section title."""
    known = table()
    found: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.field in known.elements and finding.rule == required_rule():
            element = known.elements[finding.field]
            found.setdefault(known.sections[element.section], []).append(element.title)
    return found


@lru_cache(maxsize=1)
def required_rule() -> str:
    return next(rule.id for rule in pack_on(clock.today()).rules if rule.check == "required_elements")


def delegated_to(region: str, level: int, codes: Iterable[str] | None = None) -> frozenset[str]:
    """Elements that a level above lets staff of this level fill."""
    today = clock.today()
    rows = Delegation.objects.filter(region__in=list(codes or layer_codes(region)), starts__lte=today, level__gte=level)
    return frozenset(row.element for row in rows if row.ends is None or row.ends > today)
