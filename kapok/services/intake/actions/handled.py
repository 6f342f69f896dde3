"""A case's law: the item as the chosen 业务办理项 has it."""

from kapok.kernel.common.remembered import Remembered
from kapok.services.items.public import CompiledItem, narrowed

MOST = 2000
_known: Remembered[tuple[int, str], tuple[CompiledItem, CompiledItem]] = Remembered()
"""By the item in memory, kept beside it so that its address is not given to another."""


def as_handled(item: CompiledItem, code: str) -> CompiledItem:
    """The item with the 环节, fees and result of one 业务办理项; the item itself where that has none of its own."""
    handling = next((one for one in item.handling if one.code == code), None) if code else None
    if handling is None or not (handling.steps or handling.fees or handling.result_name or handling.conditions):
        return item
    found = _known.get((id(item), code))
    if found is None or found[0] is not item:
        if len(_known) >= MOST:
            _known.cache_clear()
        found = _known[id(item), code] = (item, narrowed(item, handling))
    return found[1]
