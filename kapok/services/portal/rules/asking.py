"""When a question may be asked, answered, put off and rated."""

from datetime import datetime

from kapok.kernel.common.verdicts import Verdict, allow, refuse

RATINGS = (1, 2, 3)
"""不满意, 基本满意, 满意: of this answer alone."""


def may_ask(waiting: int, most: int) -> Verdict:
    """One party does not flood an agency."""
    return allow() if waiting < most else refuse("portal.too_many_questions", most=most)


def may_answer(state: str) -> Verdict:
    """A question is answered once."""
    return allow() if state == "waiting" else refuse("portal.already_answered")


def may_extend(state: str, extended: int, due_at: datetime, *, now: datetime) -> Verdict:
    """延期 once, before the limit is over."""
    if state != "waiting":
        return refuse("portal.already_answered")
    if extended:
        return refuse("portal.extended_already")
    return allow() if now <= due_at else refuse("portal.overdue_not_extended")


def may_rate(state: str) -> Verdict:
    """已答 is rated once."""
    if state == "waiting":
        return refuse("portal.not_answered_yet")
    return allow() if state == "answered" else refuse("portal.rated_already")
