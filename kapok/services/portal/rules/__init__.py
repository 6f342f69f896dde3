"""The portal's rules: what a state says to the citizen, what can be booked, by when a question is answered."""

from kapok.services.portal.rules.asking import RATINGS, may_answer, may_ask, may_extend, may_rate
from kapok.services.portal.rules.booking import Hour, may_book, may_cancel, may_check_in, slot_hours
from kapok.services.portal.rules.terms import terms
from kapok.services.portal.rules.wording import ACTIONS, STATES, Wording, check_words, key_of, resolved, wording

__all__ = [
    "ACTIONS", "RATINGS", "STATES", "Hour", "Wording", "check_words", "key_of", "may_answer", "may_ask", "may_book", "may_cancel",
    "may_check_in", "may_extend", "may_rate", "resolved", "slot_hours", "terms", "wording",
]  # fmt: skip
