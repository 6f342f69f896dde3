"""Whether a transaction is open: what must not be done in one, because it cannot be undone or waits for somebody far away, asks here."""

from django.db import connection


def in_transaction() -> bool:
    """Whether the caller stands in a transaction that he may roll back; the one a test wraps around itself is none."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)
