"""The journal: actions, their entries, the sealed order and its subscribers."""

from kapok.kernel.journal.followers import Sealed, follow_all, subscriber
from kapok.kernel.journal.models import Entry
from kapok.kernel.journal.queries import history, state, unsealed
from kapok.kernel.journal.record import CASTS, COLUMNS, Acting, Row, action, prepare, record, running
from kapok.kernel.journal.sealer import begin, seal_new, verify

__all__ = [
    "CASTS", "COLUMNS", "Acting", "Entry", "Row", "Sealed", "action", "begin", "follow_all", "history", "prepare", "record",
    "running", "seal_new", "state", "subscriber", "unsealed", "verify",
]  # fmt: skip
