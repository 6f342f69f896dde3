"""The 基本目录 and its layers: what the province, and each level below it, sets for all who implement an item."""

from collections.abc import Mapping
from typing import Any

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.codes import item as codes
from kapok.kernel.common.errors import FieldFault, Invalid
from kapok.kernel.inherit.public import RULES, may_set, resolve
from kapok.kernel.journal.public import action, record
from kapok.kernel.regions.public import region as region_named
from kapok.kernel.regions.public import region_uuid
from kapok.services.items.access import require_at_home
from kapok.services.items.errors import fault
from kapok.services.items.events import BaseSet, NotExercisedSet, PowerSet
from kapok.services.items.models import NATION, PROVINCE, BaseItem, BaseLayer, Item, NotExercised, Power
from kapok.services.items.queries.resolving import as_layer, defaults, layer_codes
from kapok.services.items.rules.cleaning import clean
from kapok.services.items.rules.table import code_of, table

NATION_NAME = "国家"


@action("items.set_power")
def set_power(code: str, name: str, type_code: str, basis: str = "", *, by: Actor) -> Power:
    """Enter or correct an entry of the 权责清单."""
    require_at_home(by, "items.base", PROVINCE)
    said = {"name": name, "type_code": type_code, "basis": basis}
    power, made = Power.objects.get_or_create(code=code, defaults=said)
    if made or any(getattr(power, key) != value for key, value in said.items()):
        Power.objects.filter(id=power.id).update(**said)
        power.refresh_from_db()
        record(by, PowerSet(code), about=region_uuid(PROVINCE), kind="items.power")
    return power


@action("items.set_base")
def set_base(base_code: str, name: str, type_code: str, levels: list[str], *, power: Power | None = None, by: Actor) -> BaseItem:
    """Enter or correct an entry of the 基本目录. Its code says its type; code and type never change."""
    require_at_home(by, "items.base", PROVINCE)
    faults = _base_faults(base_code, type_code, levels)
    if faults:
        raise Invalid(faults)
    base, made = BaseItem.objects.get_or_create(
        base_code=base_code,
        defaults={"name": name, "type_code": type_code, "levels": sorted(levels), "power": power, "made_at": clock.now()},
    )
    wanted = {"name": name, "levels": sorted(set(levels) | set(base.levels)), "power_id": power.id if power else base.power_id}
    changed = {key: value for key, value in wanted.items() if getattr(base, key) != value}
    if changed:
        BaseItem.objects.filter(id=base.id).update(**changed)
        base.refresh_from_db()
    if made or changed:
        record(by, BaseSet(base_code, PROVINCE, 0), about=base.uuid, kind="items.base")
    return base


def _base_faults(base_code: str, type_code: str, levels: list[str]) -> list[FieldFault]:
    verdict = codes.check_base(base_code)
    if not verdict:
        return [fault("base_code", verdict.code, **verdict.data)]
    faults = []
    if code_of("type_code", type_code) != type_code:
        faults.append(fault("type_code", "items.unknown_code", title="事项类型", found=type_code))
    elif codes.parse_base(base_code).type != type_code:
        faults.append(fault("base_code", "items.type_digits", found=codes.parse_base(base_code).type, type=type_code))
    faults += [fault("levels", "items.unknown_code", title="行使层级", found=x) for x in levels if code_of("level", x) != x]
    return faults


@action("items.set_layer")
def set_layer(
    base: BaseItem, region: str, elements: Mapping[str, Any], rules: Mapping[str, str] | None = None, *, reason: str, by: Actor
) -> BaseLayer:
    """Set what one level gives to all below: a new number replaces the last. The same again changes nothing.

    A locked element of a level above is refused (inherit.locked) with its owner.
    """
    require_at_home(by, "items.base", PROVINCE if region == NATION else region)
    BaseItem.objects.select_for_update().get(id=base.id)
    done, faults = clean(elements)
    faults += _layer_faults(base, region, done, rules or {})
    if faults:
        raise Invalid(faults)
    last = BaseLayer.objects.filter(base=base, region=region).order_by("-number").first()
    if last is not None and last.elements == done and last.rules == dict(rules or {}):
        return last
    layer = BaseLayer.objects.create(
        base=base, region=region, owner=NATION_NAME if region == NATION else region_named(region).name,
        number=last.number + 1 if last else 1, elements=done, rules=dict(rules or {}), reason=reason[:500], made_at=clock.now(),
    )  # fmt: skip
    record(by, BaseSet(base.base_code, region, layer.number), about=base.uuid, kind="items.base")
    return layer


def _layer_faults(base: BaseItem, region: str, elements: Mapping[str, Any], rules: Mapping[str, str]) -> list[FieldFault]:
    codes_above = [NATION] if region in (NATION, PROVINCE) else layer_codes(region)
    codes_above = [code for code in codes_above if code != region]
    rows = BaseLayer.objects.filter(base=base, region__in=codes_above).order_by("region", "-number").distinct("region")
    above = sorted((as_layer(row) for row in rows), key=lambda layer: codes_above.index(layer.key))
    origins = resolve(above, defaults(), table().elements)
    faults = []
    for key, value in elements.items():
        verdict = may_set(origins[key], value)
        if verdict.code == "inherit.locked":
            faults.append(fault(key, verdict.code, **verdict.data))
    for key, rule in rules.items():
        if key not in table().elements or rule not in RULES:
            faults.append(fault(key, "items.unknown_element", key=key))
    return faults


@action("items.record_not_exercised")
def record_not_exercised(base: BaseItem, org_id: int, reason: str, *, by: Actor) -> NotExercised:
    """An agency states that it does not exercise a base item of its level, and why (不行使): else it stands on the gap list."""
    if not reason.strip():
        raise Invalid([fault("reason", "items.no_reason")])
    if not by.may("items.edit"):
        require_at_home(by, "items.base", PROVINCE)
    if Item.objects.filter(base=base, org=org_id).exists():
        raise Invalid([fault("org", "items.exercised")])
    said, made = NotExercised.objects.get_or_create(base=base, org_id=org_id, defaults={"reason": reason[:500], "at": clock.now()})
    if made:
        record(by, NotExercisedSet(base.base_code, org_id), about=base.uuid, kind="items.base")
    return said
