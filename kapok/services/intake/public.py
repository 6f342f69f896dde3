"""The door of intake."""

from kapok.services.intake.access import locked_for
from kapok.services.intake.actions.act import Done, act
from kapok.services.intake.actions.apply import Application, Applied, Given, apply
from kapok.services.intake.actions.drafts import Content, begin_draft, content_of, draft_for, drop_draft, save_draft, submit_draft
from kapok.services.intake.actions.holding import claim, release, transfer
from kapok.services.intake.actions.materials import hand_in
from kapok.services.intake.errors import DuplicateApplication
from kapok.services.intake.models import Act, Case, Draft
from kapok.services.intake.queries import Page, acts_of, case_of_applicant, case_row, own_cases, own_drafts, queue
from kapok.services.intake.rules import ClockState, ask, check_answers, choose, explain, table
from kapok.services.intake.rules.wording import explained

__all__ = [
    "Act", "Application", "Applied", "Case", "ClockState", "Content", "Done", "Draft", "DuplicateApplication", "Given", "Page", "act",
    "acts_of", "apply", "ask", "begin_draft", "case_of_applicant", "case_row", "check_answers", "choose",
    "claim", "content_of", "draft_for",
    "drop_draft", "explain", "explained", "hand_in", "locked_for", "own_cases", "own_drafts", "queue", "release", "save_draft",
    "submit_draft",
    "table", "transfer",
]  # fmt: skip
