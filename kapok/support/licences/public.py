"""The door of licences."""

from kapok.support.licences.actions.changing import (
    Change,
    cancel,
    change,
    change_status,
    decide_request,
    extend,
    reissue,
    resume,
    revoke,
    suspend,
    transfer_out,
    withdraw,
)
from kapok.support.licences.actions.issuing import issue_for_case
from kapok.support.licences.actions.pushing import Pushed, SealWrong, issue_directly, push
from kapok.support.licences.actions.signing import code_texts, drain, sign_waiting
from kapok.support.licences.actions.types import import_type
from kapok.support.licences.actions.using import Used, use_licence
from kapok.support.licences.actions.using_codes import Allowed, consent, give_code, register_system, withdraw_consent
from kapok.support.licences.actions.using_copies import CopyTerms, annotated_copy, copy_for_case, copy_of_use, finish_copy
from kapok.support.licences.actions.using_objections import answer_objection, object_to_use
from kapok.support.licences.actions.using_show import show_code
from kapok.support.licences.actions.using_statements import statement_of_absence, statement_of_end
from kapok.support.licences.actions.using_status import make_status_list
from kapok.support.licences.data import Asked, Changed, FieldSpec, HolderFacts, Issued, LicenceFacts, TypeFacts
from kapok.support.licences.errors import AlreadyIssued, CannotIssue, CopyWaits, NotSigned, TypeNotPublished
from kapok.support.licences.queries.drawing import preview
from kapok.support.licences.queries.licences import (
    face_of,
    file_of,
    held_by,
    holders_of_licence,
    licence,
    licence_of_case,
    licences_of_cases,
    status_at,
)
from kapok.support.licences.queries.previewing import Previewed, preview_for_case
from kapok.support.licences.queries.types import type_by_code, type_for, types_for_material
from kapok.support.licences.queries.using import count_in_force
from kapok.support.licences.queries.using_desks import CaseDesk, CaseFacts, case_desks
from kapok.support.licences.queries.using_missing import why_missing
from kapok.support.licences.rules.using import ItemFacts

__all__ = [
    "Allowed",
    "AlreadyIssued",
    "Asked",
    "CannotIssue",
    "CaseDesk",
    "CaseFacts",
    "Change",
    "Changed",
    "CopyTerms",
    "CopyWaits",
    "FieldSpec",
    "HolderFacts",
    "Issued",
    "ItemFacts",
    "LicenceFacts",
    "NotSigned",
    "Previewed",
    "Pushed",
    "SealWrong",
    "TypeFacts",
    "TypeNotPublished",
    "Used",
    "annotated_copy",
    "answer_objection",
    "cancel",
    "case_desks",
    "change",
    "change_status",
    "code_texts",
    "consent",
    "copy_for_case",
    "copy_of_use",
    "count_in_force",
    "decide_request",
    "drain",
    "extend",
    "face_of",
    "file_of",
    "finish_copy",
    "give_code",
    "held_by",
    "holders_of_licence",
    "import_type",
    "issue_directly",
    "issue_for_case",
    "licence",
    "licence_of_case",
    "licences_of_cases",
    "make_status_list",
    "object_to_use",
    "preview",
    "preview_for_case",
    "push",
    "register_system",
    "reissue",
    "resume",
    "revoke",
    "show_code",
    "sign_waiting",
    "statement_of_absence",
    "statement_of_end",
    "status_at",
    "suspend",
    "transfer_out",
    "type_by_code",
    "type_for",
    "types_for_material",
    "use_licence",
    "why_missing",
    "withdraw",
    "withdraw_consent",
]
