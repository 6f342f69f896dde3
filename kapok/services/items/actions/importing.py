"""Taking items over from files: base items, their elements, and published versions for each implementer."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Max

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, KapokError
from kapok.kernel.inherit.public import MISSING, own_part, resolve, values
from kapok.kernel.journal.public import action
from kapok.kernel.orgs.public import Org
from kapok.services.items.access import require_at_home
from kapok.services.items.actions.base import set_base, set_layer, set_power
from kapok.services.items.actions.editing import create_item, org_faults
from kapok.services.items.actions.publishing import next_day, publish
from kapok.services.items.errors import BadFile, fault
from kapok.services.items.models import OPEN, PROVINCE, BaseItem, Item, ItemVersion, State, Validity
from kapok.services.items.queries.resolving import defaults, layers_of
from kapok.services.items.rules.crossing import crossing_faults
from kapok.services.items.rules.format import Implementer, ItemsFile, read_items, settle
from kapok.services.items.rules.table import table

Source = str | Path | Sequence[Mapping[str, Any]]


@dataclass
class Imported:
    """Counts of one import; the same files again leave everything unchanged."""

    bases: int = 0
    items: int = 0
    published: int = 0
    drafts: int = 0
    unchanged: int = 0


def import_items(source: Source, *, by: Actor) -> Imported:
    """Take over a folder of TOML files, one file, or dicts of that shape. Each file is one transaction; BadFile names file and places."""
    require_at_home(by, "items.import", PROVINCE)
    done = Imported()
    for name, raw in _files(source):
        file, faults = read_items(raw)
        if file is None:
            raise BadFile(faults, file=name, first=_first(faults))
        try:
            take_over(file, done, by=by)
        except Invalid as error:
            raise BadFile(error.faults, file=name, first=_first(error.faults)) from error
        except KapokError as error:
            raise BadFile([FieldFault("implement", error.code, error.message())], file=name, first=error.message()) from error
    return done


def _first(faults: Sequence[FieldFault]) -> str:
    shown = [f"{f.field}: {f.says}" for f in faults[:5]]
    return "; ".join(shown) + (f" … +{len(faults) - 5}" if len(faults) > 5 else "")


def _files(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(source, (str, Path)):
        path = Path(source)
        for found in sorted(path.rglob("*.toml")) if path.is_dir() else [path]:
            try:
                yield found.name, tomllib.loads(found.read_text("utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise BadFile([FieldFault("", "items.bad_file", str(error))], file=found.name, first=str(error)) from error
    else:
        for i, raw in enumerate(source):
            yield str(raw.get("base", {}).get("base_code", i)), raw


@action("items.import")
def take_over(file: ItemsFile, done: Imported, *, by: Actor) -> None:
    """One file: the base item, the province's layer, and every implementer."""
    power = set_power(file.power_code or file.base_code, file.power, file.type_code, by=by) if file.power else None
    fresh = not BaseItem.objects.filter(base_code=file.base_code).exists()
    base = set_base(file.base_code, file.name, file.type_code, list(file.levels), power=power, by=by)
    done.bases += fresh
    layer, own = settle(file)
    set_layer(base, PROVINCE, layer, file.rules, reason="导入", by=by)
    for implementer, elements in zip(file.implement, own, strict=True):
        _implement(base, implementer, elements, done, by)


def _implement(base: BaseItem, wanted: Implementer, elements: dict[str, Any], done: Imported, by: Actor) -> None:
    org = Org.objects.filter(uscc=wanted.org_uscc).order_by("-dissolved_on").select_related("region").first()
    if org is None:
        raise Invalid([fault("implement.org_uscc", "items.unknown_org", title="org_uscc", found=wanted.org_uscc)])
    item = (
        Item.objects.select_related("base", "org").filter(base=base, org=org, **({"level": wanted.level} if wanted.level else {})).first()
    )
    if item is None:
        item = create_item(base, org, level=wanted.level, region=wanted.region, by=by)
        done.items += 1
    layers = layers_of(base.id, item.region_id)
    above = resolve(layers, defaults(), table().elements)
    whole = {**values(above), **elements}
    if faults := [*org_faults(whole), *crossing_faults(whole, whole, base.type_code)]:
        raise Invalid(faults)
    parts = {key: part for key, value in elements.items() if (part := own_part(above[key], value)) is not MISSING}
    numbers = [[layer.key, layer.number] for layer in layers]
    last = ItemVersion.objects.filter(item=item).order_by("-number").first()
    if last is not None and last.elements == parts and (last.state in OPEN or last.above == numbers):
        done.unchanged += 1
        return
    if last is not None and last.state in OPEN:
        raise Invalid([fault("implement", "items.under_way", number=last.number)])
    version = ItemVersion.objects.create(
        item=item, elements=parts, above=numbers, made_at=clock.now(), edited_at=clock.now(),
        number=(ItemVersion.objects.filter(item=item).aggregate(Max("number"))["number__max"] or 0) + 1,
        state=State.REVIEWED if wanted.publish else State.DRAFT,
    )  # fmt: skip
    if not wanted.publish:
        done.drafts += 1
        return
    begun = Validity.objects.filter(item=item).exists()
    publish(
        version.id, next_day(item.id) if begun else wanted.effective_on, cancel_on=wanted.cancelled_on, past=not begun, note="导入", by=by
    )
    done.published += 1
