"""The words of a state, for one case or many: the province's default, the base item's, the item version's own, the agency's."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.common.jsontext import as_value
from kapok.services.intake.public import Case
from kapok.services.items.public import CompiledItem, compiled
from kapok.services.portal.rules import Wording, key_of, wording

_NEWEST = """
select distinct on (w.base_id, w.item_id, w.state) coalesce(b.base_code, ''), coalesce(w.item_id, 0), w.state, w.words
  from portal_wording w left join items_base b on b.id = w.base_id
 where w.item_id = any(%s) or b.base_code = any(%s)
 order by w.base_id, w.item_id, w.state, w.number desc
"""  # the newest number of every level of the items asked for
Layers = dict[tuple[str, int, str], dict[str, Any]]


def overrides(items: Sequence[CompiledItem]) -> Layers:
    """What is laid over these items' defaults, by (base code or "", item or 0, state). One statement."""
    if not items:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [[item.item_id for item in items], [item.base_code for item in items]])
        return {(base, item, state): as_value(words) for base, item, state, words in cursor.fetchall()}


def words_of(item: CompiledItem, key: str, layers: Layers) -> Wording:
    """One state of an item, the nearest level the strongest."""
    return wording(key, *layers_of(item, key, layers))


def layers_of(item: CompiledItem, key: str, layers: Layers) -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]:
    """The three things laid over the default, weakest first: the base item's, the version's own, the item's."""
    return layers.get((item.base_code, 0, key), {}), item.wording.get(key, {}), layers.get(("", item.item_id, key), {})


def wordings_for(cases: Sequence[Case]) -> list[Wording]:
    """The words of each case's state, by its pinned item version; one statement for all."""
    items = [compiled(case.version) for case in cases]
    layers = overrides(items)
    keys = [key_of(case.state, case.outcome, case.answered) for case in cases]
    return [words_of(item, key, layers) for item, key in zip(items, keys, strict=True)]


def wording_for(case: Case) -> Wording:
    """The words of one case's state."""
    return wordings_for([case])[0]


def wording_at(version: UUID, key: str) -> Wording:
    """The words of a state of an item version, whatever case."""
    item = compiled(version)
    return words_of(item, key, overrides([item]))
