"""A base item's implementers against its layers: who follows, whose own value stands against a change (分歧)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kapok.kernel.common import clock
from kapok.kernel.inherit.public import Effect, Layer, effects
from kapok.services.items.models import OPEN, BaseItem, BaseLayer, Item, ItemVersion, Validity
from kapok.services.items.queries.resolving import as_layer, defaults, layer_codes, layers_by_base, own_layer


@dataclass(frozen=True)
class Child:
    """One implementer. `state`: inherited (follows when adopted), conflict (its own value stands), current (nothing to adopt)."""

    item: Item
    version_id: UUID
    number: int
    state: str
    effects: tuple[Effect, ...]
    open_number: int | None = None

    @property
    def conflicts(self) -> tuple[Effect, ...]:
        return tuple(e for e in self.effects if e.state == "conflict")


def children_of(base: BaseItem, on: date | None = None) -> list[Child]:
    """Every implementer with a version in force, and what the layers' newest numbers would do to it."""
    day = on or clock.today()
    rows = Validity.objects.filter(item__base=base, period__contains=day).select_related("version", "item__org", "item__base")
    now = layers_by_base(base.id)
    then = {(layer.region, layer.number): as_layer(layer) for layer in BaseLayer.objects.filter(base=base)}
    opened = dict(ItemVersion.objects.filter(item__base=base, state__in=OPEN).values_list("item", "number"))
    return [_child(row, now, then, opened.get(row.item_id)) for row in rows.order_by("item__region", "item_id")]


def _child(row: Validity, now: dict[str, Layer], then: dict[tuple[str, int], Layer], open_number: int | None) -> Child:
    version, item = row.version, row.item
    before = [then[code, number] for code, number in version.above if (code, number) in then]
    after = [now[code] for code in layer_codes(item.region_id) if code in now]
    touched = tuple(effects(before, after, own_layer(item, version.elements), defaults()))
    moved = [e for e in touched if e.before != e.after or e.state == "conflict"]
    state = "conflict" if any(e.state == "conflict" for e in moved) else "inherited" if moved else "current"
    return Child(item, version.id, version.number, state, tuple(moved), open_number)
