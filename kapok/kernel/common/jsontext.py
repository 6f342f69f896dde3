"""JSON as Kapok writes it: one form for the database, one canonical form for digests."""

from typing import Any

import orjson


def dumps(value: Any) -> str:
    """Compact JSON text; UUIDs, dates and dataclasses as orjson writes them."""
    return orjson.dumps(value, default=_plain).decode()


def canonical(value: Any) -> bytes:
    """The same value, the same bytes: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS)


def loads(text: str | bytes) -> Any:
    return orjson.loads(text)


def as_value(column: Any) -> Any:
    """A jsonb column as a value: Django's raw cursors give it as text."""
    return loads(column) if isinstance(column, (str, bytes)) else column


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
