"""The base of every API."""

from kapok.kernel.api.base import new_api, once, problem, signed_in
from kapok.kernel.api.errors import IdempotencyConflict, IdempotencyMissing
from kapok.kernel.api.idempotency import COLUMNS, Key, first_answer, forget_old, key_of, store_answer

__all__ = [
    "COLUMNS", "IdempotencyConflict", "IdempotencyMissing", "Key", "first_answer", "forget_old", "key_of", "new_api", "once",
    "problem", "signed_in", "store_answer",
]  # fmt: skip
