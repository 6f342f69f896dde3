"""The door of intake."""

from kapok.services.intake.access import locked_for
from kapok.services.intake.access.configured import NEWEST_SETUP, hours_for
from kapok.services.intake.actions.act import Done, act
from kapok.services.intake.actions.apply import Application, Applied, Given, apply
from kapok.services.intake.actions.drafts import (
    Content,
    DraftState,
    begin_draft,
    confirm_changes,
    content_of,
    draft_for,
    drop_draft,
    save_draft,
    state_of_draft,
    submit_draft,
)
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.actions.licensed import held_for
from kapok.services.intake.actions.materials import hand_in, supplement
from kapok.services.intake.data import StateRule
from kapok.services.intake.errors import DraftMoved, DraftStopped, DuplicateApplication
from kapok.services.intake.models import Act, Case, Draft, Handed
from kapok.services.intake.queries import (
    Page,
    acts_of,
    case_of_applicant,
    case_row,
    doors,
    handed_of,
    own_cases,
    own_drafts,
    queue,
    state_rule,
    state_rules,
)
from kapok.services.intake.rules import ClockState, ask, check_answers, choose, explain, table
from kapok.services.intake.rules.drafting import DraftChange
from kapok.services.intake.rules.wording import explained, stood_still

__all__ = [
    "NEWEST_SETUP",
    "Act",
    "Application",
    "Applied",
    "Case",
    "ClockState",
    "Content",
    "Done",
    "Draft",
    "DraftChange",
    "DraftMoved",
    "DraftState",
    "DraftStopped",
    "DuplicateApplication",
    "Given",
    "Handed",
    "Page",
    "StateRule",
    "act",
    "acts_of",
    "apply",
    "ask",
    "begin_draft",
    "case_of_applicant",
    "case_row",
    "check_answers",
    "choose",
    "claim",
    "confirm_changes",
    "content_of",
    "doors",
    "draft_for",
    "drop_draft",
    "explain",
    "explained",
    "hand_in",
    "handed_of",
    "held_for",
    "hours_for",
    "locked_for",
    "own_cases",
    "own_drafts",
    "queue",
    "release",
    "save_draft",
    "state_of_draft",
    "state_rule",
    "state_rules",
    "stood_still",
    "submit_draft",
    "supplement",
    "table",
    "transfer",
]  # fmt: skip
