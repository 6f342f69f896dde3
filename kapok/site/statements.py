"""How many statements a process remembers. The hot verbs are long single statements, which psycopg takes for ones that come once."""

from typing import Any

from django.db.backends.signals import connection_created
from psycopg import _queries

PREPARED = 300
"""Prepared statements kept per connection; psycopg's hundred is less than a worker's followers use in turn."""

LENGTH, PARAMS = 32_768, 200


def remember_long_ones() -> None:
    """Parse long statements once, and keep more of them prepared. Called where a process begins to serve or work."""
    if hasattr(_queries, "MAX_CACHED_STATEMENT_LENGTH") and hasattr(_queries, "MAX_CACHED_STATEMENT_PARAMS"):  # no public setting
        _queries.MAX_CACHED_STATEMENT_LENGTH, _queries.MAX_CACHED_STATEMENT_PARAMS = LENGTH, PARAMS
    connection_created.connect(_keep_more, dispatch_uid="kapok.statements")


def _keep_more(connection: Any, **_signal: Any) -> None:
    connection.connection.prepared_max = PREPARED
