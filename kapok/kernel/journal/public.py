"""The journal: actions, their entries, the sealed order and its subscribers."""

from kapok.kernel.journal.actions import send_letter_again, set_letter_aside
from kapok.kernel.journal.followers import Sealed, follow_all, subscriber
from kapok.kernel.journal.models import Entry
from kapok.kernel.journal.queries import dead_letters, history, state, unsealed
from kapok.kernel.journal.record import CASTS, COLUMNS, Acting, Row, acting, action, prepare, record, running
from kapok.kernel.journal.sealer import begin, seal_new, verify
from kapok.kernel.journal.signing import SignedRoot, sign_newest, signed_roots

__all__ = [
    "CASTS", "COLUMNS", "Acting", "Entry", "Row", "Sealed", "SignedRoot", "acting", "action", "begin", "dead_letters", "follow_all",
    "history", "prepare", "record", "running", "seal_new", "send_letter_again", "set_letter_aside", "sign_newest", "signed_roots", "state",
    "subscriber", "unsealed", "verify",
]  # fmt: skip
