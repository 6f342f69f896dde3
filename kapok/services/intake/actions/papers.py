"""The paper an act makes, as a part of the statement that does the act: sealed there, printed on first download."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common.ids import as_uuid
from kapok.kernel.crypto.public import SubjectForgotten, take_key
from kapok.kernel.documents.public import issue_row
from kapok.kernel.parties.public import Party, identity_of
from kapok.services.intake import rules
from kapok.services.intake.access import Locked
from kapok.services.intake.data import Transition
from kapok.services.intake.rules import ClockState
from kapok.services.intake.rules.columns import After
from kapok.services.intake.rules.papers import Standing, paper

Fold = tuple[str, list[Any]]
"""A further part of a statement, and its parameters."""


@dataclass(frozen=True)
class Named:
    """A party as the verb's own statement read it: particulars and key, both sealed."""

    party: UUID
    sealed: bytes
    wrapped: bytes | None

    def name(self) -> str:
        """The full name, for a paper of the party's own."""
        take_key(self.party, self.wrapped)
        return identity_of(Party(id=self.party, sealed=self.sealed)).name


def receipt(case: UUID, subject: UUID, standing: Standing, done: Transition, at: datetime, acceptance: datetime | None, by: Actor) -> Fold:
    """The 收件回执 of an application; its number is the 申办流水号."""
    data = paper(standing, done, at, acceptance=acceptance)
    row = issue_row(
        f"intake.{done.document}", about_kind="case", about=case, subject=subject, number=standing.serial, data=data, at=at, by=by
    )
    return row.fold("c")


def document_of(case: Locked, done: Transition, after: After, at: datetime, by: Actor) -> Fold | None:
    """The paper of an act, hanging on the row `u` that the act updates; None where the table names none, or nobody is left to serve:
    an applicant's destroyed key seals nothing more, and must not keep the agency from ending the case.

    The 受理通知书 bears the 办件编号, which only the statement itself knows; every other paper the serial and the act's sequence.
    """
    if not done.document:
        return None
    try:
        recipient = Named(case.applicant, case.applicant_sealed, case.applicant_key).name()
    except SubjectForgotten:
        return None
    standing = Standing(
        item=case.item, serial=case.serial, number=case.number or "", channel=case.channel, applied_at=case.applied_at,
        recipient=recipient, accepted_at=case.accepted_at, due_before=_due_before(case, done), approver=_approver(done),
    )  # fmt: skip
    number = "" if after.accepting else f"{case.serial}-{case.sequence + 1}"
    row = issue_row(
        f"intake.{done.document}", about_kind="case", about=case.id, subject=case.applicant, number=number,
        data=paper(standing, done, at, after=after), at=at, by=by,
    )  # fmt: skip
    return row.fold("u", "u.number" if after.accepting else "")


def _approver(done: Transition) -> str:
    """The name of the leader who approved, where an act asks for one."""
    account = as_uuid(done.data.get("approver"))
    return actor_of_account(account).name if account else ""


def _due_before(case: Locked, done: Transition) -> datetime | None:
    """The limit a paper speaks of: that of answering for 逾期未补正, else the one that pressed."""
    if done.outcome != "uncorrected":
        return case.due_at
    limit = rules.due(ClockState.load(case.clock), current_calendar()).correction
    return limit.due_at if limit else None
