"""Keyset paging: a cursor holds the last row's sort values, so page 5,000 costs as much as page 1 and nothing is skipped."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from kapok.kernel.common.errors import KapokError
from kapok.kernel.ui.data import Slice


class BadCursor(KapokError):
    """The cursor in the address is not one of ours."""

    code, status = "ui.bad_cursor", 400


def keyset(rows: QuerySet[Any], request: Any, *, order: Sequence[str] = ("-id",), size: int = 20, total: int | None = None) -> Slice:
    """One page of `rows` in `order` (fields, "-" for descending; the last must be unique), as the address asks (?after= or ?before=).

    One query; raises BadCursor for a cursor that is not readable.
    """
    after, before = request.GET.get("after"), request.GET.get("before")
    backwards = bool(before) and not after
    cursor = before if backwards else after
    direction = [_turned(name) for name in order] if backwards else list(order)
    found = rows.order_by(*direction)
    if cursor:
        found = found.filter(_beyond(direction, _unpack(cursor, len(order))))
    items = _fetch(found, size + 1)
    more, items = len(items) > size, items[:size]
    if backwards:
        items.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(cursor))
    return Slice(
        items=items,
        after=cursor_of(items[-1], order) if items and has_next else None,
        before=cursor_of(items[0], order) if items and has_previous else None,
        total=total,
        size=size,
    )


def _fetch(rows: QuerySet[Any], count: int) -> list[Any]:
    try:
        return list(rows[:count])
    except (ValueError, TypeError) as error:
        raise BadCursor from error


def cursor_of(row: Model | dict[str, Any], order: Sequence[str]) -> str:
    """The cursor that stands at a row."""
    values = [_value(row, name.lstrip("-")) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values, default=str, ensure_ascii=False).encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row


def _unpack(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(values) != length or any(isinstance(v, (list, dict)) or v is None for v in values):
        raise BadCursor
    return values


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after (a, b, c): a beyond, or a equal and b beyond, or …; with a bound on the first key alone for the index."""
    wanted = Q()
    for index, name in enumerate(order):
        equal = {n.lstrip("-"): v for n, v in zip(order[:index], values, strict=False)}
        wanted |= Q(**equal, **{_side(name): values[index]})
    return wanted & Q(**{_side(order[0]) + "e": values[0]}) if len(order) > 1 else wanted


def _side(name: str) -> str:
    return f"{name[1:]}__lt" if name.startswith("-") else f"{name}__gt"
