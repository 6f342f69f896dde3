"""Published law: by code and day, by number, by digest. The compiled form is cached in the process, for it never changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.jsontext import loads
from kapok.kernel.crypto.public import sm3
from kapok.services.items.data import CompiledItem
from kapok.services.items.models import Item, ItemVersion, State
from kapok.services.items.rules.compiling import digest_body, ended, from_json

_IN_FORCE = """
select v.version_id, upper(v.period)
  from items_validity v join items_item i on i.id = v.item_id
 where i.impl_code = %s and v.period @> %s::date
"""
IN_FORCE = "exists (select from items_validity v where v.version_id = {version} and v.period @> {day})"
"""For the statement of an app above: whether a version is in force on a day, without a statement of its own."""
LAW_OF_CODE = """(select concat_ws(' ', v.version_id, upper(v.period)) from items_validity v join items_item i on i.id = v.item_id
  where i.impl_code = {code} and v.period @> {day})"""
"""The same: which version of a code is in force on a day, and until when; null when none is."""
_LAW = """
select n.compiled::text, n.digest, case when isempty(v.period) then n.effective_on else upper(v.period) end
  from items_version n join items_validity v on v.version_id = n.id
"""


@lru_cache(maxsize=2048)
def compiled(version_id: UUID) -> CompiledItem:
    """A published version, for ever the same; raises NotHere. `cancelled_on` is as planned when it was published."""
    with connection.cursor() as cursor:
        cursor.execute("select compiled::text, digest from items_version where id = %s and state = 'published'", [version_id])
        row = cursor.fetchone()
    if row is None:
        raise NotHere("items.version", id=version_id)
    return from_json({**loads(row[0]), "digest": row[1]})


def item_in_force(impl_code: str, at: date | datetime | None = None) -> CompiledItem | None:
    """The version in force now or at a moment (a day in the province), or None."""
    day = clock.today() if at is None else clock.local(at).date() if isinstance(at, datetime) else at
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [impl_code, day])
        row = cursor.fetchone()
    return ended(compiled(row[0]), row[1]) if row else None


def item_by_number(impl_code: str, number: int) -> CompiledItem | None:
    """A published version by its number."""
    return _one(
        _LAW + " join items_item i on i.id = n.item_id where i.impl_code = %s and n.number = %s and n.state = 'published'",
        impl_code,
        number,
    )


def item_by_digest(digest: str) -> CompiledItem | None:
    """A published version by its SM3 digest."""
    return _one(_LAW + " where n.digest = %s and n.state = 'published'", digest.lower())


def _one(statement: str, *params: str | int) -> CompiledItem | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row = cursor.fetchone()
    return ended(from_json({**loads(row[0]), "digest": row[1]}), row[2]) if row else None


def every_law() -> Iterator[CompiledItem]:
    """All published versions, a batch at a time, for checks of the whole catalogue."""
    rows = ItemVersion.objects.filter(state=State.PUBLISHED).order_by("id").values_list("compiled", "digest")
    for text, digest in rows.iterator(chunk_size=500):
        yield from_json({**(text or {}), "digest": digest})


def digest_of(item: CompiledItem) -> str:
    """The SM3 of a compiled item's content, in hexadecimal: the same on every node."""
    return sm3(digest_body(item)).hex()


def holds_digest(item: CompiledItem) -> bool:
    """Whether a text is the version it says it is."""
    return digest_of(item) == item.digest


def item_of(impl_code: str) -> Item | None:
    """The item (identity) behind a code."""
    return Item.objects.select_related("base", "org").filter(impl_code=impl_code).first()


@dataclass(frozen=True)
class VersionLine:
    """A line of an item's history. `state` is 已取消 once its days are over."""

    id: UUID
    number: int
    state: str
    digest: str
    effective_on: date | None
    ends_on: date | None
    published_at: datetime | None
    published_by: str
    note: str
    reason: str


def history_of(item: Item, *, published_only: bool = False) -> list[VersionLine]:
    """All versions, newest first."""
    rows = ItemVersion.objects.filter(item=item).select_related("validity").order_by("-number").defer("compiled", "elements")
    if published_only:
        rows = rows.filter(state=State.PUBLISHED)
    return [_line(row) for row in rows]


def _line(row: ItemVersion) -> VersionLine:
    validity = getattr(row, "validity", None)
    ends = validity.ends if validity else None
    state = "cancelled" if ends is not None and ends <= clock.today() else row.state
    return VersionLine(
        row.id, row.number, state, row.digest, row.effective_on, ends, row.published_at, row.published_by, row.note,
        validity.reason if validity else "",
    )  # fmt: skip
