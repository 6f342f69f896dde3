"""Whether a seal may be used now: facts in, verdict out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.support.seals.rules.life import DESTROYED, IN_USE, SUSPENDED

MEDIA: Mapping[str, str] = {"ofd": "application/ofd", "pdf": "application/pdf"}
HASH = "hash"
"""The media of a digest: signed for a paper that stays where it is."""

REASON = (2, 200)


@dataclass(frozen=True)
class UseFacts:
    """What is known of a seal and of who wants to use it, at one moment."""

    state: str
    valid_from: datetime | None
    valid_to: datetime | None
    has_key: bool
    by_system: bool
    bound: bool
    authorised: bool
    used_today: int
    per_day: int


@dataclass(frozen=True)
class TaskFacts:
    """What is known of a batch: its state, whether it is over, whether the file is in its list and was sealed, how many were."""

    approved: bool
    over: bool
    same_seal: bool
    listed: bool
    used: bool
    count: int
    done: int


def may_use(facts: UseFacts, *, reason: str, media: str, now: datetime) -> Verdict:
    """The first cause that stands against a use: reason, file, seal, certificate, person, quota."""
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        return refuse("seals.no_reason", status=422)
    if media not in MEDIA and media != HASH:
        return refuse("seals.media", status=422)
    return of_seal(facts, now=now) and of_person(facts)


def of_seal(facts: UseFacts, *, now: datetime) -> Verdict:
    """Whether the seal itself can be used."""
    if facts.state == DESTROYED:
        return refuse("seals.destroyed")
    if facts.state == SUSPENDED:
        return refuse("seals.suspended")
    if facts.state != IN_USE or facts.valid_to is None or facts.valid_from is None or not facts.has_key:
        return refuse("seals.not_in_use")
    if now > facts.valid_to:
        return refuse("seals.certificate_expired", ended=facts.valid_to.date().isoformat())
    if now < facts.valid_from:
        return refuse("seals.certificate_not_yet", begins=facts.valid_from.date().isoformat())
    return allow()


def of_person(facts: UseFacts) -> Verdict:
    """Whether this person or system may use it, today once more."""
    if facts.by_system:
        return allow() if facts.bound else refuse("seals.not_bound", status=403)
    if not facts.authorised:
        return refuse("seals.not_for_you", status=403)
    if facts.used_today >= facts.per_day:
        return refuse("seals.quota", status=429, used=facts.used_today)
    return allow()


def in_task(facts: TaskFacts) -> Verdict:
    """Whether a file may be sealed as one of a batch."""
    if not facts.same_seal:
        return refuse("seals.task_other_seal")
    if not facts.approved:
        return refuse("seals.task_not_approved")
    if facts.over:
        return refuse("seals.task_over")
    if facts.listed:
        return refuse("seals.task_used") if facts.used else allow()
    return refuse("seals.task_full", count=facts.count) if facts.done >= facts.count else refuse("seals.not_in_task")
